"""What a modem does beside messages: USSD, calls, reports, and being plugged in elsewhere."""

from typing import Final

from scripts.live.flows import OPTIONS_FLOW, complete_flow
from scripts.live.home_assistant import DOMAIN
from scripts.live.house import RECIPIENT_NAME, RECIPIENT_NUMBER, SENDER, House

from .registry import require, step

_CODE: Final = "*123#"
_ANSWER: Final = "Your balance is 12.34 EUR, valid until 31.12.2027."
_TRIGGERED: Final = "Open the gate, please"
_AUTOMATION_ID: Final = "gate_words"


@step
async def ussd_balance(house: House) -> None:
    """Check that the balance, set up in the options and asked for by USSD, is in a sensor."""
    await house.modem.work("ussd", code=_CODE, text=_ANSWER)
    entry_id = await house.entry_id()
    answers = {
        "init": "balance",
        "balance_configured": "balance_request",
        "carrier": "other",
        "method": "ussd",
        "number": _CODE,
        "answer": _ANSWER,
        "balance_found": "balance_save",
    }
    first = await house.client.post(OPTIONS_FLOW, {"handler": entry_id})
    await complete_flow(house.client, OPTIONS_FLOW, first, answers)
    await house.ready()
    sensor = await house.entity("sensor", "balance")
    data = {"config_entry_id": entry_id}
    credit = await house.client.call(DOMAIN, "request_credit", data, response=True)
    require((credit["amount"], credit["currency"]) == (12.34, "EUR"), f"the answer is {credit}")
    require(credit["expires"] == "2027-12-31", f"the answer is {credit}")
    await house.await_state(sensor, "12.34")
    await house.restart()
    await house.await_state(sensor, "12.34")


@step
async def call_in(house: House) -> None:
    """Check that a call rings, and is missed, with its caller's name."""
    call = await house.entity("event", "call")
    await house.modem.work("ring", **{"from": RECIPIENT_NUMBER, "seconds": 5})
    for event_type in ("ringing", "missed"):
        state = await house.await_attribute(call, "event_type", event_type)
        require(state["attributes"]["recipient"] == RECIPIENT_NAME, "without the caller's name")


@step
async def delivery_report(house: House) -> None:
    """Check that the report of the network comes as an event, with the id of the receipt."""
    event = await house.entity("event", "sms")
    await house.modem.work("report_plan", number=RECIPIENT_NUMBER, statuses=[0], delay=1)
    data = {
        "config_entry_id": await house.entry_id(),
        "numbers": [RECIPIENT_NUMBER],
        "text": "Did it arrive?",
        "delivery_report": True,
    }
    response = await house.client.call(DOMAIN, "send_sms", data, response=True)
    (receipt,) = response["receipts"]
    state = await house.await_attribute(event, "event_type", "delivered")
    require(state["attributes"]["id"] == receipt["id"], "another text was delivered")


@step
async def trigger_fires(house: House) -> None:
    """Check that an automation with the integration's own trigger runs for its words alone."""
    await house.add_automation(
        _AUTOMATION_ID,
        {
            "alias": "Gate words",
            "triggers": [
                {
                    "trigger": f"{DOMAIN}.sms_received",
                    "options": {"senders": [SENDER], "text_contains": "the gate"},
                }
            ],
            "actions": [
                {
                    "action": "persistent_notification.create",
                    "data": {"title": "SMS trigger", "message": "{{ trigger.text }}"},
                }
            ],
        },
    )
    await house.modem.deliver(SENDER, "Nothing of that sort")
    await house.modem.deliver(SENDER, _TRIGGERED)
    await house.await_text(_TRIGGERED)
    await house.settle()
    shown = [text for title, text in await house.notifications() if title == "SMS trigger"]
    require(shown == [_TRIGGERED], f"triggered {len(shown)} times")


@step
async def replug_heals(house: House) -> None:
    """Check that a modem that comes back under another name is found, without any reload."""
    connected = await house.entity("binary_sensor", "connected")
    await house.modem.work("unplug")
    await house.await_state(connected, "off")
    await house.modem.work("plug", pty=str(house.modem.other_device))
    await house.await_state(connected, "on", within=90)
    await house.settle()
    await house.modem.work("unplug")
    await house.await_state(connected, "off")
    await house.modem.work("plug", pty=str(house.modem.device))
    await house.await_state(connected, "on", within=90)
    await house.settle()
