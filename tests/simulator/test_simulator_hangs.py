"""Modems that hang until something heals them, fill up, or come back elsewhere."""

from pathlib import Path

import pytest

from simulator.at_modem import AtModem, Sim
from simulator.faults import Cure, FaultKind, fault_from_json
from simulator.network import Network

from ..waiting import eventually
from .conftest import Connect, MakeModem
from .host import Host

PEER = "+4917139200042"


async def test_hang_that_a_bare_at_heals(network: Network, modem: AtModem, host: Host) -> None:
    """A modem that hangs says nothing, until AT wakes it up; then all that waited comes."""
    modem.faults.hang(Cure.AT)
    host.write("AT+CSQ\r")
    await network.send(PEER, Sim().number, "waits")
    assert await host.silent(0.05)
    host.write("AT\r")
    assert {await host.line(), await host.line()} == {"OK", '+CMTI: "SM",0'}
    assert await host.command("AT+CSQ") == ["+CSQ: 20,99", "OK"]


async def test_hang_that_functionality_heals(modem: AtModem, host: Host) -> None:
    """AT does not help, +CFUN does."""
    modem.faults.hang(Cure.FUNCTIONALITY)
    host.write("AT\rAT+CFUN?\r")
    assert await host.silent(0.05)
    assert await host.command("AT+CFUN=4") == ["OK"]
    assert await host.command("AT+CFUN=1") == ["OK"]
    assert not modem.faults.active


async def test_hang_of_all_but_the_bare_at(modem: AtModem, host: Host) -> None:
    """The command interpreter lives and the rest does not."""
    modem.faults.hang(Cure.FUNCTIONALITY, "+")
    assert await host.command("AT") == ["OK"]
    host.write("AT+CSQ\r")
    assert await host.silent(0.05)
    assert await host.command("AT+CFUN=0") == ["OK"]
    assert await host.command("AT+CFUN=1") == ["OK"]


async def test_hang_that_only_reopening_heals(modem: AtModem, host: Host) -> None:
    """AT and +CFUN do not help; the host has to close the line."""
    modem.faults.hang(Cure.REOPEN)
    host.write("AT\rAT+CFUN=1\r")
    assert await host.silent(0.05)
    host.close()
    again = await Host.tcp(int(modem.addresses[0].split(":")[1]))
    assert (await again.command("ATE0"))[-1] == "OK"
    again.close()


async def test_hang_that_only_power_heals(modem: AtModem, host: Host) -> None:
    """Reopening does not help either; pulling the modem out does."""
    modem.faults.hang(Cure.POWER)
    host.close()
    port = int(modem.addresses[0].split(":")[1])
    again = await Host.tcp(port)
    again.write("AT\r")
    assert await again.silent(0.05)
    again.close()
    modem.unplug()
    await modem.plug()
    third = await Host.tcp(port)
    assert (await third.command("ATE0"))[-1] == "OK"
    third.close()


def test_hang_from_json() -> None:
    """A hang is set with its cure; an unknown one is refused."""
    fault = fault_from_json({"kind": "hang", "cure": "reopen"})
    assert (fault.kind, fault.cure) == (FaultKind.HANG, Cure.REOPEN)
    with pytest.raises(ValueError):
        fault_from_json({"kind": "hang", "cure": "prayer"})


async def test_same_modem_under_another_name(make_modem: MakeModem, tmp_path: Path) -> None:
    """A modem that is pulled out and put in elsewhere keeps its IMEI, not its path."""
    modem = make_modem("sim800l")
    first, second = tmp_path / "ttyUSB0", tmp_path / "ttyUSB1"
    host = Host.serial(await modem.serve_pty(first))
    imei = await host.command("AT+CGSN")
    await modem.move(second)
    host.close()
    assert modem.addresses == [str(second)]
    assert second.is_symlink() and not first.is_symlink()
    moved = Host.serial(str(second))
    assert await moved.command("AT+CGSN") == imei
    moved.close()
    await modem.move()
    assert modem.addresses[0].startswith("/dev/pts/")
    assert not second.is_symlink()


@pytest.mark.parametrize(
    ("profile", "setup", "line"),
    [
        ("sim7600", "AT", "+SMS FULL"),
        ("ec25", 'AT+QINDCFG="smsfull",1', '+QIND: "smsfull","SM"'),
        ("e173", "AT", '^SMMEMFULL: "SM"'),
    ],
)
async def test_storage_is_nearly_full_then_full(
    network: Network,
    make_modem: MakeModem,
    connect: Connect,
    profile: str,
    setup: str,
    line: str,
) -> None:
    """A storage is filled but for a place; the message that takes it is followed by a word."""
    modem = make_modem(profile)
    host = await connect(modem)
    await host.command(setup)
    await host.command('AT+CPMS="SM","SM","SM";+CNMI=2,1,0,0,0')
    modem.inbound.fill("SM", left=1)
    assert (await host.command("AT+CPMS?"))[0].startswith('+CPMS: "SM",19,20')
    await network.send(PEER, Sim().number, "the last")
    assert (await host.line()).startswith("+CMTI:")
    assert await host.line() == line


async def test_quectel_is_silent_unless_asked(make_modem: MakeModem, connect: Connect) -> None:
    """Without +QINDCFG nobody hears that a storage is full."""
    modem = make_modem("ec25")
    host = await connect(modem)
    modem.inbound.fill("ME")
    assert await host.silent(0.03)
    assert modem.storage("ME").full


async def test_modem_that_restarts_by_itself(make_modem: MakeModem, connect: Connect) -> None:
    """A module on a UART writes its boot lines again; settings are gone, data settings stay."""
    modem = make_modem("sim800l")
    host = await connect(modem)
    await host.command('AT+CGDCONT=1,"IP","em"')
    await host.command("AT+CLIP=1")
    modem.reboot()
    assert await host.line() == "RDY"
    await eventually(lambda: modem.usable)
    await host.until("SMS Ready\r\n")
    await host.command("ATE0")
    assert (await host.command("AT+CLIP?"))[0] == "+CLIP: 0,1"
    assert (await host.command("AT+CGDCONT?"))[0] == '+CGDCONT: 1,"IP","em","0.0.0.0",0,0'
