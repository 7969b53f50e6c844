"""Faults on demand: what a modem does wrong when a test or a person asks for it."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong."""

    SILENCE = "silence"  # the modem is dead: it neither does nor says anything
    HANG = "hang"  # the same until its `cure`, for all or for commands that begin so
    MUTE = "mute"  # a command is carried out, but its answer is lost
    ERROR = "error"  # a command is answered with `text` instead
    LATE = "late"  # the answer comes `seconds` later
    DUPLICATE = "duplicate"  # the final result comes twice
    GARBAGE = "garbage"  # `data` comes before the answer
    INTERLEAVE = "interleave"  # unsolicited lines come within an answer
    UNPLUG = "unplug"  # the device vanishes in mid-command
    REBOOT = "reboot"  # the device restarts by itself in mid-command
    DROP = "drop"  # the next `size` octets are lost
    SPLIT = "split"  # writes come in pieces of `size` octets, `seconds` apart
    JOIN = "join"  # what is written within `seconds` comes at once


class Cure(StrEnum):
    """What heals a modem that hangs; losing its power always does."""

    AT = "at"  # a bare AT
    FUNCTIONALITY = "functionality"  # +CFUN
    REOPEN = "reopen"  # the host closes the line and opens it again
    POWER = "power"  # nothing less than pulling it out, or a restart


class Position(StrEnum):
    """Where in a command the fault strikes."""

    COMMAND = "command"  # when the command was read
    PROMPT = "prompt"  # at the ">" of +CMGS
    SUBMIT = "submit"  # when the network has taken the message
    ANSWER = "answer"  # in the middle of the answer


@dataclass(slots=True)
class Fault:
    """One fault.

    `command` is the beginning of the command that it strikes, without quotes, as in "+CMGS"
    or "+CPMS=SM" ("" for any, a bare AT too); `times` how often it strikes, None until it is
    cleared. `cure` ends a hang.
    """

    kind: FaultKind
    command: str = ""
    position: Position = Position.COMMAND
    times: int | None = 1
    seconds: float = 0.0
    text: str = ""
    data: bytes = b""
    size: int = 0
    cure: Cure = Cure.AT

    def strikes(self, kind: FaultKind, command: str, position: Position | None) -> bool:
        """Tell whether it is this fault that is looked for."""
        return (
            self.kind is kind
            and command.startswith(self.command.upper().removeprefix("AT"))
            and position in (None, self.position)
        )


class Faults:
    """The faults that a device has at the moment."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        """Begin without faults; `changed` is called after every change."""
        self.active: list[Fault] = []
        self._changed = changed
        self._timers: list[asyncio.TimerHandle] = []

    def add(self, fault: Fault) -> None:
        """Set a fault; a silence of some seconds ends by itself."""
        fault.kind, fault.position = FaultKind(fault.kind), Position(fault.position)
        self.active.append(fault)
        if fault.kind is FaultKind.SILENCE and fault.seconds:
            loop = asyncio.get_running_loop()
            self._timers.append(loop.call_later(fault.seconds, self._remove, fault))
        self._changed()

    def clear(self, kind: FaultKind | None = None) -> None:
        """Take faults of a kind away, or all."""
        self.active = [fault for fault in self.active if kind and fault.kind is not kind]
        self._changed()

    def close(self) -> None:
        """Take all faults away and stop their clocks."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self.clear()

    def get(
        self, kind: FaultKind, command: str = "", position: Position | None = None
    ) -> Fault | None:
        """Return a fault of a kind that strikes here, and leave it as it is."""
        return next((f for f in self.active if f.strikes(kind, command, position)), None)

    def take(
        self, kind: FaultKind, command: str = "", position: Position | None = None
    ) -> Fault | None:
        """Return a fault of a kind that strikes here, and count it."""
        fault = self.get(kind, command, position)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._remove(fault)
        return fault

    @property
    def silent(self) -> bool:
        """Tell whether the device is dead at the moment."""
        return any(
            fault.kind is FaultKind.SILENCE or (fault.kind is FaultKind.HANG and not fault.command)
            for fault in self.active
        )

    def hang(self, cure: Cure, command: str = "") -> None:
        """Hang until cured: altogether, or only commands that begin so (a bare AT does not)."""
        self.add(Fault(FaultKind.HANG, command, times=None, cure=cure))

    def hangs(self, command: str) -> bool:
        """Tell whether a command is swallowed."""
        return self.get(FaultKind.HANG, command) is not None

    def cure(self, *cures: Cure) -> None:
        """End the hangs that one of these ends."""
        for fault in list(self.active):
            if fault.kind is FaultKind.HANG and fault.cure in cures:
                self._remove(fault)

    def silence(self, seconds: float = 0.0) -> None:
        """Be dead for some seconds, 0 until cleared."""
        self.add(Fault(FaultKind.SILENCE, seconds=seconds, times=None))

    def error(
        self,
        command: str,
        reply: str = "ERROR",
        *,
        times: int | None = 1,
        position: Position = Position.COMMAND,
    ) -> None:
        """Answer a command with a final result such as "+CMS ERROR: 38"."""
        self.add(Fault(FaultKind.ERROR, command, position, times, text=reply))

    def late(
        self,
        command: str,
        seconds: float,
        *,
        times: int | None = 1,
        position: Position = Position.ANSWER,
    ) -> None:
        """Answer a command (or show its prompt) some seconds late."""
        self.add(Fault(FaultKind.LATE, command, position, times, seconds=seconds))

    def mute(
        self, command: str, *, times: int | None = 1, position: Position = Position.ANSWER
    ) -> None:
        """Carry a command out and lose its answer (or its prompt)."""
        self.add(Fault(FaultKind.MUTE, command, position, times))

    def interleave(self, command: str = "", *lines: str, times: int | None = 1) -> None:
        """Put lines into the middle of an answer.

        Without lines, those that are due are held back until the next such answer.
        """
        self.add(Fault(FaultKind.INTERLEAVE, command, times=times, text="\n".join(lines)))

    def unplug(self, command: str = "", position: Position = Position.COMMAND) -> None:
        """Vanish in the middle of a command."""
        self.add(Fault(FaultKind.UNPLUG, command, position))

    def as_json(self) -> list[dict[str, object]]:
        """Return the faults as JSON can say them, data in hex."""
        return [asdict(fault) | {"data": fault.data.hex()} for fault in self.active]

    def _remove(self, fault: Fault) -> None:
        """Take one fault away."""
        if fault in self.active:
            self.active.remove(fault)
            self._changed()


def fault_from_json(values: dict[str, object]) -> Fault:
    """Return a fault from its fields; ValueError or TypeError when one does not fit."""
    kinds = Fault.__dataclass_fields__
    if unknown := set(values) - set(kinds):
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    fault = Fault(FaultKind(str(values.get("kind"))))
    fault.position = Position(str(values.get("position", fault.position)))
    if fault.kind in (FaultKind.LATE, FaultKind.MUTE) and "position" not in values:
        fault.position = Position.ANSWER
    fault.command = str(values.get("command", ""))
    fault.text = str(values.get("text", ""))
    fault.data = bytes.fromhex(str(values.get("data", "")))
    fault.seconds = _number(values.get("seconds", 0.0))
    fault.size = int(_number(values.get("size", 0)))
    fault.cure = Cure(str(values.get("cure", fault.cure)))
    times = values.get("times", 1)
    fault.times = None if times is None else int(_number(times))
    return fault


def _number(value: object) -> float:
    """Return a JSON number; TypeError when it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} is no number")
    return value
