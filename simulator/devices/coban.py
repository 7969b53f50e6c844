"""Coban trackers (TK103, GPS303), small ones (TK102), and the Elinz models that speak so.

Manuals: Rewire 103-RS p. 29, GPS302 p. 16, TK-203 p. 12; the position as a device sent it.
"""

from collections.abc import Iterable
import re
from typing import ClassVar, override

from .device import Device

COMMAND = re.compile(
    r"(?P<name>[a-z]+|fix\d{3}[smh](?:\d{3}|\*{3})n)(?P<password>\d{6})(?: (?P<argument>\S.*))?",
    re.IGNORECASE,
)
APN_WITHOUT_BLANK = re.compile(r"apn\d{6}\S+", re.IGNORECASE)
LOW_BATTERY = 20
WEAK_SIGNAL = 5


class Coban(Device):
    """A tracker whose password stands right behind the command; capitals do not matter."""

    family = "coban"
    variants: ClassVar[tuple[str, ...]] = ("tk103", "tk102")
    default_password = "123456"
    alarms: ClassVar = {
        "sos": "help me!",
        "move": "move!",
        "speed": "speed!",
        "shock": "shock!",
        "battery": "low battery!",
    }

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey `<command><password>` with an argument behind a blank."""
        if text.lower() == f"help me!{self.password}":
            return ("help me! ok!",)
        match = COMMAND.fullmatch(text)
        if match is None:
            return ("apn fail",) if APN_WITHOUT_BLANK.fullmatch(text) else ()
        if match["password"] != self.password:
            return ("password err",)
        name, argument = match["name"].lower(), match["argument"]
        return self._asked(name) if argument is None else self._told(name, argument)

    @override
    def where(self) -> str:
        """Return the position, or the cell while there is no fix."""
        state, position = self.state, self.position
        if not position.fixed:
            return f"lac:0115 cid:C5F6 mcc={state.operator[:3]} mnc={state.operator[3:]}"
        at = self.fix_time()
        battery = "L" if state.battery < LOW_BATTERY else "F"
        signal = "L" if state.signal < WEAK_SIGNAL else "F"
        if self.variant == "tk102":
            return (
                f"lat: {position.latitude:.6f} long: {position.longitude:.6f} "
                f"speed:{position.speed:.2f} {at:%d/%m/%y %H:%M} {battery}:"
                f"{state.cell_voltage:.2f}V,{int(state.charging)}, Signal:{signal} "
                f"imei:{state.imei} {position.satellites:02} {position.altitude:.1f}"
            )
        return (
            f"lat: {position.latitude:09.6f} long: {position.longitude:010.6f} "
            f"speed: {position.speed:05.1f} {at:%d/%m/%y %H:%M} \n"
            f"bat:{battery} signal:{signal} imei:{state.imei}"
        )

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm with the position."""
        return f"{self.alarms[kind]} {self.where()}"

    def _told(self, name: str, argument: str) -> Iterable[str]:
        """Set something."""
        match name:
            case "apn":
                self.state.apn = argument
            case "apnuser":
                self.state.apn_user = argument
            case "apnpasswd":
                self.state.apn_password = argument
            case "admin":
                self.authorised.append(self.network.number(argument))
            case "password" if len(argument) == 6 and argument.isdecimal():
                self.password = argument
            case _:
                return (f"{name} fail",)
        return (f"{name} ok",)

    def _asked(self, name: str) -> Iterable[str]:
        """Answer a question, or switch something."""
        state = self.state
        match name:
            case "begin":
                return ("begin ok",)
            case "gprs":
                state.data_on = True
                return ("gprs ok",)
            case "reset":
                self.reboot()
                return ("reset ok",)
            case "check":
                return (self._status(),)
            case "imei":
                return (state.imei,)
            case "smslink" if self.position.fixed:
                return (f"http://maps.google.com/maps?f=q&q={self.position.link}&z=16",)
            case "apn":
                return ("apn fail",)
        return (self.where(),) if name.startswith(("smslink", "smstext", "fix")) else ()

    def _status(self) -> str:
        """Return the answer to check."""
        state = self.state
        gprs = "ON" if state.data_on else "OFF"
        gps = "OK" if self.position.fixed else "NO"
        if self.variant == "tk102":
            return (
                f"GSM: {state.signal_percent}%\nGPS: {gps}\nGPRS: {gprs}\nBattery: {state.battery}%"
            )
        return (
            f"Power: {'ON' if state.charging else 'OFF'}\nBattery: {state.battery}%\n"
            f"GPRS: {gprs}\nGPS: {gps}\nACC: {'ON' if state.ignition else 'OFF'}\nDoor: OFF\n"
            f"GSM Signal: {state.signal}\nOil: 0.00%\nAPN: {state.apn}\n"
            f"IP: {state.server} PORT: {state.server_port}"
        )


class ElinzPassword(Coban):
    """An Elinz model that takes `apn<password> <apn>`."""

    family = "elinz"
    variants = ("password",)
