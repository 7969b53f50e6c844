"""Far-end devices over the control interface, and a modem that speaks to one."""

import asyncio
import json
from pathlib import Path
import signal
import sys
from typing import Any

import aiohttp
import pytest

from simulator.devices import FAMILIES

from ..api import Api
from ..host import Host

DEVICE = "+447700900100"
HERE = f"/devices/{DEVICE}"
ROOT = Path(__file__).parents[3]
# SMS-SUBMIT of "imei" to DEVICE.
IMEI_ASKED = "0001000C91447700091000000004E976390D"


@pytest.fixture
async def device(api: Api) -> dict[str, Any]:
    """Return a Ruptela tracker that was added over the interface."""
    added: dict[str, Any] = await api.post(
        "/devices",
        {"family": "ruptela", "number": DEVICE, "state": {"battery": 55, "voltage": 12}},
    )
    return added


async def test_modem_speaks_to_a_device(host: Host, api: Api, device: dict[str, Any]) -> None:
    """A text of the modem reaches the device, and its answer the modem."""
    assert await host.send(IMEI_ASKED, len(IMEI_ASKED) // 2 - 1) == ["+CMGS: 1", "OK"]
    assert await host.line() == '+CMTI: "SM",0'
    shown = await api.get(HERE)
    (received,) = shown["received"]
    assert (received["text"], received["octets"]) == ("imei", b"imei".hex().upper())
    assert shown["sent"] == [{"to": received["from"], "text": "IMEI: 353976010139156"}]


async def test_device_is_changed(host: Host, api: Api, device: dict[str, Any]) -> None:
    """State and position change, alarms and texts come by themselves, a restart is counted."""
    assert (device["state"]["battery"], device["state"]["voltage"]) == (55, 12.0)
    moved = await api.post(
        f"{HERE}/move", {"latitude": -12, "fixed": False, "at": "2026-10-01T03:04:36+00:00"}
    )
    assert (moved["position"]["latitude"], moved["position"]["fixed"]) == (-12.0, False)
    assert (await api.post(f"{HERE}/state", {"apn": "em"}))["state"]["apn"] == "em"
    modem = (await api.get("/modems"))[0]["sim"]["number"]
    await api.post(f"{HERE}/alarm", {"kind": "sos"}, 400)
    await api.post(f"{HERE}/alarm", {"kind": "sos", "to": modem})
    await api.post(f"{HERE}/position", {"to": modem})
    await api.post(f"{HERE}/say", {"text": "Hello", "to": modem})
    assert [await host.line() for _ in range(3)] == [f'+CMTI: "SM",{n}' for n in range(3)]
    await api.post(f"{HERE}/reboot")
    (shown,) = await api.get("/devices")
    position = (
        "2026-10-01 03:04, lat. -12.0000000, long. 11.5761240, alt. 519.0, sat. 7, "
        "dir. 77.00, hdop 100, state 2"
    )
    assert [each["text"] for each in shown["sent"]] == [f"SOS {position}", position, "Hello"]
    assert shown["state"]["reboots"] == 1


async def test_answers_are_held(host: Host, api: Api, device: dict[str, Any]) -> None:
    """Answers are held, split and released under another name; then the device is taken away."""
    await api.post(f"{HERE}/answers", {"hold": True, "split": 1, "shown_as": "TRACKER"})
    await host.send(IMEI_ASKED, len(IMEI_ASKED) // 2 - 1)
    async with asyncio.timeout(2):
        while (await api.get(HERE))["answers"]["held"] < 2:
            await asyncio.sleep(0.01)
    await api.post(f"{HERE}/answers", {"hold": False, "backwards": True})
    assert [await host.line() for _ in range(2)] == ['+CMTI: "SM",0', '+CMTI: "SM",1']
    sent = [each["text"] for each in (await api.get(HERE))["sent"]]
    assert sent == ["76010139156", "IMEI: 3539"]
    await api.post(f"{HERE}/power", {"on": False})
    assert not (await api.get(HERE))["on"]
    await api.post(f"{HERE}/remove")
    assert await api.get("/devices") == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/devices", {}),
        ("/devices", {"family": "toaster", "number": "+447700900101"}),
        ("/devices", {"family": "ruptela", "number": DEVICE}),
        ("/devices", {"family": "ruptela", "number": "+447700900101", "variant": "toaster"}),
        ("/devices", {"family": "ruptela", "number": "+447700900101", "authorised": "x"}),
        ("/devices", {"family": "ruptela", "number": "+447700900101", "state": {"apn": 1}}),
        ("/devices/+447700900199/reboot", {}),
        (f"{HERE}/state", {"nonsense": 1}),
        (f"{HERE}/state", {"battery": "full"}),
        (f"{HERE}/state", {"parameters": {"2001": 1}}),
        (f"{HERE}/move", {"latitude": "north"}),
        (f"{HERE}/move", {"at": "2026-10-01T03:04:36"}),
        (f"{HERE}/alarm", {"kind": "flood"}),
        (f"{HERE}/say", {"text": "to whom?"}),
        (f"{HERE}/answers", {"late": 3}),
        (f"{HERE}/answers", {"delay": -1}),
        (f"{HERE}/power", {"on": "yes"}),
    ],
)
async def test_what_cannot_be_done_is_explained(
    api: Api, device: dict[str, Any], path: str, body: dict[str, Any]
) -> None:
    """A bad request is answered with 400 and a sentence, and changes nothing."""
    assert (await api.post(path, body, 400))["error"]
    assert await api.get("/devices") == [device]


async def test_numbers_become_keys(api: Api) -> None:
    """Relays and inputs are named by their numbers, in JSON as text."""
    pager = {"family": "tell", "number": DEVICE, "state": {"relays": {"1": True, "2": False}}}
    assert (await api.post("/devices", pager))["state"]["relays"] == {"1": True, "2": False}


async def test_process_with_one_of_each(session: aiohttp.ClientSession) -> None:
    """`--devices` adds one of each family, and tells their numbers."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "at-modem", "--tcp", "0", "--control", "0"),
        "--devices",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    devices = await Api(session, ready["control"]).get("/devices")
    assert {device["family"]: device["number"] for device in devices} == ready["devices"]
    assert list(ready["devices"]) == list(FAMILIES)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 5) == 0
