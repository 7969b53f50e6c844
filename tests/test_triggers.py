"""Triggers of the automation editor, by automations that run in Home Assistant."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.trigger import async_initialize_triggers, async_validate_trigger_config
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import (
    CONF_BAUDRATE,
    CONF_COUNTRY,
    CONF_DEVICE,
    CONF_HANG_UP_CALLS,
    CONF_KIND,
    CONF_SHOW_TEXTS,
    DOMAIN,
)
from simulator.at_modem import AtModem
from simulator.network import Network

from .automations import Runs
from .house import ANN, MODEM_NUMBER
from .waiting import until_state

SMS = f"{DOMAIN}.sms_received"
REPORT = f"{DOMAIN}.delivery_report"
CALL = f"{DOMAIN}.call_received"
EVENT = "event.boat_sms"
BOB = "+32470000002"

type Options = Mapping[str, Mapping[str, Any]]


@pytest.fixture
def runs(hass: HomeAssistant) -> Runs:
    """The runs of automations."""
    return Runs(hass)


@pytest.fixture
def away(hass: HomeAssistant) -> MockConfigEntry:
    """Another gateway, which is not set up."""
    away = MockConfigEntry(domain=DOMAIN, title="Away", data={CONF_KIND: "at_modem"})
    away.add_to_hass(hass)
    return away


async def receive(hass: HomeAssistant, network: Network, text: str, sender: str = ANN) -> None:
    """Send a text to the modem, and wait until all that it sets off is done."""
    await network.send(sender, MODEM_NUMBER, text)
    await until_state(hass, EVENT, lambda state: state.attributes.get("text") == text)
    await hass.async_block_till_done()


# SMS received

FROM_ANN: Options = {
    "everything": {},
    "recipient": {"recipients": "notify.ann"},
    "e164": {"senders": [ANN]},
    "national": {"senders": "0470 00 00 01"},
    "number that lost its plus": {"senders": int(ANN[1:])},
    "one of both": {"recipients": ["notify.ann"], "senders": [BOB]},
    "words": {"text_contains": "door is"},
    "pattern": {"text_matches": r"^the (door|gate)\b.*\bopen$"},
    "pattern with a flag": {"text_matches": "(?i)OPEN"},
    "pattern with a group": {"text_matches": "(?P<amount>open)"},
    "port": {"port": "1"},
    "all": {"senders": ANN, "text_contains": "DOOR", "text_matches": "open", "port": 1},
}
NOT_FROM_ANN: Options = {
    "another sender": {"senders": [BOB, "MyBank"]},
    "nobody": {"recipients": ["notify.nobody"]},
    "other words": {"text_contains": "window"},
    "other pattern": {"text_matches": "^door"},
    "another port": {"port": "2"},
    "all but one": {"senders": ANN, "text_contains": "DOOR", "text_matches": "shut"},
}


@pytest.mark.usefixtures("loaded")
async def test_filters_of_a_text(hass: HomeAssistant, network: Network, runs: Runs) -> None:
    """Every filter lets pass what fits it, and nothing else."""
    await runs.set_up(SMS, {**FROM_ANN, **NOT_FROM_ANN})
    await receive(hass, network, "The Door is OPEN")
    assert runs.names == sorted(FROM_ANN)


@pytest.mark.usefixtures("loaded")
async def test_sender_that_is_a_name(hass: HomeAssistant, network: Network, runs: Runs) -> None:
    """A name is the same in capital and small letters."""
    await runs.set_up(SMS, {"bank": {"senders": ["MYBANK"]}, "other": {"senders": ["MyBan"]}})
    await receive(hass, network, "Your code is 1234", sender="MyBank")
    assert runs.names == ["bank"]


@pytest.mark.usefixtures("away")
async def test_what_the_automation_is_told(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, runs: Runs
) -> None:
    """The trigger has what the event entity has, and the gateway."""
    await runs.set_up(SMS, {"told": {"config_entry_id": loaded.entry_id}})
    await receive(hass, network, "Türe offen €5")
    ((_, trigger),) = runs.told
    state = hass.states.get(EVENT)
    assert state is not None
    assert trigger["platform"] == SMS
    assert trigger["text"] == "Türe offen €5"
    assert (trigger["sender"], trigger["recipient"]) == (ANN, "Ann")
    assert trigger["config_entry_id"] == loaded.entry_id
    keys = ("sent_at", "received_at", "age", "parts", "flash", "partial", "completes_partial")
    assert {key: trigger[key] for key in keys} == {key: state.attributes[key] for key in keys}
    assert trigger["port"] == "1"


@pytest.mark.parametrize("options", [{CONF_COUNTRY: "BE", CONF_SHOW_TEXTS: False}])
@pytest.mark.usefixtures("loaded")
async def test_a_text_that_is_not_shown(hass: HomeAssistant, network: Network, runs: Runs) -> None:
    """It can be filtered by, but no automation and so no trace has it."""
    await runs.set_up(SMS, {"open": {"text_contains": "open"}, "shut": {"text_matches": "shut"}})
    await network.send(ANN, MODEM_NUMBER, "open")
    await runs.until(1)
    ((name, trigger),) = runs.told
    assert name == "open"
    assert "text" not in trigger
    assert trigger["sender"] == ANN


@pytest.mark.usefixtures("loaded")
async def test_a_pattern_that_would_take_for_ever(
    hass: HomeAssistant, network: Network, runs: Runs
) -> None:
    """It takes no longer than any other."""
    await runs.set_up(SMS, {"slow": {"text_matches": "^(a+)+$"}, "all": {}})
    await receive(hass, network, "a" * 100 + "!")
    assert runs.names == ["all"]


# Gateways come and go


async def test_another_gateway(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    away: MockConfigEntry,
    network: Network,
    runs: Runs,
) -> None:
    """Only the gateway that was chosen counts."""
    await runs.set_up(
        SMS,
        {
            "this": {"config_entry_id": loaded.entry_id},
            "other": {"config_entry_id": away.entry_id},
        },
    )
    await receive(hass, network, "open")
    assert runs.names == ["this"]


@pytest.mark.usefixtures("usb")
async def test_before_the_gateway_is_set_up_and_after_it_was_reloaded(
    hass: HomeAssistant, entry: MockConfigEntry, network: Network, runs: Runs
) -> None:
    """A trigger outlives its gateway's reloads and fires once for each text."""
    await runs.set_up(SMS, {"all": {}, "chosen": {"config_entry_id": entry.entry_id}})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await receive(hass, network, "first")
    assert runs.names == ["all", "chosen"]
    assert await hass.config_entries.async_reload(entry.entry_id)
    await receive(hass, network, "second")
    assert runs.names == ["all", "all", "chosen", "chosen"]
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("usb")
async def test_gateway_that_is_added_later(
    hass: HomeAssistant, device: str, network: Network, runs: Runs
) -> None:
    """A trigger for all gateways is for those that are added later too."""
    await runs.set_up(SMS, {"all": {}})
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Boat",
        data={CONF_KIND: "at_modem", CONF_DEVICE: device, CONF_BAUDRATE: 115200},
    )
    await hass.config_entries.async_add(entry)
    await receive(hass, network, "new")
    assert [trigger["config_entry_id"] for _, trigger in runs.told] == [entry.entry_id]
    await hass.config_entries.async_remove(entry.entry_id)


