"""An EMnify account in Home Assistant, over its own HTTP."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, override
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.gateways.emnify.clock import SystemClock
from simulator.emnify import Cloud, CloudServer, Device

TOKEN = "token"
SECRET = "a secret of ours"
CLOUD_HOOK = "5e0c41"


class FastClock(SystemClock):
    """A clock by which everything is due 20 times as soon; the time of day is the real one."""

    factor = 20.0

    @override
    def time(self) -> float:
        """Return seconds of its own."""
        return super().time() * self.factor

    @override
    async def sleep(self, seconds: float) -> None:
        """Sleep so many of its own seconds."""
        await super().sleep(seconds / self.factor)


@pytest.fixture
def fast_clock() -> Iterator[None]:
    """Have accounts watched by a clock that is fast."""
    with patch("custom_components.cellular_gateway.gateways.emnify.gateway.SystemClock", FastClock):
        yield


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    """An organisation without endpoints, whose application token is `TOKEN`."""
    cloud = Cloud(application_token=TOKEN)
    yield cloud
    await cloud.close()


@pytest.fixture
async def cloud_server(cloud: Cloud, socket_enabled: None) -> AsyncIterator[CloudServer]:
    """Its REST API, which is served at `base_url`."""
    server = CloudServer(cloud)
    await server.serve()
    yield server
    await server.stop()


@pytest.fixture
async def cloud_device(cloud: Cloud) -> Device:
    """An endpoint that is attached to a network."""
    device = cloud.add_device("Tracker", msisdn="423663920000017", tags="boats")
    cloud.attach(device)
    return device


@pytest.fixture
def cloud_options() -> dict[str, Any]:
    """The options of the config entry."""
    return {"country": "DE", "push": {"local_only": True}}


@pytest.fixture
def cloud_entry(
    hass: HomeAssistant,
    home_url: str,
    fast_clock: None,
    cloud: Cloud,
    cloud_server: CloudServer,
    cloud_options: dict[str, Any],
) -> MockConfigEntry:
    """An entry for the account, which pushes to us once it is set up; not set up yet."""
    cloud.webhooks.secret = SECRET
    url = f"{home_url}/api/webhook/{CLOUD_HOOK}"
    cloud.webhooks.sms_url = cloud.webhooks.stream_url = url
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Fleet",
        unique_id=str(cloud.organisation),
        data={
            "kind": "emnify",
            "token": TOKEN,
            "url": cloud_server.base_url,
            "webhook_id": CLOUD_HOOK,
            "secret": SECRET,
        },
        options=cloud_options,
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def cloud_loaded(
    hass: HomeAssistant, cloud_entry: MockConfigEntry, cloud_device: Device
) -> AsyncIterator[MockConfigEntry]:
    """The entry, set up with the one endpoint and whatever a test had added before."""
    assert await hass.config_entries.async_setup(cloud_entry.entry_id)
    await hass.async_block_till_done()
    yield cloud_entry
    # A subentry that was added has it loaded anew.
    await hass.async_block_till_done()
    if cloud_entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(cloud_entry.entry_id)
