"""A thing at the far end of the radio that is worked by SMS."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
import logging
from typing import ClassVar

from ..network import Network
from ..pdu import PduError
from .inbound import Heard, Inbound
from .state import Position, State, changed

LOGGER = logging.getLogger(__name__)

# A command that needs several messages is none: the manuals allow 160 characters.
MAX_COMMAND = 160


@dataclass(slots=True)
class Trouble:
    """What goes wrong with the answers of a device.

    `delay` is in seconds of the network's clock. `hold` keeps answers back until they are
    released. `lose` and `split` count answers: that are lost, or that come in two messages
    without any concatenation.
    """

    delay: float = 0.0
    hold: bool = False
    lose: int = 0
    split: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that a device sends, or has sent."""

    recipient: str = field(repr=False)
    text: str = field(repr=False)


class Device(ABC):
    """A device with a number; what it hears and says is kept.

    `shown_as` is the sender that the network shows instead of the number, such as a national
    spelling or a name. `authorised` are the numbers that it obeys; without any it obeys all.
    """

    family: ClassVar[str]
    variants: ClassVar[tuple[str, ...]] = ("",)
    default_password: ClassVar[str] = ""
    # Alarms by their kind: how the device words them.
    alarms: ClassVar[Mapping[str, str]] = {}
    make_state: ClassVar[type[State]] = State

    def __init__(
        self,
        network: Network,
        number: str,
        *,
        variant: str | None = None,
        login: str = "",
        password: str | None = None,
        authorised: Iterable[str] = (),
    ) -> None:
        """Carry a number in a network; ValueError for a variant that the family has not."""
        self.variant = self.variants[0] if variant is None else variant
        if self.variant not in self.variants:
            raise ValueError(f"{self.family} has no variant {variant}")
        self.network = network
        self.number = network.number(number)
        self.shown_as = self.number
        self.login = login
        self.password = self.factory_password() if password is None else password
        self.authorised = [network.number(each) for each in authorised]
        self.state = self.make_state()
        self.position = Position()
        self.trouble = Trouble()
        self.received: list[Heard] = []
        self.sent: list[Answer] = []
        self.held: list[Answer] = []
        self.switched_on = True
        self._inbound = Inbound()
        network.attach(self.number, self)

    def factory_password(self) -> str:
        """Return the password that the device is delivered with."""
        return self.default_password

    @abstractmethod
    def obey(self, text: str, sender: str) -> Iterable[str]:
        """Do what a text from an authorised sender says, and return the answers."""

    def ignore(self, text: str, sender: str) -> Iterable[str]:
        """Return what somebody who is not authorised is answered: mostly nothing."""
        return ()

    def where(self) -> str:
        """Return the text by which it tells its position; ValueError when it never does."""
        raise ValueError(f"{self.family} tells no position")

    def alarm_text(self, kind: str) -> str:
        """Return the text of an alarm of a kind that the family has."""
        return self.alarms[kind]

    def alarm_recipients(self) -> list[str]:
        """Return who hears of alarms: the authorised, else whoever spoke to it last."""
        return self.authorised or [heard.sender for heard in self.received[-1:]]

    @property
    def reachable(self) -> bool:
        """Tell whether the network may deliver now: switched off, messages wait for it."""
        return self.switched_on

    @property
    def texts(self) -> list[str | None]:
        """Return the texts that it heard."""
        return [heard.text for heard in self.received]

    async def deliver(self, tpdu: bytes, smsc: str) -> None:
        """Take a short message from the network, and answer."""
        try:
            heard = self._inbound.take(tpdu)
        except PduError:
            LOGGER.warning("A simulated device was sent a malformed TPDU")
            return
        if heard is None:
            return
        self.received.append(heard)
        if heard.text is not None:
            react = self.obey if self.knows(heard.sender) else self.ignore
            self.say(heard.sender, *react(heard.text, heard.sender))

    def knows(self, sender: str) -> bool:
        """Tell whether a number may command this device."""
        return not self.authorised or self.network.number(sender) in self.authorised

    def say(self, recipient: str, *texts: str) -> None:
        """Send texts to a number, subject to what goes wrong."""
        for text in texts:
            if self.trouble.lose:
                self.trouble.lose -= 1
                continue
            for piece in self._pieces(text):
                if self.trouble.hold:
                    self.held.append(Answer(recipient, piece))
                else:
                    self.network.spawn(self._send(Answer(recipient, piece), self.trouble.delay))

    def hold(self) -> None:
        """Keep answers back from now on."""
        self.trouble.hold = True

    def release(self, *, backwards: bool = False) -> None:
        """Send what was kept back, the last one first if so wanted, and hold no more."""
        self.trouble.hold = False
        held, self.held = self.held, []
        for answer in reversed(held) if backwards else held:
            self.network.spawn(self._send(answer, 0))

    def alarm(self, kind: str, recipient: str | None = None) -> None:
        """Raise an alarm; ValueError when the family has none of this kind."""
        if kind not in self.alarms:
            raise ValueError(f"{self.family} has no alarm {kind}, but: {', '.join(self.alarms)}")
        self._tell(self.alarm_text(kind), recipient)

    def tell_position(self, recipient: str | None = None) -> None:
        """Send the position unasked."""
        self._tell(self.where(), recipient)

    def move(self, **values: object) -> None:
        """Change fields of the position; ValueError or TypeError when they do not fit."""
        self.position = replace(self.position, **changed(self.position, values))

    def change(self, **values: object) -> None:
        """Change fields of the state; ValueError or TypeError when they do not fit."""
        for name, value in changed(self.state, values).items():
            setattr(self.state, name, value)

    def switch(self, *, on: bool) -> None:
        """Switch it on or off; what was sent to it meanwhile reaches it then."""
        self.switched_on = on
        self.network.notify(self.number)

    def reboot(self) -> None:
        """Restart."""
        self.state.reboots += 1

    def remove(self) -> None:
        """Leave the network."""
        self.switched_on = False
        self.network.detach(self.number, self)

    def now(self) -> datetime:
        """Return the time in UTC."""
        return self.network.clock.now()

    def fix_time(self) -> datetime:
        """Return the time of the fix in UTC."""
        return self.position.at or self.now()

    def _tell(self, text: str, recipient: str | None) -> None:
        """Send a text to a number, or to all who hear of alarms."""
        recipients = self.alarm_recipients() if recipient is None else [recipient]
        if not recipients:
            raise ValueError("nobody is authorised, and nobody has spoken to the device")
        for each in recipients:
            self.say(each, text)

    def _pieces(self, text: str) -> list[str]:
        """Return a text, or its halves when it is to come in two messages."""
        if not self.trouble.split or len(text) < 2:
            return [text]
        self.trouble.split -= 1
        middle = len(text) // 2
        return [text[:middle], text[middle:]]

    async def _send(self, answer: Answer, delay: float) -> None:
        """Hand a text to the network after a delay in seconds."""
        if delay:
            await self.network.clock.sleep(delay)
        self.sent.append(answer)
        await self.network.send(self.shown_as, answer.recipient, answer.text)
