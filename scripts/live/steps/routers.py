"""Teltonika routers: legacy firmware that is asked, and RutOS 7 that is asked and forwards."""

from typing import Final

from scripts.live.home_assistant import DOMAIN
from scripts.live.house import RECIPIENT_NUMBER, SENDER, House
from scripts.live.simulated_gateways import SimulatedRouter
from scripts.live.waiting import eventually

from .registry import require, send, step

# In it are several lines, and what is not in the default alphabet.
_TEXT: Final = "Wasser: 1,2 m\nStraße überflutet\n{}"


@step
async def rut_cgi(house: House) -> None:
    """Check that texts go out and come in by SMS Post/Get."""
    router = await house.connect(house.old_router)
    text = _TEXT.format(house.marker())
    await router.deliver(SENDER, text)
    await _send_through(house, router)
    await _received(house, router, text)


@step
async def rut_rest(house: House) -> None:
    """Check that texts go out and come in by the API of RutOS 7, without forwarding."""
    router = await house.connect(house.router)
    await router.forward(enabled=False)
    text = _TEXT.format(house.marker())
    await router.deliver(SENDER, text)
    await _send_through(house, router)
    await _received(house, router, text)
    await router.forward()


@step
async def rut_forward(house: House) -> None:
    """Check that a forwarded text fires at once and the list does not repeat it; two are two."""
    router = await house.connect(house.router)
    await router.forward()
    text, twin = _TEXT.format(house.marker()), house.marker()
    for each in (text, twin, twin):
        await router.deliver(SENDER, each)
    # The router is asked every 15 seconds.
    await house.await_event(text, within=10)
    answers = await eventually(lambda: _answers(router, 3), "all of them to be forwarded")
    require(set(answers) == {200}, f"the answers were {answers}")
    await router.forward(enabled=False)
    listed = house.marker()
    await router.deliver(SENDER, listed)
    await house.await_event(listed)
    await router.forward()
    found = [len(house.seen(each)) for each in (text, twin)]
    require(found == [1, 2], f"seen {found} times")


async def _answers(router: SimulatedRouter, count: int) -> list[int] | None:
    """Return how so many forwarded texts were answered, None before they were."""
    answers: list[int] = (await router.look("forwarding"))[0]["answers"]
    return answers if len(answers) == count else None


async def _send_through(house: House, router: SimulatedRouter) -> None:
    """Send a text through a router and require the network to have it."""
    before = await router.sent_total()
    await send(house, router, "Pumpe an")
    (sent,) = await router.sent_since(before)
    found = (sent["to"], sent["text"])
    require(found == (RECIPIENT_NUMBER, "Pumpe an"), f"sent were {found}")


async def _received(house: House, router: SimulatedRouter, text: str) -> None:
    """Wait for a text, which must come once and by the router's own entity, and delete it."""
    event = await house.await_event(text)
    entity = await house.entity("event", "sms", router)
    require(event["entity_id"] == entity, f"shown by {event['entity_id']}")
    require(event["attributes"]["sender"] == SENDER, "from somebody else")
    further = house.marker()
    await router.deliver(SENDER, further)
    # Whatever is listed is handed over before anything is deleted.
    await _delete(house, router, text)
    await house.await_event(further)
    require(len(house.seen(text)) == 1, f"seen {len(house.seen(text))} times")


async def _delete(house: House, router: SimulatedRouter, text: str) -> None:
    """Have a text deleted that the router stores."""
    target = {"config_entry_id": await house.entry_id(router)}
    listed = await house.client.call(DOMAIN, "list_messages", target, response=True)
    (found,) = [each["message"] for each in listed["messages"] if each["text"] == text]
    await house.client.call(DOMAIN, "delete_messages", {**target, "messages": [found]})
    stored = (await router.look("router"))["modems"][0]["stored"]
    require(text not in {each["text"] for each in stored}, "it was not deleted")