@pytest.mark.usefixtures("loaded")
async def test_a_trigger_that_is_detached(hass: HomeAssistant, network: Network) -> None:
    """It fires no more."""
    fired: list[dict[str, Any]] = []

    @callback
    def fire(variables: dict[str, Any], context: Context | None = None) -> None:
        fired.append(variables)

    triggers = await async_validate_trigger_config(hass, [{"platform": SMS}])
    detach = await async_initialize_triggers(
        hass, triggers, fire, DOMAIN, "test", lambda *_args, **_kwargs: None
    )
    assert detach is not None
    await receive(hass, network, "first")
    detach()
    await receive(hass, network, "second")
    assert [variables["trigger"]["text"] for variables in fired] == ["first"]


# Delivery reports

TO_ANN: Options = {
    "everything": {},
    "delivered": {"status": "delivered"},
    "one of two": {"status": ["delivered", "pending"]},
    "recipient": {"recipients": ["notify.ann"]},
    "national": {"numbers": ["0470 00 00 01"]},
    "port": {"port": "1"},
}
NOT_TO_ANN: Options = {
    "undelivered": {"status": ["undelivered"]},
    "another number": {"numbers": [BOB]},
    "another port": {"port": "2"},
}


async def test_delivery_report(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, runs: Runs
) -> None:
    """Every filter of a report lets pass what fits it, and nothing else."""
    await runs.set_up(REPORT, {**TO_ANN, **NOT_TO_ANN})
    await hass.services.async_call(
        DOMAIN, "send_sms", {"numbers": [ANN], "text": "hello", "delivery_report": True}
    )
    await runs.until(len(TO_ANN))
    assert runs.names == sorted(TO_ANN)
    trigger = dict(runs.told)["everything"]
    assert (trigger["number"], trigger["recipient"]) == (ANN, "Ann")
    assert trigger["status"] == "delivered"
    assert (trigger["parts"], trigger["parts_delivered"]) == (1, 1)
    assert trigger["matched"] is True
    assert trigger["config_entry_id"] == loaded.entry_id
    assert trigger["id"] == "0", "the automation's own id of the trigger"
    assert trigger["receipt_id"]


