"""The dependency rule of ARCHITECTURE.md, held by reading the imports of every module.

Imports under `TYPE_CHECKING` do not count. A module goes by its path below the integration
(`gateways.at_modem.codec.lines`), and `LAYERS` says what each layer may import of ours and of
others. A layer may always import itself and the standard library.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
import sys

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGE = ("custom_components", "cellular_gateway")
INTEGRATION = REPOSITORY.joinpath(*PACKAGE)
SIMULATOR = REPOSITORY / "simulator"


@dataclass(frozen=True, slots=True)
class Layer:
    """Which layers of ours, and which packages of others, the modules of a layer may import."""

    ours: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


def _upper(ours: str, others: str = "") -> Layer:
    """Make a layer above the seam: Home Assistant, the seam and `sms` are open to all of them."""
    return Layer(
        frozenset(ours.split()) | {"gateways", "sms"},
        frozenset(others.split()) | {"homeassistant", "voluptuous"},
    )


# Each kind with its wire library.
KINDS = {
    "at_modem": frozenset({"serialx"}),
    "ejoin": frozenset({"aiohttp"}),
    "emnify": frozenset({"aiohttp"}),
    "smpp": frozenset[str](),
    "teltonika": frozenset({"aiohttp"}),
}

_BELOW_PLATFORMS = (
    "balance const coordinator devices endpoints entity errors health offers ports tracked_device"
)
_PLATFORMS = (
    "alarm_control_panel backup binary_sensor button climate condition device_tracker diagnostics "
    "event notify number repairs select sensor switch system_health text trigger"
)

LAYERS = {
    "sms": Layer(others=frozenset({"phonenumbers"})),
    "devices": Layer(frozenset({"sms"})),
    "gateways": Layer(frozenset({"sms"})),
    **{
        f"gateways.{kind}": Layer(frozenset({"gateways", "sms"}), library)
        for kind, library in KINDS.items()
    },
    "const": Layer(),
    # It turns what the serial library raises into the seam's errors, and hands over the session.
    "kinds": _upper(
        "const webhook " + " ".join(f"gateways.{kind}" for kind in KINDS), "aiohttp serialx"
    ),
    "errors": _upper("const devices"),
    "messages": _upper("const devices errors"),
    "serial_ports": _upper("const"),
    "balance": _upper("const errors messages"),
    "tracked_device": _upper("const devices errors messages"),
    "endpoints": _upper("const errors"),
    "ports": _upper("const errors"),
    "coordinator": _upper(
        "balance const devices endpoints errors messages ports serial_ports tracked_device"
    ),
    "health": _upper("const coordinator"),
    "entity": _upper("const coordinator devices endpoints errors messages ports tracked_device"),
    "offers": _upper("coordinator endpoints ports tracked_device"),
    "webhook": _upper("const", "aiohttp"),
    "actions": _upper(
        "balance const coordinator devices endpoints errors messages tracked_device",
        "aiohttp yarl",
    ),
    "config_flow": _upper("const devices errors flows kinds"),
    "flows": _upper("const devices errors kinds serial_ports webhook"),
    **{name: _upper(_BELOW_PLATFORMS) for name in _PLATFORMS.split()},
    "__init__": _upper(
        "actions balance const coordinator devices entity errors health kinds "
        "messages ports serial_ports tracked_device webhook"
    ),
}

SIMULATOR_PACKAGES = frozenset({"aiohttp"})
# The components that show the simulator to Home Assistant while developing.
SIMULATOR_COMPONENT_PACKAGES = SIMULATOR_PACKAGES | {"homeassistant", "serialx", "voluptuous"}


def layer_of(module: tuple[str, ...]) -> str:
    """Return the layer of a module; what is no module is a name of the package itself."""
    if not module:
        return "__init__"
    if module[0] == "gateways" and len(module) > 1 and module[1] in KINDS:
        return f"gateways.{module[1]}"
    return module[0] if module[0] in LAYERS else "__init__"


def _is_type_checking(node: ast.AST) -> bool:
    """Tell whether this is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _run_time_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs, leaving out the bodies that only type checkers read."""
    yield node
    skipped = node.body if isinstance(node, ast.If) and _is_type_checking(node) else []
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield from _run_time_nodes(child)


def imported(source: str, package: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Name every import of a module that lies in `package`: its level and its absolute path."""
    for node in _run_time_nodes(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((0, tuple(alias.name.split("."))) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module or "").split(".")) if node.module else base
            yield from ((node.level, (*module, alias.name)) for alias in node.names)


def offences(source: str, path: str) -> list[str]:
    """Return what a module of the integration, named by its path below it, must not import."""
    parts = tuple(path.removesuffix(".py").split("/"))
    own = layer_of(parts)
    allowed = LAYERS[own]
    found = []
    for level, target in imported(source, PACKAGE + parts[:-1]):
        if target[:2] == PACKAGE:
            layer = layer_of(target[2:])
            if not level:
                found.append(f"{path}: {'.'.join(target)} is not imported relatively")
            if layer != own and layer not in allowed.ours:
                found.append(f"{path}: {own} must not import {layer}")
        elif target[0] not in allowed.others | sys.stdlib_module_names:
            found.append(f"{path}: {own} must not import {target[0]}")
    return found


