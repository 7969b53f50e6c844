"""Tracked devices behind a gateway in Home Assistant: each has its simulated far end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import (
    CONF_BAUDRATE,
    CONF_DEVICE,
    CONF_FAMILY,
    CONF_KIND,
    CONF_NUMBER,
    DOMAIN,
    SUBENTRY_TRACKED_DEVICE,
)
from simulator.clock import SystemClock
from simulator.devices import Device, make_device
from simulator.network import Network

from .waiting import eventually, until_state

CAR = "+32470000200"
VAN = "+32470000300"

type Install = Callable[..., Awaitable[MockConfigEntry]]


class UnhurriedClock(SystemClock):
    """A clock by which no two messages come in the same second.

    Devices that confirm two messages with the same word would else send the same PDU twice, which
    is what a network does that repeats one.
    """

    def __init__(self) -> None:
        """Begin now."""
        self._asked = 0

    @override
    def now(self) -> datetime:
        """Return a time that was not returned before."""
        self._asked += 1
        return super().now() + timedelta(seconds=self._asked)


def tracked(title: str, family: str, number: str = CAR, **data: Any) -> ConfigSubentryDataWithId:
    """Describe a tracked device; the id of its subentry is its title in lower case."""
    return ConfigSubentryDataWithId(
        subentry_id=title.lower(),
        subentry_type=SUBENTRY_TRACKED_DEVICE,
        title=title,
        unique_id=number,
        data={CONF_NUMBER: number, CONF_FAMILY: family, **data},
    )


def far(network: Network, family: str, number: str = CAR, **options: Any) -> Device:
    """Make the far end of a tracked device."""
    return make_device(network, family, number, **options)


@pytest.fixture
async def install(
    hass: HomeAssistant, usb: None, device: str, options: dict[str, Any]
) -> AsyncIterator[Install]:
    """Set a gateway up that has the tracked devices which are given."""
    entries: list[MockConfigEntry] = []

    async def set_up(*devices: ConfigSubentryDataWithId, **more: Any) -> MockConfigEntry:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Boat",
            unique_id="modem",
            data={CONF_KIND: "at_modem", CONF_DEVICE: device, CONF_BAUDRATE: 115200},
            options=options | more,
            subentries_data=devices,
        )
        entry.add_to_hass(hass)
        entries.append(entry)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        return entry

    yield set_up
    for entry in entries:
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)


def id_of(hass: HomeAssistant, entry: MockConfigEntry, title: str) -> str:
    """Return the device id of a tracked device."""
    found = dr.async_get_device_id_by_identifier(
        hass, (DOMAIN, title.lower()), config_entry_id=entry.entry_id
    )
    assert found is not None, title
    return found


async def press(hass: HomeAssistant, entity_id: str) -> None:
    """Press a button."""
    await hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)


async def until(hass: HomeAssistant, entity_id: str, state: str) -> State:
    """Wait until an entity shows a state."""
    return await until_state(hass, entity_id, lambda shown: shown.state == state)


async def next_event(hass: HomeAssistant, entity_id: str, before: State | None) -> State:
    """Wait until an event entity has fired since a state."""
    last = before.state if before else None
    return await until_state(
        hass, entity_id, lambda shown: shown.state not in (last, "unknown", "unavailable")
    )


async def until_logged(caplog: pytest.LogCaptureFixture, text: str) -> None:
    """Wait until the log says something."""
    await eventually(lambda: text in caplog.text)
