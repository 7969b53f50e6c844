"""A person sets up an Ejoin gateway."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.flows import ejoin
from simulator.ejoin import Api, Box

from .desk import answer, offered, outcome, placeholders, set_up, start_change, start_user, state_of

MAC = "00:30:f1:00:6d:b1"
LOGIN = {"username": "root", "password": "root"}


@pytest.fixture
async def box(hass: HomeAssistant, home_url: str) -> AsyncIterator[Box]:
    """A gateway with a few ports."""
    box = Box(ports=4, slots=2)
    yield box
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state.recoverable:
            await hass.config_entries.async_unload(entry.entry_id)
    await box.close()


@pytest.fixture
async def url(box: Box) -> AsyncIterator[str]:
    """Where the web pages of the gateway are."""
    api = Api(box)
    yield await api.serve()
    await api.stop()


async def start(hass: HomeAssistant, way: str) -> ConfigFlowResult:
    """Begin with one of the two ways to set a gateway up."""
    return await answer(hass, await start_user(hass, "ejoin"), next_step_id=way)


def box_entry(hass: HomeAssistant, unique_id: str = MAC, **data: Any) -> MockConfigEntry:
    """Add an entry for a gateway; it is not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Boat",
        unique_id=unique_id,
        data={"kind": "ejoin", "webhook_id": "hook", **data},
        options={"show_texts": False, "push": {"local_only": True}},
    )
    entry.add_to_hass(hass)
    return entry


async def current(hass: HomeAssistant, flow_id: str) -> ConfigFlowResult:
    """Show the step that a flow is at by now."""
    await hass.async_block_till_done()
    return await hass.config_entries.flow.async_configure(flow_id)


async def test_with_its_login(hass: HomeAssistant, box: Box, url: str, home_url: str) -> None:
    """Login, reports, preferences; our address is entered in it, since nobody objected."""
    result = await start(hass, "ejoin_login")
    assert offered(result)["username"] == "root"
    result = await answer(hass, result, url=url, **LOGIN)
    assert outcome(result) == "notification"
    hook = placeholders(result)["url"]
    assert hook.startswith(f"{home_url}/api/webhook/")
    result = await answer(hass, result, period=90)
    assert offered(result).keys() == {"show_texts", "country", "delete_after_receipt"}
    result = await answer(hass, result)
    entry = result["result"]
    assert state_of(entry) is ConfigEntryState.LOADED
    assert (entry.unique_id, entry.title) == (MAC, "Ejoin 4 × 2 SIM")
    assert entry.data.items() >= {"url": url, **LOGIN}.items()
    assert entry.options["push"] == {"configure": True, "period": 90, "local_only": True}
    assert entry.options["delete_after_receipt"] is False
    assert (box.push_url, box.period) == (hook, 90)


async def test_without_a_mac(hass: HomeAssistant, box: Box, url: str) -> None:
    """What does not tell its MAC address goes by its URL, which is taken for no such address."""
    box.mac = ""
    result = await answer(hass, await start(hass, "ejoin_login"), url=url, **LOGIN)
    result = await answer(hass, await answer(hass, result))
    entry = result["result"]
    assert (entry.unique_id, state_of(entry)) == (url, ConfigEntryState.LOADED)
    assert await box.report_device() == 200
    box.mac = MAC
    assert await box.report_device() == 200
    result = await start_change(hass, entry, "reauth")
    assert outcome(await answer(hass, result, url=url, **LOGIN)) == "reauth_successful"


async def test_the_address_is_not_entered_unasked(hass: HomeAssistant, box: Box, url: str) -> None:
    """What a person has typed in there is left alone."""
    box.push_url = "http://192.0.2.1/mine"
    result = await answer(hass, await start(hass, "ejoin_login"), url=url, **LOGIN)
    result = await answer(hass, await answer(hass, result, configure=False))
    assert state_of(result["result"]) is ConfigEntryState.LOADED
    assert box.push_url == "http://192.0.2.1/mine"


