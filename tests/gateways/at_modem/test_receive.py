"""What a user sees of messages that come: each of them, once, whatever happens on the way."""

from dataclasses import replace
import logging

import pytest

from custom_components.cellular_gateway.gateways.at_modem.gateway import AtModemGateway
from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import SimState, SmsKind, SmsPart
from custom_components.cellular_gateway.sms.tpdu import (
    TYPE_ALPHANUMERIC,
    TYPE_INTERNATIONAL,
    Address,
)
from simulator import pdu
from simulator.at_modem import AtModem, MessageStatus, Sim
from simulator.faults import Fault, FaultKind
from simulator.profiles import PROFILES

from .lab import CLOCKS, OWN, PEER, Lab, all_adopted, port_of, settle, to_peer

TEXTS = [f"message {number}" for number in range(50)]

MUTE = replace(
    PROFILES["sim7600"], indications=((0,), (0,), (0,), (0,), (0,)), indications_as_lists=True
)


def sim_of(modem: AtModem) -> Sim:
    """Return the SIM that the modem has."""
    assert modem.sim is not None
    return modem.sim


def lie(lab: Lab, text: str) -> bytes:
    """Make a received message as a storage holds it."""
    part = pdu.split_text(text)[0]
    tpdu = pdu.encode_deliver(PEER, part, lab.network.service_centre_time())
    return pdu.encode_smsc(lab.network.smsc) + tpdu


@pytest.mark.parametrize("profile", sorted(PROFILES))
async def test_a_text_is_received_and_deleted(lab: Lab, profile: str) -> None:
    """The text, who sent it and when, and the storage is free again."""
    modem, _ = await lab.connected(profile)
    await lab.text("Grüße, 5 €")

    (part,) = await lab.inbox.wait_new()
    assert (part.text, part.kind, part.sender, part.port) == (
        "Grüße, 5 €",
        SmsKind.TEXT,
        PEER,
        "1",
    )
    assert part.sent_at is not None
    assert part.sent_at.utcoffset() == lab.network.time_zone.utcoffset(None)
    assert part.received_at.tzinfo is not None
    await lab.inbox.wait_gone()
    assert lab.inbox.gone[0].identity == part.identity
    assert not sim_of(modem).storage.messages
    assert not modem.memory.messages


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("0470000001", '"0470000001"'),
        ("+3247000001", '"+3247000001"'),
        ("22543", '"22543"'),
        ("MyBank", "MyBank"),
        ("Bank 24", "Bank 24"),
    ],
)
async def test_a_name_is_nobodys_number(lab: Lab, name: str, sender: str) -> None:
    """Anybody may send under a name, and one of digits would be somebody's number."""
    await lab.connected(country="BE")
    (tpdu,) = await lab.network.send("+32499999999", "+32488888888", "open")
    number = Address("+32499999999", TYPE_INTERNATIONAL).encode().hex().upper()
    called = Address(name, TYPE_ALPHANUMERIC).encode().hex().upper()
    await lab.network.send(PEER, OWN, [tpdu.replace(number, called, 1)])
    (part,) = await lab.inbox.wait_new()
    assert (part.sender, part.text) == (sender, "open")


async def test_the_parts_of_a_long_text_are_handed_over_singly(lab: Lab) -> None:
    """Joining them is not the gateway's work."""
    await lab.connected()
    await lab.text("long " * 60, order=(2, 1))

    parts = await lab.inbox.wait_new(2)
    assert {part.concatenation.number for part in parts if part.concatenation} == {1, 2}
    assert len({part.identity for part in parts}) == 2


@pytest.mark.parametrize("command", ["", "+CMGL", "+CMGR", "+CMGD", "+CSQ"])
async def test_fifty_at_once_lose_nothing(lab: Lab, command: str) -> None:
    """Also when the notices stand between a command and its answer, and within answers."""
    modem, gateway = await lab.connected()
    modem.faults.interleave(command, times=None)
    for text in TEXTS:
        await lab.text(text)
    await gateway.poll()
    modem.faults.clear()

    await lab.inbox.wait_new(50)
    await lab.inbox.wait_gone(50)
    assert sorted(lab.inbox.texts) == sorted(TEXTS)


async def test_fifty_on_a_link_that_cuts_everything_in_pieces(lab: Lab) -> None:
    """Octet by octet, or many lines in one read, it is all the same."""
    modem, _ = await lab.connected()
    modem.faults.add(Fault(FaultKind.SPLIT, size=3, times=None))
    for text in TEXTS:
        await lab.text(text)
    await lab.inbox.wait_new(50)
    assert sorted(lab.inbox.texts) == sorted(TEXTS)


