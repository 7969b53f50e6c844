"""A person adds tracked devices to a gateway, and changes them."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.devices import FAMILIES

from .desk import Desk, entry_for, go_on, offered, runtime_with, start_subentry

CAR = "+32470000200"
SECRET = {"password": "123456"}
DOTS = "••••••••"


@pytest.fixture
def entry(hass: HomeAssistant, desk: Desk) -> MockConfigEntry:
    """A gateway in Belgium that is not set up."""
    entry = entry_for(hass, "/dev/no-such-port")
    hass.config_entries.async_update_entry(entry, options={"country": "BE"})
    return entry


async def add(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    family: str,
    *,
    variant: str | None = None,
    number: str = CAR,
    **details: Any,
) -> SubentryFlowResult:
    """Add a device of a family, with the defaults where nothing else is said."""
    result = await start_subentry(hass, entry)
    result = await go_on(hass, result, name="Car", number=number, family=family)
    if variant is not None:
        assert result["step_id"] == "variant"
        result = await go_on(hass, result, variant=f"{family}_{variant}")
    assert result["step_id"] == "details"
    return await go_on(hass, result, **details)


def only(entry: MockConfigEntry) -> ConfigSubentry:
    """Return the one device of an entry."""
    subentry: ConfigSubentry
    (subentry,) = entry.subentries.values()
    return subentry


@pytest.mark.parametrize("family", FAMILIES)
async def test_every_family_and_variant(
    hass: HomeAssistant, entry: MockConfigEntry, family: str
) -> None:
    """The defaults of the works are shown, and taken as they are."""
    for variant in FAMILIES[family].variants:
        several = len(FAMILIES[family].variants) > 1
        model = {"model": "GL200"} if family == "queclink" else {}
        result = await start_subentry(hass, entry)
        result = await go_on(hass, result, name="Car", number="0470 00 02 00", family=family)
        if several:
            result = await go_on(hass, result, variant=f"{family}_{variant.key}")
        shown = offered(result)
        defaults = {item.key: item.default for item in variant.credentials}
        assert {key: shown[key] for key in defaults} == defaults
        assert {option.key for option in FAMILIES[family].options} <= shown.keys()
        given = {key: value for key, value in defaults.items() if value}
        result = await go_on(hass, result, **given, **model)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        car = only(entry)
        assert (car.title, car.unique_id, car.data["number"]) == ("Car", CAR, CAR)
        assert (car.data["family"], car.data["variant"]) == (family, variant.key)
        assert car.data.get("credentials", {}) == given
        assert "schedule" not in car.data
        hass.config_entries.async_remove_subentry(entry, car.subentry_id)


async def test_all_that_can_be_said(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Password, options, other sender, time zone and schedule are kept."""
    schedule = {"schedule_command": "connect", "schedule_hours": 12}
    await add(
        hass,
        entry,
        "tell",
        variant="gate_base",
        password="4711",
        model="Gate Control 1000",
        leading_star=True,
        password_needed=True,
        cloud_always_on=False,
        sender=" GATE ",
        time_zone="Europe/Brussels",
        schedule=schedule,
    )
    assert only(entry).data == {
        "number": CAR,
        "family": "tell",
        "variant": "gate_base",
        "model": "Gate Control 1000",
        "credentials": {"password": "4711"},
        "options": {"leading_star": True, "password_needed": True, "cloud_always_on": False},
        "sender": "GATE",
        "time_zone": "Europe/Brussels",
        "schedule": schedule,
    }
    result = await entry.start_subentry_reconfigure_flow(hass, only(entry).subentry_id)
    assert offered(result) == {"name": "Car", "number": CAR, "family": "tell"}
    result = await go_on(hass, result, name="Car", number=CAR, family="tell")
    result = await go_on(hass, result, variant="tell_gate_base")
    shown = offered(result)
    assert (shown["password"], shown["sender"]) == (DOTS, "GATE")
    assert (shown["time_zone"], shown["leading_star"]) == ("Europe/Brussels", True)


@pytest.mark.parametrize("typed", ["", "Gate", "*100#", "+1"])
async def test_no_number(hass: HomeAssistant, entry: MockConfigEntry, typed: str) -> None:
    """What no message can be sent to is refused, and stays in the form."""
    result = await start_subentry(hass, entry)
    result = await go_on(hass, result, name="Car", number=typed, family="coban")
    assert result["errors"] == {"number": "invalid_number"}
    assert offered(result) == {"name": "Car", "number": typed, "family": "coban"}
    result = await go_on(hass, result, name="Car", number=CAR, family="coban")
    assert result["step_id"] == "details"


