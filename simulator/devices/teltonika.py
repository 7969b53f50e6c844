"""Teltonika trackers (FMB, FMC, FMM; FT) and routers (RUT).

Trackers: wiki.teltonika-gps.com, "SMS/GPRS Commands" and "FMB getstatus"; the answer to setparam
as devices were seen to give it. Routers: wiki.teltonika-networks.com, "SMS Utilities"; its
answers are nowhere printed, so that their words here are inferred.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
import re
from typing import ClassVar, override

from .device import MAX_COMMAND, Device
from .state import State

PARAMETERS = re.compile(r"\d{1,5}:[^;]*(?:;\d{1,5}:[^;]*)*;?")
APN, APN_USER, APN_PASSWORD, SERVER, SERVER_PORT = "2001", "2002", "2003", "2004", "2005"


class TeltonikaTracker(Device):
    """A tracker that wants login and password, or the blanks that follow them.

    The platform `ft` knows a password only.
    """

    family = "teltonika_tracker"
    variants = ("fmb", "ft")
    alarms: ClassVar = {
        "sos": "Alarm",
        "overspeeding": "Over Speeding",
        "towing": "Towing Detection",
        "crash": "Crash Detection",
        "power": "External Voltage",
        "battery": "Battery Voltage",
    }

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey `<login> <password> <command>`, case and blanks as they must be."""
        head = f"{self.password} " if self.variant == "ft" else f"{self.login} {self.password} "
        if len(text) > MAX_COMMAND or not text.startswith(head):
            return ()
        name, _, argument = text[len(head) :].partition(" ")
        return self._set(argument) if name == "setparam" else self._asked(name, argument)

    @override
    def where(self) -> str:
        """Return the answer to getgps; a tracker without a fix knows no time either."""
        if not (position := self.position).fixed:
            return "WARNING! GPS Data not Available. Clock not Synchronized"
        at = self.fix_time()
        words = ("LAT", "LON") if self.variant == "ft" else ("Lat", "Long")
        moment = (
            f"Date:{at:%Y-%m-%d} Time:{at:%H:%M:%S}"
            if self.variant == "ft"
            else f"Date: {at.year}/{at.month}/{at.day} Time: {at.hour}:{at.minute}:{at.second}"
        )
        return (
            f"GPS:1 Sat:{position.satellites} {words[0]}:{position.latitude:.5f} "
            f"{words[1]}:{position.longitude:.5f} Alt:{position.altitude:.0f} "
            f"Speed:{position.speed:.0f} Dir:{position.course:.0f} {moment}"
        )

    @override
    def alarm_text(self, kind: str) -> str:
        """Return date, time and the event's words, which is how events are sent by SMS."""
        at = self.now()
        date = f"{at.year}/{at.month}/{at.day} {at.hour}:{at.minute}:{at.second}"
        return f"{date} {self.alarms[kind]}"

    def _asked(self, name: str, argument: str) -> Iterable[str]:
        """Answer a question, or restart."""
        state = self.state
        match name:
            case "getgps":
                return (self.where(),)
            case "ggps":
                return (f"{self.where()} http://maps.google.com/?q={self.position.link}",)
            case "getstatus":
                return (self._status(),)
            case "getinfo":
                return (self._info(),)
            case "getver":
                return (f"Code Ver:{state.firmware} Device IMEI:{state.imei} Device ID:000001",)
            case "getio":
                return (f"DI1:{int(state.ignition)} DI2:0 AI1:0 DO1:0 DO2:0",)
            case "getparam" if argument in state.parameters:
                return (f"Param ID:{argument} Value:{state.parameters[argument]}",)
            case "cpureset":
                self.reboot()
        return ()

    def _set(self, argument: str) -> Iterable[str]:
        """Set parameters `<id>:<value>`, several with semicolons."""
        if not PARAMETERS.fullmatch(argument):
            return ()
        pairs = dict(pair.split(":", 1) for pair in argument.rstrip(";").split(";"))
        self.state.parameters |= pairs
        set_connection(self.state, pairs, (APN, APN_USER, APN_PASSWORD, SERVER, SERVER_PORT))
        return (f"New value {';'.join(f'{key}:{value}' for key, value in pairs.items())};",)

    def _status(self) -> str:
        """Return the answer to getstatus."""
        state = self.state
        return (
            f"Data Link: {int(bool(state.apn))} GPRS: {int(bool(state.apn))} Phone: 0 SIM: 0 "
            f"OP: {state.operator} Signal: {state.bars} NewSMS: 0 Roaming: {int(state.roaming)} "
            "SMSFull: 0 LAC: 115 Cell ID: 1361430 NetType: 2 FwUpd: 65536"
        )

    def _info(self) -> str:
        """Return the answer to getinfo, in the newer form."""
        at = self.now()
        time = f"{at.year}/{at.month}/{at.day} {at.hour}:{at.minute}"
        gps = 2 if self.position.fixed else 1
        return (
            f"INI:{time} RTC:{time} RST:{self.state.reboots} ERR:0 SR:152 BR:0 CF:0 FG:0 FL:0 "
            f"TU:21/0 UT:0 SMS:{len(self.received)} NOGPS:0:4 GPS:{gps} "
            f"SAT:{self.position.satellites} RS:3 RF:0 SF:0 MD:5"
        )