async def test_what_lies_there_at_the_first_set_up_is_adopted(lab: Lab) -> None:
    """It is journaled silently and stays; what comes during the set-up is news."""
    modem, device = await lab.modem()
    await lab.text("old")
    gateway = lab.gateway(device)
    lab.inbox.before_keeping = lambda: modem.urc("")
    await gateway.connect()
    await lab.inbox.until(lambda: len(lab.inbox.parts) == 1)
    await lab.text("new")

    (part,) = await lab.inbox.wait_new()
    assert part.text == "new"
    await lab.inbox.wait_gone()
    assert [part.text for part in lab.inbox.parts.values() if part.adopted] == ["old"]
    assert sim_of(modem).storage.used == 1
    assert lab.notebook.values["adopted"] == all_adopted(modem)


async def test_a_message_during_the_first_sweep_is_not_adopted(lab: Lab) -> None:
    """Its notice comes after the list that it already stands in."""
    modem, device = await lab.modem()
    modem.faults.interleave("+CMGL", '+CMTI: "SM",0')
    await lab.text("in time")
    await lab.gateway(device).connect()
    (part,) = await lab.inbox.wait_new()
    assert part.text == "in time"


async def test_adopted_messages_stay_silent_after_a_restart(lab: Lab) -> None:
    """A new gateway object, the same journal: nothing fires, nothing is deleted."""
    modem, device = await lab.modem()
    await lab.text("old")
    first = lab.gateway(device)
    await first.connect()
    await lab.inbox.until(lambda: "adopted" in lab.notebook.values or bool(lab.inbox.parts))
    await first.close()

    second = lab.gateway(device)
    await second.connect()
    await lab.text("new")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["new"]
    assert sim_of(modem).storage.used == 1


def another_sim(lab: Lab, *texts: str) -> Sim:
    """Make a SIM that had a life before, with its texts on it."""
    sim = Sim(number="+4917139200002", iccid="89490200009876543217", imsi="262019876543210")
    for text in texts:
        sim.storage.add(lie(lab, text), MessageStatus.REC_READ)
    return sim


async def exchange(lab: Lab, modem: AtModem, gateway: AtModemGateway, sim: Sim) -> None:
    """Put another SIM in, and wait until it is looked through."""
    modem.remove_sim()
    await lab.watcher.until(lambda: port_of(gateway).sim_state is SimState.MISSING)
    modem.insert_sim(sim)
    await lab.eventually(lambda: f":{sim.iccid}" in lab.notebook.values["adopted"])


@pytest.mark.parametrize("noted", [None, "1"])
async def test_what_lies_on_another_sim_is_adopted(lab: Lab, noted: str | None) -> None:
    """Also after a version that noted it once for all; the first SIM stays known."""
    modem, device = await lab.modem()
    first = sim_of(modem)
    if noted is not None:
        lab.notebook.values |= {"adopted": noted, "sim": first.iccid}
    gateway = lab.gateway(device)
    await gateway.connect()
    await exchange(lab, modem, gateway, another_sim(lab, "gate open", "heating on"))
    assert sim_of(modem).storage.used == 2
    assert not lab.inbox.texts

    first.storage.add(lie(lab, "in the meantime"), MessageStatus.REC_UNREAD)
    await exchange(lab, modem, gateway, first)
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["in the meantime"]


async def test_what_lies_in_another_modem_is_adopted(lab: Lab) -> None:
    """A person had the modem replaced, and moved the SIM, on which news came."""
    old, gateway = await lab.connected(adopted=False)
    await gateway.close()
    sim = sim_of(old)
    old.remove_sim()
    sim.storage.add(lie(lab, "news"), MessageStatus.REC_UNREAD)
    modem, device = await lab.modem(sim=sim, imei="490154203237518")
    modem.memory.add(lie(lab, "old"), MessageStatus.REC_READ)
    await lab.gateway(device, identity=modem.imei).connect()
    await lab.inbox.wait_gone()
    await lab.inbox.until(lambda: len(lab.inbox.parts) == 2)
    assert lab.inbox.texts == ["news"]
    assert modem.memory.used == 1


async def test_what_came_while_nobody_listened_fires_once(lab: Lab) -> None:
    """What is not in the journal is new, whenever it came."""
    modem, device = await lab.modem()
    modem.memory.add(lie(lab, "in the modem"), MessageStatus.REC_READ)
    await lab.text("on the card")
    lab.notebook.values["adopted"] = "1"
    gateway = lab.gateway(device)
    await gateway.connect()
    await lab.inbox.wait_gone(2)
    assert sorted(lab.inbox.texts) == ["in the modem", "on the card"]

    await gateway.connect()
    await gateway.poll()
    assert len(lab.inbox.offers) == 2


