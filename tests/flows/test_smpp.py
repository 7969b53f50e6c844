"""A person sets up an account at a service centre."""

from collections.abc import AsyncIterator
import functools
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.gateways.smpp.settings import Clocks, SmppSettings
from custom_components.cellular_gateway.kinds import smpp
from custom_components.cellular_gateway.kinds.smpp import TEST_TEXT, DefaultAlphabet
from simulator.faults import Fault, FaultKind
from simulator.network import Network
from simulator.smsc import Account, Default, Smsc

from ..centres import server_context
from ..waiting import until_state
from .desk import answer, offered, outcome, placeholders, start_change, start_user, state_of

PEER = "+491701234567"


@pytest.fixture(autouse=True)
async def unloaded(hass: HomeAssistant, usb: None, centre: Smsc) -> AsyncIterator[None]:
    """Entries end before the service centre does."""
    yield
    await hass.async_block_till_done()
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state.recoverable:
            await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for what is silent no longer than a test may take."""
    clocks = Clocks(bind=0.2, response=0.2, closing=0.2)
    monkeypatch.setattr(smpp, "SmppSettings", functools.partial(SmppSettings, clocks=clocks))


@pytest.fixture
async def deaf_loop(hass: HomeAssistant) -> AsyncIterator[None]:
    """A loop that says nothing of a server of ours whose handshake was broken off."""
    handler = hass.loop.get_exception_handler()
    hass.loop.set_exception_handler(lambda *_: None)
    yield
    hass.loop.set_exception_handler(handler)


@pytest.fixture
def login(centre_data: dict[str, Any]) -> dict[str, Any]:
    """What is typed into the form."""
    return {key: value for key, value in centre_data.items() if key != "kind"}


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Come to the form for the account."""
    return await answer(hass, await start_user(hass, "smpp"), next_step_id="smpp_account")


async def logged_in(hass: HomeAssistant, login: dict[str, Any]) -> ConfigFlowResult:
    """Come to where the login works."""
    result = await answer(hass, await start(hass), **login)
    assert outcome(result) == "smpp_ready"
    return result


async def created(hass: HomeAssistant, result: ConfigFlowResult) -> MockConfigEntry:
    """Go on to the end of the flow, and return the entry."""
    result = await answer(hass, result, next_step_id="preferences")
    assert offered(result).keys() == {"show_texts", "country"}
    entry: MockConfigEntry = (await answer(hass, result, country="DE"))["result"]
    assert state_of(entry) is ConfigEntryState.LOADED
    return entry


async def test_from_the_login_to_the_first_message(
    hass: HomeAssistant, network: Network, centre: Smsc, login: dict[str, Any]
) -> None:
    """Login, preferences; then texts come and go."""
    entry = await created(hass, await logged_in(hass, login))
    assert entry.unique_id == f"127.0.0.1:{login['port']}:ha"
    assert entry.title == "SMPP 127.0.0.1"
    usual = {"tls": False, "verify_ssl": True, "mode": "transceiver"}
    assert entry.data == {"kind": "smpp", **login, **usual}
    assert entry.options == {"show_texts": True, "country": "DE"}
    await network.send(PEER, centre.account.number, "Türe offen")
    state = await until_state(
        hass, "event.smpp_127_0_0_1_sms", lambda state: "text" in state.attributes
    )
    assert (state.attributes["sender"], state.attributes["text"]) == (PEER, "Türe offen")
    await hass.services.async_call(
        DOMAIN, "send_sms", {"numbers": "0170 1234567", "text": "Zu { }"}, blocking=True
    )
    (sent,) = await network.wait_sent(1)
    assert (sent.recipient, sent.text) == (PEER, "Zu { }")


async def test_a_router_of_teltonika(hass: HomeAssistant) -> None:
    """What it comes with is filled in."""
    result = await answer(hass, await start_user(hass, "smpp"), next_step_id="smpp_router")
    assert offered(result).items() >= {"port": 7777, "username": "admin"}.items()
    assert offered(result)["password"] == "admin01"


