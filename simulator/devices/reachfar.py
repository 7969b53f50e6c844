"""Reachfar trackers and the watches of the SeTracker family.

The status is worded as a G36 watch answered it. What they answer to a setting, and the words of
an alarm, are printed nowhere: "OK!" and the map link are inferred.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
import re
from typing import ClassVar, override

from .device import Device
from .state import State

BIND = {
    "group_1": re.compile(r"(?P<password>[^,#]+),sos1,(?P<number>\d+)#"),
    "group_2": re.compile(r"pw,(?P<password>[^,#]+),center,(?P<number>\d+)#"),
}
APN = {
    "group_1": re.compile(r"apn,(?P<apn>[^,#]+),plmn,(?P<network>\d{5,6})#"),
    "group_2": re.compile(r"apn,(?P<apn>[^,#]+)#"),
}


@dataclass(slots=True)
class ReachfarState(State):
    """A tracker bound to a number, digits only, with an APN that may wait for a restart."""

    owner: str = field(default="", repr=False)
    network_code: str = ""
    next_apn: str = ""
    upload_interval: int = 7200


class Reachfar(Device):
    """A tracker that obeys the number it is bound to, and whoever knows the password.

    The models of `group_1` take an APN only with the network code and after a restart; those of
    `group_2` at once.
    """

    family = "reachfar"
    variants = ("group_1", "group_2")
    default_password = "123456"
    alarms: ClassVar = {"sos": "SOS", "battery": "Low battery", "geofence": "Out of fence"}
    make_state = ReachfarState
    state: ReachfarState

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Bind, or obey: the owner without the password, others with it."""
        if match := BIND[self.variant].fullmatch(text):
            if match["password"] != self.password:
                return ()
            self.state.owner = match["number"]
            return ("OK!",)
        own = self.network.number(sender).removeprefix("+") == self.state.owner
        if match := APN[self.variant].fullmatch(text):
            return self._set_apn(match) if own else ()
        head = f"pw,{self.password}," if self.variant == "group_2" else f"{self.password},"
        if text.startswith(head):
            return self._asked(text[len(head) :])
        return self._asked(text) if own else ()

    @override
    def where(self) -> str:
        """Return a map link."""
        if not self.position.fixed:
            return "GPS:NO(0);"
        return f"{self.fix_time():%Y-%m-%d %H:%M:%S} http://maps.google.com/maps?q={self.position.link}"

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm with the map link."""
        return f"{self.alarms[kind]}! {self.where()}"

    @override
    def alarm_recipients(self) -> list[str]:
        """Return the number that it is bound to, else as every device."""
        return [f"+{owner}"] if (owner := self.state.owner) else super().alarm_recipients()

    @override
    def reboot(self) -> None:
        """Restart, with the APN that waited for it."""
        super().reboot()
        self.state.apn, self.state.next_apn = self.state.next_apn or self.state.apn, ""

    def _set_apn(self, match: re.Match[str]) -> Iterable[str]:
        """Take an APN, in group 1 from the next start on."""
        if self.variant == "group_1":
            self.state.next_apn, self.state.network_code = match["apn"], match["network"]
        else:
            self.state.apn = match["apn"]
        return ("OK!",)

    def _asked(self, command: str) -> Iterable[str]:
        """Answer a question, or set something."""
        match command.removesuffix("#").split(",") if command.endswith("#") else []:
            case ["ts"]:
                return (self._status(),)
            case ["url"]:
                return (self.where(),)
            case ["ip", host, port] if port.isdecimal():
                self.state.server, self.state.server_port = host, int(port)
            case ["upload", seconds] if seconds.isdecimal():
                self.state.upload_interval = int(seconds)
            case ["reset"]:
                self.reboot()
            case ["find"] | ["cr"]:
                pass
            case _:
                return ()
        return ("OK!",)

    def _status(self) -> str:
        """Return the answer to ts, which tells the password."""
        state = self.state
        gps = f"OK({self.position.satellites})" if self.position.fixed else "NO(0)"
        network = f"OK({state.signal_percent})" if state.apn else "NO"
        owner = f"+{state.owner}" if state.owner else ""
        return "\n".join(
            f"{name}:{value};"
            for name, value in (
                ("ver", state.firmware),
                ("ID", state.imei[5:15]),
                ("imei", state.imei),
                ("ip_url", state.server),
                ("port", state.server_port),
                ("center", owner),
                ("upload", f"{state.upload_interval}S"),
                ("bat level", state.battery),
                ("language", 0),
                ("zone", "0.00"),
                ("GPS", gps),
                ("GPRS", network),
                ("pw", self.password),
            )
        )
