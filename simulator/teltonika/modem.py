"""The modem of a router: its SIM's number in the network, the messages it stores, its state."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
import logging

from ..devices.inbound import Heard, Inbound
from ..network import CAUSE_MEMORY_FULL, Network, RpError
from ..pdu import PduError, UserData, encode_address, split_text

LOGGER = logging.getLogger(__name__)

# The lost part of a long text, as sms_list shows it.
MISSING = " <part_missing> "


@dataclass(slots=True)
class RouterSms:
    """A received text as the router stores it; `received_at` is in the router's own time."""

    index: int
    sender: str
    text: str
    received_at: datetime
    is_read: bool = False


@dataclass(slots=True)
class Sim:
    """A SIM card in one of a modem's slots."""

    number: str
    imsi: str = "001010123456789"
    iccid: str = "8949000000000000001"


@dataclass(slots=True)
class Cell:
    """What the modem measures and tells; powers in dBm, ratios in dB, the temperature in °C."""

    operator: str = "Simulated Mobile"
    operator_code: str = "00101"
    registration: int = 1
    technology: str = "LTE"
    rssi: int = -60
    rsrp: int = -92
    rsrq: int = -13
    sinr: int = 11
    temperature: float = 31.0
    area_code: int = 26380
    cell_id: int = 151453955
    sent: int = 26064691191
    received: int = 13194370973


@dataclass(slots=True)
class RouterModem:
    """One modem with its SIM slots; the active one is counted from 1.

    What lies at the `locked` indexes cannot be deleted; at the `stubborn` ones it stays although
    the router says OK. After a deletion so many lists as `lag` says show the message all the same.
    """

    network: Network
    numbers: tuple[str, ...] = ("+4917139200011",)
    id: str = "1-1"
    imei: str = "862462030000001"
    model: str = "SLM750-VE"
    primary: bool = True
    capacity: int = 30
    online: bool = True
    sims: list[Sim] = field(init=False)
    active_sim: int = 1
    cell: Cell = field(default_factory=Cell)
    stored: list[RouterSms] = field(default_factory=list)
    locked: set[int] = field(default_factory=set)
    stubborn: set[int] = field(default_factory=set)
    lag: int = 0
    reboots: int = 0
    reconnections: int = 0
    arrived: list[RouterSms] = field(default_factory=list)
    on_arrival: Callable[[], None] = field(default=lambda: None, repr=False)
    _inbound: Inbound = field(default_factory=Inbound, repr=False)
    _lingering: list[tuple[RouterSms, int]] = field(default_factory=list, repr=False)
    _references: int = 0

    def __post_init__(self) -> None:
        """Put the SIMs in and carry the number of the active one."""
        self.sims = [
            Sim(number, iccid=f"894900000000000000{place}")
            for place, number in enumerate(self.numbers, 1)
        ]
        self.network.attach(self.sim.number, self)

    @property
    def sim(self) -> Sim:
        """Return the active SIM."""
        return self.sims[self.active_sim - 1]

    @property
    def reachable(self) -> bool:
        """Tell whether the network may deliver now."""
        return self.online and len(self.stored) < self.capacity

    async def deliver(self, tpdu: bytes, smsc: str) -> None:
        """Store a short message from the network once all of its parts are there."""
        try:
            heard = self._inbound.take(tpdu)
        except PduError:
            LOGGER.warning("A simulated router was sent a malformed TPDU")
            return
        if heard is not None:
            self._store_heard(heard)

    def _store_heard(self, heard: Heard) -> None:
        """Store what was heard; a full storage takes nothing."""
        if len(self.stored) >= self.capacity:
            raise RpError(CAUSE_MEMORY_FULL)
        self.store(heard.sender, heard.text or "")
        self.on_arrival()

    def store(self, sender: str, text: str, received_at: datetime | None = None) -> RouterSms:
        """Store a text in the first free place, and have it forwarded."""
        taken = {message.index for message in self.stored}
        index = next(number for number in range(self.capacity) if number not in taken)
        moment = received_at or self.network.service_centre_time().replace(tzinfo=None)
        message = RouterSms(index, sender, text, moment)
        self.stored.append(message)
        self.arrived.append(message)
        return message

    def find(self, index: int) -> RouterSms | None:
        """Return the message at an index."""
        return next((message for message in self.stored if message.index == index), None)

    def listed(self) -> list[RouterSms]:
        """Return what the next list shows."""
        lingering = [(message, left - 1) for message, left in self._lingering if left]
        self._lingering = lingering
        return [*self.stored, *(message for message, _ in lingering)]

    def delete(self, index: int) -> bool:
        """Delete the message at an index; tell whether there was one."""
        message = None if index in self.locked else self.find(index)
        if message is not None and index not in self.stubborn:
            self.stored.remove(message)
            self._lingering.append((message, self.lag))
            self.network.notify(self.sim.number)
        return message is not None

    async def send(self, recipient: str, text: str) -> int:
        """Send a text in as many parts as it needs, and return how many; may raise RpError."""
        parts = split_text(text, reference=self._references % 256)
        for part in parts:
            self._references += 1
            reference = self._references % 256
            octets = b"\x00" + encode_submit(self.network.number(recipient), part, reference)
            await self.network.submit(self.sim.number, octets, reference)
        return len(parts)

    def switch_sim(self) -> None:
        """Use the SIM in the next slot."""
        self.network.detach(self.sim.number, self)
        self.active_sim = self.active_sim % len(self.sims) + 1
        self.network.attach(self.sim.number, self)

    def remove(self) -> None:
        """Leave the network."""
        self.network.detach(self.sim.number, self)


def encode_submit(recipient: str, data: UserData, reference: int) -> bytes:
    """Return an SMS-SUBMIT without validity period (3GPP TS 23.040 clause 9.2.2.2)."""
    first = 0x01 | (0x40 if data.has_header else 0)
    return (
        bytes([first, reference])
        + encode_address(recipient)
        + bytes([0, data.coding, data.length])
        + data.octets
    )
