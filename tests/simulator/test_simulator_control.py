"""The simulator as a process, worked over HTTP."""

import asyncio
import json
from pathlib import Path
import signal
import sys
from typing import Any

import aiohttp
import pytest

from simulator.__main__ import main
from simulator.at_modem import AtModem

from .api import Api
from .host import Host

PEER = "+4917139200042"
HELLO = "0001000D91947131290040F200000AE8329BFD4697D9EC37"
ROOT = Path(__file__).parents[2]


async def test_message_in_and_out(host: Host, api: Api) -> None:
    """A text that is posted reaches the host; what the host sends is waited for."""
    await api.post("/sms", {"from": PEER, "text": "Hello"})
    assert await host.line() == '+CMTI: "SM",0'
    (modem,) = await api.get("/modems")
    (stored,) = modem["storages"]["SM"]
    assert (stored["index"], stored["status"]) == (0, "REC_UNREAD")
    assert modem["lines"][0]["open"]
    waiting = asyncio.ensure_future(api.get("/sent?after=0&timeout=5"))
    assert await host.send(HELLO, len(HELLO) // 2 - 1) == ["+CMGS: 1", "OK"]
    answer = await waiting
    assert answer["total"] == 1
    assert (answer["sent"][0]["text"], answer["sent"][0]["to"]) == ("hellohello", PEER)
    assert await api.get("/sent?after=1&timeout=0.05") == {"sent": [], "total": 1}


async def test_state_is_changed(modem: AtModem, host: Host, api: Api) -> None:
    """Registration, signal, calls, faults and the SIM card are at hand."""
    await host.command("AT+CREG=1")
    await api.post("/registration", {"stat": 2})
    assert await host.line() == "+CREG: 2"
    await api.post("/registration", {"stat": 5, "domains": ["+CREG"]})
    assert await host.line() == "+CREG: 5"
    await api.post("/signal", {"rssi": 9})
    assert (await host.command("AT+CSQ"))[0] == "+CSQ: 9,99"
    await api.post("/ring", {"from": PEER})
    assert await host.line() == "RING"
    await api.post("/fault", {"kind": "error", "command": "+CSQ", "text": "+CME ERROR: 3"})
    assert (await api.get("/faults"))["modem"][0]["text"] == "+CME ERROR: 3"
    assert await host.command("AT+CSQ") == ["+CME ERROR: 3"]
    await api.post("/fault", {"kind": "silence", "times": None})
    await api.post("/faults/clear", {"kind": "silence"})
    await api.post("/refuse", {"cause": 21})
    assert await host.send(HELLO, len(HELLO) // 2 - 1) == ["+CMS ERROR: 21"]
    assert (await api.post("/store", {"pdu": HELLO})) == {"index": 0}
    await api.post("/sim", {"remove": True})
    assert await host.line() == "+CPIN: NOT INSERTED"
    await api.post("/sim", {"pin": "4321", "number": "+4917139200009"})
    assert modem.sim is not None and modem.sim.state == "SIM PIN"


async def test_unplug_plug_and_a_second_modem(host: Host, api: Api, tmp_path: Path) -> None:
    """A modem is pulled out and put in again; another one appears beside it."""
    await api.post("/unplug")
    with pytest.raises(EOFError):
        await host.line()
    assert not (await api.get("/modems"))[0]["lines"][0]["plugged"]
    assert (await api.post("/plug"))["lines"][0]["plugged"]
    added = await api.post(
        "/modems", {"name": "two", "profile": "e173", "pty": str(tmp_path / "two")}
    )
    assert added["lines"][0]["address"] == str(tmp_path / "two")
    await api.post("/sms", {"modem": "two", "text": "x", "from": PEER})
    await api.post("/sms", {"text": "to whom?"}, 400)
    await api.post("/reboot", {"modem": "two"})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/fault", {"kind": "nonsense"}),
        ("/fault", {"modem": "nobody", "kind": "late"}),
        ("/registration", {"stat": "x"}),
        ("/registration", {}),
        ("/signal", {"strength": 3}),
        ("/sms", {"pdu": "XX"}),
        ("/sms", {"from": "ЖЖЖ", "text": "x"}),
        ("/modems", {"profile": "toaster"}),
    ],
)
async def test_what_cannot_be_done_is_explained(
    modem: AtModem, api: Api, path: str, body: dict[str, Any]
) -> None:
    """A bad request is answered with 400 and a sentence, and nothing breaks."""
    answer = await api.post(path, body, 400)
    assert answer["error"]
    assert len(await api.get("/modems")) == 1


async def test_process_starts_serves_and_stops(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """`python -m simulator` tells its ports in one line and ends clean on SIGTERM."""
    pty = tmp_path / "modem"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "at-modem", "--profile", "sim800l"),
        *("--pty", str(pty), "--tcp", "0", "--control", "0", "--pin", "1234"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    api = Api(session, ready["control"])
    (modem,) = await api.get("/modems")
    assert modem["sim"]["state"] == "SIM PIN"
    host = Host.serial(str(pty))
    async with asyncio.timeout(2):
        while not (await api.get("/modems"))[0]["lines"][0]["open"]:
            await asyncio.sleep(0.01)
    assert (await host.command("AT+CPIN=1234"))[-1] == "OK"
    host.close()
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 5) == 0
    assert not pty.is_symlink()


def test_help_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """The help shows every kind and examples."""
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    assert "at-modem" in text and "script" in text and "examples:" in text


def test_a_missing_file_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be had ends with a sentence and 1."""
    missing = tmp_path / "missing.json"
    assert main(["script", str(missing), "--tcp", "0"]) == 1
    assert "missing.json" in capsys.readouterr().err
