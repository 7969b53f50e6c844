"""Every simulator as a process of its own: `python -m simulator KIND`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import json
from pathlib import Path
import signal
import sys
from typing import Any

import aiohttp
import pytest

from simulator.__main__ import main
from simulator.serve import KINDS

from .api import Api
from .controls import CONTROLS

ROOT = Path(__file__).parents[2]

type Start = Callable[..., Awaitable[tuple[dict[str, Any], Api]]]


@pytest.fixture
async def start(session: aiohttp.ClientSession) -> AsyncIterator[Start]:
    """Return a function that starts a simulator; each has to end clean on SIGTERM."""
    processes: list[asyncio.subprocess.Process] = []

    async def start(*arguments: str) -> tuple[dict[str, Any], Api]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "simulator", *arguments, "--control", "0"),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        processes.append(process)
        assert process.stdout is not None
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        return ready, Api(session, ready["control"])

    yield start
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_ejoin(start: Start, session: aiohttp.ClientSession) -> None:
    """A gateway serves its web pages, and sends what it is told to."""
    ready, api = await start("ejoin", "--ports", "2", "--report", "received_sms")
    box = await api.get("/box")
    assert (len(box["ports"]), box["switches"]["received_sms"]) == (2, True)
    login = {"username": "root", "password": "root", "version": "1.1"}
    task = {"tid": 7, "from": "2", "to": "10086", "sms": "Hello"}
    url = f"{ready['url']}/goip_post_sms.html"
    async with session.post(url, params=login, json={"tasks": [task]}) as response:
        assert (await response.json())["status"] == [{"tid": 7, "status": "0 OK"}]
    sent = (await api.get("/sent?after=0&timeout=5"))["sent"]
    assert sent == [{"port": 2, "to": "10086", "text": "Hello", "parts": 1, "failure": ""}]


@pytest.mark.parametrize(
    ("firmware", "path", "answer"),
    [
        ("rutos7", "/api/unauthorized/status", "RUT241"),
        ("legacy", "/cgi-bin/sms_total", "Bad username or password"),
        ("bare", "/ubus", "404"),
    ],
)
async def test_teltonika(
    start: Start, session: aiohttp.ClientSession, firmware: str, path: str, answer: str
) -> None:
    """A router has the doors of its firmware."""
    ready, api = await start("teltonika", "--firmware", firmware, "--modem", "+49171,+49172")
    (modem,) = (await api.get("/router"))["modems"]
    assert [sim["number"] for sim in modem["sims"]] == ["+49171", "+49172"]
    async with session.get(f"{ready['url']}{path}") as response:
        assert answer in await response.text()


async def test_emnify(start: Start, session: aiohttp.ClientSession) -> None:
    """An organisation has devices, and lets in who has its token."""
    ready, api = await start("emnify", "--devices", "2", "--token", "t")
    assert [device["name"] for device in await api.get("/devices")] == ["Device 1", "Device 2"]
    login = {"application_token": "t"}
    async with session.post(f"{ready['url']}/authenticate", json=login) as response:
        assert "auth_token" in await response.json()
    assert await api.get("/calls") == {"POST /authenticate": 1}


async def test_smsc(start: Start) -> None:
    """A service centre takes connections."""
    ready, api = await start("smsc", "--system-id", "me", "--default", "latin1")
    _, writer = await asyncio.open_connection("127.0.0.1", ready["port"])
    # enquire_link, SMPP 3.4 clause 4.11.
    writer.write(bytes.fromhex("00000010 00000015 00000000 00000001"))
    centre = await api.get("/centre")
    assert (centre["accounts"][0]["system_id"], centre["default"]) == ("me", "latin1")
    writer.close()


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The help names every kind, and each of them has examples."""
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(f"    {kind.name} " in text for kind in KINDS)
    for kind in KINDS:
        with pytest.raises(SystemExit):
            main([kind.name, "--help"])
        text = capsys.readouterr().out
        assert "example" in text and f"python -m simulator {kind.name}" in text


@pytest.mark.parametrize("kind", CONTROLS)
async def test_help_names_what_the_control_interface_has(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No path is kept from a person."""
    with pytest.raises(SystemExit):
        main([kind, "--help"])
    text = capsys.readouterr().out
    async with CONTROLS[kind]() as control:
        names = {route.path.rsplit("/", 1)[-1] for route in control.routes()}
    assert {name for name in names if "{" not in name and f"/{name}" not in text} == set()


def test_what_cannot_be_had_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file, no ports, a port that cannot be: each ends with a sentence and 1."""
    assert main(["smsc", "--tls", str(tmp_path / "missing.pem")]) == 1
    assert main(["ejoin", "--ports", "0"]) == 1
    assert main(["emnify", "--port", "99999"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3 and all(line.startswith("python -m simulator: ") for line in lines)
