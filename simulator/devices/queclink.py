"""Queclink trackers: the manuals of the GL300 (p. 33 to 69) and the GL200's SMS protocol."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, override

from .device import MAX_COMMAND, Device
from .state import State

PROTOCOL = "1A0102"
# What GTRTO asks for, by its sub-command.
QUESTIONS = {
    "0": "GPS",
    "1": "RTL",
    "2": "READ",
    "3": "REBOOT",
    "4": "RESET",
    "5": "PWROFF",
    "6": "CID",
    "7": "CSQ",
    "8": "VER",
    "9": "BAT",
    "A": "TMZ",
    "B": "INF",
    "E": "GSV",
    "F": "GSM",
}


@dataclass(slots=True)
class QueclinkState(State):
    """A tracker that counts its reports; they come by SMS unless `report_by_sms` is off."""

    report_by_sms: bool = True
    count: int = 0x11EF


class Queclink(Device):
    """A tracker that takes `AT+GT...=<password>,...,<serial>$`; its model is the password."""

    family = "queclink"
    variants = ("gl200", "gl300")
    alarms: ClassVar = {"sos": "GTSOS", "geofence": "GTGEO", "speed": "GTSPD", "diagnosis": "GTDIS"}
    make_state = QueclinkState
    state: QueclinkState

    @override
    def factory_password(self) -> str:
        """Return the model's name."""
        return self.variant

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey a command with all its fields."""
        name, _, rest = text.partition("=")
        if len(text) > MAX_COMMAND or not rest.endswith("$"):
            return ()
        password, *fields = rest.removesuffix("$").split(",")
        if password != self.password or not fields or not _is_serial(fields[-1]):
            return ()
        match name, fields:
            case "AT+GTBSI", [apn, user, word, *_] if len(fields) == 8 and apn:
                self.state.apn, self.state.apn_user, self.state.apn_password = apn, user, word
                return (self._frame("+ACK:GTBSI", fields[-1]),)
            case "AT+GTRTO", [question, *_] if len(fields) == 7 and question in QUESTIONS:
                return self._asked(QUESTIONS[question], fields[-1])
        return ()

    @override
    def where(self) -> str:
        """Return the real time location."""
        return self._located("GTRTL")

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm, which is a location under another name."""
        return self._located(self.alarms[kind])

    def _asked(self, name: str, serial: str) -> Iterable[str]:
        """Acknowledge a question, and answer it."""
        acknowledgement = self._frame("+ACK:GTRTO", name, serial)
        if name == "REBOOT":
            self.reboot()
        answer = self._answer(name) if self.state.report_by_sms else None
        return (acknowledgement,) if answer is None else (acknowledgement, answer)

    def _answer(self, name: str) -> str | None:
        """Return the report that a question asks for."""
        state = self.state
        match name:
            case "RTL":
                return self.where()
            case "CSQ":
                return self._frame("+RESP:GTCSQ", str(state.signal), "0")
            case "BAT":
                charging = int(state.charging)
                values = f"{charging},,{state.battery},{state.cell_voltage:.2f},{charging},1"
                return self._frame("+RESP:GTBAT", values)
            case "CID":
                return self._frame("+RESP:GTCID", state.iccid)
            case "VER":
                return self._frame("+RESP:GTVER", self.variant.upper(), state.firmware, "0101")
            case "GPS":
                return self._frame("+RESP:GTGPS", f"0,1F,1F,0,0,{self.fix_time():%Y%m%d%H%M%S}")
            case "INF":
                return (
                    f"http://maps.google.com/maps?q={self.position.link}\n"
                    f"F{int(self.position.fixed)} D{self.fix_time():%Y/%m/%dT%H:%M:%S} "
                    f"B{state.battery}%"
                )
        return None

    def _located(self, name: str) -> str:
        """Return a location report; its accuracy is 0 when the position is only the last known.

        The longitude comes before the latitude.
        """
        position, operator = self.position, self.state.operator
        accuracy = max(1, round(position.hdop)) if position.fixed else 0
        return self._frame(
            f"+RESP:{name}",
            f"0,0,1,{accuracy},{position.speed:.1f},{position.course:.0f},{position.altitude:.1f}",
            f"{position.longitude:.6f},{position.latitude:.6f},{self.fix_time():%Y%m%d%H%M%S}",
            f"0{operator[:3]},{operator[3:]:0>4},18d8,6141,00,{self.state.battery}",
        )

    def _frame(self, head: str, *values: str) -> str:
        """Return a report: head, protocol, IMEI, name, values, time and count number."""
        self.state.count = (self.state.count + 1) & 0xFFFF
        fields = (head, PROTOCOL, self.state.imei, "", *values, f"{self.now():%Y%m%d%H%M%S}")
        return f"{','.join(fields)},{self.state.count:04X}$"


def _is_serial(text: str) -> bool:
    """Tell whether this is a serial number of four hexadecimal digits."""
    return len(text) == 4 and all(digit in "0123456789ABCDEFabcdef" for digit in text)
