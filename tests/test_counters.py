"""How many texts went and came, today and in all."""

from datetime import timedelta
from functools import partial
from typing import Any

from freezegun import freeze_time
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.diagnostics import async_get_config_entry_diagnostics
from simulator.at_modem import AtModem
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .waiting import shown, until_state

COUNTERS = [
    f"sensor.boat_sms_{counted}_{period}"
    for counted in ("sent", "received")
    for period in ("today", "total")
]
FAILED = [f"sensor.boat_sms_failed_{period}" for period in ("today", "total")]
LONG = "A text that is cut in three parts. " * 12


async def send(hass: HomeAssistant, text: str = "Alarm") -> None:
    """Send a text to Ann."""
    data = {"recipients": "notify.ann", "text": text}
    await hass.services.async_call(DOMAIN, "send_sms", data, blocking=True)


def shows(count: int, state: State) -> bool:
    """Whether a counter is at a count."""
    return state.state == str(count)


async def counted(hass: HomeAssistant, *counts: int) -> None:
    """Wait until the counters show: sent today and in all, received today and in all."""
    for entity_id, count in zip(COUNTERS, counts, strict=True):
        await until_state(hass, entity_id, partial(shows, count))


@pytest.mark.usefixtures("loaded")
async def test_each_text_counts_once(hass: HomeAssistant, network: Network) -> None:
    """However many parts it has; one that failed was not sent."""
    await counted(hass, 0, 0, 0, 0)
    await send(hass)
    await send(hass, LONG)
    await network.send(ANN, MODEM_NUMBER, LONG)
    await network.send(ANN, MODEM_NUMBER, "short")
    await counted(hass, 2, 2, 2, 2)
    network.refuse(1)
    with pytest.raises(HomeAssistantError):
        await send(hass)
    await send(hass)
    await counted(hass, 3, 3, 2, 2)


@pytest.mark.usefixtures("loaded")
async def test_what_failed(hass: HomeAssistant, network: Network, modem: AtModem) -> None:
    """What the network refused, and what there was no way for; it was not sent."""
    network.refuse(1)
    with pytest.raises(HomeAssistantError):
        await send(hass, LONG)
    await until_state(hass, FAILED[0], partial(shows, 1))
    modem.unplug()
    await until_state(hass, "binary_sensor.boat_connected", lambda state: state.state == "off")
    with pytest.raises(HomeAssistantError):
        await send(hass)
    for entity_id in FAILED:
        await until_state(hass, entity_id, partial(shows, 2))
    await counted(hass, 0, 0, 0, 0)


@pytest.mark.usefixtures("loaded")
async def test_statistics(hass: HomeAssistant) -> None:
    """Home Assistant keeps statistics of them, in messages."""
    for entity_id in COUNTERS + FAILED:
        attributes = shown(hass, entity_id).attributes
        assert attributes["state_class"] == "total_increasing"
        assert attributes["unit_of_measurement"] == "messages"


async def test_midnight(hass: HomeAssistant, loaded: MockConfigEntry, network: Network) -> None:
    """The day's counts begin anew at the house's own midnight, the totals go on."""
    await hass.config.async_set_time_zone("America/New_York")
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await send(hass)
    await network.send(ANN, MODEM_NUMBER, "one")
    await counted(hass, 1, 1, 1, 1)
    midnight = dt_util.start_of_local_day(dt_util.now() + timedelta(days=1))
    with freeze_time(midnight.astimezone(dt_util.UTC) - timedelta(minutes=1)) as clock:
        async_fire_time_changed(hass)
        await counted(hass, 1, 1, 1, 1)
        clock.tick(timedelta(seconds=61))
        async_fire_time_changed(hass)
        await counted(hass, 0, 1, 0, 1)


async def test_restart(hass: HomeAssistant, loaded: MockConfigEntry, network: Network) -> None:
    """The counts are there again."""
    await send(hass)
    await network.send(ANN, MODEM_NUMBER, "one")
    await counted(hass, 1, 1, 1, 1)
    await hass.config_entries.async_reload(loaded.entry_id)
    await counted(hass, 1, 1, 1, 1)


async def test_restart_on_another_day(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """Nobody was there at midnight; the day's counts begin anew all the same."""
    await hass.config.async_set_time_zone("Pacific/Pago_Pago")
    await send(hass)
    await network.send(ANN, MODEM_NUMBER, "one")
    await counted(hass, 1, 1, 1, 1)
    await hass.config_entries.async_unload(loaded.entry_id)
    # Twenty-five hours east of there it is always another day.
    await hass.config.async_set_time_zone("Pacific/Kiritimati")
    await hass.config_entries.async_setup(loaded.entry_id)
    await counted(hass, 0, 1, 0, 1)
    await send(hass)
    await counted(hass, 1, 2, 0, 1)


async def test_pruning_takes_nothing_from_the_counts(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """They do not hang on the messages that were counted."""
    await network.send(ANN, MODEM_NUMBER, "one")
    await counted(hass, 0, 0, 1, 1)
    journal = loaded.runtime_data.journal
    await journal.prune(dt_util.utcnow() + timedelta(days=1), 0)
    await hass.config_entries.async_reload(loaded.entry_id)
    await counted(hass, 0, 0, 1, 1)


async def test_they_stay_while_the_modem_is_away(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """What went and came is true without a link too."""
    await send(hass)
    await counted(hass, 1, 1, 0, 0)
    modem.unplug()
    await until_state(hass, "binary_sensor.boat_connected", lambda state: state.state == "off")
    await counted(hass, 1, 1, 0, 0)


async def test_diagnostics(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """The totals are in them."""
    await send(hass)
    diagnostics: dict[str, Any] = await async_get_config_entry_diagnostics(hass, loaded)
    assert diagnostics["counters"] == {"1 sent": 1}