async def test_drafts_and_sent_messages_are_never_touched(lab: Lab) -> None:
    """Status 2 and 3 are the user's own."""
    modem, device = await lab.modem()
    storage = sim_of(modem).storage
    storage.add(bytes.fromhex("0001000B811000000000F00000021121"), MessageStatus.STO_UNSENT)
    storage.add(bytes.fromhex("0001000B811000000000F00000021122"), MessageStatus.STO_SENT)
    lab.notebook.values["adopted"] = "1"
    await lab.gateway(device).connect()
    await lab.text("one")
    await lab.text("two")
    await lab.inbox.wait_gone(2)
    assert sorted(lab.inbox.texts) == ["one", "two"]
    assert {stored.status for stored in storage.messages.values()} == {
        MessageStatus.STO_UNSENT,
        MessageStatus.STO_SENT,
    }


async def test_nothing_is_acknowledged_while_the_journal_fails(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk: the message stays on the SIM and is offered until it is kept; one log line."""
    modem, _ = await lab.connected()
    lab.inbox.failure = NotKeptError("disk full")
    with caplog.at_level(logging.WARNING):
        await lab.text("patience")
        await lab.inbox.until(lambda: lab.inbox.failures >= 3)
    assert sim_of(modem).storage.used == 1
    assert not lab.inbox.gone
    assert len(caplog.records) == 1
    assert "patience" not in caplog.text

    lab.inbox.failure = None
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["patience"]
    assert not sim_of(modem).storage.messages


async def test_a_modem_that_tells_of_nothing_is_looked_through(lab: Lab) -> None:
    """Without indications the sweep comes more often."""
    _, device = await lab.modem(MUTE)
    lab.notebook.values["adopted"] = "1"
    clocks = replace(CLOCKS, sweep_unindicated=0.1)
    await lab.gateway(device, clocks=clocks).connect()
    await lab.text("silent")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["silent"]


async def test_a_sweep_finds_what_no_notice_told_of(lab: Lab) -> None:
    """On its own clock, without a poll."""
    modem, device = await lab.modem()
    lab.notebook.values["adopted"] = "1"
    await lab.gateway(device, clocks=replace(CLOCKS, sweep=0.1)).connect()
    await lab.text("first")
    await lab.inbox.wait_gone()
    sim_of(modem).storage.add(lie(lab, "unheard"), MessageStatus.REC_UNREAD)
    await lab.inbox.wait_gone(2)
    assert lab.inbox.texts == ["first", "unheard"]


async def test_messages_can_be_left_on_the_sim(lab: Lab) -> None:
    """Without deletion they are handed over once, and a sweep costs no more than its list."""
    modem, _ = await lab.connected(delete_after_receipt=False, clocks=replace(CLOCKS, sweep=0.02))
    for text in TEXTS[:3]:
        await lab.text(text)
    await lab.inbox.wait_new(3)
    await lab.strikes(modem, "+CMGL", 6)
    offers = len(lab.inbox.offers)
    await lab.strikes(modem, "+CMGL", 6)
    assert len(lab.inbox.offers) == offers
    assert lab.inbox.texts == TEXTS[:3]
    assert not lab.inbox.gone
    assert sim_of(modem).storage.used == 3


async def test_without_a_consumer_nothing_is_acknowledged(lab: Lab) -> None:
    """Whoever subscribes later gets what has come."""
    modem, device = await lab.modem()
    lab.notebook.values["adopted"] = "1"
    gateway = lab.gateway(device, subscribe=False)
    await gateway.connect()
    await lab.text("early")
    await gateway.poll()
    await settle()
    assert sim_of(modem).storage.used == 1

    unsubscribe = gateway.subscribe_messages(lab.inbox)
    await lab.inbox.wait_gone()
    unsubscribe()
    await lab.text("late")
    await gateway.poll()
    assert lab.inbox.texts == ["early"]
    assert sim_of(modem).storage.used == 1


@pytest.mark.parametrize(
    "noise",
    [b"\x00\xff\xfe\x80", b"\r\n+CMTI: nonsense\r\n", b"\r\n+CMT: ,\r\nrubbish\r\n", b"\x1b>"],
)
async def test_noise_hides_no_message(lab: Lab, noise: bytes) -> None:
    """Garbage before a notice, half notices, headers without a PDU."""
    modem, gateway = await lab.connected()
    modem.terminals[0].raw(noise)
    await lab.text("heard")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["heard"]
    assert (await gateway.send_sms(to_peer("answer"))).status == "sent"


async def test_a_place_that_is_used_again_is_another_message(lab: Lab) -> None:
    """Every message goes to the lowest free place; each is read and deleted."""
    await lab.connected()
    for number, text in enumerate(TEXTS[:10], 1):
        await lab.text(text)
        await lab.inbox.wait_gone(number)
    assert lab.inbox.texts == TEXTS[:10]
    assert {part.index for part in lab.inbox.gone} == {lab.inbox.gone[0].index}


async def test_the_same_message_twice_is_one(lab: Lab) -> None:
    """A network that repeats itself, and a notice that does."""
    modem, _ = await lab.connected()
    lab.network.duplication = 1.0
    await lab.text("twice")
    await lab.inbox.wait_gone(2)
    assert lab.inbox.texts == ["twice"]
    assert not sim_of(modem).storage.messages


async def test_a_notice_that_cannot_be_read_is_looked_up_by_a_sweep(lab: Lab) -> None:
    """The storage of the notice may be one that cannot be selected, or the SIM busy."""
    modem, _ = await lab.connected()
    modem.faults.error("+CMGR", "+CMS ERROR: 314", times=2)
    await lab.text("slowly")
    await lab.inbox.wait_gone()
    modem.urc('+CMTI: "XX",3')
    await lab.text("again")
    await lab.inbox.wait_gone(2)
    assert lab.inbox.texts == ["slowly", "again"]


async def test_a_deletion_that_is_refused_is_tried_again(lab: Lab) -> None:
    """The journal knows the message, so it is not news the second time."""
    modem, _ = await lab.connected()
    modem.faults.error("+CMGD", "+CMS ERROR: 320", times=2)
    await lab.text("sticky")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["sticky"]
    assert len(lab.inbox.offers) > 1


async def test_a_message_survives_an_unplugged_modem(lab: Lab) -> None:
    """Between reading and deleting, at any point."""
    modem, gateway = await lab.connected()
    modem.faults.unplug("+CMGD")
    await lab.text("still there")
    await lab.watcher.wait_loss()
    await modem.plug()
    lab.settings(modem.terminals[0].link.address)
    again = lab.gateway(modem.terminals[0].link.address)
    await again.connect()
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["still there"]
    await gateway.close()


def identities(parts: list[SmsPart]) -> set[str]:
    """Return the identities of parts."""
    return {part.identity for part in parts}


async def test_another_sim_makes_another_identity(lab: Lab) -> None:
    """The same PDU on another card is another message."""
    octets = lie(lab, "the same")
    for number, iccid in enumerate(("89490200001234567892", "89490200001234567801"), 1):
        modem, device = await lab.modem(sim=Sim(number=OWN, iccid=iccid, imsi=iccid[-15:]))
        sim_of(modem).storage.add(octets, MessageStatus.REC_UNREAD)
        lab.notebook.values["adopted"] = "1"
        gateway = lab.gateway(device)
        await gateway.connect()
        await lab.inbox.wait_gone(number)
        await gateway.close()
    assert len(identities(lab.inbox.new)) == 2


async def test_a_retained_message_that_the_user_deletes(lab: Lab) -> None:
    """Its place is free for another, which is new."""
    modem, _ = await lab.connected(delete_after_receipt=False, clocks=replace(CLOCKS, sweep=0.02))
    await lab.text("first")
    await lab.inbox.wait_new()
    sim_of(modem).storage.messages.clear()
    await lab.strikes(modem, "+CMGL", 6)
    sim_of(modem).storage.add(lie(lab, "second"), MessageStatus.REC_UNREAD)
    await lab.inbox.wait_new(2)
    assert lab.inbox.texts == ["first", "second"]
    assert [part.text for part in lab.inbox.gone] == ["first"]


async def test_one_of_two_copies_that_the_user_deletes(lab: Lab) -> None:
    """The message lies there still; only with the last copy it is gone."""
    modem, _ = await lab.connected(delete_after_receipt=False, clocks=replace(CLOCKS, sweep=0.02))
    lab.network.duplication = 1.0
    await lab.text("twice")
    await lab.inbox.until(lambda: len(lab.inbox.offers) >= 2)
    messages = sim_of(modem).storage.messages
    messages.pop(min(messages))
    await lab.strikes(modem, "+CMGL", 6)
    assert not lab.inbox.gone
    messages.clear()
    await lab.inbox.wait_gone()
    assert [part.text for part in lab.inbox.gone] == ["twice"]


async def test_a_storage_that_is_busy_delays_the_adoption(lab: Lab) -> None:
    """It is looked through later, and still adopted."""
    modem, device = await lab.modem()
    await lab.text("old")
    modem.faults.error("+CMGL", "+CMS ERROR: 314", times=2)
    modem.faults.error("+CPMS=ME", "+CMS ERROR: 302", times=None)
    await lab.gateway(device).connect()
    assert [part.adopted for part in lab.inbox.parts.values()] == [True]
    assert lab.notebook.values["adopted"] == all_adopted(modem)


async def test_an_answer_that_never_comes_loses_no_message(lab: Lab) -> None:
    """The message is found by the next sweep."""
    modem, _ = await lab.connected()
    modem.faults.mute("+CMGR")
    await lab.text("patience")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["patience"]
    assert not lab.watcher.losses
