"""SMPP: texts from and to a service centre, long ones and with delivery receipts."""

from typing import Final

from scripts.live.house import RECIPIENT_NUMBER, SENDER, House

from .registry import require, send, step

# Of the default alphabet's extension table, and three parts in UCS-2.
_TEXTS: Final = ("Grüße: 20 € [ok] @home ~ {1}", "Ďakujem 👍 a pekný deň! " * 7)


@step
async def smpp_in(house: House) -> None:
    """Check that texts come in whole and once, and that each is acknowledged."""
    centre = await house.connect(house.centre)
    texts = [f"{house.marker()}: {text}".strip() for text in _TEXTS]
    for text in texts:
        await centre.deliver(SENDER, text)
    further = house.marker()
    await centre.deliver(SENDER, further)
    await house.await_event(further)
    entity = await house.entity("event", "sms", centre)
    for text in texts:
        found = [(event["entity_id"], event["attributes"]["sender"]) for event in house.seen(text)]
        require(found == [(entity, SENDER)], f"{text[:20]!r} was seen as {found}")
    (account,) = (await centre.look("centre"))["accounts"]
    left = (account["waiting"], account["refused"])
    require(left == (0, []), f"waiting and refused are {left}")


@step
async def smpp_out(house: House) -> None:
    """Check that texts go out in parts, and that a delivery receipt comes as an event."""
    centre = await house.connect(house.centre)
    event = await house.entity("event", "sms", centre)
    for text in (each.strip() for each in _TEXTS):
        before = await centre.sent_total()
        receipt = await send(house, centre, text, delivery_report=True)
        sent = await centre.sent_since(before, len(receipt["parts"]))
        require("".join(part["text"] for part in sent) == text, "another text was sent")
        require({part["to"] for part in sent} == {RECIPIENT_NUMBER}, "sent to another number")
        await house.await_attribute(event, "id", receipt["id"])
        state = (await house.client.states())[event]["attributes"]
        require(state["event_type"] == "delivered", f"the receipt says {state['event_type']}")
