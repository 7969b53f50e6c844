"""Recording a modem: nothing is changed in it, and what becomes of it can be played."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
import fcntl
import os
from pathlib import Path
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.errors import Reason
from scripts.recording.__main__ import finish, main, parser, read_questions
from scripts.recording.capture import Captured, capture
from scripts.recording.fixture import fixture, write
from scripts.recording.harmless import HARMLESS, described, is_harmless
from scripts.recording.redaction import leaks
from scripts.recording.tape import Tape
from simulator.at_modem import AtModem, Sim
from simulator.network import Network
from simulator.recording import RecordedModem, Recording

from .waiting import eventually

REPOSITORY = Path(__file__).parents[1]
OWN = "+4917139200001"
PEER = "+4917139200042"
TEXT = "Please feed the cat at noon"
# "Hello" as a flash message (TP-DCS 10) from PEER, without a service centre.
DIRECT = "00040D91947131290040F200106230415190620005C8329BFD06"


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """A simulated radio network."""
    network = Network()
    yield network
    await network.close()


@pytest.fixture
async def plugged(network: Network, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Plugs modems in; returns each with its port."""
    modems: list[AtModem] = []

    async def plug(profile: str = "sim7600", **card: Any) -> tuple[AtModem, str]:
        modem = AtModem(profile, network, sim=Sim(OWN, **card))
        modems.append(modem)
        return modem, await modem.serve_pty(tmp_path / f"ttyModem{len(modems)}")

    yield plug
    for modem in modems:
        await modem.close()


async def captured(device: str, *questions: str, seconds: float = 0.0) -> Captured:
    """Record a modem at the usual speed."""
    return await capture(
        device, baudrate=115200, questions=questions, seconds=seconds, stop=asyncio.Event()
    )


def commands(tape: Tape) -> list[str]:
    """Return what was sent."""
    return [line.text.strip() for line in tape.lines() if line.speaker == "host"]


@pytest.mark.parametrize("command", [command for group in HARMLESS.values() for command in group])
def test_what_is_listed_is_told(command: str) -> None:
    """The help names each command that may be sent."""
    assert is_harmless(command)
    assert command in " ".join(described().split())


@pytest.mark.parametrize(
    "command",
    [
        *("AT+CPIN?", "AT+CNMI=?", "AT^ICCID?", "AT+CMGL=4", "AT+CMGR=17", 'AT+CPMS="ME"'),
        *("AT+CNMI=2,1,0,2,0", "AT+CNMI=1,0,0,0,1", "AT+CREG=2", "AT+QENG?"),
    ],
)
def test_harmless(command: str) -> None:
    """Questions, reading, and what is forgotten at the next start."""
    assert is_harmless(command)


@pytest.mark.parametrize(
    "command",
    [
        *('AT+CPIN="1234"', "AT+CMGS=20", "AT+CMGD=1", "AT+CMGD=1,4", "AT+CNMA", "AT+CNMA=1"),
        *("AT+CFUN=1,1", "AT+CFUN=0", "AT&W", "AT+CTZU=1", "AT+CGSMS=2", "ATD112;", "ATA", "ATH"),
        *('AT+CPMS="SM","SM","SM"', "AT+CNMI=2,2,0,0,0", "AT+CNMI=2,1,0,1,0", "AT+COPS=2"),
        *('AT+CUSD=1,"*100#",15', "AT^RESET", 'AT+CGDCONT=1,"IP","a?"', "AT+CSQ;+CMGD=1?", "ATZ"),
        *("AT+CMGL=4;+CMGD=1", "AT+CMGD=?\r", "AT+CSQ\rAT+CMGD=1", ""),
    ],
)
def test_not_harmless(command: str) -> None:
    """What sends, deletes, acknowledges, unlocks, restarts or lasts, also behind another."""
    assert not is_harmless(command)


async def test_modem_is_left_as_it_is(plugged: Callable[..., Any], network: Network) -> None:
    """Messages stay, none is acknowledged, and all that was sent is harmless."""
    modem, device = await plugged()
    await network.send(PEER, OWN, TEXT)
    result = await captured(device, "AT+CGMM=?")
    assert result.error is None
    assert result.messages == {"text": 1}
    assert modem.sim is not None
    assert modem.sim.storage.used == 1
    assert all(map(is_harmless, commands(result.tape)))
    assert commands(result.tape)[-1] == "AT+CGMM=?"
    assert "AT+CTZU=1" in result.tape.withheld


async def test_listens_until_told_to_stop() -> None:
    """What the modem says by itself is recorded; what it hands over directly is not acknowledged.

    So the network sends that again, to whoever has the modem next.
    """
    path = next((REPOSITORY / "tests/fixtures/at_modem").glob("*sim7600*"))
    modem = RecordedModem(Recording.load(path))
    device = await modem.serve_pty()
    stop = asyncio.Event()
    recording = asyncio.create_task(
        capture(device, baudrate=115200, questions=["AT+CGMM=?"], seconds=60.0, stop=stop)
    )
    async with asyncio.timeout(20):
        await eventually(lambda: "AT+CGMM=?" in modem.commands)
        modem.say(f"\r\n+CMT: ,25\r\n{DIRECT}\r\n")
        modem.play_later()
        await eventually(lambda: "AT+CMGR=4" in modem.commands)
        stop.set()
        result = await recording
    await modem.close()
    lines = [line.text.strip() for line in result.tape.lines()]
    assert lines.index("connected") < lines.index(DIRECT) < lines.index('+CMTI: "SM",4')
    assert not [command for command in result.tape.withheld if "CNMA" in command]


