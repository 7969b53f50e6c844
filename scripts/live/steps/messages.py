"""Messages in and out, and over a restart."""

from typing import Final

from scripts.live.home_assistant import DOMAIN
from scripts.live.house import RECIPIENT_NUMBER, SENDER, House
from scripts.live.simulated_modem import SentSms

from .registry import require, step

# One of each kind: default alphabet, its extension table, and a text of three UCS-2 parts.
_TEXT: Final = "Grüße: 20 € [ok] @home ~ {1}"
_REPLY: Final = "Door is open, 5 € please"
_LONG_TEXT: Final = "Ďakujem 👍 a pekný deň! " * 7


@step
async def sms_in(house: House) -> None:
    """Check that a text reaches an automation, unchanged and with its sender."""
    await house.modem.deliver(SENDER, _TEXT)
    await house.await_text(_TEXT)
    await house.settle()
    require(await _shown(house, _TEXT) == [f"SMS from {SENDER}"], "not shown once, by its sender")


@step
async def sms_multipart_in(house: House) -> None:
    """Check that a text of several parts reaches an automation once, as a whole."""
    await house.modem.deliver(SENDER, _LONG_TEXT.strip())
    await house.await_text(_LONG_TEXT.strip())
    await house.settle()
    seen = [event for event in house.events() if event["attributes"]["text"] == _LONG_TEXT.strip()]
    require(len(seen) == 1, f"seen {len(seen)} times")
    require(seen[0]["attributes"]["parts"] > 1, "it was one part only")


@step
async def sms_while_down_fires_once(house: House) -> None:
    """Check that what comes while Home Assistant is down fires after its start, once."""
    text = "Sent while nobody was listening"
    await house.home_assistant.stop()
    await house.modem.deliver(SENDER, text)
    await house.start()
    await house.await_text(text)
    await house.settle()
    require(house.texts().count(text) == 1, f"seen {house.texts().count(text)} times")
    require(len(await _shown(house, text)) == 1, "not shown once")


@step
async def restart_fires_nothing_again(house: House) -> None:
    """Check that after a restart nothing fires but what is new."""
    before = len(house.texts())
    await house.restart()
    marker = await house.settle()
    again = [text for text in house.texts()[before:] if text != marker]
    require(not again, f"{len(again)} fired again")
    shown = [message for _, message in await house.notifications()]
    require(shown == [marker], f"{len(shown) - 1} shown again")


@step
async def sms_out_action(house: House) -> None:
    """Check that the action sends a short and a long text as they were written."""
    await _send(house, _REPLY)
    await _send(house, _LONG_TEXT.strip())


@step
async def sms_out_notify(house: House) -> None:
    """Check that a message to the notify entity leaves as an SMS to the recipient's number."""
    before = await house.modem.sent_total()
    target = {"entity_id": await house.entity("notify", None), "message": _REPLY}
    await house.client.call("notify", "send_message", target)
    _check_sent(await house.modem.sent_after(before, 1), _REPLY)


async def _shown(house: House, text: str) -> list[str]:
    """Return the titles under which the automation has shown a text."""
    return [title for title, message in await house.notifications() if message == text]


async def _send(house: House, text: str) -> None:
    """Send a text by the action and check its receipt and its PDUs."""
    before = await house.modem.sent_total()
    data = {
        "config_entry_id": await house.entry_id(),
        "numbers": [RECIPIENT_NUMBER],
        "text": text,
    }
    response = await house.client.call(DOMAIN, "send_sms", data, response=True)
    receipts = response["receipts"]
    require([receipt["status"] for receipt in receipts] == ["sent"], f"receipts: {receipts}")
    parts = len(receipts[0]["parts"])
    _check_sent(await house.modem.sent_after(before, parts), text)


def _check_sent(parts: list[SentSms], text: str) -> None:
    """Compare what the network decoded with what was to be sent."""
    alphabet = "GSM7" if text == _REPLY else "UCS2"
    require({part.recipient for part in parts} == {RECIPIENT_NUMBER}, "sent to another number")
    require({part.alphabet for part in parts} == {alphabet}, f"not sent in {alphabet}")
    require("".join(part.text for part in parts) == text, "another text was sent")
    require(len(parts) == 1 or all(part.concatenation for part in parts), "parts without a number")
