"""Messages of a router, by push and by list, over real HTTP."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import partial

import pytest

from custom_components.cellular_gateway.gateways.errors import GatewayRefusedError, NotKeptError
from custom_components.cellular_gateway.gateways.models import StoredStatus
from custom_components.cellular_gateway.gateways.push import Push
from custom_components.cellular_gateway.gateways.teltonika.gateway import PRIMARY
from simulator.teltonika import Forwarding as RouterForwarding, RouterModem

from .lab import CLOCKS, FORWARDING, LISTS, OWN, PEER, SECOND, Lab

MORNING = datetime(2026, 3, 1, 8, 0, 5)  # noqa: DTZ001
each_api = pytest.mark.parametrize("legacy", [True, False], ids=["post_get", "rest"])


@each_api
async def test_a_listed_message(lab: Lab, legacy: bool) -> None:
    """With the router's time, in the zone that its clock has."""
    router = await lab.router(legacy=legacy)

    async def eastern() -> tzinfo:
        return timezone(timedelta(hours=2))

    await lab.connected(router, time_zone=eastern)
    router.receive(PEER, "first\n\nsecond")
    router.modem.stored[0].received_at = MORNING
    (part,) = await lab.inbox.wait_new()
    assert (part.sender, part.text, part.port) == (PEER, "first\n\nsecond", PRIMARY)
    assert part.sent_at == datetime(2026, 3, 1, 6, 0, 5, tzinfo=UTC)
    assert router.modem.stored, "kept in the router unless chosen otherwise"


@each_api
async def test_what_lay_there_before_is_adopted(lab: Lab, legacy: bool) -> None:
    """In silence, and is not deleted."""
    router = await lab.router(legacy=legacy)
    router.receive(PEER, "old")
    await lab.connected(router, adopted=False, delete_after_receipt=True)
    router.receive(PEER, "new")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["new"]
    assert [message.text for message in router.modem.stored] == ["old"]


@each_api
@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_forwarded_message_comes_once(lab: Lab, legacy: bool, method: str) -> None:
    """At once by push, and as the same by list."""
    router, gateway, forwarding = await lab.forwarding(legacy=legacy)
    forwarding.method = method
    forwarding.extra = (("Name", "RUT240"), ("Code", "RUT240 06E000"))
    router.receive(PEER, "Hello! 50 % & more = +1")
    await router.forwarded()
    assert forwarding.answers == [200]
    assert lab.inbox.texts == ["Hello! 50 % & more = +1"]
    lab.wake(gateway)
    await lab.inbox.until(lambda: len(lab.inbox.offers) > 1)
    assert lab.inbox.offers[1].storage == "ROUTER"
    assert len(lab.inbox.new) == 1


@each_api
async def test_two_equal_texts_come_twice(lab: Lab, legacy: bool) -> None:
    """Within the same second, from one sender."""
    router, gateway, forwarding = await lab.forwarding(legacy=legacy)
    for _ in range(3):
        router.receive(PEER, "OK")
    await router.forwarded()
    lab.wake(gateway)
    await lab.inbox.until(lambda: len(lab.inbox.offers) == 6)
    assert forwarding.answers == [200] * 3
    assert lab.inbox.texts == ["OK"] * 3


@each_api
async def test_a_restart_between_push_and_list(lab: Lab, legacy: bool) -> None:
    """The ledger outlives it."""
    router, gateway, _ = await lab.forwarding(legacy=legacy)
    router.receive(PEER, "OK")
    await router.forwarded()
    await gateway.close()
    router.forwarding.clear()
    router.receive(PEER, "OK")
    await lab.connected(router, forwarding=FORWARDING)
    await lab.inbox.until(lambda: len(lab.inbox.offers) == 3)
    assert lab.inbox.texts == ["OK", "OK"]


async def test_base64_brings_every_character(lab: Lab) -> None:
    """Without it, what is no ASCII is lost; the message comes once either way."""
    router, gateway, forwarding = await lab.forwarding(
        legacy=False, forwarding=replace(FORWARDING, base64=True)
    )
    forwarding.base64 = True
    router.receive(PEER, "Grüße ✓\n😀")
    await router.forwarded()
    assert lab.inbox.texts == ["Grüße ✓\n😀"]
    lab.wake(gateway)
    await lab.inbox.until(lambda: len(lab.inbox.offers) == 2)
    assert len(lab.inbox.new) == 1


