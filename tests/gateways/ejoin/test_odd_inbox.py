"""An inbox that is deleted, restarted, or written otherwise than the document has it."""

import json
import time
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.ejoin.gateway import EjoinGateway

from .lab import PEER_WIRE, Lab

# 2021, when this firmware may have been built.
BUILT = 1609459200
# The last time that "SMS to HTTP" tells, if it does.
STAMP = b"Sender: 491701234567\nSMSC: 1\nSCTS: 25060112000008\n\n"


async def unpushed(lab: Lab, *texts: str, at: int | None = None) -> None:
    """Have texts come that only the inbox tells of."""
    lab.box.switches.received_sms = False
    for text in texts:
        await lab.box.receive(1, PEER_WIRE, text, at=at)


async def restarted(lab: Lab, gateway: EjoinGateway, **changes: Any) -> EjoinGateway:
    """Start our side anew: only the journal and its memory stay."""
    await gateway.close()
    return await lab.connected(**changes)


def forget(lab: Lab, beginning: str) -> None:
    """Have our journal forget texts, as it does after months."""
    for identity, part in list(lab.inbox.parts.items()):
        if part.text.startswith(beginning):
            del lab.inbox.parts[identity]


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_a_clock_that_begins_anew(lab: Lab, is_restarted: bool) -> None:
    """Makes no text old, with or without a restart of the gateway, and though it is pushed late."""
    gateway = await lab.connected()
    await lab.box.receive(1, PEER_WIRE, "before")
    await gateway.connect()
    if is_restarted:
        lab.box.restart(keep_inbox=True)
    await unpushed(lab, "alarm", at=BUILT)
    await gateway.connect()
    assert lab.inbox.texts == ["before", "alarm"]
    row = list(lab.box.inbox.values())[-1]
    assert await lab.box.push(lab.box._received_message(1, row)) == 200
    assert lab.inbox.texts == ["before", "alarm"]


async def test_a_clock_that_was_once_ahead(lab: Lab) -> None:
    """Makes no text old either, also where a restarted gateway lists it before others."""
    gateway = await lab.connected()
    await unpushed(lab, "ahead", at=int(time.time()) + 30 * 86400)
    await gateway.connect()
    await unpushed(lab, "alarm")
    await gateway.connect()
    assert lab.inbox.texts == ["ahead", "alarm"]
    lab.box.restart(keep_inbox=True)
    await unpushed(lab, "second alarm")
    rows = list(lab.box.inbox.values())
    lab.box.inbox = dict(enumerate(reversed(rows), 1))
    await gateway.connect()
    assert lab.inbox.texts == ["ahead", "alarm", "second alarm"]


async def test_what_follows_what_we_know_is_news(lab: Lab) -> None:
    """However old it is, and however long the list of a restarted gateway."""
    now = int(time.time())
    gateway = await lab.connected()
    for number in range(150):
        await lab.box.receive(1, PEER_WIRE, f"long ago {number}", at=now - 100 * 86400)
    await lab.box.receive(1, PEER_WIRE, "now", at=now)
    await gateway.connect()
    lab.inbox.parts.clear()
    lab.box.restart(keep_inbox=True)
    await unpushed(lab, "alarm", at=now - 100 * 86400)
    await restarted(lab, gateway)
    assert lab.inbox.texts == ["now", "alarm"]
    assert len(lab.inbox.parts) == 152


@pytest.mark.parametrize("restarts", [1, 2])
async def test_a_list_that_is_read_again_is_no_news(lab: Lab, restarts: int) -> None:
    """Also where the gateway starts anew once more behind the first page."""
    now = int(time.time())
    gateway = await lab.connected()
    await unpushed(lab, *(f"long ago {number}" for number in range(250)), at=now - 100 * 86400)
    await unpushed(lab, "now", at=now)
    await gateway.connect()
    assert len(lab.inbox.new) == 251
    forget(lab, "long ago")
    left = [lab.box.restart] * restarts

    def restart() -> None:
        if left:
            left.pop()(keep_inbox=True)

    restart()
    lab.inbox.before_keeping = restart
    await restarted(lab, gateway)
    assert not left
    assert lab.inbox.texts == ["now"]


async def test_what_was_adopted_long_ago_is_no_news(lab: Lab) -> None:
    """Though all that came after it was deleted; and it stays there."""
    now = int(time.time())
    del lab.notebook.values["inbox"]
    await unpushed(lab, *(f"adopted {number}" for number in range(30)), at=now - 200 * 86400)
    gateway = await lab.connected(delete_after_receipt=True)
    texts = [f"text {number}" for number in range(101)]
    await unpushed(lab, *texts)
    await gateway.connect()
    assert lab.inbox.texts == texts
    assert len(lab.box.inbox) == 30
    forget(lab, "adopted")
    lab.box.restart(keep_inbox=True)
    await unpushed(lab, "alarm")
    await restarted(lab, gateway, delete_after_receipt=True)
    assert lab.inbox.texts == [*texts, "alarm"]
    assert len(lab.box.inbox) == 30
    assert [part.text for part in lab.inbox.gone] == [*texts, "alarm"]


