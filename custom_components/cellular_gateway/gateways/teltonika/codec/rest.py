"""The API of RutOS 7: its envelope, errors and lists, read tolerantly.

Fields come and go with the firmware; one that is not as expected costs no other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...errors import GatewayConnectionError, GatewayRefusedError, Reason
from ...models import GatewayInfo
from .messages import RouterSms, plain
from .status import number, told, whole

# Codes of the API, and what it means by them.
_MEANINGS: Final = {
    100: "not implemented",
    102: "the action is not available",
    103: "invalid options",
    107: "invalid structure",
    113: "not found",
    114: "no body",
    116: "invalid query",
    117: "configuration error",
    120: "no access",
    121: "login failed",
    122: "wrong structure",
    123: "invalid token",
    150: "no space left",
}
LOGIN_FAILED: Final = 121
_SESSION_REJECTED: Final = frozenset({120, 123})

# What the routers are known to give; some leave it out.
_TOKEN_SECONDS: Final = 300.0

_MOST_INDEXES: Final = 10**9

_UNAUTHORISED: Final = 401
_FORBIDDEN: Final = 403
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Envelope:
    """An answer of the API: what it holds, or the codes of its errors."""

    status: int
    is_success: bool
    data: Any
    codes: tuple[int, ...] = ()

    @property
    def rejects_session(self) -> bool:
        """Whether the token is not, or no longer, good."""
        return not self.is_success and (
            self.status == _UNAUTHORISED or bool(_SESSION_REJECTED.intersection(self.codes))
        )

    def refusal(self) -> GatewayRefusedError:
        """Return the error that the answer tells of, in our words: its own may repeat a number."""
        code = self.codes[0] if self.codes else None
        if self.status == _FORBIDDEN or code in _SESSION_REJECTED:
            return GatewayRefusedError(
                f"HTTP {self.status}", "no access", temporary=False, reason=Reason.NO_PERMISSION
            )
        if code is None:
            return GatewayRefusedError(
                f"HTTP {self.status}",
                "refused by the router",
                temporary=self.status >= _SERVER_ERROR or self.status == _TOO_MANY,
            )
        return GatewayRefusedError(str(code), _MEANINGS.get(code, "unknown"), temporary=True)


def open_envelope(status: int, document: object) -> Envelope:
    """Read an answer; GatewayConnectionError (not_a_router) when it is none of this API."""
    if not isinstance(document, dict) or not isinstance(document.get("success"), bool):
        raise GatewayConnectionError(Reason.NOT_A_ROUTER, f"HTTP {status}")
    errors = document.get("errors")
    codes = tuple(
        code
        for error in (errors if isinstance(errors, list) else ())
        if isinstance(error, dict) and (code := whole(error.get("code"))) is not None
    )
    return Envelope(status, document["success"], document.get("data"), codes)


def _objects(data: object) -> Iterator[Mapping[str, Any]]:
    """Go through a list of objects; what is none is passed over."""
    for each in data if isinstance(data, list) else ():
        if isinstance(each, dict):
            yield each


def parse_token(data: object) -> tuple[str, float]:
    """Read a token and how many seconds it lasts; GatewayConnectionError when there is none."""
    facts = _section(data, "")
    token, seconds = told(facts.get("token")), number(facts.get("expires"))
    if token is None:
        raise GatewayConnectionError(Reason.NOT_A_ROUTER, "no token")
    return token, _TOKEN_SECONDS if seconds is None else seconds


def parse_messages(data: object) -> list[RouterSms]:
    """Read /api/messages/status; an entry without a text is no message."""
    return [
        RouterSms(
            modem=told(each.get("modem_id")) or "",
            index=_index(each.get("id")),
            sender=plain(str(each.get("sender") or "")),
            text=plain(text),
            date=plain(str(each.get("date") or "")),
            is_read=each.get("status") == "read",
        )
        for each in _objects(data)
        if isinstance(text := each.get("message"), str)
    ]


def _index(value: object) -> int | None:
    """Read where a message lies; what can be no place is none."""
    found = whole(value)
    return found if found is not None and 0 <= found < _MOST_INDEXES else None


def parse_modem_list(data: object) -> list[Mapping[str, Any]]:
    """Read /api/modems/status; a modem without an id cannot be spoken of."""
    return [each for each in _objects(data) if told(each.get("id"))]


def parse_storage(data: object) -> dict[str, tuple[int | None, int | None]]:
    """Read /api/messages/storage/status: used and total by modem."""
    return {
        modem: (whole(each.get("used")), whole(each.get("total")))
        for each in _objects(data)
        if (modem := told(each.get("modem_id")))
    }


def parse_info(device: object, public: object) -> GatewayInfo:
    """Read who the router is off /api/system/device/status, else off what it tells anybody."""
    facts, fallback = _section(device, ""), _section(public, "")
    static, factory = _section(facts, "static"), _section(facts, "mnfinfo")
    name = told(static.get("device_name")) or told(fallback.get("device_name"))
    return GatewayInfo(
        manufacturer="Teltonika",
        model=told(fallback.get("device_model")) or name or told(static.get("model")),
        firmware=told(static.get("fw_version")),
        serial_number=told(factory.get("serial")),
    )


def parse_mac(device: object) -> str | None:
    """Read the MAC address of the router as twelve hexadecimal digits in lower case."""
    text = told(_section(_section(device, ""), "mnfinfo").get("mac"))
    return plain_mac(text)


def plain_mac(text: str | None) -> str | None:
    """Write a MAC address as twelve hexadecimal digits in lower case; None when it is none."""
    digits = (text or "").strip().replace(":", "").replace("-", "").lower()
    return digits if len(digits) == 12 and not set(digits) - set("0123456789abcdef") else None


def _section(data: object, name: str) -> Mapping[str, Any]:
    """Return an object, or one of its sections; empty where there is none."""
    found = data.get(name) if name and isinstance(data, Mapping) else data
    return found if isinstance(found, Mapping) else {}