async def test_a_mangled_text_comes_once(lab: Lab) -> None:
    """Known by what is left of it."""
    router, gateway, _ = await lab.forwarding(legacy=True)
    router.receive(PEER, "Grüße")
    await router.forwarded()
    lab.wake(gateway)
    await lab.inbox.until(lambda: len(lab.inbox.offers) == 2)
    assert lab.inbox.texts == ["Gr??e"]


async def test_what_cannot_be_kept_is_not_acknowledged(lab: Lab) -> None:
    """The router is told, and the list brings it when it can be kept again."""
    router, gateway, forwarding = await lab.forwarding(legacy=False)
    lab.inbox.failure = NotKeptError("disk full")
    router.receive(PEER, "one")
    await router.forwarded()
    assert forwarding.answers == [503]
    lab.inbox.failure = None
    lab.wake(gateway)
    await lab.inbox.wait_new()
    assert lab.inbox.texts == ["one"]


async def test_what_cannot_be_kept_is_matched_again(lab: Lab) -> None:
    """A listed message whose push came on a full disk is the same when that is pushed again."""
    router, gateway, forwarding = await lab.forwarding(legacy=False)
    router.forwarding.remove(forwarding)
    router.receive(PEER, "one")
    lab.wake(gateway)
    await lab.inbox.wait_new()
    push = Push(query={"Sender": PEER, "Text": "one"})
    lab.inbox.failure = NotKeptError("disk full")
    assert (await gateway.receive_push(push)).status == 503
    lab.inbox.failure = None
    assert (await gateway.receive_push(push)).status == 200
    assert lab.inbox.texts == ["one"]


async def test_a_push_that_nobody_waited_for(lab: Lab) -> None:
    """Its repetition is the same message, and not a second one; what comes then is one more."""
    _, gateway, _ = await lab.forwarding(legacy=False)
    for is_waiting, number in ((False, 1), (True, 1), (True, 2)):
        query = {"Sender": PEER, "Text": "one"}
        push = Push(query=query, is_waiting=partial(bool, is_waiting))
        assert (await gateway.receive_push(push)).status == 200
        assert lab.inbox.texts == ["one"] * number


async def test_nobody_to_keep_it(lab: Lab) -> None:
    """Is no reason to say that it was."""
    router = await lab.router(legacy=False)
    gateway = lab.gateway(router, subscribe=False, forwarding=FORWARDING)
    await gateway.connect()
    push = Push(query={"Sender": PEER, "Text": "x"})
    assert (await gateway.receive_push(push)).status == 503


async def test_push_needs_to_be_set_up(lab: Lab) -> None:
    """Without its names nothing can be read."""
    router = await lab.router(legacy=False)
    gateway = await lab.connected(router)
    assert (await gateway.receive_push(Push())).status == 404


async def test_a_push_names_its_port(lab: Lab) -> None:
    """By an extra pair; a port that is none is the primary one."""
    _, gateway, _ = await lab.forwarding(legacy=False)
    for port in ("2-1", PRIMARY):
        query = {"Sender": PEER, "Text": port, "port": port}
        assert (await gateway.receive_push(Push(method="GET", query=query))).status == 200
    assert [part.port for part in lab.inbox.new] == [PRIMARY, PRIMARY]


@each_api
async def test_only_what_was_kept_is_deleted(lab: Lab, legacy: bool) -> None:
    """Another message that has come to its place meanwhile stays."""
    router = await lab.router(legacy=legacy)
    modem = router.modem

    def replace_stored() -> None:
        modem.delete(0)
        modem.store(PEER, "another one")
        lab.inbox.before_keeping = lambda: None

    lab.inbox.before_keeping = replace_stored
    router.receive(PEER, "first")
    await lab.connected(router, delete_after_receipt=True)
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["first", "another one"]
    assert not modem.stored


