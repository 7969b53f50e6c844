"""What a router had stored is known again, whatever it is asked by and however it prints it."""

from datetime import timedelta, tzinfo
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.models import SmsPart
from simulator.teltonika import Router, RouterModem

from .lab import LISTS, OWN, PEER, SECOND, Lab

READ = "/cgi-bin/sms_read"

each_api = pytest.mark.parametrize("legacy", [True, False], ids=["post_get", "rest"])


async def look(lab: Lab, router: Router, **changes: Any) -> list[SmsPart]:
    """Have a gateway that is new look through a router; return what would be announced."""
    path = LISTS[router.rest is None]
    asked = router.answered.count(path)
    gateway = await lab.connected(router, adopted=False, **changes)
    await router.wait_answered(path, asked + 3)
    await gateway.close()
    return lab.inbox.new


@each_api
async def test_a_router_in_the_place_of_another(lab: Lab, legacy: bool) -> None:
    """What it has stored is adopted in silence; what comes then is new."""
    old, new = await lab.router(legacy=True), await lab.router(legacy=legacy)
    new.mac, new.serial = "20:97:27:00:00:02", "1100000002"
    await look(lab, old)
    new.receive(PEER, "gate open (last year)")
    assert await look(lab, new) == []
    new.receive(PEER, "now")
    assert [part.text for part in await look(lab, new)] == ["now"]


@each_api
async def test_a_router_that_does_not_tell_who_it_is(lab: Lab, legacy: bool) -> None:
    """Counts as the one that was known, wherever it is: no alarm that waited in it is lost."""
    router, other = await lab.router(legacy=legacy, bare=True), await lab.router(legacy=legacy)
    router.mac = router.serial = ""
    await look(lab, router)
    router.receive(PEER, "now")
    assert len(await look(lab, router)) == 1
    router.receive(PEER, "meanwhile")
    router.down()
    router.port = 0
    await router.serve()
    assert [part.text for part in await look(lab, router)] == ["now", "meanwhile"]
    other.receive(PEER, "gate open (last year)")
    assert len(await look(lab, other)) == 3
    assert len(await look(lab, router)) == 3


@each_api
async def test_a_router_at_another_address(lab: Lab, legacy: bool) -> None:
    """Is the same, and what came meanwhile is new."""
    router = await lab.router(legacy=legacy)
    await look(lab, router)
    router.receive(PEER, "meanwhile")
    router.down()
    router.port = 0
    await router.serve()
    assert [part.text for part in await look(lab, router)] == ["meanwhile"]


async def test_another_api_of_the_same_router(lab: Lab) -> None:
    """After an update of its firmware only what is new comes, and what was adopted stays so."""
    before = await lab.router(legacy=True)
    before.receive(PEER, "old")
    await look(lab, before)
    for text in ("one", "two", "two"):
        before.receive(PEER, text)
    assert len(await look(lab, before)) == 3
    after = await lab.router(legacy=False)
    after.modem.stored = before.modem.stored
    after.modem.stored[0].index = 17
    after.receive(PEER, "two")
    assert [part.text for part in await look(lab, after)] == ["one", "two", "two", "two"]


@each_api
async def test_an_equal_text_in_place_of_an_old_one(lab: Lab, legacy: bool) -> None:
    """The old one was in the first list, and somebody deleted it; this one is another."""

    async def zone() -> tzinfo:
        return lab.network.time_zone

    router = await lab.router(legacy=legacy)
    old = router.receive(PEER, "heartbeat")
    now, old.received_at = old.received_at, old.received_at - timedelta(hours=2)
    await look(lab, router, time_zone=zone)
    router.modem.stored.clear()
    router.modem.store(PEER, "heartbeat", now)
    assert [part.text for part in await look(lab, router, time_zone=zone)] == ["heartbeat"]


@each_api
@pytest.mark.parametrize("hours", [1, -5, 12.75])
async def test_another_zone_of_its_clock(lab: Lab, legacy: bool, hours: float) -> None:
    """Old dates are printed otherwise; the messages stay what they are, and a new one is new."""
    router = await lab.router(legacy=legacy)
    router.receive(PEER, "old")
    await look(lab, router)
    for _ in range(2):
        router.receive(PEER, "open")
    assert len(await look(lab, router)) == 2
    for message in router.modem.stored:
        message.received_at += timedelta(hours=hours)
    router.receive(PEER, "open")
    assert len(await look(lab, router)) == 3
    assert len(await look(lab, router)) == 3


@each_api
@pytest.mark.parametrize("hours", [1, 2, -5])
async def test_another_zone_right_after_the_first_look(
    lab: Lab, legacy: bool, hours: float
) -> None:
    """What had lain there for weeks cannot have come meanwhile."""
    router = await lab.router(legacy=legacy)
    for days in range(30, 33):
        router.receive(PEER, "open gate").received_at -= timedelta(days=days)
    await look(lab, router)
    for message in router.modem.stored:
        message.received_at += timedelta(hours=hours)
    assert await look(lab, router) == []


async def test_the_only_modem_under_another_name(lab: Lab) -> None:
    """Its messages stay what they are, as its port does."""
    modem = RouterModem(lab.network, numbers=(OWN,), id="3-1", primary=False)
    router = await lab.router(modem, legacy=False)
    router.receive(PEER, "old")
    await look(lab, router)
    router.receive(PEER, "open gate")
    assert [part.text for part in await look(lab, router)] == ["open gate"]
    modem.id = "2-1"
    assert [part.text for part in await look(lab, router)] == ["open gate"]


async def test_an_equal_text_in_the_other_modem(lab: Lab) -> None:
    """Of the same second: it is another one, though the first was deleted."""
    first = RouterModem(lab.network, numbers=(OWN,), id="3-1")
    second = RouterModem(lab.network, numbers=(SECOND,), id="2-1", primary=False)
    router = await lab.router(first, second, legacy=False)
    await look(lab, router)
    message = first.store(PEER, "alarm")
    assert len(await look(lab, router)) == 1
    first.stored.clear()
    second.store(PEER, "alarm", message.received_at)
    assert len(await look(lab, router)) == 2


@pytest.mark.parametrize("unread", [1, 2])
async def test_another_zone_while_the_modem_is_busy(lab: Lab, unread: int) -> None:
    """What cannot be read in time is known again when it can be."""
    router = await lab.router(legacy=True)
    for text in ("old", "old 2"):
        router.receive(PEER, text)
    await look(lab, router)
    router.receive(PEER, "open")
    assert len(await look(lab, router)) == 1
    for message in router.modem.stored:
        message.received_at += timedelta(hours=1)
    router.trouble.unread = unread
    read = router.answered.count(READ)
    await lab.connected(router)
    await router.wait_answered(READ, read + 3 + unread)
    await router.wait_answered(LISTS[True], router.answered.count(LISTS[True]) + 2)
    assert lab.inbox.texts == ["open"]


async def test_another_api_while_the_modem_is_busy(lab: Lab) -> None:
    """The same."""
    before = await lab.router(legacy=False)
    before.receive(PEER, "old")
    await look(lab, before)
    for text in ("one", "two", "two"):
        before.receive(PEER, text)
    await look(lab, before)
    after = await lab.router(legacy=True)
    after.modem.stored = before.modem.stored
    after.trouble.unread = 1
    await lab.connected(after)
    await after.wait_answered(READ, 5)
    await after.wait_answered(LISTS[True], after.answered.count(LISTS[True]) + 2)
    assert lab.inbox.texts == ["one", "two", "two"]