async def test_all_that_a_login_may_need(
    hass: HomeAssistant, centre: Smsc, login: dict[str, Any]
) -> None:
    """It is said to the service centre."""
    advanced = {
        "system_type": "VMA",
        "address_range": "^2040",
        "address_ton": "network_specific",
        "address_npi": "private",
    }
    result = await logged_in(hass, {**login, "mode": "receiver", "advanced": advanced})
    assert result["menu_options"] == ["preferences"]
    entry = await created(hass, result)
    assert entry.data.items() >= {"mode": "receiver", **advanced}.items()
    (session,) = centre.sessions
    assert session.bind is not None
    assert (session.mode, session.bind.system_type) == ("receiver", "VMA")
    bind = session.bind
    assert (bind.address_range, bind.ton, bind.npi) == ("^2040", 3, 9)
    # There is nothing to choose about sending later either.
    assert outcome(await hass.config_entries.options.async_init(entry.entry_id)) == "settings"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"password": "wrong"}, "login_wrong"),
        ({"username": "nobody"}, "login_wrong"),
        ({"username": "a" * 16}, "username_invalid"),
        ({"username": "Ł", "password": "Ł"}, "username_invalid,password_invalid"),
        ({"advanced": {"system_type": "a" * 13}}, "system_type_invalid"),
        ({"advanced": {"address_range": "9" * 41}}, "address_range_invalid"),
        ({"port": 1}, "connection_refused"),
        ({"tls": True}, "connection_lost"),
    ],
)
async def test_why_it_does_not_work(
    hass: HomeAssistant, login: dict[str, Any], typed: dict[str, Any], error: str
) -> None:
    """The form says why, and keeps what was typed in but for the password."""
    values = login | typed
    result = await answer(hass, await start(hass), **values)
    assert outcome(result) == f"smpp_account:{error}"
    assert offered(result)["host"] == values["host"]
    assert offered(result)["password"] is None
    assert outcome(await answer(hass, result, **login)) == "smpp_ready"


async def test_a_service_centre_that_is_full(
    hass: HomeAssistant, centre: Smsc, login: dict[str, Any]
) -> None:
    """It is not the login, and the service centre's own words are told."""
    centre.most_sessions = 0
    result = await answer(hass, await start(hass), **login)
    assert outcome(result) == "smpp_account:refused_because"
    assert placeholders(result)["code"].startswith("ESME_R")


async def test_silence(
    hass: HomeAssistant, centre: Smsc, login: dict[str, Any], hasty: None
) -> None:
    """What takes the login and says nothing is told from one that refuses."""
    centre.faults.add(Fault(FaultKind.SILENCE, "BIND_TRANSCEIVER"))
    result = await answer(hass, await start(hass), **login)
    assert outcome(result) == "smpp_account:no_answer"


@pytest.mark.usefixtures("deaf_loop")
async def test_a_certificate_of_its_own(
    hass: HomeAssistant, centre: Smsc, login: dict[str, Any], certificate: Path
) -> None:
    """It is accepted only where a person wants that."""
    await centre.stop()
    login |= {"tls": True, "port": await centre.serve(tls=await server_context(certificate))}
    result = await answer(hass, await start(hass), **login)
    assert outcome(result) == "smpp_account:certificate_untrusted"
    result = await answer(hass, result, **login, verify_ssl=False)
    entry = await created(hass, result)
    assert entry.data.items() >= {"tls": True, "verify_ssl": False}.items()


async def test_the_same_account_twice(
    hass: HomeAssistant, centre: Smsc, login: dict[str, Any]
) -> None:
    """It is not even logged in to; another account at the same place is another gateway."""
    await created(hass, await logged_in(hass, login))
    heard = len(centre.heard_frames)
    result = await answer(hass, await start(hass), **login)
    assert outcome(result) == "already_configured"
    assert len(centre.heard_frames) == heard
    centre.add(Account(system_id="other", number="20408"))
    result = await answer(hass, await start(hass), **{**login, "username": "other"})
    assert outcome(result) == "smpp_ready"


