"""Calls by their records."""

from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.calls import CallState
from custom_components.cellular_gateway.gateways.port_reports import CallDirection

from .lab import PEER, PEER_WIRE, Lab, port_of

BEGIN = 1700000000
CALL: dict[str, Any] = {
    "cid": "abc",
    "cdir": "MO",
    "caller": PEER_WIRE,
    "callee": "23",
    "begin": BEGIN,
    "alert": 0,
    "answer": 0,
    "update": 0,
    "end": 0,
    "reason": "",
    "gw_reason": "0 ",
}
ANSWERED = CALL | {"alert": BEGIN + 2, "answer": BEGIN + 5}
ENDED = ANSWERED | {"end": BEGIN + 125, "reason": "200 OK", "gw_reason": "16 normal clearing"}


async def test_one_call(lab: Lab) -> None:
    """It begins, is answered and ends; the records of each minute move nothing."""
    gateway = await lab.heard()
    await lab.box.report_device()
    await lab.box.call(1, **CALL)
    assert port_of(gateway).call_in_progress
    await lab.box.call(1, **ANSWERED)
    states = len(lab.watcher.states)
    for minute in (65, 125):
        await lab.box.call(1, **(ANSWERED | {"update": BEGIN + minute}))
    assert len(lab.watcher.states) == states
    await lab.box.call(1, **ENDED)
    assert port_of(gateway).call_in_progress is False
    calls = lab.listener.calls
    assert [call.state for call in calls] == [
        CallState.RINGING,
        CallState.ANSWERED,
        CallState.ANSWERED,
    ]
    assert {call.key for call in calls} == {calls[0].key}
    assert {call.direction for call in calls} == {CallDirection.INCOMING}
    assert {call.number for call in calls} == {PEER}
    assert [call.ended_at is None for call in calls] == [True, True, False]
    assert (calls[-1].reason, calls[-1].network_reason) == ("200 OK", "16 normal clearing")


async def test_an_end_counts_once(lab: Lab) -> None:
    """Whatever comes after it."""
    await lab.heard()
    for record in (ENDED, ENDED, ANSWERED, CALL):
        await lab.box.call(1, **record)
    assert len(lab.listener.calls) == 1


async def test_an_earlier_record_comes_again(lab: Lab) -> None:
    """It was not kept when it came first; a call that was answered does not ring."""
    gateway = await lab.heard()
    await lab.box.report_device()
    for record in (ANSWERED, CALL, ANSWERED | {"update": BEGIN + 65}):
        await lab.box.call(1, **record)
    assert [call.state for call in lab.listener.calls] == [CallState.ANSWERED]
    assert port_of(gateway).call_in_progress


async def test_a_restart_in_a_call(lab: Lab) -> None:
    """What was told of it before is not told again."""
    await lab.heard()
    await lab.box.call(1, **ANSWERED)
    await lab.box.call(2, **ENDED)
    gateway = await lab.heard()
    await lab.box.report_device()
    await lab.box.call(1, **(ANSWERED | {"update": BEGIN + 65}))
    await lab.box.call(2, **ENDED)
    assert port_of(gateway).call_in_progress
    assert len(lab.listener.calls) == 2
    await lab.box.call(1, **ENDED)
    assert lab.listener.calls[2].ended_at is not None


@pytest.mark.parametrize(
    ("record", "direction", "number", "state"),
    [
        (CALL | {"end": BEGIN + 9}, CallDirection.INCOMING, PEER, CallState.MISSED),
        (
            ENDED | {"cdir": "MT", "callee": "10086"},
            CallDirection.OUTGOING,
            "10086",
            CallState.ANSWERED,
        ),
        (CALL | {"caller": ""}, CallDirection.INCOMING, None, CallState.RINGING),
    ],
)
async def test_who_and_how(
    lab: Lab,
    record: dict[str, Any],
    direction: CallDirection,
    number: str | None,
    state: CallState,
) -> None:
    """MT goes out, MO comes in; without an answer it was missed."""
    await lab.heard()
    await lab.box.call(1, **record)
    (call,) = lab.listener.calls
    assert (call.direction, call.number, call.state) == (direction, number, state)


async def test_calls_are_told_apart(lab: Lab) -> None:
    """By port, id and begin."""
    await lab.heard()
    await lab.box.call(1, **CALL)
    await lab.box.call(2, **CALL)
    await lab.box.call(1, **(CALL | {"begin": BEGIN + 1}))
    await lab.box.call(1, **(CALL | {"cid": "abd"}))
    assert len({call.key for call in lab.listener.calls}) == 4


async def test_a_call_whose_end_is_never_heard(lab: Lab) -> None:
    """Does not go on for ever."""
    lab.box.push_url = lab.hook_url
    gateway = await lab.connected(url=None, push_url=None, clocks={"call": 0.1, "inbox": 0.05})
    await lab.box.report_device()
    await lab.box.call(1, **CALL)
    assert port_of(gateway).call_in_progress
    await lab.watcher.until(lambda: not port_of(gateway).call_in_progress)
