"""JSON-RPC of OpenWrt's ubus: calls out, results in."""

from collections.abc import Mapping
from typing import Any, Final

from ...errors import GatewayConnectionError, GatewayRefusedError, Reason
from ...models import GatewayInfo
from .rest import plain_mac
from .status import told

# JSON-RPC error of uhttpd for a session that has no right to the call, or has ended.
_ACCESS_DENIED: Final = -32002
# Results of ubus, ubusmsg.h.
_DONE: Final = 0
_PERMISSION_DENIED: Final = 6


def call(session: str, target: str, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write a call of a method of an object."""
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "call",
        "params": [session, target, method, dict(arguments)],
    }


def denies_access(document: object) -> bool:
    """Whether the session is not good for this call."""
    error = document.get("error") if isinstance(document, dict) else None
    return isinstance(error, dict) and error.get("code") == _ACCESS_DENIED


def _status(document: object) -> int:
    """Return the result code; GatewayConnectionError (not_a_router) when it is no answer."""
    found = document.get("result") if isinstance(document, dict) else None
    if not isinstance(found, list) or not found or not isinstance(found[0], int):
        raise GatewayConnectionError(Reason.NOT_A_ROUTER, "/ubus")
    return found[0]


def is_permission_denied(document: object) -> bool:
    """Whether a login was refused."""
    return _status(document) == _PERMISSION_DENIED


def result(document: object) -> Mapping[str, Any]:
    """Return what a call returned; GatewayRefusedError when it failed."""
    status = _status(document)
    if status != _DONE:
        raise GatewayRefusedError(f"ubus {status}", "the call failed", temporary=False)
    found: list[Any] = document["result"] if isinstance(document, dict) else []
    values = found[1] if len(found) > 1 else None
    return values if isinstance(values, dict) else {}


def session_of(values: Mapping[str, Any]) -> str:
    """Return the session that a login opened."""
    session = values.get("ubus_rpc_session")
    if not isinstance(session, str):
        raise GatewayConnectionError(Reason.NOT_A_ROUTER, "no session")
    return session


def output(values: Mapping[str, Any]) -> str | None:
    """Return what a program printed."""
    return told(values.get("stdout"))


def parse_info(version: Mapping[str, Any], name: str | None, serial: str | None) -> GatewayInfo:
    """Read who the router is; its product name begins with the model."""
    return GatewayInfo(
        manufacturer="Teltonika",
        model=name,
        firmware=told(version.get("data")),
        serial_number=serial,
    )


def slot_count(model: str | None) -> int:
    """Tell how many SIM slots a router of legacy firmware has: two in the RUT9 series."""
    return 2 if model is not None and model.upper().startswith("RUT9") else 1


def parse_mac(text: str | None) -> str | None:
    """Read a MAC address as twelve hexadecimal digits in lower case."""
    return plain_mac(text)