@pytest.mark.parametrize("head", [b"", STAMP])
async def test_a_text_without_a_time_is_known_after_a_restart(lab: Lab, head: bytes) -> None:
    """Of ours and of the gateway's, when the inbox shows it; an equal one after it is another."""
    gateway = await lab.connected()
    assert await lab.post(head + b"ok", port="1A", sender=PEER_WIRE) == 200
    await unpushed(lab, "ok")
    gateway = await restarted(lab, gateway)
    assert lab.inbox.texts == ["ok"]
    lab.box.restart(keep_inbox=True)
    await gateway.connect()
    assert lab.inbox.texts == ["ok"]
    await unpushed(lab, "ok", at=int(time.time()) + 5)
    await gateway.connect()
    assert lab.inbox.texts == ["ok", "ok"]


async def test_a_text_without_a_time_is_no_old_one(lab: Lab) -> None:
    """Its row is not that of an equal one which a restarted gateway lists again before it."""
    now = int(time.time())
    gateway = await lab.connected()
    for day in (2, 1, 0):
        assert await lab.post(b"alarm", port="1A", sender=PEER_WIRE) == 200
        await unpushed(lab, "alarm", at=now - day * 86400)
        await gateway.connect()
        lab.box.restart(keep_inbox=True)
    await gateway.connect()
    assert lab.inbox.texts == ["alarm"] * 3


async def test_a_text_that_is_in_no_inbox_is_not_waited_for(lab: Lab) -> None:
    """Where its row should have been it is not, so that an equal one is another text."""
    gateway = await lab.connected(clocks={"push_grace": -1.0})
    assert await lab.post(b"ok", port="1A", sender=PEER_WIRE) == 200
    await gateway.connect()
    await unpushed(lab, "ok")
    await gateway.connect()
    assert lab.inbox.texts == ["ok", "ok"]


async def test_short_pages(lab: Lab) -> None:
    """Do not end the adoption, nor the reading."""
    lab.box.faults.short_pages = 50
    del lab.notebook.values["inbox"]
    await unpushed(lab, *(f"old {number}" for number in range(120)))
    gateway = await lab.connected()
    assert len(lab.inbox.parts) == 120
    assert not lab.inbox.new
    await unpushed(lab, *(f"new {number}" for number in range(120)))
    await gateway.connect()
    assert lab.inbox.texts == [f"new {number}" for number in range(120)]


async def test_an_empty_list_that_is_not_found(lab: Lab) -> None:
    """Hides no restart."""
    lab.box.faults.empty_is_404 = True
    gateway = await lab.connected()
    await unpushed(lab, "one", "two", "three")
    await gateway.connect()
    lab.box.restart()
    await gateway.connect()
    await unpushed(lab, "alarm")
    await gateway.connect()
    assert lab.inbox.texts == ["one", "two", "three", "alarm"]


async def test_an_empty_list_that_begins_anew(lab: Lab) -> None:
    """Firmware that counts from 1 where there is nothing is read again, but not for ever."""
    gateway = await lab.connected()
    listed = lab.box.listed

    def list_anew(first: int, number: int, *, delete: bool) -> dict[str, Any]:
        answer = listed(first, number, delete=delete)
        return answer if answer["data"] else answer | {"next_sms": 1}

    lab.box.listed = list_anew  # type: ignore[method-assign]
    for text in ("one", "two"):
        await unpushed(lab, text)
        await gateway.connect()
    assert lab.inbox.texts == ["one", "two"]


async def test_a_restarted_gateway_is_told_where_to_push(lab: Lab) -> None:
    """It may have forgotten, and the link need not be lost for it."""
    lab.box.saves_push_url = False
    gateway = await lab.connected(clocks={"inbox": 0.05})
    await lab.box.receive(1, PEER_WIRE, "one")
    asked = len(lab.api.requests)
    await lab.eventually(lambda: len(lab.api.requests) > asked + 3)
    lab.box.restart()
    assert await lab.box.receive(1, PEER_WIRE, "two") == 0
    await lab.eventually(lambda: bool(lab.box.push_url))
    assert await lab.box.receive(1, PEER_WIRE, "three") == 200
    assert sorted(part.text for part in await lab.inbox.wait_new(3)) == ["one", "three", "two"]
    assert not lab.watcher.losses
    assert (await gateway.poll()).ports


async def test_deleting_is_only_done_when_wanted(lab: Lab) -> None:
    """And only with what is kept."""
    gateway = await lab.connected()
    await lab.box.receive(1, PEER_WIRE, "one")
    await gateway.connect()
    assert len(lab.box.inbox) == 1
    gateway = await restarted(lab, gateway, delete_after_receipt=True)
    await lab.box.receive(1, PEER_WIRE, "two")
    await lab.inbox.wait_gone()
    assert list(lab.box.inbox) == [1]
    assert [part.text for part in lab.inbox.gone] == ["two"]


