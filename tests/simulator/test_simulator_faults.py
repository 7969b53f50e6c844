"""Faults on demand, each as the host feels it."""

import pytest

from simulator.at_modem import AtModem, Sim
from simulator.faults import Fault, FaultKind, Position, fault_from_json
from simulator.network import Network

from ..waiting import eventually
from .host import Host

PEER = "+4917139200042"
OWN = Sim().number
HELLO = "0001000D91947131290040F200000AE8329BFD4697D9EC37"
HELLO_LENGTH = len(HELLO) // 2 - 1


async def test_silence_until_cleared(network: Network, modem: AtModem, host: Host) -> None:
    """A dead modem answers nothing and gets no messages; alive again it gets them."""
    modem.faults.silence()
    host.write("AT\r")
    await network.send(PEER, OWN, "waits")
    assert await host.silent()
    modem.faults.clear(FaultKind.SILENCE)
    assert await host.line() == '+CMTI: "SM",0'
    assert await host.command("AT") == ["OK"]


async def test_silence_ends_by_itself(modem: AtModem, host: Host) -> None:
    """A silence of some seconds is over after them."""
    modem.faults.silence(0.05)
    assert await host.silent(0.02)
    await eventually(lambda: not modem.faults.silent)
    assert await host.command("AT") == ["OK"]


async def test_bare_command_can_fail_too(modem: AtModem, host: Host) -> None:
    """A fault for any command strikes an AT that stands alone; "AT" before a name is no matter."""
    modem.faults.error("", "+CME ERROR: 100")
    assert await host.command("AT") == ["+CME ERROR: 100"]
    modem.faults.error("AT+CREG?")
    assert await host.command("AT") == ["OK"]
    assert await host.command("AT+CREG?") == ["ERROR"]


async def test_error_once_and_always(modem: AtModem, host: Host) -> None:
    """A command is answered with an error as often as asked."""
    modem.faults.error("+CSQ", "+CME ERROR: 14")
    assert await host.command("AT+CSQ") == ["+CME ERROR: 14"]
    assert (await host.command("AT+CSQ"))[-1] == "OK"
    modem.faults.error("+CSQ", times=None)
    for _ in range(3):
        assert await host.command("AT+CSQ") == ["ERROR"]
    modem.faults.clear()
    assert (await host.command("AT+CSQ"))[-1] == "OK"


@pytest.mark.parametrize(
    ("position", "sent"), [(Position.COMMAND, 0), (Position.PROMPT, 0), (Position.SUBMIT, 1)]
)
async def test_error_at_each_point_of_a_send(
    network: Network, modem: AtModem, host: Host, position: Position, sent: int
) -> None:
    """A send fails before the prompt, after the text, or although it went out."""
    modem.faults.error("+CMGS", "+CMS ERROR: 38", position=position)
    if position is Position.COMMAND:
        assert await host.command(f"AT+CMGS={HELLO_LENGTH}") == ["+CMS ERROR: 38"]
    else:
        assert await host.send(HELLO, HELLO_LENGTH) == ["+CMS ERROR: 38"]
    assert len(network.sent) == sent


async def test_late_answer_lets_unsolicited_lines_pass(
    network: Network, modem: AtModem, host: Host
) -> None:
    """An answer comes late, messages in between are told at once, the next command waits."""
    modem.faults.late("+CSQ", 0.15)
    host.write("AT+CSQ\r")
    assert await host.silent(0.05)
    host.write("AT+CREG?\r")
    await network.send(PEER, OWN, "now")
    lines = [await host.line() for _ in range(5)]
    assert lines == ['+CMTI: "SM",0', "+CSQ: 20,99", "OK", "+CREG: 0,1", "OK"]


async def test_lost_answer_and_lost_prompt(network: Network, modem: AtModem, host: Host) -> None:
    """A send whose answer is lost went out; one without prompt ends with ESC."""
    modem.faults.mute("+CMGS")
    host.write(f"AT+CMGS={HELLO_LENGTH}\r")
    await host.until("> ")
    host.write(HELLO + "\x1a")
    await network.wait_sent(1)
    assert await host.silent(0.05)
    modem.faults.mute("+CMGS", position=Position.PROMPT)
    host.write(f"AT+CMGS={HELLO_LENGTH}\r")
    assert await host.silent(0.05)
    host.write("\x1b")
    assert await host.line() == "OK"
    assert len(network.sent) == 1


async def test_duplicate_result_and_garbage(modem: AtModem, host: Host) -> None:
    """The final result comes twice; noise comes before an answer."""
    modem.faults.add(Fault(FaultKind.DUPLICATE, "+CSQ"))
    modem.faults.add(Fault(FaultKind.GARBAGE, "+CREG", data=b"\x00\xff\x1b[7m"))
    host.write("AT+CSQ\r")
    assert await host.until("OK\r\n\r\nOK\r\n") == "\r\n+CSQ: 20,99\r\n\r\nOK\r\n\r\nOK\r\n"
    host.write("AT+CREG?\r")
    assert (await host.until("OK\r\n")).startswith("\x00\xff\x1b[7m\r\n+CREG")


