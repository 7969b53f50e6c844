"""The network: it keeps what cannot be delivered, splits, delays, loses and reports."""

import asyncio
from collections.abc import Callable

import pytest

from simulator.at_modem import AtModem, Sim
from simulator.clock import ManualClock
from simulator.network import Network

from .conftest import Connect, MakeModem
from .host import Host

PEER = "+4917139200042"
OWN = Sim().number
SUBMIT_WITH_REPORT = "0021000D91{number}00000AE8329BFD4697D9EC37"


async def test_what_came_while_the_modem_was_out_is_delivered_later(
    network: Network, modem: AtModem, host: Host
) -> None:
    """Messages wait for an unplugged modem and arrive in order when it is back."""
    modem.unplug()
    for text in ("one", "two", "three"):
        await network.send(PEER, OWN, text)
    assert network.waiting(OWN) == 3
    await modem.plug()
    await _delivered(network, modem, 3)
    assert network.waiting(OWN) == 0


@pytest.mark.parametrize("stat", [0, 2, 3, 4, 8, 11])
async def test_nothing_is_delivered_without_registration(
    network: Network, modem: AtModem, host: Host, stat: int
) -> None:
    """A modem that is not registered gets its messages when it is again, SMS only too."""
    modem.set_registration(stat)
    await network.send(PEER, OWN, "later")
    assert await host.silent(0.05)
    modem.set_registration(6)
    assert (await host.line()).startswith("+CMTI")


async def test_phone_receives_joined_parts_and_answers(
    network: Network, modem: AtModem, host: Host
) -> None:
    """Two parts sent by the modem are one text at the phone, whose answer comes back."""
    phone = network.phone("017139200042")
    assert phone.number == PEER
    phone.reply(lambda message: f"got {message.text}")
    # User data: UDHL 05, IE 00 03 07 02 and the number; one fill bit; "AAA" and "B".
    for number, length, body in (("01", "0A", "82C160"), ("02", "08", "84")):
        pdu = f"0051000D91947131290040F20000A7{length}0500030702{number}{body}"
        assert (await host.send(pdu, len(pdu) // 2 - 1))[-1] == "OK"
    message = await phone.received()
    assert (message.text, message.parts, message.sender) == ("AAAB", 2, OWN)
    assert (await host.line()).startswith("+CMTI")


async def test_sms_between_two_modems(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """What one modem sends arrives at the other, with a report for the sender."""
    one = await connect(make_modem(sim=Sim(number="+4917139200001")))
    two = await connect(make_modem(sim=Sim(number="+4917139200002")))
    await one.command("AT+CNMI=2,1,0,2,0")
    await two.command("AT+CNMI=2,1,0,0,0")
    pdu = SUBMIT_WITH_REPORT.format(number="947131290000F2")
    assert (await one.send(pdu, len(pdu) // 2 - 1))[0] == "+CMGS: 1"
    assert await two.line() == '+CMTI: "SM",0'
    assert await one.line() == '+CDSI: "SM",0'
    stored = await one.command("AT+CMGR=0")
    assert stored[1].removeprefix("0791947101670000")[:4] == "0601"
    assert stored[1].endswith("00")


async def test_refusal_and_unobtainable_number(
    network: Network, modem: AtModem, host: Host
) -> None:
    """The network refuses with an RP cause, or reports that it could not deliver."""
    pdu = SUBMIT_WITH_REPORT.format(number="947131290040F2")
    network.refuse(38)
    assert await host.send(pdu, len(pdu) // 2 - 1) == ["+CMS ERROR: 38"]
    assert network.sent == []
    network.make_unobtainable(PEER)
    await host.command("AT+CNMI=1,1,0,1,0")
    assert (await host.send(pdu, len(pdu) // 2 - 1))[-1] == "OK"
    assert await host.line() == "+CDS: 26"
    assert (await host.line()).endswith("43")
    assert PEER not in network.phones


async def test_delay_and_injected_clock(make_modem_in: Callable[[Network], AtModem]) -> None:
    """With a clock that a test moves, a message arrives when its delay is over."""
    clock = ManualClock()
    network = Network(clock=clock, delay=30.0)
    modem = make_modem_in(network)
    await modem.serve_tcp()
    sending = asyncio.ensure_future(network.send(PEER, OWN, "slow"))
    await asyncio.sleep(0)
    clock.advance(29)
    await asyncio.sleep(0)
    assert not sending.done()
    clock.advance(1)
    (tpdu,) = await sending
    await _delivered(network, modem, 1)
    # 13:00:30 in the service centre's zone of one hour, when it was taken.
    assert "62011031000040" in tpdu
    await modem.close()
    await network.close()


async def test_loss_is_seeded_and_counted(make_modem_in: Callable[[Network], AtModem]) -> None:
    """The same seed loses the same messages."""
    kept = []
    for _ in range(2):
        network = Network(loss=0.5, seed=7)
        modem = make_modem_in(network)
        await modem.serve_tcp()
        for number in range(15):
            await network.send(PEER, OWN, f"{number}")
        await _delivered(network, modem, 15 - network.lost)
        kept.append([message.pdu[-2:] for _, message in modem.storage("SM").entries()])
        await modem.close()
        await network.close()
    assert kept[0] == kept[1]
    assert 0 < len(kept[0]) < 15


async def test_order_leaves_out_and_repeats_parts(network: Network, modem: AtModem) -> None:
    """A test can lose a part, repeat it, or send the parts in any order."""
    await modem.serve_tcp()
    tpdus = await network.send(PEER, OWN, "x" * 400, order=[3, 1, 1])
    # The concatenation element stands behind the 20 octets of head: 05 00 03 nn 03 n.
    assert [bytes.fromhex(tpdu)[25] for tpdu in tpdus] == [3, 1, 1]
    await _delivered(network, modem, 3)


async def test_burst_of_hundreds(network: Network, make_modem: MakeModem, connect: Connect) -> None:
    """Three hundred messages are all announced and stored."""
    modem = make_modem("ec25", sim=Sim(capacity=400))
    host = await connect(modem)
    await host.command('AT+CPMS="SM","SM","SM"')
    for number in range(300):
        await network.send(PEER, OWN, f"message {number}")
    announced = {await host.line() for _ in range(300)}
    assert announced == {f'+CMTI: "SM",{index}' for index in range(300)}
    listed = await host.command("AT+CMGL=4")
    assert len(listed) == 601


@pytest.fixture
def make_modem_in() -> Callable[[Network], AtModem]:
    """Return a function that builds a modem in a network of its own."""
    return lambda network: AtModem("sim7600", network, sim=Sim())


async def _delivered(network: Network, modem: AtModem, number: int) -> None:
    """Wait until so many messages are stored."""
    async with asyncio.timeout(3):
        while modem.storage("SM").used < number or network.waiting(OWN):
            await asyncio.sleep(0)
