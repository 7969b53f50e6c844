"""Lines to hosts: TCP ports, serial ports, their speed, and being pulled out."""

import asyncio
from pathlib import Path
import termios

import pytest

from simulator.at_modem import AtModem, Sim
from simulator.network import Network

from ..waiting import eventually
from .conftest import Connect, MakeModem
from .host import Host

PEER = "+4917139200042"
OWN = Sim().number


async def test_serial_port_in_both_directions(network: Network, modem: AtModem) -> None:
    """A host on the pty sends commands and gets messages."""
    host = Host.serial(await modem.serve_pty())
    await _opened(modem)
    assert await host.command("ATE0") == ["OK"]
    assert await host.command("AT+CNMI=2,1,0,0,0") == ["OK"]
    await network.send(PEER, OWN, "Hello")
    assert await host.line() == '+CMTI: "SM",0'
    host.close()


async def test_symbolic_link_survives_unplug_and_a_host_that_goes(
    modem: AtModem, tmp_path: Path
) -> None:
    """The link vanishes with the modem, and leads to another terminal when it is back."""
    link = tmp_path / "modem"
    path = await modem.serve_pty(link)
    assert path == str(link)
    first = link.readlink()
    host = Host.serial(path)
    await _opened(modem)
    assert await host.command("AT") == ["OK"]
    modem.unplug()
    assert not link.is_symlink()
    with pytest.raises(EOFError):
        await host.line()
    await modem.plug()
    # The old terminal is still held open by its host, so this is another one.
    assert link.readlink() != first
    host.close()
    for _ in range(2):
        host = Host.serial(path)
        await _opened(modem)
        assert await host.command("AT+CSQ") == ["+CSQ: 20,99", "OK"]
        host.close()
        await _closed(modem)


async def test_lines_for_nobody_are_lost(modem: AtModem, tmp_path: Path) -> None:
    """What a modem writes while no host is there does not greet the next one."""
    path = await modem.serve_pty(tmp_path / "modem")
    modem.urc("+NOBODY: 1")
    host = Host.serial(path)
    await _opened(modem)
    host.write("ATE0\r")
    assert await host.until("OK\r\n") == "ATE0\r\r\nOK\r\n"
    host.close()


@pytest.mark.parametrize("speed", [termios.B9600, termios.B115200])
async def test_wrong_speed_is_garbage(modem: AtModem, tmp_path: Path, speed: int) -> None:
    """With enforcement only the right speed is understood."""
    path = await modem.serve_pty(tmp_path / "modem", enforce_speed=True)
    host = Host.serial(path, speed)
    await _opened(modem)
    host.write("AT\r")
    if speed == termios.B115200:
        assert (await host.until("OK\r\n")).endswith("OK\r\n")
    else:
        modem.urc("+HEARD: NOTHING")
        assert not await host.silent()
        assert b"OK" not in host.buffer and b"HEARD" not in host.buffer
    host.close()


async def test_slow_reader_does_not_block(network: Network, make_modem: MakeModem) -> None:
    """A host that does not read holds nobody up, and reads all later."""
    modem = make_modem("ec25")
    host = Host.serial(await modem.serve_pty())
    await _opened(modem)
    await host.command("ATE0")
    for number in range(3000):
        modem.urc(f"+LINE: {number}")
    lines = [await host.line() for _ in range(3000)]
    assert lines[-1] == "+LINE: 2999"
    host.close()


async def test_tcp_reset_and_same_port_after_plugging(modem: AtModem, connect: Connect) -> None:
    """Unplugging resets the connection and closes the port; plugging opens the same one."""
    host = await connect(modem)
    address = modem.terminals[0].link.address
    port = int(address.split(":")[1])
    modem.unplug()
    with pytest.raises(EOFError):
        await host.line()
    with pytest.raises(ConnectionRefusedError):
        await Host.tcp(port)
    await modem.plug()
    again = await Host.tcp(port)
    assert await again.command("AT") == ["OK"]
    again.close()


async def test_new_connection_takes_over(modem: AtModem, connect: Connect) -> None:
    """A half-open old connection does not keep a new one out."""
    old = await connect(modem)
    new = await Host.tcp(int(modem.addresses[0].split(":")[1]))
    assert await new.command("AT") == ["OK"]
    with pytest.raises(EOFError):
        await old.line()
    new.close()


async def test_host_that_goes_at_the_prompt(modem: AtModem, connect: Connect) -> None:
    """The next host finds a modem that takes commands, not one that waits for a text."""
    host = await connect(modem)
    host.write("AT+CMGS=23\r")
    await host.until("> ")
    host.close()
    again = await Host.tcp(int(modem.addresses[0].split(":")[1]))
    assert await again.command("AT") == ["OK"]
    again.close()


async def test_octets_take_their_time(make_modem: MakeModem, connect: Connect) -> None:
    """At 9600 bit/s an answer of 300 octets takes about 0.3 s, command included."""
    modem = make_modem("sim800l", line_speed=9600)
    host = await connect(modem)
    loop = asyncio.get_running_loop()
    before = loop.time()
    modem.urc("x" * 284)
    await host.line()
    assert 0.28 < loop.time() - before < 0.6


async def _opened(modem: AtModem) -> None:
    """Wait until the modem has seen that a host opened its line."""
    await _until_open(modem, True)


async def _closed(modem: AtModem) -> None:
    """Wait until the modem has seen that the host closed its line."""
    await _until_open(modem, False)


async def _until_open(modem: AtModem, is_open: bool) -> None:
    """Wait for the state of the line, which the kernel tells by no event."""
    await eventually(lambda: modem.terminals[0].link.is_open is is_open)
