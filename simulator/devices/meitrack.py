"""Meitrack trackers: "Meitrack SMS Protocol" and the manual of the MT90, p. 8 and 16 to 19."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, override

from .device import Device
from .state import State


@dataclass(slots=True)
class MeitrackState(State):
    """A tracker with a second password, which alone may change the server."""

    super_password: str = field(default="666888", repr=False)
    alarm_numbers: dict[str, str] = field(default_factory=dict, repr=False)


class Meitrack(Device):
    """A tracker that wants `<password>,<command>,<parameters>`."""

    family = "meitrack"
    default_password = "0000"
    alarms: ClassVar = {
        "sos": "SOS",
        "battery": "Low Battery",
        "speed": "Over Speed",
        "move": "Move",
    }
    make_state = MeitrackState
    state: MeitrackState

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey a command; A21 wants the super password, all others the SMS password."""
        password, *rest = text.split(",")
        if not rest:
            return ()
        name, *parameters = rest
        wanted = self.state.super_password if name == "A21" else self.password
        if password != wanted:
            return ()
        return self._told(name, parameters) if parameters else self._asked(name)

    @override
    def where(self) -> str:
        """Return the position as asked for."""
        return self._report("Now")

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm, which is the position under another head."""
        return self._report(self.alarms[kind])

    @override
    def alarm_recipients(self) -> list[str]:
        """Return the numbers that A71 set, else as every device."""
        return list(self.state.alarm_numbers.values()) or super().alarm_recipients()

    def _report(self, head: str) -> str:
        """Return head, time, validity, signal, speed, battery and link."""
        state, position = self.state, self.position
        return (
            f"{head},{self.fix_time():%y%m%d %H:%M},{'A' if position.fixed else 'V'},"
            f"{state.signal},{position.speed:.0f}Km/h,{state.battery}%,"
            f"http://maps.meigps.com/?lat={position.latitude:.6f}&lng={position.longitude:.6f}"
        )

    def _told(self, name: str, parameters: list[str]) -> Iterable[str]:
        """Set something."""
        state = self.state
        match name, parameters:
            case "A81", [apn, user, password] if apn:
                state.apn, state.apn_user, state.apn_password = apn, user, password
            case "A21", [mode, host, port, apn, user, password] if port.isdecimal():
                state.data_on = mode != "0"
                state.server, state.server_port = host, int(port)
                state.apn, state.apn_user, state.apn_password = apn, user, password
            case "A71", numbers:
                state.alarm_numbers = {
                    str(place): number for place, number in enumerate(numbers, 1) if number
                }
            case "B00", [place]:
                number = state.alarm_numbers.get(place, "")
                return (f"{state.imei},B00,{place},{number},0000000000000F0A00000000",)
            case _:
                return ()
        return (f"{state.imei},{name},OK",)

    def _asked(self, name: str) -> Iterable[str]:
        """Answer a question, or go back to what the factory set."""
        state = self.state
        match name:
            case "A00":
                return (self.where(),)
            case "E91":
                return (f"{state.imei},E91,{state.firmware},{state.imei[-8:]}",)
            case "F11":
                state.apn = state.apn_user = state.apn_password = state.server = ""
                state.server_port, state.data_on = 0, False
                return (f"{state.imei},F11,OK",)
        return ()