@pytest.mark.usefixtures("loaded")
async def test_undelivered(hass: HomeAssistant, network: Network, runs: Runs) -> None:
    """The bad news comes too, to whom it concerns."""
    await runs.set_up(
        REPORT, {"bad": {"status": ["undelivered"]}, "good": {"status": ["delivered"]}}
    )
    network.make_unobtainable(ANN)
    await hass.services.async_call(
        DOMAIN, "send_sms", {"numbers": [ANN], "text": "hello", "delivery_report": True}
    )
    await runs.until(1)
    assert runs.names == ["bad"]


# Calls

CALL_OF_ANN: Options = {
    "ringing": {},
    "recipient": {"recipients": ["notify.ann"]},
    "national": {"callers": ["0470 00 00 01"], "port": "1"},
    "missed": {"state": ["missed"]},
    "over": {"state": ["missed", "rejected"]},
}
NO_CALL_OF_ANN: Options = {
    "answered": {"state": "answered"},
    "rejected": {"state": ["rejected"]},
    "another caller": {"callers": [BOB], "state": ["ringing", "missed"]},
    "another port": {"port": "2"},
}


async def test_call_that_is_missed(loaded: MockConfigEntry, modem: AtModem, runs: Runs) -> None:
    """A trigger is for the ringing, or for what became of the call."""
    await runs.set_up(CALL, {**CALL_OF_ANN, **NO_CALL_OF_ANN})
    assert modem.ring(ANN, 0.2)
    await runs.until(len(CALL_OF_ANN))
    assert runs.names == sorted(CALL_OF_ANN)
    ringing, missed = dict(runs.told)["ringing"], dict(runs.told)["missed"]
    assert (ringing["number"], ringing["recipient"], ringing["port"]) == (ANN, "Ann", "1")
    assert (ringing["state"], ringing["ended_at"]) == ("ringing", None)
    assert missed["state"] == "missed"
    assert missed["started_at"] == ringing["started_at"] < missed["ended_at"]
    assert missed["config_entry_id"] == loaded.entry_id


@pytest.mark.usefixtures("loaded")
async def test_call_that_is_answered(modem: AtModem, runs: Runs) -> None:
    """Its end is no second answer."""
    await runs.set_up(
        CALL, {"answered": {"state": ["answered"]}, "ringing": {}, "missed": {"state": "missed"}}
    )
    for line in ("RING", '+CLIP: "",128,,,,1', "VOICE CALL: BEGIN", "VOICE CALL: END: 000017"):
        modem.urc(line)
    modem.ring(ANN, 0.2)
    await runs.until(4)
    assert runs.names == ["answered", "missed", "ringing", "ringing"]


@pytest.mark.parametrize("options", [{CONF_COUNTRY: "BE", CONF_HANG_UP_CALLS: True}])
@pytest.mark.usefixtures("loaded")
async def test_call_without_a_number_that_is_hung_up(modem: AtModem, runs: Runs) -> None:
    """Who withholds the number is nobody in particular."""
    await runs.set_up(
        CALL,
        {"rejected": {"state": "rejected"}, "ann": {"state": [], "recipients": ["notify.ann"]}},
    )
    assert modem.ring("", 30)
    await runs.until(1)
    assert runs.names == ["rejected"]
    ((_, trigger),) = runs.told
    assert (trigger["number"], trigger["recipient"]) == (None, None)