async def test_lines_in_the_middle_of_an_answer(
    network: Network, modem: AtModem, host: Host
) -> None:
    """Fixed lines, or those that are due, come between the lines of an answer."""
    await network.send(PEER, OWN, "one")
    await host.line()
    modem.faults.interleave("+CMGL", "RING", "+CREG: 5")
    lines = await host.command("AT+CMGL=4")
    assert lines[1:3] == ["RING", "+CREG: 5"]
    modem.faults.interleave("+CMGL")
    await network.send(PEER, OWN, "two")
    await network.send(PEER, OWN, "three")
    assert await host.silent(0.05)
    assert (await host.command("AT+CSQ"))[-1] == "OK"
    lines = await host.command("AT+CMGL=4")
    assert lines[3:5] == ['+CMTI: "SM",1', '+CMTI: "SM",2']
    assert len(lines) == 9
    assert await host.command("AT+CSQ") == ["+CSQ: 20,99", "OK"]


async def test_fault_that_is_cleared_lets_go_of_lines(
    network: Network, modem: AtModem, host: Host
) -> None:
    """Lines that waited for an answer that never came are written when the fault goes."""
    modem.faults.interleave("+CMGL")
    await network.send(PEER, OWN, "one")
    assert await host.silent(0.05)
    modem.faults.clear()
    assert await host.line() == '+CMTI: "SM",0'


@pytest.mark.parametrize(
    ("position", "sent"),
    [(Position.COMMAND, 0), (Position.PROMPT, 0), (Position.SUBMIT, 1), (Position.ANSWER, 1)],
)
async def test_unplug_in_mid_command(
    network: Network, modem: AtModem, host: Host, position: Position, sent: int
) -> None:
    """The device vanishes at any point of a send, and works when it is back."""
    modem.faults.unplug("+CMGS", position)
    host.write(f"AT+CMGS={HELLO_LENGTH}\r")
    if position in (Position.SUBMIT, Position.ANSWER):
        await host.until("> ")
        host.write(HELLO + "\x1a")
    with pytest.raises(EOFError):
        await host.until("OK\r\n")
    assert len(network.sent) == sent
    await modem.plug()
    again = await Host.tcp(int(modem.addresses[0].split(":")[1]))
    assert await again.command("AT") == ["OK"]
    again.close()


async def test_reboot_by_itself(network: Network, modem: AtModem, host: Host) -> None:
    """A modem that restarts leaves the bus, forgets its settings and comes back."""
    modem.faults.add(Fault(FaultKind.REBOOT, "+CSQ"))
    host.write("AT+CSQ\r")
    with pytest.raises(EOFError):
        await host.line()
    await eventually(lambda: modem.powered)
    again = await Host.tcp(int(modem.addresses[0].split(":")[1]))
    assert (await again.command("AT+CNMI?"))[0] == "+CNMI: 0,0,0,0,0"
    again.close()


async def test_dropped_split_and_joined_octets(modem: AtModem, host: Host) -> None:
    """Octets are lost, come one by one, or come together."""
    modem.faults.add(Fault(FaultKind.DROP, size=4))
    host.write("AT+CSQ\r")
    assert await host.until("OK\r\n") == "SQ: 20,99\r\n\r\nOK\r\n"
    modem.faults.add(Fault(FaultKind.SPLIT, size=1, seconds=0.001, times=None))
    assert await host.command("AT+CSQ") == ["+CSQ: 20,99", "OK"]
    modem.faults.clear()
    modem.faults.add(Fault(FaultKind.JOIN, seconds=0.05, times=None))
    host.write("AT+CSQ\rAT+CREG?\r")
    assert await host.until("OK\r\n") == "\r\n+CSQ: 20,99\r\n\r\nOK\r\n"
    assert host.buffer == b"\r\n+CREG: 0,1\r\n\r\nOK\r\n"


def test_fault_from_json() -> None:
    """A fault is built from its fields; what does not fit is refused."""
    fault = fault_from_json({"kind": "late", "command": "+CMGS", "seconds": 90, "times": None})
    assert (fault.kind, fault.position, fault.times) == (FaultKind.LATE, Position.ANSWER, None)
    garbage = fault_from_json({"kind": "garbage", "data": "00FF"})
    assert garbage.data == b"\x00\xff"
    wrongs: list[dict[str, object]] = [
        {"kind": "no"},
        {},
        {"kind": "late", "seconds": "x"},
        {"kind": "late", "x": 1},
    ]
    for wrong in wrongs:
        with pytest.raises((ValueError, TypeError)):
            fault_from_json(wrong)
