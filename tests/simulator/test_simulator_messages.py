"""Messages in the modem: storages, routing, acknowledgement, sending (3GPP TS 27.005)."""

import pytest

from simulator.at_modem import AtModem, MessageStatus, Sim
from simulator.network import Network

from .conftest import Connect, MakeModem
from .host import Host

PEER = "+4917139200042"
OWN = Sim().number
SMSC_OCTETS = "0791947101670000"
HELLO = "0001000D91947131290040F200000AE8329BFD4697D9EC37"
HELLO_LENGTH = len(HELLO) // 2 - 1


async def test_stored_messages_keep_their_state(
    network: Network, modem: AtModem, host: Host
) -> None:
    """Listing marks as read, drafts keep their state, deletion flags take what they say."""
    await network.send(PEER, OWN, "first")
    await host.line()
    modem.storage("SM").add(bytes.fromhex(HELLO), MessageStatus.STO_UNSENT)
    assert len(await host.command("AT+CMGL=0")) == 3
    assert await host.command("AT+CMGL=0") == ["OK"]
    listed = await host.command("AT+CMGL=4")
    assert [line[:11] for line in listed[:-1:2]] == ["+CMGL: 0,1,", "+CMGL: 1,2,"]
    assert await host.command("AT+CMGD=0,2") == ["OK"]
    assert (await host.command("AT+CMGL=4"))[0].startswith("+CMGL: 1,2,")
    assert await host.command("AT+CMGR=0") == ["+CMS ERROR: 321"]
    assert await host.command("AT+CMSS=1") == ["+CMSS: 1", "OK"]
    assert network.sent[0].text == "hellohello"
    assert await host.command("AT+CMGD=0,4") == ["OK"]
    assert await host.command("AT+CPMS?") == ['+CPMS: "SM",0,20,"SM",0,20,"SM",0,20', "OK"]


async def test_written_message_is_stored(host: Host, modem: AtModem) -> None:
    """+CMGW keeps a draft."""
    host.write(f"AT+CMGW={HELLO_LENGTH}\r")
    await host.until("> ")
    host.write(HELLO + "\x1a")
    assert await host.line() == "+CMGW: 0"
    assert modem.storage("SM").entries()[0][1].status is MessageStatus.STO_UNSENT


