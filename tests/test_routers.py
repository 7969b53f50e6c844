"""A Teltonika router in Home Assistant: what it shows, and what can be done with it."""

from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.cellular_gateway import coordinator as coordinator_module
from custom_components.cellular_gateway.const import DOMAIN
from simulator.teltonika import RouterModem

from .issues import issues, pass_time
from .routers import OWN, PEER, Home
from .waiting import eventually, shown, until_state

SMS = {
    "binary_sensor.connected",
    "event.sms",
    "sensor.last_sms",
    "sensor.sim_storage",
    "sensor.sms_failed_today",
    "sensor.sms_failed_total",
    "sensor.sms_received_today",
    "sensor.sms_received_total",
    "sensor.sms_sent_today",
    "sensor.sms_sent_total",
}
RADIO = {
    "binary_sensor.roaming",
    "binary_sensor.sim_problem",
    "button.restart_connection",
    "button.restart_modem",
    "sensor.access_technology",
    "sensor.data_received",
    "sensor.data_sent",
    "sensor.modem_temperature",
    "sensor.operator",
    "sensor.registration",
    "sensor.rsrp",
    "sensor.rsrq",
    "sensor.signal",
    "sensor.sim_state",
    "sensor.sinr",
}


@pytest.mark.parametrize(
    ("firmware", "expected"),
    [
        ({}, SMS | RADIO | {"sensor.active_slot"}),
        ({"legacy": True}, SMS | RADIO | {"sensor.active_slot"}),
        ({"legacy": True, "bare": True}, SMS),
    ],
)
async def test_what_a_router_tells(
    home: Home, firmware: dict[str, bool], expected: set[str]
) -> None:
    """Only what its API can tell is there."""
    entry = await home.entry(await home.router(**firmware))
    assert home.entities(entry) == expected


async def test_values(hass: HomeAssistant, home: Home) -> None:
    """They are shown in the units that a person expects."""
    router = await home.router()
    await home.entry(router)
    found = {
        name: (state.state, state.attributes.get("unit_of_measurement"))
        for name in ("signal", "rsrp", "sinr", "modem_temperature", "data_sent", "registration")
        for state in [shown(hass, f"sensor.boat_{name}")]
    }
    assert found == {
        "signal": ("-60", "dBm"),
        "rsrp": ("-92.0", "dBm"),
        "sinr": ("11.0", "dB"),
        "modem_temperature": ("31.0", "°C"),
        "data_sent": ("26064.691191", "MB"),
        "registration": ("home", None),
    }
    assert shown(hass, "sensor.boat_sim_storage").attributes["total"] == 30


async def test_two_modems(hass: HomeAssistant, home: Home) -> None:
    """Each is a device behind the router, and has buttons of its own."""
    second = RouterModem(home.network, numbers=OWN[1:], id="2-1", primary=False)
    router = await home.router(RouterModem(home.network, numbers=OWN[:1]), second)
    entry = await home.entry(router)
    gateway, *ports = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert [port.name for port in ports] == ["Boat port 1", "Boat port 2-1"]
    assert {port.via_device_id for port in ports} == {gateway.id}
    assert gateway.model == "RUT241"
    await home.press("button.boat_port_2_1_restart_modem")
    await home.press("button.boat_port_2_1_restart_connection")
    assert (second.reboots, second.reconnections) == (1, 1)
    assert (router.modem.reboots, router.modem.reconnections) == (0, 0)


async def test_one_modem_is_the_router_itself(hass: HomeAssistant, home: Home) -> None:
    """There is one device."""
    entry = await home.entry(await home.router())
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert (device.name, device.manufacturer, device.model) == ("Boat", "Teltonika", "RUT241")


@pytest.mark.parametrize("legacy", [False, True], ids=["rest", "ubus"])
async def test_switch_sim(hass: HomeAssistant, home: Home, legacy: bool) -> None:
    """A modem with two SIMs lets one choose."""
    router = await home.router(RouterModem(home.network, numbers=OWN), legacy=legacy)
    await home.entry(router)
    name = "select.boat_sim_slot"
    state = shown(hass, name)
    assert (state.state, state.attributes["options"]) == ("1", ["1", "2"])
    await hass.services.async_call(
        "select", "select_option", {"entity_id": name, "option": "2"}, blocking=True
    )
    await until_state(hass, name, lambda state: state.state == "2")
    assert router.modem.active_sim == 2


@pytest.mark.parametrize("legacy", [False, True], ids=["rest", "post_get"])
async def test_a_login_that_is_asked_for_is_no_issue(
    hass: HomeAssistant, home: Home, legacy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who changed the router's password is asked for it, and is not told that it is silent."""
    monkeypatch.setattr(coordinator_module, "RECONNECT_DELAYS", (0.0, 0.1))
    router = await home.router(legacy=legacy)
    entry = await home.entry(router)
    coordinator = entry.runtime_data.coordinator
    router.post_get.password = "another"
    if router.rest is not None:
        router.rest.password = "another"
        router.rest.expire_tokens()
    await coordinator.async_refresh()
    await eventually(lambda: coordinator.failure is not None)
    await pass_time(hass, 16)
    assert issues(hass) == set()
    assert any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))


@pytest.mark.parametrize(
    "option", [{"flash": True}, {"validity": {"hours": 1}}, {"delivery_report": True}]
)
async def test_what_a_router_cannot_do_is_said(
    hass: HomeAssistant, home: Home, option: dict[str, Any]
) -> None:
    """And nothing is sent without it."""
    await home.entry(await home.router())
    answer: Any = await hass.services.async_call(
        DOMAIN,
        "send_sms",
        {"numbers": [PEER], "text": "Ahoy", **option},
        blocking=True,
        return_response=True,
    )
    (receipt,) = answer["receipts"]
    assert (receipt["status"], receipt["reason"]) == ("failed", "unsupported")
    assert not home.network.sent