async def test_two_sessions_of_an_account(hass: HomeAssistant, login: dict[str, Any]) -> None:
    """One that sends and one that receives, where the service centre has none for both."""
    for mode in ("transmitter", "receiver"):
        entry = await created(hass, await logged_in(hass, {**login, "mode": mode}))
        assert entry.unique_id == f"127.0.0.1:{login['port']}:ha:{mode}"
        result = await answer(hass, await start(hass), **{**login, "mode": mode})
        assert outcome(result) == "already_configured"


async def test_another_password(hass: HomeAssistant, centre: Smsc, login: dict[str, Any]) -> None:
    """After a login was refused, another password sets the entry up again."""
    entry = await created(hass, await logged_in(hass, login))
    centre.account.password = "new"
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == [
        "reauth"
    ]
    result = await start_change(hass, entry, "reauth")
    assert placeholders(result).items() >= {"host": "127.0.0.1", "username": "ha"}.items()
    result = await answer(hass, result, password="worse")
    assert outcome(result) == "smpp_password:login_wrong"
    result = await answer(hass, result, password="new")
    assert outcome(result) == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.data["password"] == "new"


async def test_a_service_centre_that_moved(
    hass: HomeAssistant, centre: Smsc, login: dict[str, Any]
) -> None:
    """The session is given up meanwhile, since there may be only one; the account is the same."""
    entry = await created(hass, await logged_in(hass, login))
    centre.most_sessions = 1
    port = await centre.serve()
    result = await start_change(hass, entry)
    assert offered(result).items() >= {"port": login["port"], "username": "ha"}.items()
    assert offered(result)["password"] is None
    result = await answer(hass, result, **{**login, "port": port})
    assert outcome(result) == "reconfigure_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert (entry.unique_id, entry.data["port"]) == (f"127.0.0.1:{port}:ha", port)


async def test_another_account(hass: HomeAssistant, centre: Smsc, login: dict[str, Any]) -> None:
    """It takes the place of the old one once that is confirmed."""
    entry = await created(hass, await logged_in(hass, login))
    centre.add(Account(system_id="other", number="20408"))
    result = await start_change(hass, entry)
    result = await answer(hass, result, **{**login, "username": "other"})
    assert outcome(result) == "replace_modem"
    assert outcome(await answer(hass, result)) == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.unique_id == f"127.0.0.1:{login['port']}:other"


SETTINGS = {
    "source_address": " Boat ",
    "default_alphabet": "latin1",
    "advanced": {
        "source_ton": "alphanumeric",
        "source_npi": "unknown",
        "destination_ton": "unknown",
        "destination_npi": "national",
        "service_type": "WAP",
        "long_text": "payload",
        "receipt_ids": "decimal",
        "window": 3,
    },
}


async def test_how_texts_are_sent(hass: HomeAssistant, centre: Smsc, login: dict[str, Any]) -> None:
    """It can be said before the entry is there, and what is sent is like that."""
    centre.default = Default.LATIN1
    result = await answer(hass, await logged_in(hass, login), next_step_id="smpp_settings")
    result = await answer(hass, result, source_address="far more than eleven")
    assert outcome(result) == "smpp_settings:source_address_invalid"
    result = await answer(hass, result, source_address="Łódź")
    assert outcome(result) == "smpp_settings:source_address_invalid"
    result = await answer(hass, result, source_address="Boat", advanced={"service_type": "a" * 6})
    assert outcome(result) == "smpp_settings:service_type_invalid"
    result = await answer(hass, result, **SETTINGS)
    assert outcome(result) == "smpp_ready"
    entry = await created(hass, result)
    assert entry.options.items() >= {"source_address": "Boat", "window": 3}.items()
    await hass.services.async_call(
        DOMAIN, "send_sms", {"numbers": PEER, "text": "ñ" * 200}, blocking=True
    )
    (submitted,) = centre.account.submitted
    message = submitted.message
    assert (message.source, message.source_ton, message.source_npi) == ("Boat", 5, 0)
    assert (message.destination_ton, message.destination_npi) == (0, 8)
    assert message.service_type == "WAP"


