"""The simulator as a process, and the HTTP interface by which it is worked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
import sys
from typing import Any, Final

import aiohttp

from .process import ManagedProcess
from .waiting import CheckError, eventually

# Numbers that Ofcom keeps free for drama: nobody is ever reached by them.
MODEM_NUMBER: Final = "+447700900001"

_SERIAL_NUMBER: Final = "0123456789ABCDEF"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSms:
    """One short message that the modem submitted, as the network took it."""

    recipient: str
    text: str
    pdu: str
    alphabet: str
    concatenation: Mapping[str, int] | None


class SimulatedModem:
    """A SIM7600 on a pseudo-terminal, in a network of its own."""

    def __init__(self, folder: Path, control_port: int) -> None:
        """Take the folder of the serial port's link and of the log."""
        self.device = folder / "simulated_modem"
        self.other_device = folder / "simulated_modem_elsewhere"
        self.devices: dict[str, str] = {}
        self.control_url = f"http://127.0.0.1:{control_port}"
        self.process = ManagedProcess(
            "the simulator",
            [
                *(sys.executable, "-m", "simulator", "at-modem", "--profile", "sim7600"),
                *("--pty", str(self.device), "--control", str(control_port)),
                *("--number", MODEM_NUMBER, "--devices"),
            ],
            folder / "simulator.log",
        )

    @property
    def usb_ports(self) -> list[dict[str, str | int]]:
        """The serial port as the USB descriptors of a SIM7600 describe it, wherever it is plugged.

        Ids and interface are those of its primary AT port in ModemManager's
        `77-mm-simtech-port-types.rules`.
        """
        return [self._usb_port(path) for path in (self.device, self.other_device)]

    def _usb_port(self, path: Path) -> dict[str, str | int]:
        """Describe the port under a path."""
        return {
            "device": str(path),
            "vid": "1E0E",
            "pid": "9001",
            "serial_number": _SERIAL_NUMBER,
            "manufacturer": "SimTech, Incorporated",
            "description": "SimTech, Incorporated",
            "interface_num": 2,
        }

    async def start(self) -> None:
        """Start it and wait until it answers."""
        await self.process.start()

        async def answers() -> bool:
            self.process.ensure_running()
            await self._request("GET", "modems")
            return True

        await eventually(answers, "the simulator to answer")
        found = await self._request("GET", "devices")
        self.devices = {device["family"]: device["number"] for device in found}

    async def stop(self) -> None:
        """Stop it."""
        if self.process.running:
            await self.process.stop(within=10)

    async def work(self, path: str, **data: Any) -> Any:
        """Work the simulator: POST to a path of its control interface."""
        return await self._request("POST", path, data)

    async def look(self, path: str) -> Any:
        """GET from a path of its control interface."""
        return await self._request("GET", path)

    async def deliver(self, sender: str, text: str) -> None:
        """Let a text come to the modem's number, as soon as the modem takes it."""
        await self._request("POST", "sms", {"from": sender, "text": text})

    async def sent_total(self) -> int:
        """Return how many short messages the modem has submitted so far."""
        return int((await self._request("GET", "sent"))["total"])

    async def sent_after(self, total: int, count: int, within: float = 60.0) -> list[SentSms]:
        """Return the `count` short messages that were submitted after the first `total`."""

        async def submitted() -> list[dict[str, Any]] | None:
            messages: list[dict[str, Any]]
            messages = (await self._request("GET", f"sent?after={total}&timeout=1"))["sent"]
            return messages if len(messages) >= count else None

        messages = await eventually(submitted, f"{count} short messages to be submitted", within)
        return [
            SentSms(
                recipient=message["to"],
                text=message["text"],
                pdu=message["pdu"],
                alphabet=message["alphabet"],
                concatenation=message["concatenation"],
            )
            for message in messages
        ]

    async def _request(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.control_url}/{path}", json=data) as response,
        ):
            answer = await response.json()
            if response.status != 200:
                raise CheckError(f"the simulator refused {path}: {answer}")
            return answer
