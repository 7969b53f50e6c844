"""EMnify: endpoints as devices with their status, and texts to and from them."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from scripts.live.house import House
from scripts.live.simulated_gateways import SimulatedCloud

from .registry import require, send, step

_ENDPOINT: Final = "Device 1"
_OTHER_ENDPOINT: Final = "Device 2"
_LONG_TEXT: Final = "Wind 7 Bft, waves 3 m, all well aboard. " * 6


@step
async def emnify_status(house: House) -> None:
    """Check that endpoints are devices, and that events move their status."""
    cloud = await house.connect(house.cloud)
    for name in (_ENDPOINT, _OTHER_ENDPOINT):
        await house.device(name)
    status = await _entity(house, "sensor", "connectivity")
    happened = await _entity(house, "event", "endpoint")
    for orders, expected, event in (
        (["attach", "online"], "online", "create_pdp_context"),
        (["end_session"], "attached", "delete_pdp_context"),
        (["detach"], "offline", "purge_location"),
    ):
        for order in orders:
            await cloud.work(f"devices/{quote(_ENDPOINT)}/{order}")
        await house.await_attribute(happened, "event_type", event)
        await house.await_state(status, expected)
    states = await house.client.states()
    other = await _entity(house, "sensor", "connectivity", _OTHER_ENDPOINT)
    require(states[other]["state"] == "offline", "the other one has moved as well")


@step
async def emnify_sms(house: House) -> None:
    """Check that a text reaches an endpoint and is reported, and that its own comes once."""
    cloud = await house.connect(house.cloud)
    before = await cloud.sent_total()
    endpoints = [await house.device(_ENDPOINT)]
    receipt = await send(house, cloud, "Report, please", endpoints=endpoints, delivery_report=True)
    (sent,) = await cloud.sent_since(before)
    found = (sent["device"], sent["payload"])
    require(found == (_ENDPOINT, "Report, please"), f"sent were {found}")
    await cloud.work(f"devices/{quote(_ENDPOINT)}/attach")
    event = await house.entity("event", "sms", cloud)
    state = await house.await_attribute(event, "event_type", "delivered")
    require(state["attributes"]["id"] == receipt["id"], "another text was delivered")
    texts = [house.marker(), f"{house.marker()}: {_LONG_TEXT}".strip(), house.marker()]
    for text in texts:
        await cloud.work(f"devices/{quote(_ENDPOINT)}/sms", text=text)
        await house.await_event(text)
    await _require_once(house, cloud, texts)


async def _require_once(house: House, cloud: SimulatedCloud, texts: Sequence[str]) -> None:
    """Require texts to have come once, by the endpoint's number, and all pushes to be taken."""
    number = (await _device(cloud, _ENDPOINT))["sim"]["msisdn"]
    for text in texts:
        seen = house.seen(text)
        require(len(seen) == 1, f"{text!r} was seen {len(seen)} times")
        sender = seen[0]["attributes"]["sender"]
        require(sender.lstrip("+") == number, "from somebody else")
    pushes = await cloud.look("webhooks")
    require((pushes["refused"], pushes["open"]) == (0, 0), f"the pushes are {pushes}")


async def _device(cloud: SimulatedCloud, name: str) -> dict[str, Any]:
    """Return what the simulator knows of a device."""
    found: dict[str, Any] = await cloud.look(f"devices/{quote(name)}")
    return found


async def _entity(house: House, domain: str, key: str, name: str = _ENDPOINT) -> str:
    """Return the id of an entity of an endpoint."""
    endpoint = (await _device(house.cloud, name))["id"]
    return await house.entity(domain, key, house.cloud, f"endpoint_{endpoint}")