async def test_an_address_that_nobody_knows(
    hass: HomeAssistant, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant cannot enter what it does not know; the form shows what it usually is."""
    hass.config.internal_url = None
    monkeypatch.setattr(hass.config.api, "local_ip", "127.0.0.1")
    result = await answer(hass, await start(hass, "ejoin_login"), url=url, **LOGIN)
    assert placeholders(result)["url"].startswith("http://homeassistant.local:8123/api/webhook/")
    result = await answer(hass, result)
    assert outcome(result) == "notification:no_url"
    assert outcome(await answer(hass, result, configure=False)) == "preferences"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"password": "wrong"}, "login_wrong"),
        ({"url": "http://127.0.0.1:1"}, "connection_refused"),
        ({"url": "ftp://host"}, "invalid_device"),
        ({"url": "[::1"}, "invalid_device"),
        ({"url": "  "}, "invalid_device"),
    ],
)
async def test_why_it_does_not_work(
    hass: HomeAssistant, url: str, typed: dict[str, str], error: str
) -> None:
    """The form says why, and keeps what was typed in but for the password."""
    values = {"url": url, **LOGIN, **typed}
    result = await answer(hass, await start(hass, "ejoin_login"), **values)
    assert outcome(result) == f"ejoin_login:{error}"
    assert offered(result)["url"] == values["url"]
    assert offered(result)["password"] is None
    result = await answer(hass, result, url=url.removeprefix("http://"), **LOGIN)
    assert outcome(result) == "notification"


async def test_only_its_reports(hass: HomeAssistant, box: Box) -> None:
    """The address is shown; the first report tells who it is, and then there is a gateway."""
    result = await start(hass, "ejoin_push")
    box.push_url = placeholders(result)["url"]
    result = await answer(hass, result)
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    # Nobody can keep a message yet.
    assert [await box.report_port(1), await box.report_device()] == [503, 503]
    result = await current(hass, result["flow_id"])
    assert outcome(result) == "preferences"
    assert await box.report_port(1) == 503
    assert offered(result).keys() == {"show_texts", "country"}
    result = await answer(hass, result)
    entry = result["result"]
    assert state_of(entry) is ConfigEntryState.LOADED
    assert (entry.unique_id, entry.title) == (MAC, "Ejoin 4 × 2 SIM")
    assert entry.data == {"kind": "ejoin", "webhook_id": box.push_url.rpartition("/")[2]}
    assert entry.options["push"] == {"local_only": True}


async def test_no_report(hass: HomeAssistant, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while the form is back and says so; the gateway may still report."""
    monkeypatch.setattr(ejoin, "_PATIENCE", 0.01)
    result = await start(hass, "ejoin_push")
    box.push_url = placeholders(result)["url"]
    result = await answer(hass, result)
    await hass.async_block_till_done(wait_background_tasks=True)
    result = await current(hass, result["flow_id"])
    assert outcome(result) == "ejoin_push:no_report"
    monkeypatch.setattr(ejoin, "_PATIENCE", 10)
    result = await answer(hass, result)
    await box.report_device()
    assert outcome(await current(hass, result["flow_id"])) == "preferences"


async def test_a_form_that_is_closed(hass: HomeAssistant, box: Box) -> None:
    """Nobody listens any more once a person gives up."""
    result = await start(hass, "ejoin_push")
    box.push_url = placeholders(result)["url"]
    await answer(hass, result)
    assert await box.report_port(1) == 503
    hass.config_entries.flow.async_abort(result["flow_id"])
    await hass.async_block_till_done(wait_background_tasks=True)
    with pytest.raises(UnknownFlow):
        await current(hass, result["flow_id"])
    # What Home Assistant answers for nobody.
    assert await box.report_port(1) == 200


async def test_the_same_gateway_twice(hass: HomeAssistant, box: Box, url: str) -> None:
    """It is recognised by its address, and by its MAC whichever way it is set up."""
    entry = box_entry(hass, url=url, **LOGIN)
    result = await answer(hass, await start(hass, "ejoin_login"), url=url, **LOGIN)
    assert outcome(result) == "already_configured"
    hass.config_entries.async_update_entry(entry, data={"kind": "ejoin", "webhook_id": "hook"})
    result = await answer(hass, await start(hass, "ejoin_login"), url=url, **LOGIN)
    assert outcome(result) == "already_configured"
    result = await start(hass, "ejoin_push")
    box.push_url = placeholders(result)["url"]
    result = await answer(hass, result)
    await box.report_device()
    assert outcome(await current(hass, result["flow_id"])) == "already_configured"


async def test_another_login(hass: HomeAssistant, box: Box, url: str) -> None:
    """After a login was refused, another one sets the entry up again."""
    entry = box_entry(hass, url=url, username="root", password="wrong")
    await set_up(hass, entry)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    result = await start_change(hass, entry, "reauth")
    assert outcome(result) == "ejoin_login"
    assert offered(result)["url"] == url
    result = await answer(hass, result, url=url, **LOGIN)
    assert outcome(result) == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_another_gateway_at_the_address(hass: HomeAssistant, box: Box, url: str) -> None:
    """Its login is not given to the entry of the one that was there."""
    entry = box_entry(hass, "00:30:f1:00:00:00", url=url, username="root", password="wrong")
    result = await answer(hass, await start_change(hass, entry, "reauth"), url=url, **LOGIN)
    assert outcome(result) == "ejoin_login:other_gateway"
    assert entry.data["password"] == "wrong"


async def test_a_login_for_a_gateway_that_had_none(hass: HomeAssistant, box: Box, url: str) -> None:
    """It can be given, and taken away again; the address that it pushes to stays."""
    entry = box_entry(hass)
    await set_up(hass, entry)
    result = await answer(hass, await start_change(hass, entry), next_step_id="ejoin_login")
    result = await answer(hass, result, url=url, **LOGIN)
    assert outcome(result) == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data["url"] == url
    assert entry.runtime_data.gateway.capabilities.send_sms
    result = await answer(hass, await start_change(hass, entry), next_step_id="ejoin_push")
    assert placeholders(result)["url"].endswith("/api/webhook/hook")
    assert offered(result) == {"local_only": True, "currency": None}
    result = await answer(hass, result, local_only=False)
    assert outcome(result) == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.options == {"show_texts": False, "push": {"local_only": False}}
    assert entry.data == {"kind": "ejoin", "webhook_id": "hook"}
    assert not entry.runtime_data.gateway.capabilities.send_sms


@pytest.fixture
async def given_up(hass: HomeAssistant, box: Box, url: str) -> ConfigFlowResult:
    """Have a person about to give up the login of a gateway; its currency is known."""
    result = await answer(hass, await start(hass, "ejoin_login"), url=url, **LOGIN)
    result = await answer(hass, await answer(hass, result, currency="EUR"))
    result = await start_change(hass, result["result"])
    return await answer(hass, result, next_step_id="ejoin_push")


@pytest.mark.parametrize("ending", ["submitted", "closed", "reloaded"])
async def test_a_login_that_is_given_up(
    hass: HomeAssistant, box: Box, given_up: ConfigFlowResult, ending: str
) -> None:
    """Whatever comes of the form, the gateway reports to the address that it shows."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    flow, entered = given_up["flow_id"], placeholders(given_up)["url"]
    for _ in range(2):
        # The page may be loaded anew.
        assert outcome(await current(hass, flow)) == "ejoin_push"
        assert (box.push_url, await box.report_device()) == (entered, 200)
    if ending == "reloaded":
        await hass.config_entries.async_reload(entry.entry_id)
    if ending == "closed":
        hass.config_entries.flow.async_abort(flow)
    else:
        assert outcome(await answer(hass, given_up)) == "reconfigure_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert ("url" in entry.data) is (ending == "closed")
    assert (box.push_url, await box.report_device()) == (entered, 200)


async def test_a_gateway_that_is_removed_meanwhile(
    hass: HomeAssistant, box: Box, given_up: ConfigFlowResult, caplog: pytest.LogCaptureFixture
) -> None:
    """The form is closed all the same, and the gateway reports no more."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await hass.config_entries.async_remove(entry.entry_id)
    hass.config_entries.flow.async_abort(given_up["flow_id"])
    assert "Error removing" not in caplog.text
    assert box.push_url == ""


async def test_a_currency_that_is_cleared(
    hass: HomeAssistant, box: Box, given_up: ConfigFlowResult
) -> None:
    """Is none any more; what only a login can do is chosen still, for when there is one again."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    flows = hass.config_entries.flow
    await flows.async_configure(given_up["flow_id"], {"local_only": True})
    await hass.async_block_till_done()
    assert entry.options["push"] == {"configure": True, "period": 60, "local_only": True}


@pytest.mark.parametrize(
    ("login", "fields"),
    [
        (True, {"configure", "period", "local_only", "currency"}),
        (False, {"local_only", "currency"}),
    ],
)
async def test_reports_in_the_options(
    hass: HomeAssistant, url: str, login: bool, fields: set[str]
) -> None:
    """What was chosen can be changed, as far as the gateway can be asked."""
    entry = box_entry(hass, **({"url": url, **LOGIN} if login else {}))
    await set_up(hass, entry)
    options = hass.config_entries.options
    menu = await options.async_init(entry.entry_id)
    form = await options.async_configure(menu["flow_id"], {"next_step_id": "notification"})
    assert offered(form).keys() == fields
    await options.async_configure(form["flow_id"], {"local_only": False})
    await hass.async_block_till_done()
    assert entry.options["push"]["local_only"] is False
    assert entry.options["show_texts"] is False
