"""The link to a service centre, kept alive by Home Assistant."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, override

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway import coordinator as coordinator_module
from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.health import Ailment
from simulator.network import Network
from simulator.smsc import Smsc

from .centres import server_context
from .issues import issues, pass_time, until_issues
from .waiting import LIMIT, eventually, shown, until_state

PEER = "+491701234567"
ALARM = {"numbers": PEER, "text": "Alarm"}


async def send(hass: HomeAssistant) -> None:
    """Send a text to somebody."""
    await hass.services.async_call(DOMAIN, "send_sms", ALARM, blocking=True)


async def until_connected(hass: HomeAssistant, wanted: str = "on") -> None:
    """Wait until the link stands, or does not."""
    await until_state(hass, "binary_sensor.centre_connected", lambda state: state.state == wanted)


async def until_received(hass: HomeAssistant, text: str) -> None:
    """Wait until a text has come in."""
    await until_state(hass, "sensor.centre_last_sms", lambda state: state.state == text)


@pytest.mark.usefixtures("bound_centre")
async def test_an_outage(
    hass: HomeAssistant, centre: Smsc, centre_port: int, network: Network
) -> None:
    """It connects again by itself, and gets what waited; meanwhile nothing is sent."""
    await centre.stop()
    await until_connected(hass, "off")
    assert shown(hass, "sensor.centre_queue").state == "unavailable"
    with pytest.raises(HomeAssistantError) as raised:
        await send(hass)
    assert raised.value.translation_key == "not_connected"
    await until_state(hass, "sensor.centre_sms_failed_today", lambda state: state.state == "1")
    await network.send(PEER, centre.account.number, "It waited")
    await centre.serve(port=centre_port)
    await until_connected(hass)
    await until_received(hass, "It waited")
    await send(hass)
    assert shown(hass, "sensor.centre_queue").state == "0"
    assert [sent.text for sent in await network.wait_sent()] == ["Alarm"]


async def test_a_long_outage(
    hass: HomeAssistant, bound_centre: MockConfigEntry, centre: Smsc, centre_port: int
) -> None:
    """A person is told after a quarter of an hour, and not to unplug a modem."""
    await centre.stop()
    await eventually(lambda: bound_centre.runtime_data.coordinator.failure is not None)
    await pass_time(hass, 14)
    assert issues(hass) == set()
    await pass_time(hass, 16)
    assert issues(hass) == {Ailment.GATEWAY_UNREACHABLE}
    await centre.serve(port=centre_port)
    await until_issues(hass)


@pytest.mark.usefixtures("bound_centre")
async def test_the_centre_logs_us_out(hass: HomeAssistant, centre: Smsc, network: Network) -> None:
    """As before an update of its own: we come again."""
    (session,) = centre.sessions
    await session.unbind()
    await until_connected(hass, "off")
    await until_connected(hass)
    await network.send(PEER, centre.account.number, "Hello again")
    await until_received(hass, "Hello again")


class Delays(list[float]):
    """Delays that count how often they were begun."""

    begun = 0

    @override
    def __iter__(self) -> Iterator[float]:
        """Begin."""
        self.begun += 1
        return super().__iter__()


@pytest.mark.usefixtures("bound_centre")
@pytest.mark.parametrize(("steady", "begun"), [(60.0, 1), (0.0, 3)])
async def test_a_centre_that_hangs_up_soon(
    hass: HomeAssistant,
    centre: Smsc,
    monkeypatch: pytest.MonkeyPatch,
    steady: float,
    begun: int,
) -> None:
    """The delays go on after a link that did not last, and begin anew after one that did."""
    delays = Delays([0.0, 0.01, 0.02])
    monkeypatch.setattr(coordinator_module, "RECONNECT_DELAYS", delays)
    monkeypatch.setattr(coordinator_module, "STEADY_LINK", steady)
    for _ in range(3):
        (session,) = centre.sessions
        await session.unbind()
        await until_connected(hass, "off")
        await until_connected(hass)
    assert delays.begun == begun


async def test_an_unload(hass: HomeAssistant, bound_centre: MockConfigEntry, centre: Smsc) -> None:
    """Logs out in good form."""
    await hass.config_entries.async_unload(bound_centre.entry_id)
    await centre.until(lambda: not centre.sessions)
    assert centre.heard_frames[-1].name == "UNBIND"


def reauths(hass: HomeAssistant) -> list[Any]:
    """Return the flows that ask for another login."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return [flow for flow in flows if flow["context"]["source"] == SOURCE_REAUTH]


