"""Modems that play what another one was recorded to say."""

import asyncio
from collections.abc import AsyncIterator
import json
from pathlib import Path
import signal
import sys

import pytest

from simulator.recording import RecordedModem, Recording

from .host import Host

ROOT = Path(__file__).parents[2]
HEAD = {"source": "a test's own", "expect": {}}
DIALOGUE = [
    {"ms": 0, "modem": "\r\nRDY\r\n"},
    {"ms": 5, "host": "AT\r"},
    {"ms": 6, "modem": "AT\r"},
    {"ms": 6, "modem": "\r\nOK\r\n"},
    {"ms": 10, "host": "AT+CSQ\r"},
    {"ms": 11, "modem": "\r\n+CSQ: 20,99\r\n"},
    {"ms": 11, "modem": "\r\nOK\r\n"},
    {"ms": 12, "modem": "\r\n+CREG: 1\r\n"},
    {"ms": 20, "host": "\x1bAT+CSQ\r"},
    {"ms": 21, "modem": "\r\n+CSQ: 7,99\r\n"},
    {"ms": 21, "modem": "\r\nOK\r\n"},
    {"ms": 30, "host": "AT+CIMI\r"},
    {"ms": 31, "modem": "\r\n+CME ERROR: 10\r\n"},
    {"ms": 40, "host": "AT+CNUM\r"},
    {"ms": 40, "event": "connected"},
    {"ms": 50, "host": "AT+CGMI\r"},
    {"ms": 51, "modem": "\r\nMaker\r\n"},
    {"ms": 52, "modem": "\r\nOK\r\n"},
    {"ms": 1040, "modem": "\r\nRING\r\n"},
    {"ms": 3040, "modem": "\r\nNO CARRIER\r\n"},
]


def recording(*entries: object) -> Recording:
    """Read a recording that begins with a head."""
    return Recording.from_lines(json.dumps(entry) for entry in (HEAD, *entries))


@pytest.fixture
async def modem() -> AsyncIterator[RecordedModem]:
    """A modem that plays the dialogue."""
    modem = RecordedModem(recording(*DIALOGUE))
    yield modem
    await modem.close()


@pytest.fixture
async def host(modem: RecordedModem) -> AsyncIterator[Host]:
    """Who talks to it."""
    host = await Host.tcp(await modem.serve_tcp())
    yield host
    host.close()


async def test_answers_as_recorded(host: Host) -> None:
    """What came first comes first, with the echo and what came by itself at its place."""
    assert await host.command("AT") == ["RDY", "OK"]
    assert await host.command("AT+CSQ") == ["+CSQ: 20,99", "OK"]
    assert await host.line() == "+CREG: 1"
    assert await host.command("AT+CIMI") == ["+CME ERROR: 10"]


async def test_repeated_commands(modem: RecordedModem, host: Host) -> None:
    """The second answer comes the second time, and from then on."""
    assert (await host.command("AT+CSQ"))[-2:] == ["+CSQ: 20,99", "OK"]
    assert await host.line() == "+CREG: 1"
    for _ in range(2):
        assert await host.command("AT+CSQ") == ["+CSQ: 7,99", "OK"]
    assert modem.commands == ["AT+CSQ"] * 3


async def test_unknown_and_silent_commands(host: Host) -> None:
    """A command that was not recorded is unknown; one that had no answer has none."""
    assert (await host.command("AT+COPS?"))[-1] == "ERROR"
    host.write("AT+CNUM\r")
    assert await host.silent()


async def test_what_came_later_comes_when_wanted(modem: RecordedModem, host: Host) -> None:
    """What the modem said by itself at the end does not come with the last answer."""
    assert (await host.command("AT+CGMI"))[-2:] == ["Maker", "OK"]
    assert await host.silent()
    assert [seconds for seconds, _ in modem.recording.later] == [1.0, 3.0]
    modem.play_later()
    assert [await host.line(), await host.line()] == ["RING", "NO CARRIER"]


async def test_next_host_begins_anew(modem: RecordedModem) -> None:
    """A host that connects again hears the dialogue from its beginning."""
    port = await modem.serve_tcp()
    for _ in range(2):
        host = await Host.tcp(port)
        assert "+CSQ: 20,99" in await host.command("AT+CSQ")
        host.close()


async def test_command_line(tmp_path: Path) -> None:
    """A file can be played by hand; what came later comes after a while."""
    path = tmp_path / "recording.jsonl"
    path.write_text("\n".join(map(json.dumps, (HEAD, *DIALOGUE))), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "recording", str(path), "--tcp", "0", "--later", "0"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    host = await Host.tcp(ready["tcp"])
    assert "+CME ERROR: 10" in await host.command("AT+CIMI")
    assert await host.until("NO CARRIER", timeout=10)
    host.close()
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 5) == 0


@pytest.mark.parametrize(
    "lines", [[], ["[]"], ["{}"], ['{"ms": 0, "modem": "OK"}'], ["no JSON"], ["", "3"]]
)
def test_what_is_no_recording(lines: list[str]) -> None:
    """A file without a head that says what to expect is refused."""
    with pytest.raises((TypeError, ValueError)):
        Recording.from_lines(lines)
