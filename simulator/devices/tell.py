"""TELL's alarm transmitters and gate controls.

Pager4 (IN4.R2, IN6.R1) and Adapter: manual p. 81 to 82, and its page on connecting to the cloud.
Gate Control BASE/1000: manual p. 49 to 50. The answer to STATUS is printed nowhere: its words
here are inferred, as are those of an alarm, which the owner sets.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import re
from typing import ClassVar, override

from .device import Device
from .state import State

CONNECTED_FOR = timedelta(minutes=10)
# Commands and answers are cut to what one line of the device's memory takes.
MAX_TEXT = 60
MAX_RELAY_TIME = 3600

SYNTAX_ERROR = "SYNTAX ERROR!"
RELAY = re.compile(r"R(?P<relay>[12])=(?:(?P<off>OFF)|ON(?P<seconds>\d{1,4})?)")
SUPERADMIN = re.compile(r"SUPERADMIN(?:=(?P<name>[^,]+))?")
NEW_USER = re.compile(r"n=(?P<fields>.*)")
INVALID = re.compile(r'["/\\]')


@dataclass(slots=True)
class TellState(State):
    """What decides whether it connects to the cloud, and what it does with alarms.

    `cloud_always_on` lets it ignore requests; `internet` off lets connecting fail. `star` tells
    whether its firmware wants a star before every command: the manual's text shows none.
    """

    admin_password: str = field(default="", repr=False)
    star: bool = False
    cloud_always_on: bool = False
    internet: bool = True
    address: str = "192.0.2.1:2020"
    identifier: str = "ABC123"
    connected_until: datetime | None = None
    armed: bool = False
    arming_fails: bool = False
    relays: dict[int, bool] = field(default_factory=lambda: {1: False, 2: False})
    relays_until: dict[int, datetime] = field(default_factory=dict, init=False)
    inputs: dict[int, bool] = field(default_factory=lambda: {1: False, 2: False})
    users: dict[str, str] = field(default_factory=dict, repr=False)


class Tell(Device):
    """What the pager and the gate control BASE share: the request to connect to the cloud."""

    family = "tell"
    default_password = "1234"
    make_state = TellState
    state: TellState

    @property
    def connected(self) -> bool:
        """Tell whether it is connected to the cloud."""
        until = self.state.connected_until
        return self.state.cloud_always_on or (until is not None and self.now() < until)

    @override
    def knows(self, sender: str) -> bool:
        """Let everybody speak: each command has its own rule."""
        return True

    def may(self, sender: str, password: str | None) -> bool:
        """Tell whether a number is configured, or the superadmin's or admin's password right."""
        right = {self.password, self.state.admin_password} - {""}
        return self.network.number(sender) in self.authorised or password in right

    def connect(self) -> str | None:
        """Connect to the cloud for ten minutes, and say how that went."""
        state = self.state
        if state.cloud_always_on:
            return None
        if not state.apn:
            return "Missing APN"
        if not state.internet:
            return "Network connection error"
        state.connected_until = self.now() + CONNECTED_FOR
        return f"Connected to {state.address} ID={state.identifier}"


class Pager(Tell):
    """An alarm transmitter: `COMMAND,PWD=<password>,CRQ#`, several behind one another."""

    variants = ("pager",)
    alarms: ClassVar = {"input1": "IN1 ALARM", "input2": "IN2 ALARM", "mains": "MAINS FAILURE"}

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey commands that end with `#`; without CRQ they are not confirmed."""
        mark = r"\*" if self.state.star else ""
        whole = rf"(?:{mark}[^*#]+#)+"
        if len(text) > MAX_TEXT or not re.fullmatch(whole, text):
            return (SYNTAX_ERROR,) if self.may(sender, None) else ()
        answers = [self._run(command, sender) for command in re.findall(r"[^*#]+", text)]
        said = " ".join(answer for answer in answers if answer is not None)
        return (said[:MAX_TEXT],) if said else ()

    @override
    def alarm_text(self, kind: str) -> str:
        """Return an alarm; an input that alarms shows in the status too."""
        if kind.startswith("input"):
            self.state.inputs[int(kind[-1])] = True
        return self.alarms[kind]

    def _run(self, command: str, sender: str) -> str | None:
        """Do one command, and return the answer if there is one."""
        name, *options = command.split(",")
        password = next((each[4:] for each in options if each.startswith("PWD=")), None)
        confirm = "CRQ" in options or name in {"STATUS", "STATUS REQ"}
        allowed = self.may(sender, password)
        if any(each != "CRQ" and not each.startswith("PWD=") for each in options):
            return SYNTAX_ERROR if allowed else None
        if name == "CONNECT":
            return self.connect() if allowed else None
        answer = self._act(name) if allowed else "Unauthorized User!"
        return answer if confirm or answer == SYNTAX_ERROR else None

    def _act(self, name: str) -> str:
        """Arm, disarm, switch a relay or tell the status."""
        state = self.state
        if match := RELAY.fullmatch(name):
            return self._switch_relay(match)
        match name:
            case "ARM" | "DISARM":
                if state.arming_fails:
                    return "Arming failed" if name == "ARM" else "Disarming failed"
                state.armed = name == "ARM"
                return "Armed" if state.armed else "Disarmed"
            case "STATUS" | "STATUS REQ":
                return self._status()
        return SYNTAX_ERROR

    def _switch_relay(self, match: re.Match[str]) -> str:
        """Switch a relay, for some seconds or for good."""
        state, relay = self.state, int(match["relay"])
        state.relays_until.pop(relay, None)
        if match["off"]:
            state.relays[relay] = False
            return f"Relay{relay} deactivated."
        if match["seconds"] is None:
            state.relays[relay] = True
            return f"Relay{relay} activated: Permanent."
        seconds = int(match["seconds"])
        if not 1 <= seconds <= MAX_RELAY_TIME:
            return SYNTAX_ERROR
        state.relays[relay] = True
        state.relays_until[relay] = self.now() + timedelta(seconds=seconds)
        return f"Relay{relay} activated: {seconds} sec."

    def relay_on(self, relay: int) -> bool:
        """Tell whether a relay is on now."""
        until = self.state.relays_until.get(relay)
        return self.state.relays[relay] and (until is None or self.now() < until)

    def _status(self) -> str:
        """Return inputs, arming, relays, clock and signal."""
        state = self.state
        inputs = ",".join(f"IN{key}:{'ALARM' if on else 'OK'}" for key, on in state.inputs.items())
        relays = ",".join(f"R{key}:{'ON' if self.relay_on(key) else 'OFF'}" for key in state.relays)
        armed = "Armed" if state.armed else "Disarmed"
        return f"{inputs},{armed},{relays},{self.now():%H:%M},GSM:{state.signal}"