async def test_fixture_tells_no_secret_and_can_be_played(
    plugged: Callable[..., Any], network: Network, tmp_path: Path
) -> None:
    """The file has the modem's dialect and somebody else's numbers, which are expected of it."""
    modem, device = await plugged("e173")
    await network.send(PEER, OWN, TEXT)
    result = await captured(device)
    made = fixture(result, "a test's own")
    lines = made.lines
    assert result.port is not None
    port = result.port
    secrets = [port.imei, port.imsi, port.iccid, OWN[1:], network.smsc[1:], PEER[1:], port.cell_id]
    recorded = list(result.tape.lines())
    found = leaks(recorded, map(str, secrets))
    assert set(found) == set(secrets)
    assert not [secret for secret in secrets if str(secret) in "".join(lines)]
    path = write(tmp_path / made.name, lines)
    assert path.name == "huawei_e173_11-126-16-00-715.jsonl"
    assert write(path, lines).name == "huawei_e173_11-126-16-00-715-2.jsonl"
    again = RecordedModem(Recording.load(path))
    played = await captured(await again.serve_pty())
    await again.close()
    expected = again.recording.head["expect"]
    assert played.port is not None
    assert expected["port"].items() <= asdict(played.port).items()


async def test_locked_sim(plugged: Callable[..., Any], tmp_path: Path, capsys: Any) -> None:
    """No PIN is entered; what was said before it is recorded, and why there is no more."""
    modem, device = await plugged(pin="1234")
    result = await captured(device)
    assert result.error is not None and result.error.reason is Reason.PIN_REQUIRED
    assert modem.sim is not None
    assert (modem.sim.locked, modem.sim.pin_tries) == (True, 3)
    output = tmp_path / "locked.jsonl"
    assert finish(result, parser().parse_args([device, "--output", str(output)])) == 0
    assert Recording.load(output).head["expect"] == {"error": "pin_required"}
    assert "Unlock the SIM first" in capsys.readouterr().err


async def test_nothing_to_record(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    """Without a modem there is no file, but a word why."""
    monkeypatch.chdir(tmp_path)
    missing = str(tmp_path / "none")
    assert finish(await captured(missing), parser().parse_args([missing])) == 1
    assert "Nothing is there" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


async def test_port_in_use(plugged: Callable[..., Any], capsys: Any) -> None:
    """While Home Assistant has the port, it is told to let go of it."""
    _, device = await plugged()
    held = os.open(device, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        result = await captured(device)
    finally:
        os.close(held)
    assert finish(result, parser().parse_args([device])) == 1
    assert "disable the gateway" in capsys.readouterr().err


async def test_stopped_while_connecting(plugged: Callable[..., Any]) -> None:
    """The search for a modem that does not answer need not be waited for."""
    modem, device = await plugged()
    stop = asyncio.Event()
    stop.set()
    result = await capture(device, seconds=60.0, stop=stop)
    assert result.error is not None and result.error.reason is Reason.CANCELLED


def test_questions_of_a_file(tmp_path: Path, capsys: Any) -> None:
    """More can be asked, but nothing that could change something."""
    path = tmp_path / "questions"
    path.write_text("# signal\nAT+QENG?\n\nAT+CGMM=?\n", encoding="utf-8")
    assert read_questions(path) == ["AT+QENG?", "AT+CGMM=?"]
    path.write_text("AT+QENG?\nAT+CFUN=1,1\n", encoding="utf-8")
    assert main(["/dev/none", "--commands", str(path)]) == 1
    assert "AT+CFUN=1,1 is not sent" in capsys.readouterr().err


def test_tape_joins_pieces() -> None:
    """However the octets come, a line is whole, and no octet is lost."""
    tape = Tape()
    tape.begin(9600)
    for octets in (b"\r", b"\n+CS", b"Q: 1", b",2\r\n\r\nOK\r", b"\n", b"rest \xff"):
        tape.note("modem", octets)
    texts = [line.text for line in tape.lines()]
    assert texts == ["\r\n+CSQ: 1,2\r\n", "\r\nOK\r", "\nrest \xff"]


async def test_script(plugged: Callable[..., Any], tmp_path: Path) -> None:
    """The command line as a person uses it, in a folder of his own."""
    _, device = await plugged("sim800l")
    process = await asyncio.create_subprocess_exec(
        REPOSITORY / "scripts" / "capture",
        *(device, "--baudrate", "115200", "--seconds", "0", "--output", "mine.jsonl"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    assert "Written: mine.jsonl" in said.decode()
    assert Recording.load(tmp_path / "mine.jsonl").head["expect"]["info"]["model"]
