"""How long a message takes from the modem's notice to the commit, at 115,200 bit/s.

Run with `python -m benchmarks.at_modem_receive`. The modem is simulated, but every octet takes
its time on the line in both directions; the measured path is serialx, client, codec and receiver.
"""

import asyncio
from collections.abc import Sequence
from statistics import median, quantiles
import sys
import time
from typing import Any

import homeassistant  # noqa: F401 - it provides the schema engine that the integration imports
import serialx

from custom_components.cellular_gateway.gateways.at_modem.gateway import (
    AtModemGateway,
    AtModemSettings,
)
from custom_components.cellular_gateway.gateways.models import Kept, SmsPart
from simulator.at_modem import AtModem, Sim
from simulator.network import Network

SPEED = 115200
# Start and stop bit make ten bits of an octet.
SECONDS_PER_OCTET = 10 / SPEED
OWN = "+4917139200001"
PEER = "+491701234567"
TEXT = "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ."
SINGLES = 50
BURST = 50


class Clocked:
    """An inbox that notes when it was asked to keep what, and keeps it at once."""

    def __init__(self) -> None:
        """Start with nothing kept."""
        self.kept_at: list[float] = []
        self.removed_at: list[float] = []
        self.changed = asyncio.Event()

    async def keep(self, parts: Sequence[SmsPart]) -> Sequence[Kept]:
        """Note the time."""
        self.kept_at += [time.perf_counter()] * len(parts)
        self.changed.set()
        return [Kept.NEW] * len(parts)

    async def removed(self, parts: Sequence[SmsPart]) -> None:
        """Note the time."""
        self.removed_at += [time.perf_counter()] * len(parts)
        self.changed.set()

    async def until(self, kept: int, removed: int) -> None:
        """Wait until so many were kept and removed."""
        while len(self.kept_at) < kept or len(self.removed_at) < removed:
            self.changed.clear()
            await self.changed.wait()


class Remembering:
    """A memory in which the first set-up is long ago; a guard that is never asked."""

    async def get(self, key: str) -> str | None:
        """Say that it was."""
        return "1"

    async def set(self, key: str, value: str) -> None:
        """Forget it."""

    async def may_enter(self, sim: str, pin: str) -> bool:
        """Allow nothing."""
        return False

    async def entered(self, sim: str, pin: str, *, accepted: bool) -> None:
        """Forget it."""


async def open_serial(url: str, baudrate: int) -> tuple[Any, Any]:
    """Open a serial port."""
    return await serialx.open_serial_connection(url, baudrate=baudrate)


def line_time(pdu_digits: int) -> float:
    """Return the seconds that the octets of one message need on the line, notice included."""
    notice = len('\r\n+CMTI: "SM",10\r\n')
    command = len("AT+CMGR=10\r")
    answer = len("\r\n+CMGR: 0,,76\r\n") + pdu_digits + len("\r\n\r\nOK\r\n")
    return (notice + command + answer) * SECONDS_PER_OCTET


async def bare(number: int) -> float:
    """Return the median milliseconds of the shortest program that can do the same.

    It waits for a notice, reads the message, and knows nothing of anything else: what is left
    then is the line and the simulator.
    """
    network = Network()
    modem = AtModem("sim7600", network, sim=Sim(number=OWN), line_speed=SPEED)
    reader, writer = await open_serial(await modem.serve_pty(), SPEED)
    for command in (b"ATE0", b"AT+CMGF=0", b'AT+CPMS="SM"', b"AT+CNMI=2,1,0,2,0"):
        writer.write(command + b"\r")
        await reader.readuntil(b"OK\r\n")
    took = []
    for _ in range(number):
        noticed = time.perf_counter()
        await network.send(PEER, OWN, TEXT)
        index = (
            await reader.readuntil(b'+CMTI: "SM",') and await reader.readuntil(b"\r\n")
        ).strip()
        writer.write(b"AT+CMGR=" + index + b"\r")
        await reader.readuntil(b"OK\r\n")
        took.append((time.perf_counter() - noticed) * 1000)
        writer.write(b"AT+CMGD=" + index + b"\r")
        await reader.readuntil(b"OK\r\n")
    writer.close()
    await modem.close()
    await network.close()
    return median(took)


async def measure() -> None:
    """Receive singly, then in a burst, and print what it took."""
    network = Network()
    modem = AtModem("sim7600", network, sim=Sim(number=OWN, capacity=2 * BURST), line_speed=SPEED)
    device = await modem.serve_pty()
    helper = Remembering()
    inbox = Clocked()
    settings = AtModemSettings(device=device, baudrate=SPEED)
    gateway = AtModemGateway(settings, open_serial=open_serial, pin_guard=helper, memory=helper)
    gateway.subscribe_messages(inbox)
    await gateway.connect()

    notices: list[float] = []
    write = modem.urc

    def note(*lines: str) -> None:
        """Note when the first octet of a notice goes on the line."""
        if lines[0].startswith("+CMTI"):
            notices.append(time.perf_counter())
        write(*lines)

    modem.urc = note  # type: ignore[method-assign]
    digits = 0
    for number in range(1, SINGLES + 1):
        (tpdu,) = await network.send(PEER, OWN, TEXT)
        digits = len(tpdu) + 16
        await inbox.until(number, number)
    singles = [
        (kept - noticed) * 1000 for noticed, kept in zip(notices, inbox.kept_at, strict=True)
    ]
    floor = line_time(digits) * 1000
    notices.clear()

    for _ in range(BURST):
        await network.send(PEER, OWN, TEXT)
    await inbox.until(SINGLES + BURST, SINGLES + BURST)
    burst_kept = (inbox.kept_at[-1] - notices[0]) * 1000
    burst_gone = (inbox.removed_at[-1] - notices[0]) * 1000

    shortest = await bare(SINGLES)

    out = sys.stdout.write
    out(f"line            {floor:8.1f} ms  what the octets of one message need at {SPEED} bit/s\n")
    out(f"bare program    {shortest:8.1f} ms  the same with nothing around it\n")
    out(f"single, median  {median(singles):8.1f} ms  from the notice to the commit\n")
    out(f"single, 95 %    {quantiles(singles, n=20)[-1]:8.1f} ms\n")
    out(f"burst of {BURST}     {burst_kept:8.1f} ms  from the first notice to the last commit\n")
    out(f"  per message   {burst_kept / BURST:8.1f} ms\n")
    out(f"  deleted after {burst_gone:8.1f} ms\n")
    await gateway.close()
    await modem.close()
    await network.close()


if __name__ == "__main__":
    asyncio.run(measure())
