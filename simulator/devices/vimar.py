"""Vimar 01913, a chronothermostat with a SIM card: its manual, chapter 13 and p. 34.

Printed nowhere and therefore inferred: the answers to R1.ON, R1.OFF and ?SIMCREDITSET, the words
of a mode in the status (they are those of the mode's own answer), and that an alarm has a head.
"""

from collections.abc import Iterable
import re
from typing import ClassVar, override

from .device import Device
from .vimar_commands import CommandError, VimarState, run

MESSAGE = re.compile(r"(?P<code>[^.]*)\.(?P<contents>.+)", re.DOTALL)
NEW_CODE = re.compile(r"COD\.(?P<code>.*)", re.DOTALL)
# What is left of an SMS behind the head "GSM-01913 1/1" and its line break.
ROOM = 160 - 14


class Vimar(Device):
    """A thermostat that takes `<code>.<command>/<command>`.

    What is no command for it is a text like any other: it passes it on, if it is told to.
    """

    family = "vimar_01913"
    default_password = "1234"
    alarms: ClassVar = {"temperature": "SMSAT1", "mains": "SMSAR", "input": "SMSAI"}
    make_state = VimarState
    state: VimarState

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey commands; those that it does not understand are named by their places."""
        match = MESSAGE.fullmatch(text)
        if match is None or match["code"] != self.password:
            self._pass_on(text)
            return ()
        answers: list[str] = []
        wrong: list[str] = []
        for place, content in enumerate(match["contents"].split("/"), 1):
            try:
                answer = self._run(content, sender)
            except CommandError:
                wrong.append(str(place))
            else:
                answers += [] if answer is None else [answer]
        if wrong:
            answers.append(f"{text}\nerror on command(s):\n{' '.join(wrong)}")
        return _headed("\n".join(answers)) if answers else ()

    @override
    def ignore(self, text: str, sender: str) -> Iterable[str]:
        """Take a text of somebody else for a text like any other."""
        self._pass_on(text)
        return ()

    @override
    def alarm(self, kind: str, recipient: str | None = None) -> None:
        """Raise an alarm, in as many messages as it needs."""
        numbers, targets = self.state.numbers, self.state.targets.get(self.alarms.get(kind, ""))
        if recipient is None and targets:
            for place in targets:
                if number := numbers[int(place)]:
                    super().alarm(kind, number)
        else:
            super().alarm(kind, recipient)

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm with its head, and the address behind a temperature."""
        state = self.state
        match kind:
            case "temperature":
                body = (
                    f"Temperature alarm!\nTmis: {state.measured:.1f}\n"
                    f"Tsup: {state.limits['AT1']:.1f}"
                )
                body += f"\n{state.house_address}" if state.house_address else ""
            case "mains":
                body = "No Mains Power!"
            case _:
                body = state.labels["I1"]
        return _headed(body)[0]

    def _run(self, content: str, sender: str) -> str | None:
        """Do one command; return its answer, None without one. Raises CommandError."""
        if content == "SIMCREDIT":
            self._ask_for_credit(sender)
            return None
        if match := NEW_CODE.fullmatch(content):
            return self._change_code(match["code"])
        return run(self.state, content, self.now())

    def _ask_for_credit(self, sender: str) -> None:
        """Ask the operator; what it answers is passed on as it is, without a head."""
        state = self.state
        if not state.credit:
            raise CommandError("SIMCREDIT")
        state.credit_requests.append(list(state.credit))
        if state.balance:
            self.say(sender, state.balance)

    def _change_code(self, code: str) -> str:
        """Change the code; letters and digits, 4 to 10 of them."""
        if len(code) > 10:
            return "Error\nCode too long"
        if len(code) < 4:
            return "Error:\nCode too short"
        if not (code.isascii() and code.isalnum()):
            return "Error\nCharacters not admitted"
        self.password = code
        return f"Entered code:\n{code}"

    def _pass_on(self, text: str) -> None:
        """Send a text to the number of the redirection, if there is one."""
        if number := self.state.numbers.get(self.state.redirect, ""):
            self.say(number, text)


def _headed(body: str) -> list[str]:
    """Return a text in as many messages as it needs, each with its head."""
    parts = [body[at : at + ROOM] for at in range(0, len(body), ROOM)]
    return [f"GSM-01913 {place}/{len(parts)}\n{part}" for place, part in enumerate(parts, 1)]