async def test_full_storage_waits_in_the_network(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """A full card makes the network keep messages, and a deletion fetches them."""
    modem = make_modem("e173", sim=Sim(capacity=2))
    host = await connect(modem)
    await host.command("AT+CNMI=2,1,0,0,0")
    for text in ("a", "b", "c"):
        await network.send(PEER, OWN, text)
    lines = [await host.line() for _ in range(3)]
    assert lines == ['+CMTI: "SM",0', '+CMTI: "SM",1', '^SMMEMFULL: "SM"']
    assert network.waiting(OWN) == 1
    await host.command("AT+CMGD=0")
    assert await host.line() == '+CMTI: "SM",0'
    assert network.waiting(OWN) == 0


async def test_direct_delivery_wants_an_acknowledgement(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """Under +CSMS=1 the next +CMT comes after +CNMA; a second +CNMA is refused."""
    host = await connect(make_modem())
    assert (await host.command("AT+CSMS=1"))[-1] == "OK"
    await host.command("AT+CNMI=2,2,0,0,0")
    await network.send(PEER, OWN, "one")
    await network.send(PEER, OWN, "two")
    for _ in range(2):
        head, pdu = await host.line(), await host.line()
        assert head == f"+CMT: ,{len(pdu) // 2 - 8}"
        assert await host.silent(0.05)
        assert await host.command("AT+CNMA=1") == ["OK"]
    assert await host.command("AT+CNMA") == ["+CMS ERROR: 340"]


async def test_unacknowledged_message_comes_again(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """Without +CNMA routing is switched off and the network offers the message again."""
    modem = make_modem(acknowledgement_time=0.05)
    host = await connect(modem)
    await host.command("AT+CSMS=1")
    await host.command("AT+CNMI=2,2,0,0,0")
    await network.send(PEER, OWN, "kept")
    head, pdu = await host.line(), await host.line()
    assert head.startswith("+CMT")
    while network.waiting(OWN):
        assert (await host.command("AT"))[-1] == "OK"
    assert (await host.command("AT+CNMI?"))[0] == "+CNMI: 2,0,0,0,0"
    assert (await host.command("AT+CMGL=4"))[1] == pdu


async def test_negative_acknowledgement_is_a_refusal(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """+CNMA=2 makes the network offer the message again."""
    host = await connect(make_modem())
    await host.command("AT+CSMS=1")
    await host.command("AT+CNMI=2,2,0,0,0")
    await network.send(PEER, OWN, "again")
    first = [await host.line(), await host.line()]
    assert await host.command("AT+CNMA=2") == ["OK"]
    assert [await host.line(), await host.line()] == first
    await host.command("AT+CNMA")


@pytest.mark.parametrize(
    ("mode", "message_class", "lines"),
    [
        (1, None, ["+CMTI"]),
        (1, 0, ["+CMT:"]),
        (1, 1, ["+CMTI"]),
        (1, 2, ["+CMTI"]),
        (2, None, ["+CMT:"]),
        (2, 0, ["+CMT:"]),
        (2, 2, ["+CMTI"]),
        (3, None, ["+CMTI"]),
        (3, 0, ["+CMT:"]),
        (3, 3, ["+CMT:"]),
        (0, None, []),
    ],
)
async def test_routing_by_message_class(
    network: Network, host: Host, mode: int, message_class: int | None, lines: list[str]
) -> None:
    """<mt> of +CNMI and the class decide between +CMT, +CMTI and silence."""
    assert await host.command(f"AT+CNMI=1,{mode},0,0,0") == ["OK"]
    await network.send(PEER, OWN, "text", message_class=message_class)
    assert [(await host.line())[:5] for _ in lines] == lines
    assert lines == ["+CMT:"] or await host.silent(0.05)


async def test_indications_are_kept_back_and_flushed(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """<mode> 0 keeps unsolicited lines until a later +CNMI, after its OK."""
    host = await connect(make_modem())
    await host.command("AT+CNMI=0,1,0,0,0")
    await network.send(PEER, OWN, "kept")
    assert await host.silent(0.05)
    assert await host.command("AT+CNMI=2,1,0,0,0") == ["OK"]
    assert await host.line() == '+CMTI: "SM",0'


@pytest.mark.parametrize("setting", ["3,1,0,0,0", "2,4,0,0,0", "2,3,0,0,0", "2,1,0,1,0"])
async def test_refused_indications(host: Host, setting: str) -> None:
    """What the manual of the SIM7600 rules out is refused."""
    assert await host.command(f"AT+CNMI={setting}") == ["+CMS ERROR: 302"]


async def test_sending_says_what_is_wrong(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """Bad hex, a wrong length, no service centre and ESC each end in their own way."""
    sim = Sim(smsc="")
    host = await connect(make_modem(sim=sim))
    assert await host.send("XYZ", 5) == ["+CMS ERROR: 304"]
    assert await host.send(HELLO, HELLO_LENGTH - 1) == ["+CMS ERROR: 304"]
    assert await host.send(HELLO, HELLO_LENGTH) == ["+CMS ERROR: 330"]
    assert await host.send(SMSC_OCTETS + HELLO[2:], HELLO_LENGTH) == ["+CMGS: 1", "OK"]
    assert network.sent[0].smsc == "+491710760000"
    host.write(f"AT+CMGS={HELLO_LENGTH}\r")
    await host.until("> ")
    host.write(HELLO[:10] + "\x1b")
    assert await host.line() == "OK"
    assert await host.command('AT+CSCA="+491710760000",145') == ["OK"]
    assert sim.smsc == "+491710760000"
    assert await host.send(HELLO, HELLO_LENGTH) == ["+CMGS: 2", "OK"]
    assert len(network.sent) == 2


async def test_unsolicited_lines_wait_for_the_prompt(
    network: Network, modem: AtModem, host: Host
) -> None:
    """What comes while a message is entered is told before the answer to it."""
    host.write(f"AT+CMGS={HELLO_LENGTH}\r")
    await host.until("> ")
    await network.send(PEER, OWN, "now")
    assert await host.silent(0.05)
    host.write(HELLO + "\x1a")
    assert [await host.line() for _ in range(3)] == ['+CMTI: "SM",0', "+CMGS: 1", "OK"]


async def test_modem_storage_and_both_as_one(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """A class 2 message goes to the card whatever is preferred; "MT" shows both storages."""
    modem = make_modem("sim800l")
    host = await connect(modem)
    await host.command('AT+CPMS="MT","ME","ME"')
    await network.send(PEER, OWN, "to the modem")
    await network.send(PEER, OWN, "to the card", message_class=2)
    assert [await host.line() for _ in range(2)] == ['+CMTI: "ME",1', '+CMTI: "SM",1']
    listed = await host.command("AT+CMGL=4,1")
    assert [line.split(",")[0] for line in listed[:-1:2]] == ["+CMGL: 1", "+CMGL: 51"]
    assert await host.command("AT+CMGD=51") == ["OK"]
    assert modem.storage("SM").used == 0


async def test_garbage_pdu_is_passed_on(network: Network, modem: AtModem, host: Host) -> None:
    """A TPDU that makes no sense is stored as it is, and the next message comes too."""
    await network.send(PEER, OWN, ["FF"])
    await network.send(PEER, OWN, "fine")
    assert [await host.line() for _ in range(2)] == ['+CMTI: "SM",0', '+CMTI: "SM",1']
    assert (await host.command("AT+CMGR=0"))[1] == SMSC_OCTETS + "FF"
