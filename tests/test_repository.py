"""What hassfest and HACS would refuse, checked here because neither is a package."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from awesomeversion import AwesomeVersion
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import validate_selector
from homeassistant.setup import async_setup_component
from packaging.requirements import Requirement
import pytest
import voluptuous as vol

from .sources import DOMAIN, INTEGRATION, REPOSITORY, read_json, read_yaml, sources, words

MANIFEST = read_json("manifest.json")
REQUIRED = {
    "codeowners",
    "config_flow",
    "documentation",
    "domain",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "name",
    "version",
}
ALLOWED = REQUIRED | {
    "after_dependencies",
    "dependencies",
    "dhcp",
    "loggers",
    "requirements",
    "single_config_entry",
    "usb",
}
IOT_CLASSES = {
    "assumed_state",
    "calculated",
    "cloud_polling",
    "cloud_push",
    "local_polling",
    "local_push",
}
INTEGRATION_TYPES = {"device", "entity", "hardware", "helper", "hub", "service", "system"}
HACS_KEYS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}
# Components that every Home Assistant has.
ALWAYS_THERE = {
    "automation",
    "diagnostics",
    "homeassistant",
    "persistent_notification",
    "person",
    "repairs",
    "script",
    "sun",
    "system_health",
    "webhook",
    "websocket_api",
    "zone",
} | set(Platform)
# Serial bridges that sit in Zigbee, Z-Wave and other sticks as well: Silicon Labs CP210x, QinHeng
# CH340 and CH9102, FTDI, Prolific.
BRIDGES = {"10C4", "1A86", "0403", "067B"}


def test_manifest_keys() -> None:
    """The manifest has what is required, nothing unknown, and in hassfest's order."""
    assert set(MANIFEST) >= REQUIRED
    assert set(MANIFEST) <= ALLOWED
    assert list(MANIFEST) == ["domain", "name", *sorted(set(MANIFEST) - {"domain", "name"})]


def test_manifest_values() -> None:
    """The manifest's values are of the sets and forms that hassfest knows."""
    assert MANIFEST["domain"] == DOMAIN == INTEGRATION.name
    assert MANIFEST["iot_class"] in IOT_CLASSES
    assert MANIFEST["integration_type"] in INTEGRATION_TYPES
    assert MANIFEST["codeowners"]
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])
    assert MANIFEST["documentation"].startswith("https://")
    assert MANIFEST["issue_tracker"].startswith("https://")
    assert AwesomeVersion(MANIFEST["version"]).valid


def test_config_flow_is_where_hassfest_looks() -> None:
    """An integration with a config flow has it in that file, with a unique id."""
    assert MANIFEST["config_flow"] is True
    source = (INTEGRATION / "config_flow.py").read_text(encoding="utf-8")
    assert "async_set_unique_id" in source


@pytest.mark.parametrize("text", MANIFEST["requirements"])
def test_requirement(text: str) -> None:
    """A requirement parses, and is never pinned: Home Assistant moves its own constraints."""
    assert " " not in text
    operators = {specifier.operator for specifier in Requirement(text).specifier}
    assert operators
    assert not operators & {"==", "==="}


def _imported_components() -> Iterator[str]:
    """Name the components of Home Assistant that the integration imports at run time."""
    for _, tree in sources():
        for node in ast.walk(tree):
            match node:
                case ast.ImportFrom(module="homeassistant.components", names=names):
                    yield from (alias.name for alias in names)
                case ast.ImportFrom(module=str() as module) if module.startswith(
                    "homeassistant.components."
                ):
                    yield module.split(".")[2]


def test_dependencies_cover_imports() -> None:
    """Each component that is imported is there before the integration is set up."""
    dependencies = set(MANIFEST.get("dependencies", ()))
    after = set(MANIFEST.get("after_dependencies", ()))
    assert not dependencies & after
    assert set(_imported_components()) <= dependencies | after | ALWAYS_THERE
    assert "usb" in dependencies or "usb" not in MANIFEST


@pytest.mark.parametrize("matcher", MANIFEST.get("usb", []))
def test_usb_matcher(matcher: dict[str, Any]) -> None:
    """A matcher is written as Home Assistant compares it, and names no chip of other sticks."""
    assert matcher.keys() <= {
        "description",
        "known_devices",
        "manufacturer",
        "pid",
        "serial_number",
        "vid",
    }
    assert re.fullmatch("[0-9A-F]{4}", matcher["vid"])
    assert matcher["vid"] not in BRIDGES
    assert re.fullmatch("[0-9A-F]{4}", matcher.get("pid", "0000"))
    for key in ("description", "manufacturer", "serial_number"):
        assert matcher.get(key, "") == matcher.get(key, "").lower()


