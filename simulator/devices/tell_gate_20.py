"""TELL Gate Control 20: quick guide, p. 6 to 8."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
import re
from typing import ClassVar, override

from .device import Device
from .state import MAX_SIGNAL, State

MAX_USERS = 20
MAX_SMS = 50
COMMANDS = re.compile(r"PWD=(?P<password>[^#]*)#(?P<commands>(?:[^#]+#)+)")


@dataclass(slots=True)
class GateState(State):
    """Inputs, their type and sensitivity; relays, their seconds or FIX; users; the SMS limit."""

    input_types: dict[int, str] = field(default_factory=lambda: {1: "NO", 2: "NC"})
    sensitivities: dict[int, int] = field(default_factory=lambda: {1: 3, 2: 5})
    inputs: dict[int, bool] = field(default_factory=lambda: {1: False, 2: False})
    relay_modes: dict[int, str] = field(default_factory=lambda: {1: "3", 2: "FIX"})
    relays: dict[int, bool] = field(default_factory=lambda: {1: False, 2: False})
    sms_limit: int = 1
    users: dict[str, str] = field(default_factory=dict, repr=False)


class Gate20(Device):
    """A gate control whose every message begins with the password, which alone decides."""

    family = "tell"
    variants = ("gate_20",)
    default_password = "1234"
    alarms: ClassVar = {"forward": "Your balance is 5.00 EUR."}
    make_state = GateState
    state: GateState

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey `PWD=<password>#` with further commands behind it."""
        match = COMMANDS.fullmatch(text)
        if match is None:
            return ("CMD error",) if text.startswith(f"PWD={self.password}#") else ()
        if match["password"] != self.password:
            return ("Wrong password",)
        commands = match["commands"].removesuffix("#").split("#")
        added = [each[4:] for each in commands if re.fullmatch(r"TEL=\+?\d{3,20}", each)]
        others = [each for each in commands if each.removeprefix("TEL=") not in added]
        answers = [self._run(each) for each in others]
        if added:
            answers.insert(0, self._add(added))
        return ("\n".join(answers),)

    @override
    def knows(self, sender: str) -> bool:
        """Let everybody speak: the password decides."""
        return True

    @override
    def alarm_text(self, kind: str) -> str:
        """Return a text of the operator that it passes on."""
        return f"SMS forward from 1777: {self.alarms[kind]}"

    def _add(self, numbers: list[str]) -> str:
        """Add users as long as there is room."""
        users = self.state.users
        room = [each for each in numbers if each not in users][: MAX_USERS - len(users)]
        users.update(dict.fromkeys(room, "user"))
        return f"{len(room)} user(s) added"

    def _run(self, command: str) -> str:
        """Do one command and return its answer."""
        if command == "STATUS?":
            return self._status()
        name, _, value = command.partition("=")
        handlers: dict[str, Callable[[int, str], str]] = {
            "INTYPE": self._set_type,
            "IN": self._set_sensitivity,
            "REL": self._set_relay,
        }
        handler = handlers.get(name[:-1])
        if handler is not None and name[-1] in "12":
            return handler(int(name[-1]), value)
        match name, value:
            case "PWC", _ if re.fullmatch(r"\w{4,8}", value):
                self.password = value
                return "Password changed"
            case "SMSLIM", _ if value.isdecimal():
                return self._limit(int(value))
        return "CMD error"

    def _set_type(self, place: int, value: str) -> str:
        """Let an input be normally open or closed."""
        if value not in {"NO", "NC"}:
            return "Intype error"
        self.state.input_types[place] = value
        return "Input type OK"

    def _set_sensitivity(self, place: int, value: str) -> str:
        """Set after how many seconds an input alarms."""
        if not value.isdecimal() or not 1 <= int(value) <= 255:
            return "Invalid input sens."
        self.state.sensitivities[place] = int(value)
        return "Input sens. OK"

    def _set_relay(self, place: int, value: str) -> str:
        """Let a relay stay (FIX), or fall after some seconds."""
        if value == "FIX":
            self.state.relay_modes[place] = value
            return f"Rel{place} mode set OK"
        if not value.isdecimal() or not 1 <= int(value) <= 255:
            return f"Invalid Rel{place} time"
        self.state.relay_modes[place] = value
        return f"Rel{place} time OK"

    def _limit(self, limit: int) -> str:
        """Limit the SMS of a day; 0 for none."""
        self.state.sms_limit = min(limit, MAX_SMS)
        if limit > MAX_SMS:
            return f"SMS limit={MAX_SMS}!"
        return "SMS limit OK" if limit else "No SMS limit"

    def _status(self) -> str:
        """Return the answer to STATUS?."""
        state = self.state
        lines = [f"SIGNAL (0-10)={round(10 * state.signal / MAX_SIGNAL)}"]
        for place, kind in state.input_types.items():
            alarm = "ALARM" if state.inputs[place] else "IDLE"
            lines.append(f"INTYPE{place}={kind};")
            lines.append(f"IN{place}={state.sensitivities[place]};STATUS={alarm}")
        for place, mode in state.relay_modes.items():
            lines.append(f"REL{place}={mode};STATUS={'ON' if state.relays[place] else 'OFF'}")
        return "\n".join([*lines, f"SMSLIM={state.sms_limit}"])
