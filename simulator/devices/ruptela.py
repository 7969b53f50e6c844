"""Ruptela trackers, as "FM Pro, FM Eco & FM Tco SMS Commands List" (Ruptela, 2017) has them.

The whole answer to gsminfo is not printed there: its words are inferred.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, override

from .device import MAX_COMMAND, Device
from .state import State

KEEP = "*old*"
STATE_NO_FIX, STATE_FIX = 2, 3
LOW_VOLTAGE = 8.0


@dataclass(slots=True)
class RuptelaState(State):
    """A tracker whose settings may be locked, by the configurator's password."""

    locked: bool = False
    protocol: str = "TCP"


class Ruptela(Device):
    """A tracker that wants `<password> <command>`; without a password only the command.

    The variant `blank` wants one blank before it then, as some of the manuals say.
    """

    family = "ruptela"
    variants = ("plain", "blank")
    alarms: ClassVar = {"sos": "SOS", "power": "Power supply disconnected", "towing": "Towing"}
    make_state = RuptelaState
    state: RuptelaState

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey a command in small letters."""
        head = f"{self.password} " if self.password or self.variant == "blank" else ""
        if len(text) > MAX_COMMAND or not text.startswith(head):
            return ()
        name, _, argument = text[len(head) :].partition(" ")
        match name:
            case "setconnection":
                return (self._set_connection(argument),)
            case "connect":
                return (self._connect(argument),)
        return () if argument else self._asked(name)

    @override
    def where(self) -> str:
        """Return the answer to coords; without a fix it tells the last position."""
        position = self.position
        state = STATE_FIX if position.fixed else STATE_NO_FIX
        return (
            f"{self.fix_time():%Y-%m-%d %H:%M}, lat. {position.latitude:.7f}, "
            f"long. {position.longitude:.7f}, alt. {position.altitude:.1f}, "
            f"sat. {position.satellites}, dir. {position.course:.2f}, "
            f"hdop {round(100 * position.hdop)}, state {state}"
        )

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm with the position."""
        return f"{self.alarms[kind]} {self.where()}"

    def _asked(self, name: str) -> Iterable[str]:
        """Answer a question, or restart."""
        state = self.state
        match name:
            case "coords":
                return (self.where(),)
            case "version":
                enough = int(state.voltage >= LOW_VOLTAGE)
                return (f"5402,{state.firmware},1089,{state.signal},{enough}",)
            case "gsminfo":
                return (f"ST {self.now():%Y-%m-%d %H:%M};OP {state.operator};lvl {state.signal};",)
            case "imei":
                return (f"IMEI: {state.imei}",)
            case "getapn":
                return (self._apn(),)
            case "reset":
                self.reboot()
                return ("Resetting device",)
        return ()

    def _apn(self) -> str:
        """Return the answer to getapn."""
        state = self.state
        return (
            f"APN: {state.apn} User: {state.apn_user} PSW: {state.apn_password} "
            f"IP1: {state.server} Port1: {state.server_port} IP2: Port2: 0 "
            f"TCP/UDP: {int(state.protocol != 'TCP')}"
        )

    def _set_connection(self, argument: str) -> str:
        """Set APN, login, password, protocol and server; one that is `*old*` stays."""
        state = self.state
        if state.locked:
            return "You do not have permission to change the settings"
        fields = argument.split(",")
        if not 1 <= len(fields) <= 8 or not fields[0] or not _port_fits(fields):
            return "Set connection data error"
        names = ("apn", "apn_user", "apn_password", "protocol", "server")
        for name, value in zip(names, fields, strict=False):
            if value != KEEP:
                setattr(state, name, value)
        if len(fields) > 5 and fields[5] != KEEP:
            state.server_port = int(fields[5])
        return "set connection data ok"

    def _connect(self, argument: str) -> str:
        """Connect to `ip,port,protocol` once."""
        fields = argument.split(",")
        right = len(fields) == 3 and fields[1].isdecimal() and fields[2] in {"TCP", "UDP"}
        self.state.data_on = right or self.state.data_on
        return f"connection data {'ok' if right else 'incorrect'}"


def _port_fits(fields: list[str]) -> bool:
    """Tell whether the port, if there is one, is a number or stays."""
    return len(fields) <= 5 or fields[5] == KEEP or fields[5].isdecimal()