async def test_a_wrong_login(
    hass: HomeAssistant, centre: Smsc, centre_entry: MockConfigEntry
) -> None:
    """A person is asked for another one, and nothing is tried with the one that is wrong."""
    centre.account.password = "another"
    assert not await hass.config_entries.async_setup(centre_entry.entry_id)
    await hass.async_block_till_done()
    assert centre_entry.state is ConfigEntryState.SETUP_ERROR
    assert len(reauths(hass)) == 1
    assert [frame.name for frame in centre.heard_frames].count("BIND_TRANSCEIVER") == 1


async def test_a_login_that_stays_wrong(
    hass: HomeAssistant,
    bound_centre: MockConfigEntry,
    centre: Smsc,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Is not tried again and again, which locks accounts, whatever else happens."""
    monkeypatch.setattr(coordinator_module, "RECONNECT_DELAYS", (0.0,))
    coordinator = bound_centre.runtime_data.coordinator
    centre.account.password = "another"
    centre.disconnect()
    await eventually(lambda: coordinator.asks_person)
    coordinator.reachable()
    # That nothing happens in a span of time is shown by letting it pass.
    await asyncio.sleep(0.2)
    assert [frame.name for frame in centre.heard_frames].count("BIND_TRANSCEIVER") == 2


@pytest.mark.usefixtures("bound_centre")
async def test_a_login_that_is_changed(
    hass: HomeAssistant, centre: Smsc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person is asked once; if the old login is right again, that is enough."""
    monkeypatch.setattr(coordinator_module, "REFUSED_LOGIN_DELAY", 0.1)
    ours = centre.account.password
    begun = asyncio.Event()
    hass.config_entries.flow.async_subscribe_flow(lambda *_: begun.set())
    centre.account.password = "another"
    centre.disconnect()
    async with asyncio.timeout(LIMIT):
        await begun.wait()
    assert len(reauths(hass)) == 1
    assert shown(hass, "binary_sensor.centre_connected").state == "off"
    centre.account.password = ours
    await until_connected(hass)


@pytest.fixture
async def encrypted(centre: Smsc, certificate: Path, centre_data: dict[str, Any]) -> None:
    """Have the service centre speak TLS."""
    await centre.stop()
    centre_data |= {"port": await centre.serve(tls=await server_context(certificate)), "tls": True}


@pytest.fixture
def trusting(centre_data: dict[str, Any]) -> None:
    """Take its certificate, though nobody has signed it."""
    centre_data["verify_ssl"] = False


@pytest.mark.usefixtures("encrypted", "trusting", "bound_centre")
async def test_tls(hass: HomeAssistant, centre: Smsc, network: Network) -> None:
    """Both ways, also after the link was lost."""
    for round_trip in ("first", "second"):
        await send(hass)
        await network.send(PEER, centre.account.number, round_trip)
        await until_received(hass, round_trip)
        centre.disconnect()
        await until_connected(hass, "off")
        await until_connected(hass)
    assert [sent.text for sent in await network.wait_sent(2)] == ["Alarm", "Alarm"]


@pytest.mark.usefixtures("encrypted")
async def test_an_untrusted_certificate(hass: HomeAssistant, centre_entry: MockConfigEntry) -> None:
    """Is refused, in words, until a person says otherwise."""
    # Else asyncio tells of our breaking the handshake off, which is what is wanted.
    hass.loop.set_debug(False)
    assert not await hass.config_entries.async_setup(centre_entry.entry_id)
    assert centre_entry.error_reason_translation_key == "certificate_untrusted"