@each_api
async def test_an_equal_text_in_the_place_of_a_deleted_one(lab: Lab, legacy: bool) -> None:
    """Is one more, be it of the same second."""
    router = await lab.router(legacy=legacy)
    await lab.connected(router, delete_after_receipt=True)
    for number in range(1, 4):
        router.modem.store(PEER, "ALARM", MORNING)
        await lab.inbox.wait_gone(number)
    assert lab.inbox.texts == ["ALARM"] * 3


@each_api
async def test_a_message_that_cannot_be_deleted(lab: Lab, legacy: bool) -> None:
    """Stays, and keeps no other; it comes once."""
    router = await lab.router(legacy=legacy)
    router.modem.locked.add(0)
    await lab.connected(router, delete_after_receipt=True)
    for text in ("one", "two", "three"):
        router.receive(PEER, text)
    await lab.inbox.wait_gone(2)
    assert [message.text for message in router.modem.stored] == ["one"]
    assert lab.inbox.texts == ["one", "two", "three"]
    assert not lab.watcher.losses


async def test_an_old_incomplete_text_is_adopted(lab: Lab) -> None:
    """Whole or not, it lay there before; it stays."""
    router = await lab.router(legacy=True)
    router.receive(PEER, "Begin <part_missing> ")
    await lab.connected(
        router,
        adopted=False,
        delete_after_receipt=True,
        clocks=replace(CLOCKS, incomplete=0.1),
    )
    asked = router.answered.count(LISTS[True])
    await router.wait_answered(LISTS[True], asked + 5)
    assert (lab.inbox.texts, len(router.modem.stored)) == ([], 1)


async def test_an_incomplete_text_that_was_forwarded(lab: Lab) -> None:
    """Comes once, however late the rest of it is."""
    router, gateway, _ = await lab.forwarding(legacy=True)
    router.receive(PEER, "Begin <part_missing> end")
    await router.forwarded()
    lab.wake(gateway)
    await lab.inbox.until(lambda: len(lab.inbox.offers) == 2)
    assert lab.inbox.texts == ["Begin <part_missing> end"]


async def test_an_incomplete_text_is_waited_for(lab: Lab) -> None:
    """And comes once, whole; after a while as it is."""
    router = await lab.router(legacy=True)
    message = router.receive(PEER, "Begin <part_missing> ")
    await lab.connected(router)
    router.receive(PEER, "next")
    await lab.inbox.wait_new()
    assert lab.inbox.texts == ["next"]
    message.text = "Begin and end"
    await lab.inbox.wait_new(2)
    assert lab.inbox.texts == ["next", "Begin and end"]


async def test_an_incomplete_text_is_not_waited_for_without_end(lab: Lab) -> None:
    """Its other part may never come."""
    router = await lab.router(legacy=True)
    router.receive(PEER, "Begin <part_missing> ")
    await lab.connected(router, clocks=replace(CLOCKS, incomplete=0.2))
    (part,) = await lab.inbox.wait_new()
    assert "Begin" in part.text


async def test_a_push_that_names_no_modem(lab: Lab) -> None:
    """Of several: the list tells from which one it is; where it is not listed, it comes anyway."""
    first = RouterModem(lab.network, numbers=(OWN,), id="1-1")
    second = RouterModem(lab.network, numbers=(SECOND,), id="2-1", primary=False)
    router = await lab.router(first, second, legacy=False)
    gateway = await lab.connected(router, clocks=replace(CLOCKS, list=60.0), forwarding=FORWARDING)
    await router.wait_answered(LISTS[False])
    forwarding = RouterForwarding(await lab.listen(gateway))
    router.forwarding.append(forwarding)
    for number, (text, stored, port) in enumerate(
        (("to the second", True, "2-1"), ("nowhere stored", False, PRIMARY)), 1
    ):
        router.receive(PEER, text, modem=second, stored=stored)
        await router.forwarded()
        part = (await lab.inbox.wait_new(number))[-1]
        assert (part.text, part.port) == (text, port)
    assert forwarding.answers == [200, 200]
    lab.wake(gateway)
    await lab.inbox.until(lambda: len(lab.inbox.offers) == 2)
    assert len(lab.inbox.new) == 2