def test_usb_matchers_differ() -> None:
    """No modem is matched twice."""
    matchers = [json.dumps(matcher, sort_keys=True) for matcher in MANIFEST.get("usb", [])]
    assert len(matchers) == len(set(matchers))


def test_hacs() -> None:
    """HACS knows the repository by its own file, a readme and a licence."""
    hacs = json.loads((REPOSITORY / "hacs.json").read_text(encoding="utf-8"))
    assert hacs["name"] == MANIFEST["name"]
    assert hacs.keys() <= HACS_KEYS
    assert AwesomeVersion(hacs["homeassistant"]) >= AwesomeVersion("2026.10.0")
    assert (REPOSITORY / "README.md").stat().st_size > 0
    assert (REPOSITORY / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


@pytest.mark.parametrize("theme", ["", "dark_"])
@pytest.mark.parametrize(("scale", "height"), [("", 256), ("@2x", 512)])
def test_brand(theme: str, scale: str, height: int) -> None:
    """The icons are square PNGs of Home Assistant's sizes; a logo is no higher than an icon."""
    icon = _png_size(INTEGRATION / "brand" / f"{theme}icon{scale}.png")
    logo = _png_size(INTEGRATION / "brand" / f"{theme}logo{scale}.png")
    assert icon == (height, height)
    assert logo[0] > logo[1]
    assert height / 2 <= logo[1] <= height


def _png_size(path: Path) -> tuple[int, int]:
    """Read width and height out of a PNG's header chunk."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


@pytest.fixture
async def integration(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up the integration without any entry; the machine's USB ports are left alone."""

    async def no_discovery(_: object) -> None:
        """Watch no USB port."""

    monkeypatch.setattr("homeassistant.components.usb.USBDiscovery.async_setup", no_discovery)
    monkeypatch.setattr("homeassistant.components.usb.scan_serial_ports", list)
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()


@pytest.mark.usefixtures("integration")
async def test_actions_are_described(hass: HomeAssistant) -> None:
    """Each action that is registered has its description, with all of its fields."""
    registered = hass.services.async_services_for_domain(DOMAIN)
    described = read_yaml("services.yaml")
    spoken = words()["services"]
    assert registered.keys() == described.keys() == spoken.keys()
    for name, service in registered.items():
        assert isinstance(service.schema, vol.Schema)
        accepted = {str(marker) for marker in service.schema.schema} - {ATTR_ENTITY_ID}
        if "target" in described[name]:
            accepted -= {str(marker) for marker in cv.TARGET_SERVICE_FIELDS}
        fields = set(_fields(described[name].get("fields", {})))
        assert fields == set(spoken[name].get("fields", {}))
        assert fields == accepted


def _fields(fields: dict[str, Any]) -> Iterator[str]:
    """Name the fields of an action, those in sections too."""
    for name, field in fields.items():
        if "fields" in field:
            yield from _fields(field["fields"])
        else:
            yield name


def _selectors(tree: Any) -> Iterator[dict[str, Any]]:
    """Find every selector in a description."""
    if isinstance(tree, dict):
        if "selector" in tree:
            yield tree["selector"]
        for value in tree.values():
            yield from _selectors(value)


@pytest.mark.parametrize("name", ["services.yaml", "triggers.yaml", "conditions.yaml"])
def test_selectors_are_valid(name: str) -> None:
    """Home Assistant accepts every selector, and every choice of one has its words."""
    for selector in _selectors(read_yaml(name)):
        validate_selector(selector)
        select = selector.get("select") or {}
        if key := select.get("translation_key"):
            assert set(select["options"]) == set(words()["selector"][key]["options"])


def _leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Walk the texts of a tree with their paths."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(value, (*path, key))
    else:
        yield path, tree


def test_icons() -> None:
    """Icons are of Material Design, and stand for entities and actions that have words."""
    icons = read_json("icons.json")
    for path, icon in _leaves(icons):
        assert re.fullmatch(r"mdi:[a-z0-9]+(-[a-z0-9]+)*", icon), path
    for platform, entities in icons.get("entity", {}).items():
        assert entities.keys() <= words()["entity"][platform].keys()
    assert icons.get("services", {}).keys() == words().get("services", {}).keys()
