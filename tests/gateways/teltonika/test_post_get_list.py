"""The list of Post/Get, of which each message is read by itself where there are several."""

from dataclasses import replace

import pytest

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
