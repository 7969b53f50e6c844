"""Concox (Jimi) trackers, and the Elinz models that speak their language.

Manuals: Jimi JM01 p. 15, Concox GK301, GT06N. The words of the alarms are inferred.
"""

from collections.abc import Iterable
import re
from typing import ClassVar, override

from .device import Device

# What sets the APN: a blank (most), password and commas (TR02), or a comma.
APN_COMMANDS = {
    "blank": re.compile(r"APN (?P<apn>[^,# ]+)#"),
    "password": re.compile(r"APN,(?P<password>[^,#]+),(?P<apn>[^,#]+)#"),
    "comma": re.compile(r"APN,(?P<apn>[^,#]+)#"),
    "hash": re.compile(r"APN,(?P<apn>[^,#]+)#"),
}
LOW_BATTERY = 20
WEAK_SIGNAL = 10


class Concox(Device):
    """A tracker whose commands end with `#`; whoever is not among its SOS numbers is refused."""

    family = "concox"
    variants: ClassVar[tuple[str, ...]] = ("blank", "password", "comma")
    default_password = "666666"
    alarms: ClassVar = {
        "sos": "SOS!!!",
        "vibration": "Vibration alarm!!!",
        "power": "Cut off alarm!!!",
        "battery": "Low battery alarm!!!",
    }

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey a command in capitals."""
        if match := APN_COMMANDS[self.variant].fullmatch(text):
            if match.groupdict().get("password", self.password) != self.password:
                return ()
            self.state.apn = match["apn"]
            return ("OK!",)
        match text:
            case "WHERE#":
                return (self.where(),)
            case "URL#":
                return (self._link(),)
            case "STATUS#":
                return (self._status(),)
            case "RESET#":
                self.reboot()
                return ("The terminal will restart after 60s!",)
        return ()

    @override
    def ignore(self, text: str, sender: str) -> Iterable[str]:
        """Refuse a command of somebody else."""
        return ("ERROR:110",) if text.endswith("#") else ()

    @override
    def where(self) -> str:
        """Return the answer to WHERE#, of older models for those with a blank."""
        position, at = self.position, self.fix_time()
        if not position.fixed:
            return "NO DATA!"
        if self.variant == "blank":
            return (
                f"{self._degrees()},Course:{position.course:.2f},"
                f"Speed:{position.speed:.4f},DateTime:{at:%y-%m-%d %H:%M}"
            )
        return (
            f"Current position! {self._degrees()},Course:{position.course:.2f},"
            f"Speed:{position.speed:.2f}Km/h,DateTime:{at:%Y-%m-%d %H:%M:%S}"
        )

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm with a map link."""
        return f"{self.alarms[kind]}{self._link()}"

    def _link(self) -> str:
        """Return the answer to URL#."""
        if not self.position.fixed:
            return "NO DATA!"
        north, east = self._letters()
        return (
            f"<DateTime:{self.fix_time():%y-%m-%d %H:%M:%S}> "
            f"http://maps.google.com/maps?q={north},{east}"
        )

    def _letters(self) -> tuple[str, str]:
        """Return latitude and longitude with the letters of their hemispheres."""
        latitude, longitude = self.position.latitude, self.position.longitude
        return (
            f"{'N' if latitude >= 0 else 'S'}{abs(latitude):.6f}",
            f"{'E' if longitude >= 0 else 'W'}{abs(longitude):.6f}",
        )

    def _degrees(self) -> str:
        """Return the coordinates as WHERE# gives them."""
        north, east = self._letters()
        return f"Lat:{north},Lon:{east}"

    def _status(self) -> str:
        """Return the answer to STATUS#."""
        state, satellites = self.state, self.position.satellites
        battery = "Battery too low! Warning" if state.battery < LOW_BATTERY else "Normal"
        gps = (
            f"Successful positioning, SVS Used in fix:{satellites}({satellites + 1}), "
            "GPS Signal Level:32,31,28,27"
            if self.position.fixed
            else "Searching satellite, SVS Used in fix:0(0)"
        )
        return (
            f"Battery:{state.cell_voltage:.2f}V,{battery}; "
            f"GPRS:{'Link Up' if state.apn else 'Link Down'}; "
            f"GSM Signal Level:{'Weak' if state.signal < WEAK_SIGNAL else 'Strong'}; "
            f"GPS:{gps}; ACC:{'ON' if state.ignition else 'OFF'}; Defense:OFF"
        )


class ElinzHash(Concox):
    """An Elinz model that takes `APN,<apn>#`."""

    family = "elinz"
    variants = ("hash",)
