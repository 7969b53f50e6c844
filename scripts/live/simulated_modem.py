"""The simulated modem, with the far-end devices in its network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, override

from .simulator import Simulator

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


class SimulatedModem(Simulator):
    """A SIM7600 on a pseudo-terminal, in a network of its own."""

    def __init__(self, folder: Path, control_port: int) -> None:
        """Take the folder of the serial port's link and of the log."""
        self.device = folder / "simulated_modem"
        self.other_device = folder / "simulated_modem_elsewhere"
        self.devices: dict[str, str] = {}
        options = ("--profile", "sim7600", "--pty", str(self.device), "--number", MODEM_NUMBER)
        super().__init__("modem", folder, control_port, "at-modem", *options, "--devices")

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

    @override
    async def start(self) -> None:
        """Start it, wait until it answers, and learn which devices there are."""
        await super().start()
        found = await self.look("devices")
        self.devices = {device["family"]: device["number"] for device in found}

    async def deliver(self, sender: str, text: str) -> None:
        """Let a text come to the modem's number, as soon as the modem takes it."""
        await self.work("sms", **{"from": sender, "text": text})

    async def sent_after(self, total: int, count: int, within: float = 60.0) -> list[SentSms]:
        """Return the short messages that were submitted after the first `total`."""
        messages: list[dict[str, Any]] = await self.sent_since(total, count, within)
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
