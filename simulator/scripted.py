"""A modem that plays a script: for every command the lines that it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, override

from .link import Link
from .played import PlayedModem


@dataclass(frozen=True, slots=True)
class Script:
    """What a modem answers, line by line with the line ends that it sent.

    `default_reply` answers a command that is not listed. Until a PIN was entered, when
    `pin_required_reply` and `pin` say so, all but `allowed_before_pin` is refused.
    """

    responses: Mapping[str, Sequence[str]]
    default_reply: Sequence[str] = ("ERROR\r\n",)
    allowed_before_pin: Sequence[str] = ()
    pin_required_reply: Sequence[str] = ("+CME ERROR: 11\r\n",)
    busy_commands: Sequence[str] = ()
    incoming_call: Sequence[str] = ()
    framed: bool = False
    pin: str | None = None
    notes: Sequence[str] = field(default_factory=tuple)

    @classmethod
    def from_json(cls, values: Mapping[str, object], *, pin: str | None = None) -> Self:
        """Return a script from its JSON object; TypeError when a field is not as it should."""
        responses = values.get("responses")
        if not isinstance(responses, Mapping):
            raise TypeError("a script has responses")
        return cls(
            responses={str(command): _lines(lines) for command, lines in responses.items()},
            default_reply=_lines(values.get("default_reply", ["ERROR\r\n"])),
            allowed_before_pin=_lines(values.get("allowed_before_pin", [])),
            pin_required_reply=_lines(values.get("pin_required_reply", ["+CME ERROR: 11\r\n"])),
            busy_commands=_lines(values.get("sim_busy_commands", [])),
            incoming_call=_lines(values.get("incoming_call", [])),
            framed=bool(values.get("raw_framed", False)),
            pin=pin,
            notes=_lines(values.get("quirks", [])),
        )


def _lines(value: object) -> tuple[str, ...]:
    """Return a JSON list of texts."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise TypeError("lines are a list of texts")
    return tuple(str(line) for line in value)


class ScriptedModem(PlayedModem):
    """Plays a script over TCP or a pty, with or without echo as ATE has it.

    `busy_times` is how often a command that finds the SIM busy is refused at first.
    """

    def __init__(self, script: Script, *, echo: bool = True, busy_times: int = 1) -> None:
        """Build a modem from its script."""
        super().__init__()
        self.script = script
        self.echo = echo
        self._busy = dict.fromkeys(script.busy_commands, busy_times)
        self._locked = script.pin is not None

    def urc(self, *lines: str) -> None:
        """Write unsolicited lines to every host."""
        self.write(self._octets(lines))

    def ring(self) -> None:
        """Let the call of the script come in."""
        self.urc(*self.script.incoming_call)

    @override
    def command_line(self, link: Link, line: bytes) -> None:
        if self.echo:
            link.write(line)
        command = line.decode("latin-1").strip()
        if command.upper().startswith("AT"):
            self.commands.append(command)
            link.write(self._octets(self._reply(command)))

    def _reply(self, command: str) -> Sequence[str]:
        """Return the lines for a command."""
        script = self.script
        if command.upper().startswith("ATE"):
            self.echo = command[3:] not in ("", "0")
        if self._locked:
            if command.replace('"', "") == f"AT+CPIN={script.pin}":
                self._locked = False
                return ("OK\r\n",)
            if command == "AT+CPIN?":
                return ("+CPIN: SIM PIN\r\n", "OK\r\n")
            if command not in ("AT", *script.allowed_before_pin):
                return script.pin_required_reply
        if self._busy.get(command, 0) > 0:
            self._busy[command] -= 1
            return ("+CME ERROR: 14\r\n",)
        return script.responses.get(command, script.default_reply)

    def _octets(self, lines: Sequence[str]) -> bytes:
        """Return lines as octets; scripts without framing get the line before each."""
        text = "".join(lines)
        if not self.script.framed:
            text = "".join(f"\r\n{line}" for line in lines)
        return text.encode("latin-1", "replace")