async def options_step(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> ConfigFlowResult:
    """Open one of the forms of the options."""
    options = hass.config_entries.options
    menu = await options.async_init(entry.entry_id)
    assert menu["menu_options"] == ["settings", "balance", "smpp_settings", "smpp_trial"]
    return await options.async_configure(menu["flow_id"], {"next_step_id": step})


async def test_how_texts_are_sent_later(hass: HomeAssistant, bound_centre: MockConfigEntry) -> None:
    """All of it can be changed, and taken back."""
    options = hass.config_entries.options
    form = await options_step(hass, bound_centre, "smpp_settings")
    await options.async_configure(form["flow_id"], SETTINGS)
    await hass.async_block_till_done()
    assert bound_centre.options["destination_npi"] == "national"
    form = await options_step(hass, bound_centre, "smpp_settings")
    assert offered(form).items() >= SETTINGS["advanced"].items()  # type: ignore[attr-defined]
    await options.async_configure(form["flow_id"], {})
    await hass.async_block_till_done()
    assert bound_centre.options == {"country": "DE", "default_alphabet": "gsm7"}


@pytest.mark.parametrize("alphabet", list(DefaultAlphabet))
async def test_a_text_for_trial(
    hass: HomeAssistant, network: Network, centre: Smsc, login: dict[str, Any], alphabet: str
) -> None:
    """Three texts arrive, one of which is right; its alphabet is used from then on."""
    centre.default = Default(alphabet)
    result = await answer(hass, await logged_in(hass, login), next_step_id="smpp_trial")
    result = await answer(hass, result, number="+49 170 1234567")
    assert outcome(result) == "smpp_seen"
    assert placeholders(result)["text"] == TEST_TEXT
    assert placeholders(result)["characters"].count("`") == 2 * 10
    place = list(DefaultAlphabet).index(DefaultAlphabet(alphabet)) + 1
    # Not every alphabet passes for another one; what does not is no text to the network.
    assert len(centre.account.submitted) == 3
    await hass.async_block_till_done()
    texts = [sent.text for sent in network.sent]
    assert [text for text in texts if text and text.endswith(TEST_TEXT)] == [f"{place} {TEST_TEXT}"]
    result = await answer(hass, result, default_alphabet=alphabet)
    entry = await created(hass, result)
    assert entry.options["default_alphabet"] == alphabet


async def test_a_text_for_trial_later(
    hass: HomeAssistant, network: Network, centre: Smsc, bound_centre: MockConfigEntry
) -> None:
    """The entry's session is given up meanwhile; nothing is changed by who cannot tell."""
    centre.most_sessions = 1
    options = hass.config_entries.options
    form = await options_step(hass, bound_centre, "smpp_trial")
    form = await options.async_configure(form["flow_id"], {"number": PEER})
    await hass.async_block_till_done()
    assert outcome(form) == "smpp_seen"
    assert state_of(bound_centre) is ConfigEntryState.LOADED
    done = await options.async_configure(form["flow_id"], {})
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert bound_centre.options == {"country": "DE"}
    assert len(centre.account.submitted) == 3


@pytest.mark.parametrize(
    ("number", "fault", "error"),
    [
        ("Boat", None, "number_invalid"),
        ("*100#", None, "number_invalid"),
        (PEER, Fault(FaultKind.ERROR, "SUBMIT_SM", text="0x0B", times=None), "refused_because"),
        (PEER, Fault(FaultKind.MUTE, "SUBMIT_SM", times=None), "trial_not_sent"),
        (PEER, Fault(FaultKind.ERROR, "BIND_TRANSCEIVER", text="0x0D"), "refused_because"),
        (PEER, Fault(FaultKind.ERROR, "BIND_TRANSCEIVER", text="0x0E"), "login_wrong"),
    ],
)
async def test_a_trial_that_fails(
    hass: HomeAssistant,
    centre: Smsc,
    bound_centre: MockConfigEntry,
    hasty: None,
    number: str,
    fault: Fault | None,
    error: str,
) -> None:
    """The form says why, and the entry is started again."""
    form = await options_step(hass, bound_centre, "smpp_trial")
    if fault is not None:
        centre.faults.add(fault)
    form = await hass.config_entries.options.async_configure(form["flow_id"], {"number": number})
    await hass.async_block_till_done()
    assert outcome(form) == f"smpp_trial:{error}"
    assert state_of(bound_centre) is ConfigEntryState.LOADED
