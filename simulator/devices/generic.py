"""A device of no known make: any question is answered with a map link."""

from collections.abc import Iterable
from typing import ClassVar, override

from .device import Device


class Generic(Device):
    """A device that answers whatever it is sent, behind its password if it has one."""

    family = "generic"
    alarms: ClassVar = {"sos": "SOS!", "battery": "Low battery!"}

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Answer with the position."""
        return (self.where(),) if text.startswith(self.password) else ()

    @override
    def where(self) -> str:
        """Return a map link, the battery and the signal."""
        where = (
            f"http://maps.google.com/maps?q={self.position.link}"
            if self.position.fixed
            else "No GPS fix"
        )
        return f"{where}\nBattery: {self.state.battery}%\nGSM: {self.state.signal}"

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm with the position."""
        return f"{self.alarms[kind]} {self.where()}"