def set_connection(state: State, values: dict[str, str], names: tuple[str, ...]) -> None:
    """Set what is named of APN, its user and password, server and its port, in this order."""
    for name, attribute in zip(names, ("apn", "apn_user", "apn_password", "server"), strict=False):
        if name and name in values:
            setattr(state, attribute, values[name])
    if (port := values.get(names[-1], "")).isdecimal():
        state.server_port = int(port)


@dataclass(slots=True)
class RouterState(State):
    """A router: the texts of its rules, which its owner may change, and what they switch."""

    rules: dict[str, str] = field(
        default_factory=lambda: {
            "reboot": "reboot",
            "status": "status",
            "position": "gps",
            "wifi_on": "wifion",
            "wifi_off": "wifioff",
            "mobile_on": "mobileon",
            "mobile_off": "mobileoff",
            "mobile_settings": "cellular",
        }
    )
    wifi: bool = True
    data_on: bool = True


class TeltonikaRouter(Device):
    """A router whose SMS rules are texts, behind an authorisation key if it has a password."""

    family = "teltonika_router"
    alarms: ClassVar = {"input": "Input state changed: active", "reboot": "Device was rebooted"}
    make_state = RouterState
    state: RouterState

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey `<key> <rule> <parameters>`."""
        key = f"{self.password} " if self.password else ""
        if not text.startswith(key):
            return ()
        command = text[len(key) :]
        for action, rule in self.state.rules.items():
            if command == rule or command.startswith(f"{rule} "):
                return self._act(action, command[len(rule) + 1 :])
        return ()

    @override
    def where(self) -> str:
        """Return the coordinates."""
        if not self.position.fixed:
            return "GPS fix: no"
        return f"Latitude: {self.position.latitude:.6f}\nLongitude: {self.position.longitude:.6f}"

    def _act(self, action: str, parameters: str) -> Iterable[str]:
        """Do what a rule says."""
        state = self.state
        match action:
            case "status":
                return (self._status(),)
            case "position":
                return (self.where(),)
            case "mobile_settings":
                pairs = dict(part.partition("=")[::2] for part in parameters.split())
                set_connection(state, pairs, ("apn", "username", "password", "", ""))
            case "wifi_on" | "wifi_off":
                state.wifi = action == "wifi_on"
            case "mobile_on" | "mobile_off":
                state.data_on = action == "mobile_on"
            case "reboot":
                self.reboot()
        return ()

    def _status(self) -> str:
        """Return the lines of a status."""
        state = self.state
        return (
            f"Data connection state: {'Connected' if state.data_on else 'Disconnected'}\n"
            f"Operator: {state.operator}\nConnection type: 4G (LTE)\n"
            f"Signal strength: {2 * state.signal - 113} dBm\n"
            f"Network state: Registered ({'roaming' if state.roaming else 'home'})"
        )
