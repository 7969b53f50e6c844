"""A person adds recipients and tracked devices that are reached by their endpoints."""

from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator.emnify import Cloud, Device

from .desk import go_on, offered, start_subentry

NUMBER = "+423663920000017"


async def change(hass: HomeAssistant, entry: MockConfigEntry) -> SubentryFlowResult:
    """Open the form for the only one, once its gateway has taken up what was done before."""
    await hass.async_block_till_done()
    result: SubentryFlowResult = await entry.start_subentry_reconfigure_flow(
        hass, only(entry).subentry_id
    )
    return result


def only(entry: MockConfigEntry) -> ConfigSubentry:
    """Return the one that there is."""
    subentry: ConfigSubentry
    (subentry,) = entry.subentries.values()
    return subentry


async def test_the_list_of_endpoints(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """They are offered by name, with tags and number; a number need not be entered."""
    result = await start_subentry(hass, cloud_loaded)
    assert list(offered(result)) == ["name", "endpoint", "number", "family"]
    schema = result["data_schema"]
    assert schema is not None
    options = schema.schema["endpoint"].config["options"]
    assert options == [{"value": str(cloud_device.id), "label": f"Tracker · boats · {NUMBER}"}]


@pytest.mark.parametrize("typed", ["key", "Tracker", "tracker ", NUMBER, "iccid", "label"])
async def test_chosen_or_typed(
    hass: HomeAssistant, cloud_device: Device, cloud_loaded: MockConfigEntry, typed: str
) -> None:
    """What is typed may be whatever the endpoint is called; its key is kept."""
    key, sim = str(cloud_device.id), cloud_device.sim
    assert sim is not None
    known = {"key": key, "iccid": sim.iccid, "label": f"Tracker · boats · {NUMBER}"}
    result = await start_subentry(hass, cloud_loaded)
    endpoint = known.get(typed, typed)
    result = await go_on(hass, result, name="Car", endpoint=endpoint, family="generic")
    assert {"source_address", "source_address_type"} <= offered(result).keys()
    await go_on(hass, result)
    car = only(cloud_loaded)
    assert car.unique_id == f"endpoint {key}"
    assert dict(car.data) == {"family": "generic", "variant": "standard", "endpoint": key}


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({}, {"base": "endpoint_or_number"}),
        ({"endpoint": "Tracker", "number": NUMBER}, {"number": "endpoint_and_number"}),
        ({"endpoint": "Nobody"}, {"endpoint": "unknown_endpoint"}),
        ({"endpoint": "Twin"}, {"endpoint": "unknown_endpoint"}),
        ({"number": "Ann"}, {"number": "invalid_number"}),
    ],
)
@pytest.mark.parametrize("kind", ["tracked_device", "recipient"])
async def test_what_is_wrong(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_entry: MockConfigEntry,
    cloud_device: Device,
    kind: str,
    values: dict[str, str],
    errors: dict[str, str],
) -> None:
    """Neither, both, what there is not, and a name that two have."""
    for _ in range(2):
        cloud.add_device("Twin")
    assert await hass.config_entries.async_setup(cloud_entry.entry_id)
    await hass.async_block_till_done()
    family = {"family": "generic"} if kind == "tracked_device" else {}
    result = await start_subentry(hass, cloud_entry, kind)
    result = await go_on(hass, result, name="Car", **values, **family)
    assert result["errors"] == errors
    assert not cloud_entry.subentries
    await hass.config_entries.async_unload(cloud_entry.entry_id)


async def test_a_recipient(
    hass: HomeAssistant, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """It is added with an endpoint, and changed to a number."""
    key = str(cloud_device.id)
    result = await start_subentry(hass, cloud_loaded, "recipient")
    await go_on(hass, result, name="Ann", endpoint="Tracker")
    assert dict(only(cloud_loaded).data) == {"endpoint": key}
    result = await change(hass, cloud_loaded)
    assert offered(result)["endpoint"] == key
    await go_on(hass, result, name="Ann", number=NUMBER)
    ann = only(cloud_loaded)
    assert (dict(ann.data), ann.unique_id) == ({"number": NUMBER}, NUMBER)
    await hass.async_block_till_done()


async def test_a_released_endpoint(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """It stays to be seen; the device keeps it, or is given another one."""
    other = cloud.add_device("Other")
    result = await start_subentry(hass, cloud_loaded)
    await go_on(hass, await go_on(hass, result, name="Car", endpoint="Tracker", family="generic"))
    cloud.remove(cloud_device)
    await hass.async_block_till_done()
    await hass.config_entries.async_reload(cloud_loaded.entry_id)
    result = await change(hass, cloud_loaded)
    gone = offered(result)["endpoint"]
    assert gone == str(cloud_device.id)
    result = await go_on(hass, result, name="Boat", endpoint=gone, family="generic")
    await go_on(hass, result)
    assert (only(cloud_loaded).title, only(cloud_loaded).data["endpoint"]) == ("Boat", gone)
    result = await change(hass, cloud_loaded)
    result = await go_on(hass, result, name="Boat", endpoint="Other", family="generic")
    await go_on(hass, result)
    assert only(cloud_loaded).data["endpoint"] == str(other.id)
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"source_address": "Boat"}, None),
        ({"source_address": "777", "source_address_type": "national"}, None),
        ({"source_address": "*100#"}, "invalid_source_address"),
        (
            {"source_address": "Boat", "source_address_type": "national"},
            "invalid_source_address",
        ),
        ({"source_address_type": "national"}, "source_address_missing"),
    ],
)
async def test_the_sender_of_a_device(
    hass: HomeAssistant,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
    values: dict[str, str],
    error: str | None,
) -> None:
    """It is kept as it is typed, where it can be one."""
    result = await start_subentry(hass, cloud_loaded)
    result = await go_on(hass, result, name="Car", endpoint="Tracker", family="generic")
    result = await go_on(hass, result, **values)
    if error is not None:
        assert result["errors"] == {"source_address": error}
        return
    assert only(cloud_loaded).data.items() >= values.items()
    result = await change(hass, cloud_loaded)
    known = {"name": "Car", "endpoint": "Tracker", "family": "generic"}
    result = await go_on(hass, result, **known)
    assert offered(result).items() >= values.items()
    await go_on(hass, result)
    assert "source_address" not in only(cloud_loaded).data
    await hass.async_block_till_done()