@pytest.mark.parametrize("deletes_unheard", [False, True])
async def test_a_deletion_that_failed_is_done_later(lab: Lab, deletes_unheard: bool) -> None:
    """After our restart too, and where it was done after all it takes nothing that came since."""
    gateway = await lab.connected(delete_after_receipt=True)
    lab.box.faults.no_deletion = 500
    lab.box.faults.deletes_unheard = deletes_unheard
    await unpushed(lab, "one", "two")
    await gateway.connect()
    assert lab.inbox.texts == ["one", "two"]
    assert bool(lab.box.inbox) is not deletes_unheard
    await gateway.close()
    await unpushed(lab, "three")
    await lab.connected(delete_after_receipt=True)
    assert lab.inbox.texts == ["one", "two", "three"]
    assert not lab.box.inbox
    assert [part.text for part in lab.inbox.offers] == ["one", "two", "three"]


async def test_a_restart_before_a_deletion(lab: Lab) -> None:
    """What was kept goes then, what lay there at first stays."""
    del lab.notebook.values["inbox"]
    await unpushed(lab, "adopted")
    gateway = await lab.connected(delete_after_receipt=True)
    await unpushed(lab, "one", "two", "three")
    left = [lab.box.restart]

    def restart() -> None:
        if left:
            left.pop()(keep_inbox=True)

    lab.inbox.before_keeping = restart
    gateway = await restarted(lab, gateway, delete_after_receipt=True)
    await gateway.connect()
    assert lab.inbox.texts == ["one", "two", "three"]
    assert len(lab.box.inbox) == 1


async def test_two_restarts_of_a_long_list(lab: Lab) -> None:
    """What lay there at first stays, also when the second restart comes behind the first page."""
    del lab.notebook.values["inbox"]
    await unpushed(lab, *(f"adopted {number}" for number in range(250)))
    gateway = await lab.connected(delete_after_receipt=True)
    await unpushed(lab, "one")
    await gateway.connect()
    assert len(lab.box.inbox) == 250
    lab.box.restart(keep_inbox=True)
    pages = []

    def restart() -> None:
        pages.append(json.loads(lab.notebook.values["inbox"])["following"])
        if pages == [1, 101]:
            lab.box.restart(keep_inbox=True)

    lab.inbox.before_keeping = restart
    gateway = await restarted(lab, gateway, delete_after_receipt=True)
    await gateway.connect()
    assert pages[:3] == [1, 101, 1]
    assert len(lab.box.inbox) == 250
    assert lab.inbox.texts == ["one"]


async def test_a_deletion_that_is_refused_stops_no_reading(lab: Lab) -> None:
    """Texts come all the same."""
    gateway = await lab.connected(delete_after_receipt=True)
    for text in ("one", "two"):
        lab.box.faults.no_deletion = 500
        await unpushed(lab, text)
        await gateway.connect()
    assert lab.inbox.texts == ["one", "two"]
    assert len(lab.box.inbox) == 2


@pytest.mark.parametrize("looks", [1, 3])
async def test_what_is_deleted_unread_is_kept(lab: Lab, looks: int) -> None:
    """Somebody else empties the first row after so many looks, and another text comes."""
    gateway = await lab.connected(delete_after_receipt=True)
    await unpushed(lab, "one", "two")
    listed, seen = lab.box.listed, []

    def list_and_change(first: int, number: int, *, delete: bool) -> dict[str, Any]:
        answer = listed(first, number, delete=delete)
        seen.append(delete)
        if seen == [False] * looks:
            del lab.box.inbox[1]
            lab.box.inbox[3] = [0, "1A", int(time.time()), PEER_WIRE, "", "YWZ0ZXI="]
            lab.box._next_id = 4
        return answer

    lab.box.listed = list_and_change  # type: ignore[method-assign]
    await gateway.connect()
    assert lab.inbox.texts == ["one", "two", "after"]
    assert not lab.box.inbox


async def test_what_a_restart_has_deleted_instead_is_kept(lab: Lab) -> None:
    """The gateway starts anew between the look and the deletion."""
    gateway = await lab.connected(delete_after_receipt=True)
    lab.box.push_url = ""
    await lab.box.receive(1, PEER_WIRE, "before")
    listed = lab.box.listed

    def restart_and_delete(first: int, number: int, *, delete: bool) -> dict[str, Any]:
        if delete and lab.box.inbox:
            lab.box.restart()
            lab.box.inbox[1] = [0, "1A", int(time.time()), PEER_WIRE, "", "YWZ0ZXI="]
        return listed(first, number, delete=delete)

    lab.box.listed = restart_and_delete  # type: ignore[method-assign]
    await gateway.connect()
    assert lab.inbox.texts == ["before", "after"]
    assert not lab.inbox.gone