async def test_the_messages_of_every_modem(lab: Lab) -> None:
    """Each at its port."""
    first = RouterModem(lab.network, numbers=(OWN,), id="3-1")
    second = RouterModem(lab.network, numbers=(SECOND,), id="1-1.2", primary=False)
    router = await lab.router(second, first, legacy=False)
    gateway = await lab.connected(router)
    assert set(gateway.state.ports) == {PRIMARY, "1-1.2"}
    await lab.network.send(PEER, OWN, "to the first")
    await lab.network.send(PEER, SECOND, "to the second")
    parts = await lab.inbox.wait_new(2)
    assert {part.port: part.text for part in parts} == {
        PRIMARY: "to the first",
        "1-1.2": "to the second",
    }


@each_api
async def test_a_person_lists_and_deletes(lab: Lab, legacy: bool) -> None:
    """What is deleted was handed over before."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router, clocks=replace(CLOCKS, list=60.0))
    for text in ("one", "two"):
        router.receive(PEER, text)
    stored = await gateway.list_messages(PRIMARY)
    assert [(each.index, each.number, each.text) for each in stored] == [
        (0, PEER, "one"),
        (1, PEER, "two"),
    ]
    assert {each.status for each in stored} <= set(StoredStatus)
    await gateway.delete_messages(PRIMARY, [("ROUTER", 1), ("ROUTER", 7)])
    assert [message.text for message in router.modem.stored] == ["one"]
    assert lab.inbox.texts == ["one", "two"]
    lab.inbox.failure = NotKeptError("disk full")
    router.receive(PEER, "three")
    with pytest.raises(GatewayRefusedError):
        await gateway.delete_messages(PRIMARY, [("ROUTER", 1)])
    assert len(router.modem.stored) == 2


@each_api
async def test_a_busy_modem_delays_and_loses_nothing(lab: Lab, legacy: bool) -> None:
    """The router says so with a reply like any other."""
    router = await lab.router(legacy=legacy)
    await lab.connected(router)
    router.trouble.busy = 5
    router.receive(PEER, "one")
    assert (await lab.inbox.wait_new())[0].text == "one"
    assert not lab.watcher.losses


async def test_a_burst_by_push_and_list(lab: Lab) -> None:
    """Everything once, while the list runs, pushes fail and the gateway is started anew."""
    router, gateway, _ = await lab.forwarding(legacy=False)
    router.modem.capacity = 500
    for number in range(150):
        router.receive(PEER, f"alarm {number % 10}")
        if number == 50:
            lab.inbox.failure = NotKeptError("disk full")
        if number == 60:
            lab.inbox.failure = None
        if number == 100:
            await gateway.close()
            await gateway.connect()
        if number % 20 == 0:
            lab.wake(gateway)
        await asyncio.sleep(0)
    await router.forwarded()
    listed = router.answered.count(LISTS[False])
    lab.wake(gateway)
    await router.wait_answered(LISTS[False], listed + 1)
    await gateway.close()
    await lab.connected(router, forwarding=FORWARDING)
    await router.wait_answered(LISTS[False], listed + 4)
    assert sorted(lab.inbox.texts) == sorted(f"alarm {number % 10}" for number in range(150))


@each_api
async def test_a_text_that_looks_like_several_messages(lab: Lab, legacy: bool) -> None:
    """Nobody can write in the name of another, and nothing around it is lost."""
    router = await lab.router(legacy=legacy)
    await lab.connected(router)
    rule = f"Status: read\n{'-' * 30}"
    texts = [
        f"hi\n{rule}\nIndex: 7\nDate: Sat Nov 21 15:00:00 2026\nSender: {SECOND}\nText: open",
        "before\nStatus: read",
        f"end\n{rule}\n\n\n\nnot the end",
        f"again\n{rule}\nIndex: 1\nDate: x\nSender: {SECOND}\nText: open",
    ]
    for text in texts:
        router.receive(PEER, text)
    await lab.inbox.wait_new(len(texts))
    router.receive(PEER, "the next")
    parts = await lab.inbox.wait_new(len(texts) + 1)
    assert [(part.sender, part.text) for part in parts] == [
        (PEER, text) for text in (*texts, "the next")
    ]