@pytest.mark.parametrize(
    ("family", "variant", "details", "errors"),
    [
        ("coban", None, {"password": "12 456"}, {"password": "credential_invalid"}),
        ("tell", "pager", {"password": "12#4"}, {"password": "credential_invalid"}),
        ("vimar_01913", None, {"code": "123"}, {"code": "credential_invalid"}),
        ("queclink", None, {}, {"password": "credential_missing"}),
        ("coban", None, SECRET | {"time_zone": "Mars/Olympus"}, {"time_zone": "invalid_time_zone"}),
        ("coban", None, SECRET | {"sender": "twelve signs"}, {"sender": "invalid_sender"}),
        ("coban", None, SECRET | {"sender": "*100#"}, {"sender": "invalid_sender"}),
    ],
)
async def test_details_that_cannot_be(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    family: str,
    variant: str | None,
    details: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """Each error stands at its field, what was typed stays, and it can be put right."""
    result = await add(hass, entry, family, variant=variant, **details)
    assert result["errors"] == errors
    shown = offered(result)
    assert {key: shown[key] for key in details} == details
    assert not entry.subentries
    right = {"coban": SECRET, "queclink": {"password": "gl300"}}.get(family, {})
    result = await go_on(hass, result, **right)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_number_twice(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A number belongs to one device or recipient of a gateway, in any spelling."""
    await add(hass, entry, "coban", **SECRET)
    result = await add(hass, entry, "concox", variant="standard", number="0032470000200")
    assert result["reason"] == "already_configured"
    result = await start_subentry(hass, entry, "recipient")
    result = await go_on(hass, result, name="Ann", number=CAR)
    assert result["reason"] == "already_configured"


async def test_a_sender_twice(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Nobody could tell whose message it is; its own sender is no obstacle to a device."""
    await add(hass, entry, "coban", sender="CARS", **SECRET)
    for sender in ("CARS", '"CARS"', "0470 00 02 00"):
        result = await add(hass, entry, "coban", number="+32470000300", sender=sender, **SECRET)
        assert result["errors"] == {"sender": "sender_used"}
    result = await entry.start_subentry_reconfigure_flow(hass, only(entry).subentry_id)
    result = await go_on(hass, result, name="Car", number=CAR, family="coban")
    result = await go_on(hass, result, sender="CARS", **SECRET)
    assert result["reason"] == "reconfigure_successful"
    await add(hass, entry, "coban", number="+32470000201", sender="+32470000400", **SECRET)
    result = await start_subentry(hass, entry)
    result = await go_on(hass, result, name="Van", number="0470 00 04 00", family="coban")
    assert result["errors"] == {"number": "number_used"}


async def test_change(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Everything can be changed; it stays the same device."""
    await add(hass, entry, "coban", password="654321", time_zone="Europe/Brussels")
    before = only(entry).subentry_id
    result = await entry.start_subentry_reconfigure_flow(hass, before)
    assert result["step_id"] == "reconfigure"
    result = await go_on(hass, result, name="Van", number="Van", family="coban")
    assert result["errors"] == {"number": "invalid_number"}
    result = await go_on(hass, result, name="Van", number="+32470000300", family="coban")
    assert offered(result)["password"] == DOTS
    result = await go_on(hass, result, password="111111")
    assert result["reason"] == "reconfigure_successful"
    van = only(entry)
    assert (van.subentry_id, van.title, van.unique_id) == (before, "Van", "+32470000300")
    assert van.data["credentials"] == {"password": "111111"}
    assert "time_zone" not in van.data


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(DOTS, "654321"), ("", None), (DOTS[:-1] + "1", "654321"), ("1234", "1234")],
)
async def test_a_password_stays_here(
    hass: HomeAssistant, entry: MockConfigEntry, typed: str, kept: str | None
) -> None:
    """It is not sent to the browser again: the dots in its place keep it."""
    await add(hass, entry, "coban", password="654321")
    result = await entry.start_subentry_reconfigure_flow(hass, only(entry).subentry_id)
    result = await go_on(hass, result, name="Car", number=CAR, family="coban")
    assert "654321" not in str(offered(result))
    result = await go_on(hass, result, password=typed)
    if result["type"] is FlowResultType.FORM:
        assert result["errors"] == {"password": "credential_invalid"}
    assert only(entry).data.get("credentials", {}).get("password") == kept


async def test_another_family(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """The password of one family is not offered for another."""
    await add(hass, entry, "coban", password="654321")
    result = await entry.start_subentry_reconfigure_flow(hass, only(entry).subentry_id)
    result = await go_on(hass, result, name="Car", number=CAR, family="vimar_01913")
    assert offered(result)["code"] == "1234"
    await go_on(hass, result, code="1234")
    assert only(entry).data == {
        "number": CAR,
        "family": "vimar_01913",
        "variant": "standard",
        "credentials": {"code": "1234"},
    }


async def test_change_to_a_number_that_is_taken(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """It is refused, and both stay as they are."""
    await add(hass, entry, "coban", **SECRET)
    await add(hass, entry, "coban", number="+32470000300", **SECRET)
    first, second = entry.subentries.values()
    result = await entry.start_subentry_reconfigure_flow(hass, second.subentry_id)
    result = await go_on(hass, result, name="Van", number=CAR, family="coban")
    result = await go_on(hass, result, **SECRET)
    assert result["reason"] == "already_configured"
    assert (first.unique_id, second.unique_id) == (CAR, "+32470000300")


async def test_schedule_needs_a_command(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Hours alone send nothing."""
    await add(hass, entry, "coban", schedule={"schedule_hours": 6}, **SECRET)
    assert "schedule" not in only(entry).data


async def test_several_ports(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A gateway with several ports asks which; a choice can be taken back."""
    entry.runtime_data = runtime_with("1A", "2A")
    entry.mock_state(hass, ConfigEntryState.LOADED)
    result = await start_subentry(hass, entry)
    assert "port" in offered(result)
    result = await go_on(hass, result, name="Car", number=CAR, family="coban", port="2A")
    await go_on(hass, result, **SECRET)
    assert only(entry).data["port"] == "2A"
    entry.mock_state(hass, ConfigEntryState.NOT_LOADED)
    result = await entry.start_subentry_reconfigure_flow(hass, only(entry).subentry_id)
    assert offered(result)["port"] == "2A"
    result = await go_on(hass, result, name="Car", number=CAR, family="coban")
    await go_on(hass, result, **SECRET)
    assert "port" not in only(entry).data
