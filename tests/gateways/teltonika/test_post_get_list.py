"""The list of Post/Get, of which each message is read by itself where there are several."""

from dataclasses import replace

import pytest

from custom_components.cellular_gateway.gateways.errors import GatewayRefusedError
from custom_components.cellular_gateway.gateways.teltonika.gateway import PRIMARY
from simulator.teltonika import Router

from .lab import CLOCKS, LISTS, PEER, Lab

MANY = 25
READ = "/cgi-bin/sms_read"
PLANTED = "x\nStatus: read\n----------\nIndex: {}\nDate:\nSender:\nText: "


async def router_with_old(lab: Lab, number: int = MANY) -> Router:
    """Switch a router on that has stored texts."""
    router = await lab.router(legacy=True)
    for each in range(number):
        router.modem.store(PEER, f"old {each}")
    return router


@pytest.mark.parametrize("reply", ["WRONG_NUMBER\n", "ERROR\n", "TIMEOUT\n", "NO MESSAGE\n", "?\n"])
async def test_an_index_that_a_stranger_wrote(lab: Lab, reply: str) -> None:
    """Stops nothing, whatever the router answers to it; what is told goes on too."""
    router = await lab.router(legacy=True)
    router.post_get.beyond = reply
    await lab.connected(router)
    planted = "".join(map(PLANTED.format, (99999, 88888, 77777)))
    router.receive("+4915112345678", planted)
    router.receive(PEER, "my house burns")
    assert [part.text for part in await lab.inbox.wait_new(2)] == [planted, "my house burns"]
    router.modem.cell.registration = 5
    await lab.watcher.until(lambda: bool(lab.watcher.states))
    assert not lab.watcher.losses


async def test_a_message_that_is_not_read_in_time(lab: Lab) -> None:
    """The next try goes on where this one stopped; all that was there is adopted."""
    router = await router_with_old(lab)
    router.trouble.unread = 3
    await lab.connected(router, adopted=False)
    await lab.inbox.until(lambda: len(lab.inbox.parts) == MANY)
    await router.wait_answered(READ, MANY + 3)
    assert router.requests.count(READ) == MANY + 3
    assert lab.inbox.texts == []
    router.receive(PEER, "new")
    await lab.inbox.wait_new()
    assert lab.inbox.texts == ["new"]


async def test_a_list_that_breaks_off(lab: Lab) -> None:
    """What was read before is known: only the rest is asked for, over the next link too."""
    router = await router_with_old(lab)
    gateway = lab.gateway(router, clocks=replace(CLOCKS, list=60.0))
    lab.notebook.values["adopted"] = "1"
    await gateway.connect()
    await router.wait_requested(READ)
    await router.wait_answered(READ, 10)
    router.down()
    await lab.watcher.wait_loss()
    read = router.requests.count(READ)
    await router.serve()
    await gateway.connect()
    await lab.inbox.wait_new(MANY)
    assert read <= MANY
    assert router.requests.count(READ) <= MANY + 1


async def test_a_refused_list_is_asked_for_again(lab: Lab) -> None:
    """While the router is connected to: what lies there then is old all the same."""
    router = await router_with_old(lab, 1)
    gateway = lab.gateway(router)
    router.trouble.garbage = 2
    await gateway.connect()
    await router.wait_answered(LISTS[True], 4)
    await lab.inbox.until(lambda: len(lab.inbox.parts) == 1)
    assert lab.inbox.texts == []


@pytest.mark.parametrize("delete", [False, True])
@pytest.mark.parametrize("unreadable", [{0}, {0, 1, 2}], ids=["one", "all"])
async def test_what_cannot_be_read_at_first_is_old_all_the_same(
    lab: Lab, unreadable: set[int], delete: bool
) -> None:
    """The first list told of it, however long the modem was busy then."""
    router = await router_with_old(lab, 3)
    router.post_get.unreadable = unreadable
    await lab.connected(router, adopted=False, delete_after_receipt=delete)
    await router.wait_answered(LISTS[True], 6)
    router.post_get.unreadable = set()
    read = router.answered.count(READ)
    router.receive(PEER, "new")
    await lab.inbox.wait_new()
    await router.wait_answered(READ, read + len(unreadable) + 1)
    await router.wait_answered(LISTS[True], router.answered.count(LISTS[True]) + 3)
    assert lab.inbox.texts == ["new"]
    assert [message.text for message in router.modem.stored][:3] == ["old 0", "old 1", "old 2"]


async def test_what_cannot_be_read_holds_up_nothing(lab: Lab) -> None:
    """And comes soon after it can be; until then nobody is shown it, nor deletes it."""
    router = await router_with_old(lab, 1)
    gateway = await lab.connected(router, adopted=False)
    router.post_get.unreadable = {1}
    router.receive(PEER, "alarm")
    router.receive(PEER, "next")
    await lab.inbox.wait_new()
    await router.wait_answered(LISTS[True], router.answered.count(LISTS[True]) + 6)
    assert lab.inbox.texts == ["next"]
    assert [each.text for each in await gateway.list_messages(PRIMARY)] == ["old 0", "next"]
    with pytest.raises(GatewayRefusedError):
        await gateway.delete_messages(PRIMARY, [("ROUTER", 1)])
    router.post_get.unreadable = set()
    await lab.inbox.wait_new(2)
    assert lab.inbox.texts == ["next", "alarm"]


async def test_a_known_message_is_deleted_though_it_was_not_read_in_time(lab: Lab) -> None:
    """It is read once more before that."""
    router = await router_with_old(lab, 2)
    await (await lab.connected(router, adopted=False)).close()
    gateway = lab.gateway(router)
    router.trouble.unread = 1
    await gateway.connect()
    await gateway.delete_messages(PRIMARY, [("ROUTER", 0)])
    assert [message.text for message in router.modem.stored] == ["old 1"]
