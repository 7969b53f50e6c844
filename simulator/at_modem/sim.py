"""A SIM card and the storages for messages, on the card and in the modem."""

from dataclasses import dataclass, field
from enum import IntEnum

from .errors import CmeError

PIN_TRIES = 3
PUK_TRIES = 10


class MessageStatus(IntEnum):
    """The state of a stored message, as PDU mode numbers it (TS 27.005 clause 3.1)."""

    REC_UNREAD = 0
    REC_READ = 1
    STO_UNSENT = 2
    STO_SENT = 3


@dataclass(slots=True)
class StoredMessage:
    """A message in a storage: its PDU with the service centre address, and its state."""

    pdu: bytes
    status: MessageStatus

    @property
    def length(self) -> int:
        """Return the octets of the TPDU, without the service centre address."""
        return len(self.pdu) - self.pdu[0] - 1


@dataclass(slots=True)
class Storage:
    """Numbered places for messages, counted from 0 whatever the modem shows."""

    capacity: int
    messages: dict[int, StoredMessage] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Return how many places are taken."""
        return len(self.messages)

    @property
    def full(self) -> bool:
        """Tell whether no place is left."""
        return self.used >= self.capacity

    def add(self, pdu: bytes, status: MessageStatus) -> int | None:
        """Put a message into the lowest free place and return its index, None when full."""
        for index in range(self.capacity):
            if index not in self.messages:
                self.messages[index] = StoredMessage(pdu, status)
                return index
        return None


@dataclass(slots=True)
class Sim:
    """A SIM card: who it is, its lock, its service centre and its messages.

    `pin` None means that the lock is off. `smsc` "" means that none is stored. `locked`
    tells whether the PIN has yet to be entered since the card got power.
    """

    number: str = "+4917139200001"
    iccid: str = "89490200001234567892"
    imsi: str = "001010123456789"
    pin: str | None = None
    puk: str = "12345678"
    smsc: str = "+491710760000"
    capacity: int = 20
    pin_tries: int = PIN_TRIES
    puk_tries: int = PUK_TRIES
    pin2_wanted: bool = False
    reference: int = 0
    storage: Storage = field(default_factory=lambda: Storage(20))
    locked: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Size the storage and begin as a card does that has just got power."""
        self.storage.capacity = self.capacity
        self.power_up()

    def power_up(self) -> None:
        """Want the PIN again, if the lock is on."""
        self.locked = self.pin is not None

    @property
    def needs_puk(self) -> bool:
        """Tell whether the PIN tries are used up."""
        return self.pin_tries == 0

    @property
    def state(self) -> str:
        """Return what +CPIN? says of the card (TS 27.007 clause 8.3)."""
        if self.needs_puk:
            return "SIM PUK"
        if self.locked:
            return "SIM PIN"
        return "SIM PIN2" if self.pin2_wanted else "READY"

    @property
    def swapped_iccid(self) -> str:
        """Return the ICCID as its file has it: digit pairs swapped (TS 31.102 clause 4.2.1)."""
        digits = self.iccid + "F" * (len(self.iccid) % 2)
        pairs = zip(digits[::2], digits[1::2], strict=True)
        return "".join(high + low for low, high in pairs)

    @property
    def wanted_tries(self) -> int | str:
        """Return the tries of the key that is wanted, "" when none is."""
        if self.needs_puk:
            return self.puk_tries
        return self.pin_tries if self.locked else ""

    def enter_pin(self, pin: str) -> None:
        """Unlock the card, or lose a try: CmeError 16, and 12 once the PUK is wanted."""
        if self.needs_puk:
            raise CmeError(12)
        if pin == self.pin:
            self.pin_tries = PIN_TRIES
            self.locked = False
            return
        self.pin_tries -= 1
        if self.pin_tries == 0:
            self.locked = True
        raise CmeError(16)

    def enter_puk(self, puk: str, pin: str) -> None:
        """Set a new PIN with the PUK: CmeError 16 when wrong, 13 when the card is dead."""
        if self.puk_tries == 0:
            raise CmeError(13)
        if puk != self.puk:
            self.puk_tries -= 1
            raise CmeError(16 if self.puk_tries else 13)
        self.puk_tries, self.pin_tries = PUK_TRIES, PIN_TRIES
        self.pin, self.locked = pin, False

    def next_reference(self) -> int:
        """Return the next message reference, as the card counts them (TS 23.040 9.2.3.6)."""
        self.reference = (self.reference + 1) % 256
        return self.reference


@dataclass(frozen=True, slots=True)
class StorageView:
    """A storage by name, or two of them as one ("MT" is the modem's and the card's).

    `first` is the lowest index that the modem shows; indices of the second storage follow
    those of the first.
    """

    parts: tuple[Storage, ...]
    first: int = 0

    @property
    def full(self) -> bool:
        """Tell whether no place is left."""
        return all(part.full for part in self.parts)

    @property
    def used(self) -> int:
        """Return how many places are taken."""
        return sum(part.used for part in self.parts)

    @property
    def capacity(self) -> int:
        """Return how many places there are."""
        return sum(part.capacity for part in self.parts)

    def entries(self) -> list[tuple[int, StoredMessage]]:
        """Return index and message of every place that is taken, in order."""
        return [
            (index + offset, part.messages[index])
            for part, offset in self._offsets()
            for index in sorted(part.messages)
        ]

    def find(self, index: int) -> StoredMessage | None:
        """Return the message in a place."""
        for part, offset in self._offsets():
            if (message := part.messages.get(index - offset)) is not None:
                return message
        return None

    def add(self, pdu: bytes, status: MessageStatus) -> int | None:
        """Put a message into the first storage that has room."""
        for part, offset in self._offsets():
            if (index := part.add(pdu, status)) is not None:
                return index + offset
        return None

    def remove(self, indices: set[int]) -> bool:
        """Delete the messages in some places; True when there was any."""
        before = self.used
        for part, offset in self._offsets():
            for index in indices:
                part.messages.pop(index - offset, None)
        return self.used < before

    def _offsets(self) -> list[tuple[Storage, int]]:
        """Return every storage with what to add to its own indices."""
        offsets, offset = [], self.first
        for part in self.parts:
            offsets.append((part, offset))
            offset += part.capacity
        return offsets
