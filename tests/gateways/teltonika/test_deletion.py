"""What is deleted of a router's messages, and what becomes of one that does not go."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from custom_components.cellular_gateway.gateways.teltonika.gateway import PRIMARY
from simulator.teltonika import Router

from .lab import CLOCKS, LISTS, PEER, Lab

MORNING = datetime(2026, 3, 1, 8, 0, 5)  # noqa: DTZ001
each_api = pytest.mark.parametrize("legacy", [True, False], ids=["post_get", "rest"])


async def look(router: Router, number: int = 8) -> None:
    """Wait until a router was asked for its list so many times more."""
    path = LISTS[router.rest is None]
    await router.wait_answered(path, router.answered.count(path) + number)


@each_api
async def test_what_stays_although_the_router_says_ok(lab: Lab, legacy: bool) -> None:
    """It comes once, and no more when it goes at last; what comes to its place then is new."""
    router = await lab.router(legacy=legacy)
    router.modem.stubborn.add(0)
    router.modem.store(PEER, "alarm", MORNING)
    await lab.connected(router, delete_after_receipt=True)
    await lab.inbox.wait_new()
    await look(router)
    assert (lab.inbox.texts, lab.inbox.gone) == (["alarm"], [])
    router.modem.stubborn.clear()
    await lab.inbox.wait_gone()
    router.modem.store(PEER, "alarm", MORNING)
    await lab.inbox.wait_gone(2)
    assert lab.inbox.texts == ["alarm"] * 2
    assert not lab.watcher.losses


@each_api
async def test_a_list_that_lags(lab: Lab, legacy: bool) -> None:
    """What it still shows after the deletion is not one more; it is gone when the list says so."""
    router = await lab.router(legacy=legacy)
    router.modem.lag = 3
    await lab.connected(router, delete_after_receipt=True)
    for number in range(1, 4):
        router.receive(PEER, "alarm")
        await lab.inbox.wait_gone(number)
        await look(router)
        assert lab.inbox.texts == ["alarm"] * number
        assert len(lab.inbox.gone) == number


@each_api
async def test_an_old_one_that_a_person_deletes_in_vain(lab: Lab, legacy: bool) -> None:
    """It was adopted, and stays so."""
    router = await lab.router(legacy=legacy)
    router.modem.stubborn.add(0)
    router.receive(PEER, "old")
    gateway = await lab.connected(router, adopted=False)
    await gateway.delete_messages(PRIMARY, [("ROUTER", 0)])
    await look(router)
    assert (lab.inbox.texts, lab.inbox.gone) == ([], [])


@each_api
async def test_what_stays_and_a_modem_that_starts(lab: Lab, legacy: bool) -> None:
    """It lists nothing for a while; what it lists then is still the same."""
    router = await lab.router(legacy=legacy)
    router.modem.stubborn.add(0)
    router.receive(PEER, "alarm")
    await lab.connected(router, delete_after_receipt=True, clocks=replace(CLOCKS, starting=60.0))
    for number in range(1, 3):
        await look(router)
        stored, router.modem.stored = router.modem.stored, []
        await lab.inbox.wait_gone(number)
        await look(router)
        router.modem.stored = stored
    await look(router)
    assert lab.inbox.texts == ["alarm"]
    assert len(lab.inbox.gone) == 2
    assert lab.inbox.offers[-1].index == 0, "where it lies is told again"


@each_api
async def test_equal_texts_that_were_held_up(lab: Lab, legacy: bool) -> None:
    """The network hands them out one by one, each to the place of the one that we have deleted."""
    router = await lab.router(legacy=legacy)
    await lab.connected(router, delete_after_receipt=True, clocks=replace(CLOCKS, starting=60.0))
    for number in range(1, 5):
        router.modem.store(PEER, "heartbeat", MORNING + timedelta(hours=number))
        await lab.inbox.wait_gone(number)
    assert lab.inbox.texts == ["heartbeat"] * 4