class GateBase(Tell):
    """Gate Control BASE or 1000: users are added by whoever registered as superadmin."""

    variants = ("gate_base",)
    alarms: ClassVar = {"input1": "INPUT 1 ACTIVATED", "input2": "INPUT 2 ACTIVATED"}

    @override
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Obey `*COMMAND#`."""
        if len(text) > MAX_TEXT or not re.fullmatch(r"\*[^*#]+#", text):
            return (SYNTAX_ERROR,) if self.may(sender, None) else ()
        command = text[1:-1]
        if match := SUPERADMIN.fullmatch(command):
            return (self._register(sender, match["name"] or "SUPERADMIN"),)
        name, _, option = command.partition(",")
        if name == "CONNECT":
            password = option.removeprefix("PWD=") if option.startswith("PWD=") else None
            answer = self.connect() if self.may(sender, password) else None
            return () if answer is None else (answer,)
        if not self.may(sender, None):
            return ()
        answer = self._change_users(command)
        return () if answer is None else (answer,)

    def _register(self, sender: str, name: str) -> str:
        """Make the first who asks for it the superadmin."""
        if "S" in self.state.users.values():
            return "ERROR: SUPERADMIN USER ALREADY REGISTERED!"
        if not name.isascii():
            return SYNTAX_ERROR
        number = self.network.number(sender)
        self.state.users[number] = "S"
        self.authorised.append(number)
        return "YOU ARE REGISTERED AS SUPERADMIN!"

    def _change_users(self, command: str) -> str | None:
        """Add or delete users; None for what is done without an answer."""
        users = self.state.users
        if match := NEW_USER.fullmatch(command):
            return self._add_user(match["fields"])
        if command == "ERASEALLUSERS":
            users.clear()
            self.authorised.clear()
            return None
        if command.startswith("d="):
            number = self.network.number(command[2:].partition(",")[0])
            users.pop(number, None)
            self.authorised = [each for each in self.authorised if each != number]
            return None
        return SYNTAX_ERROR

    def _add_user(self, text: str) -> str:
        """Add `PHONE,NAME,ROLE,ENTRY,OUTPUT`."""
        if (invalid := INVALID.search(text)) is not None:
            return f'ERROR: INVALID CHARACTER: "{invalid.group()}"!'
        fields = text.split(",")
        if len(fields) != 5 or not all(fields):
            return "MISSING PARAMETER"
        phone, _, role, entry, output = fields
        if not re.fullmatch(r"\+?\d{3,20}", phone):
            return "NUMBER ERROR!"
        if role not in "SAU" or entry not in "NL" or output not in "12B":
            return SYNTAX_ERROR
        number = self.network.number(phone)
        if number in self.state.users:
            return "USER ALREADY EXISTS!"
        self.state.users[number] = role
        self.authorised.append(number)
        return "NEW USER REGISTERED."
