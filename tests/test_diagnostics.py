"""What can be posted of a gateway in the cloud and of an account at a service centre."""

from collections.abc import Iterator
import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import ExtendedJSONEncoder
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.diagnostics import async_get_config_entry_diagnostics
from simulator.emnify import Cloud, Device
from simulator.smsc import Smsc

from .clouds import CLOUD_HOOK, SECRET, TOKEN
from .waiting import until_state


async def download(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Return the diagnostics of an entry as the file that is downloaded has them."""
    found = await async_get_config_entry_diagnostics(hass, entry)
    data = json.loads(json.dumps(found, cls=ExtendedJSONEncoder))
    assert isinstance(data, dict)
    return data


def _values(data: Any) -> Iterator[str]:
    """Return all that is told, without the names that it is told under."""
    if isinstance(data, dict):
        data = list(data.values())
    if not isinstance(data, list):
        yield str(data)
        return
    for item in data:
        yield from _values(item)


@pytest.fixture
def cloud_options() -> dict[str, Any]:
    """Options with names and numbers in them."""
    return {
        "country": "DE",
        "tags": ["boats"],
        "search": "Trac",
        "source_address": "+491701234567",
        "push": {"local_only": False},
    }


async def test_an_account_in_the_cloud(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
) -> None:
    """Its endpoints are counted and shown, without what tells whose they are."""
    cloud.reject(cloud_device, 2, "not allowed for Tracker")
    cloud.text(cloud_device, "words of mine")
    await until_state(hass, "event.fleet_sms", lambda state: "text" in state.attributes)
    data = await download(hass, cloud_loaded)
    endpoints = data["endpoints"]
    assert (endpoints["count"], endpoints["sim_status"]) == (1, {"activated": 1})
    (shown,) = endpoints["some"]
    assert shown["sim_status"] == "activated"
    assert data["entry"]["kind"] == "emnify"
    sim = cloud_device.sim
    assert sim is not None
    told = list(_values(data))
    for secret in (
        TOKEN,
        SECRET,
        CLOUD_HOOK,
        "127.0.0.1",
        str(cloud.organisation),
        "boats",
        "Trac",
        "Tracker",
        "1701234567",
        sim.iccid,
        sim.imsi,
        sim.msisdn,
        cloud_device.imei,
        cloud_device.ip_address,
        "words of mine",
        "not allowed",
    ):
        # A short one may be in a time by chance.
        assert secret not in told
        assert len(secret) < 6 or not any(secret in value for value in told), secret


async def test_many_endpoints(
    hass: HomeAssistant, cloud: Cloud, cloud_loaded: MockConfigEntry
) -> None:
    """All are counted; the file does not grow with them."""
    for number in range(30):
        cloud.add_device(f"Tracker {number}", tags="boats")
    await hass.config_entries.async_reload(cloud_loaded.entry_id)
    data = await download(hass, cloud_loaded)
    assert data["endpoints"]["count"] == 31
    assert len(data["endpoints"]["some"]) == 20


@pytest.fixture
def centre_options() -> dict[str, Any]:
    """Options with a number in them."""
    return {"country": "DE", "source_address": "+491701234567", "service_type": "WAP"}


async def test_an_account_at_a_service_centre(
    hass: HomeAssistant, centre: Smsc, bound_centre: MockConfigEntry
) -> None:
    """Where it is and who has it is not told; how it is set up is."""
    data = await download(hass, bound_centre)
    assert data["connected"] is True
    assert data["options"]["service_type"] == "WAP"
    assert data["endpoints"] is None
    told = list(_values(data))
    assert centre.account.system_id not in told
    for secret in ("127.0.0.1", centre.account.password, "1701234567"):
        assert not any(secret in value for value in told)