def simulator_offences(source: str, path: str) -> list[str]:
    """Return what a module of the simulator must not import."""
    parts = tuple(path.removesuffix(".py").split("/"))
    component = parts[0] == "custom_components"
    allowed = SIMULATOR_COMPONENT_PACKAGES if component else SIMULATOR_PACKAGES
    return [
        f"{path}: the simulator must not import {'.'.join(target)}"
        for _, target in imported(source, ("simulator", *parts[:-1]))
        if target[0] not in allowed | {"simulator"} | sys.stdlib_module_names
    ]


def _modules(folder: Path) -> list[str]:
    """Name the modules below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))


@pytest.mark.parametrize("path", _modules(INTEGRATION))
def test_integration_imports_downwards(path: str) -> None:
    """A module of the integration imports only what its layer may."""
    assert offences((INTEGRATION / path).read_text(encoding="utf-8"), path) == []


@pytest.mark.parametrize("path", _modules(SIMULATOR))
def test_simulator_is_independent(path: str) -> None:
    """The simulator imports nothing of the integration, so that no codec confirms its mistake."""
    assert simulator_offences((SIMULATOR / path).read_text(encoding="utf-8"), path) == []


def test_every_module_has_a_layer() -> None:
    """No module or kind is left out of the table."""
    tops = {path.split("/")[0].removesuffix(".py") for path in _modules(INTEGRATION)}
    assert tops <= set(LAYERS)
    kinds = {path.parent.name for path in INTEGRATION.glob("gateways/*/__init__.py")}
    assert kinds <= set(KINDS)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("sms/tpdu/decode.py", "import homeassistant.core"),
        ("sms/numbers.py", "import serialx"),
        ("sms/numbers.py", "from ..gateways.models import SmsPart"),
        ("devices/teltonika.py", "from ..gateways import models"),
        ("devices/base.py", "import phonenumbers"),
        ("gateways/base.py", "from homeassistant.core import HomeAssistant"),
        ("gateways/base.py", "from .at_modem.client import Client"),
        ("gateways/base.py", "from . import at_modem"),
        ("gateways/base.py", "import serialx"),
        ("gateways/ejoin/gateway.py", "from ..at_modem.codec import lines"),
        ("gateways/ejoin/gateway.py", "from .. import at_modem"),
        ("gateways/ejoin/client.py", "import serialx"),
        ("gateways/at_modem/client.py", "from ...const import DOMAIN"),
        ("gateways/at_modem/client.py", "async def f():\n    from ... import const"),
        ("const.py", "from homeassistant.const import CONF_DEVICE"),
        ("coordinator.py", "from .gateways.at_modem.gateway import AtModemGateway"),
        ("coordinator.py", "from .entity import PortEntity"),
        ("messages/inbox.py", "from ..coordinator import RuntimeData"),
        ("balance/keeper.py", "from ..coordinator import RuntimeData"),
        ("messages/journal.py", "from ..kinds import KINDS"),
        ("sensor.py", "from .kinds import KINDS"),
        ("sensor.py", "from .event import SmsEvent"),
        ("sensor.py", "from . import async_setup_entry"),
        ("flows/at_modem.py", "from ..gateways.at_modem import probe"),
        ("__init__.py", "from .sensor import SENSORS"),
        ("__init__.py", "from .gateways.smpp.client import Client"),
        ("const.py", "from custom_components.cellular_gateway.const import DOMAIN"),
        ("sensor.py", "if TYPE_CHECKING:\n    pass\nelse:\n    import serialx"),
    ],
)
def test_offence_is_caught(path: str, source: str) -> None:
    """The check finds imports that break the rule."""
    assert offences(source, path)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("sms/numbers.py", "import re\nimport phonenumbers\nfrom .errors import MessageError"),
        ("gateways/at_modem/client.py", "import serialx\nfrom ..errors import GatewayError"),
        ("gateways/at_modem/codec/sim.py", "from ...models import PortState\nfrom . import lines"),
        ("gateways/at_modem/parts.py", "from ...sms.tpdu import decode"),
        (
            "kinds/smpp.py",
            "from ..gateways.smpp.gateway import SmppGateway\nfrom ..const import DOMAIN",
        ),
        ("sensor.py", "if TYPE_CHECKING:\n    from .kinds import Kind"),
        ("sensor.py", "import typing\nif typing.TYPE_CHECKING:\n    import serialx"),
        ("config_flow.py", "from .flows.at_modem import AtModemFlow\nimport voluptuous as vol"),
    ],
)
def test_lawful_import_passes(path: str, source: str) -> None:
    """The check leaves lawful imports alone."""
    assert offences(source, path) == []


@pytest.mark.parametrize(
    ("path", "source", "lawful"),
    [
        ("pdu.py", "from custom_components.cellular_gateway.sms import tpdu", False),
        ("pdu.py", "import custom_components.cellular_gateway", False),
        ("network.py", "from homeassistant.core import HomeAssistant", False),
        ("at_modem/modem.py", "from ..network import Network\nimport aiohttp", True),
        ("custom_components/ports/__init__.py", "import homeassistant.core", True),
        ("custom_components/ports/__init__.py", "import custom_components.other", False),
    ],
)
def test_simulator_rule(path: str, source: str, lawful: bool) -> None:
    """The check finds what would tie the simulator to the integration."""
    assert (simulator_offences(source, path) == []) is lawful
