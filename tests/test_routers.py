"""A Teltonika router in Home Assistant."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.network import Network
from simulator.phone import Phone
from simulator.teltonika import Forwarding, Router, RouterModem

from .waiting import shown, until_state

HOOK = "7f3a9c"
OWN = ("+4917139200011", "+4917139200012")
PEER = "+491701234567"
NAMES = {"number_name": "Sender", "text_name": "Text", "base64": False}


class Home:
    """Routers, and the entries for them."""

    def __init__(self, hass: HomeAssistant, url: str, network: Network) -> None:
        """Begin without any."""
        self.hass = hass
        self.url = url
        self.network = network
        self.routers: list[Router] = []

    async def router(self, *modems: RouterModem, **firmware: bool) -> Router:
        """Switch a router on, with one modem unless told otherwise."""
        chosen = modems or (RouterModem(self.network, numbers=OWN[:1]),)
        router = Router(*chosen, **firmware)
        self.routers.append(router)
        await router.serve()
        return router

    async def entry(self, router: Router, **push: Any) -> MockConfigEntry:
        """Set an entry for a router up."""
        data: dict[str, Any] = {
            "kind": "teltonika",
            "webhook_id": HOOK,
            "url": f"http://127.0.0.1:{router.port}",
        }
        if router.rest is not None:
            login = {"username": router.rest.username, "password": router.rest.password}
            data |= {"api": "rest", **login}
        else:
            data |= {"api": "post_get", "username": "user1", "password": "user_pass"}
            if router.ubus is not None:
                data |= {"router_username": "root", "router_password": "admin01"}
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Boat",
            data=data,
            options={"country": "DE", "push": {"forward": bool(push), **NAMES, **push}},
        )
        entry.add_to_hass(self.hass)
        assert await self.hass.config_entries.async_setup(entry.entry_id)
        await self.hass.async_block_till_done()
        return entry

    def entities(self, entry: MockConfigEntry) -> set[str]:
        """Name the entities that are on, without what all of them begin with."""
        registry = er.async_get(self.hass)
        return {
            entity.entity_id.replace("boat_", "")
            for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
            if not entity.disabled_by
        }

    async def press(self, entity_id: str) -> None:
        """Press a button."""
        await self.hass.services.async_call(
            "button", "press", {"entity_id": entity_id}, blocking=True
        )

    async def close(self) -> None:
        """Unload the entries, and switch the routers off."""
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            if entry.state is ConfigEntryState.LOADED:
                await self.hass.config_entries.async_unload(entry.entry_id)
        for router in self.routers:
            await router.close()


@pytest.fixture
async def home(hass: HomeAssistant, home_url: str, network: Network) -> AsyncIterator[Home]:
    """A place for routers."""
    home = Home(hass, home_url, network)
    yield home
    await home.close()


SMS = {
    "binary_sensor.connected",
    "event.sms",
    "sensor.last_sms",
    "sensor.sim_storage",
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


async def test_forwarded_at_once(hass: HomeAssistant, home: Home) -> None:
    """A message comes by push, and the list does not bring it again."""
    router = await home.router()
    extra = {"extra_1_name": "Code", "extra_1_value": "RUT240 06E000"}
    entry = await home.entry(router, forward=True, extra=extra)
    forwarding = Forwarding(f"{home.url}/api/webhook/{HOOK}", extra=(("Code", "RUT240 06E000"),))
    router.forwarding.append(forwarding)
    await Phone(home.network, PEER).send(OWN[0], "Hello!")
    state = await until_state(
        hass, "event.boat_sms", lambda state: state.attributes.get("text") == "Hello!"
    )
    assert state.attributes["sender"] == PEER
    await router.forwarded()
    assert forwarding.answers == [200]
    await until_state(hass, "sensor.boat_sms_received_total", lambda state: state.state == "1")
    forwarding.extra = ()
    router.receive(PEER, "without the pair")
    await router.forwarded()
    assert forwarding.answers == [200, 403]
    assert shown(hass, "sensor.boat_sms_received_total").state == "1"
    await hass.config_entries.async_unload(entry.entry_id)
    forwarding.extra = (("Code", "RUT240 06E000"),)
    router.receive(PEER, "nobody is there")
    await router.forwarded()
    assert forwarding.answers == [200, 403, 503]


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


async def test_switch_sim(hass: HomeAssistant, home: Home) -> None:
    """A modem with two SIMs lets one choose."""
    router = await home.router(RouterModem(home.network, numbers=OWN))
    await home.entry(router)
    name = "select.boat_sim_slot"
    state = shown(hass, name)
    assert (state.state, state.attributes["options"]) == ("1", ["1", "2"])
    await hass.services.async_call(
        "select", "select_option", {"entity_id": name, "option": "2"}, blocking=True
    )
    await until_state(hass, name, lambda state: state.state == "2")
    assert router.modem.active_sim == 2
