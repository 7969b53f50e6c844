"""Bitrek trackers: the manuals of the BI-530P (p. 12 to 14), BI-810, BI-820 OBD and BI-530R."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import re
from typing import ClassVar, override

from .device import MAX_COMMAND, Device
from .state import State
from .teltonika import set_connection

SETTING = re.compile(r"setparam (?P<id>\d{4}) (?P<value>.+)")
QUESTION = re.compile(r"getparam (?P<id>\d{4})")
ROAMING = "0917"
APN, USER, PASSWORD, SERVER, PORT = "0242", "0243", "0244", "0245", "0246"


@dataclass(slots=True)
class BitrekState(State):
    """A tracker with the networks in which it may roam, by their parameter."""

    networks: dict[str, str] = field(default_factory=dict)


class Bitrek(Device):
    """A tracker that takes commands with semicolons between them, each answered by itself.

    The variant `semicolon`, as newer manuals have it, wants one behind the last command too.
    """

    family = "bitrek"
    variants = ("plain", "semicolon")
    alarms: ClassVar = {"sos": "Alarm", "power": "External power lost", "move": "Movement"}
    make_state = BitrekState
    state: BitrekState

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey commands, in order, behind login and password if there are any."""
        head = f"{self.login} {self.password} " if self.login or self.password else ""
        complete = self.variant == "plain" or text.endswith(";")
        if len(text) > MAX_COMMAND or not text.startswith(head) or not complete:
            return ()
        commands = text[len(head) :].removesuffix(";").split(";")
        answers = [self._run(command.removeprefix(" ")) for command in commands]
        return [answer for answer in answers if answer is not None]

    @override
    def where(self) -> str:
        """Return the answer to getgps; without a fix its clock stands at 1980."""
        position, at = self.position, self.fix_time()
        moment = (
            f"{at.year}/{at.month}/{at.day} Time: {at:%H:%M:%S}"
            if position.fixed
            else "1980/1/6 Time: 00:00:00"
        )
        latitude, longitude = (
            (position.latitude, position.longitude) if position.fixed else (0.0, 0.0)
        )
        return (
            f"GPS: {int(position.fixed)} Sat: {position.satellites if position.fixed else 0} "
            f"Lat: {latitude:.4f} Long: {longitude:.4f} Alt: {position.altitude:.0f} "
            f"Speed: {position.speed:.0f}, Dir: {position.course:.0f} Date: {moment}"
        )

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm with the position; its words are inferred."""
        return f"{self.alarms[kind]} {self.where()}"

    def _run(self, command: str) -> str | None:
        """Do one command and return its answer, None without one."""
        if match := SETTING.fullmatch(command):
            return self._set(match["id"], match["value"])
        if match := QUESTION.fullmatch(command):
            value = self.state.parameters.get(match["id"], "")
            return f"Param ID {match['id']} Val: {value}"
        state, position = self.state, self.position
        match command:
            case "getgps":
                return self.where()
            case "getstatus":
                data = int(bool(state.apn))
                return (
                    f"Data Link: {data} GPRS: {data} IP: 192.0.2.7 GSM: {max(1, state.bars)} "
                    f"Roaming: {int(state.roaming)}"
                )
            case "getmap":
                return (
                    f"www.biakom.com/maps/q={position.link},{position.speed:.0f},"
                    f"{int(position.fixed)}"
                )
            case "getver":
                return f"BI-530P Ver: {state.firmware}"
            case "flush":
                return (
                    f"{state.imei}, {state.apn or 'none'}, {state.apn_user or 'none'}, "
                    f"{state.apn_password or 'none'}, {state.server or 'none'}, "
                    f"{state.server_port}, 0"
                )
            case "cpureset":
                self.reboot()
        return None

    def _set(self, parameter: str, value: str) -> str:
        """Set a parameter; 0020 to 0099 name networks, 0261 to 0269 authorised numbers."""
        state = self.state
        state.parameters[parameter] = value
        set_connection(state, {parameter: value}, (APN, USER, PASSWORD, SERVER, PORT))
        if parameter == ROAMING:
            state.roaming_allowed = value == "1"
        elif "0020" <= parameter <= "0099":
            state.networks[parameter] = value
        elif "0261" <= parameter <= "0269":
            self.authorised.append(self.network.number(value))
        return f"Param ID {parameter} New Val: {value}"
