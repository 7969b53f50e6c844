"""What a person may change about an EMnify account later."""

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.gateways.push import Push
from simulator.emnify import Cloud, CloudServer, Device
from simulator.emnify.tokens import encode

from ..clouds import SECRET
from ..waiting import until_state
from .desk import offered, outcome, placeholders


async def options_step(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> ConfigFlowResult:
    """Open one of the forms of the options."""
    options = hass.config_entries.options
    menu = await options.async_init(entry.entry_id)
    assert menu["menu_options"] == ["settings", "endpoints", "sender", "portal"]
    return await options.async_configure(menu["flow_id"], {"next_step_id": step})


async def test_other_endpoints_later(
    hass: HomeAssistant, cloud: Cloud, cloud_loaded: MockConfigEntry
) -> None:
    """Tags that are not chosen yet are offered too; what is emptied is chosen no more."""
    cloud.add_device("Car", tags="road")
    options = hass.config_entries.options
    form = await options_step(hass, cloud_loaded, "endpoints")
    schema = form["data_schema"]
    assert schema is not None
    assert schema.schema["tags"].config["options"] == ["boats", "road"]
    await options.async_configure(form["flow_id"], {"tags": ["road"], "calls": 60})
    await hass.async_block_till_done()
    assert cloud_loaded.options.items() >= {"tags": ["road"], "calls": 60}.items()
    assert cloud_loaded.options["push"] == {"local_only": True}
    shown = cloud_loaded.runtime_data.gateway.state.endpoints.values()
    assert [endpoint.name for endpoint in shown] == ["Car"]
    form = await options_step(hass, cloud_loaded, "endpoints")
    assert offered(form)["tags"] == ["road"]
    await options.async_configure(form["flow_id"], {"tags": [], "search": "", "calls": 1800})
    await hass.async_block_till_done()
    assert not {"tags", "search"} & cloud_loaded.options.keys()
    assert len(cloud_loaded.runtime_data.gateway.state.endpoints) == 2


async def test_options_without_the_service(
    hass: HomeAssistant, cloud_server: CloudServer, cloud_loaded: MockConfigEntry
) -> None:
    """The choice can be changed while nothing can be asked."""
    cloud_server.down = True
    form = await options_step(hass, cloud_loaded, "endpoints")
    assert outcome(form) == "endpoints"
    hass.config_entries.options.async_abort(form["flow_id"])
    await hass.config_entries.async_unload(cloud_loaded.entry_id)
    assert outcome(await options_step(hass, cloud_loaded, "endpoints")) == "endpoints"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"source_address": " 2580 "}, {"source_address": "2580"}),
        ({"source_address": "Boat"}, {"source_address": "Boat"}),
        (
            {"source_address": "0049 170 1234567", "source_address_type": "international"},
            {"source_address": "+491701234567", "source_address_type": "international"},
        ),
        ({}, {"source_address": "12345"}),
        ({"source_address": "more than eleven"}, None),
        ({"source_address": "*100#"}, None),
        ({"source_address": "Boat", "source_address_type": "national"}, None),
    ],
)
async def test_who_sends(
    hass: HomeAssistant,
    cloud_loaded: MockConfigEntry,
    typed: dict[str, str],
    kept: dict[str, str] | None,
) -> None:
    """A sender is checked before it is kept."""
    form = await options_step(hass, cloud_loaded, "sender")
    result = await hass.config_entries.options.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    fields = {"source_address", "source_address_type"}
    chosen = {key: value for key, value in cloud_loaded.options.items() if key in fields}
    assert chosen == (kept or {})
    if kept is None:
        assert outcome(result) == "sender:source_address_invalid"


async def test_the_address_is_shown_again(
    hass: HomeAssistant,
    home_url: str,
    cloud: Cloud,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
) -> None:
    """The address for the Data Streamer carries the secret, and events come through it."""
    hass.config.external_url = home_url
    form = await options_step(hass, cloud_loaded, "portal")
    shown = placeholders(form)
    assert shown["secret"] == SECRET
    assert offered(form) == {"local_only": True}
    await hass.config_entries.options.async_configure(form["flow_id"], {"local_only": False})
    await hass.async_block_till_done()
    assert cloud_loaded.options["push"] == {"local_only": False}
    cloud.webhooks.secret = None
    cloud.webhooks.stream_url = shown["stream_url"]
    cloud.go_online(cloud_device)
    await until_state(
        hass,
        "sensor.tracker_connectivity",
        lambda state: state.state == "online",
    )
    assert not cloud.webhooks.refused


async def test_pushes_of_strangers(hass: HomeAssistant, cloud_loaded: MockConfigEntry) -> None:
    """Without the secret nothing is taken, not even where an entry has none."""
    body = b'{"id": 1, "payload": "x", "endpoint": {"id": 1}}'
    gateway = cloud_loaded.runtime_data.gateway
    assert (await gateway.receive_push(Push(body=body))).status == 403
    data = {key: value for key, value in cloud_loaded.data.items() if key != "secret"}
    hass.config_entries.async_update_entry(cloud_loaded, data=data)
    await hass.async_block_till_done()
    gateway = cloud_loaded.runtime_data.gateway
    headers = {"authorization": encode({}, "", "HS256")}
    assert (await gateway.receive_push(Push(headers=headers, body=body))).status == 403
