"""The SIM cards and ports of the gateway, and what its menus have switched on."""

from dataclasses import dataclass, field
from enum import IntEnum


class Status(IntEnum):
    """What a port or a slot does (status notification 4.1; 15 and 16 in HTTP API 2.4)."""

    NO_SIM = 0
    IDLE = 1
    REGISTERING = 2
    REGISTERED = 3
    CALL = 4
    NO_BALANCE = 5
    REGISTER_FAILED = 6
    LOCKED_BY_DEVICE = 7
    LOCKED_BY_OPERATOR = 8
    SIM_ERROR = 9
    DETECTED = 11
    LOCKED_BY_USER = 12
    INTER_CALLING = 13
    INTER_CALLING_HELD = 14
    MOBILE_NETWORK = 15
    MODULE_TIMEOUT = 16


@dataclass(slots=True)
class SimCard:
    """A SIM card in a slot; counters are used and allowed, -1 for no limit."""

    iccid: str
    imsi: str
    number: str = ""
    balance: str = "0.00"
    minutes: tuple[int, int] = (0, -1)
    calls: tuple[int, int] = (0, -1)
    numbers: tuple[int, int] = (0, -1)
    texts: tuple[int, int] = (0, -1)
    megabytes: str = "0.00"


@dataclass(slots=True)
class Port:
    """One radio module, and the slots it can choose from; `pool` names a remote card instead."""

    number: int
    imei: str
    slots: dict[int, SimCard | None] = field(default_factory=dict)
    active: int = 1
    status: int = Status.REGISTERED
    signal: int = 31
    operator: str = "46000 CHINA MOBILE"
    pool: str = ""
    texts_received: int = 0
    texts_sent: int = 0
    texts_failed: int = 0
    calls: int = 0
    calls_connected: int = 0
    talk_seconds: int = 0

    @property
    def card(self) -> SimCard | None:
        """Return the SIM card in use."""
        return self.slots.get(self.active)


@dataclass(slots=True)
class Switches:
    """The reports that can be switched in the menu, as they are on delivery."""

    cdr: bool = True
    received_sms: bool = False
    sent_sms: bool = False
    call_control: bool = True
    sms_control: bool = False
    traffic_control: bool = False


def build_ports(number: int, slots: int) -> dict[int, Port]:
    """Make ports with a SIM card in every slot."""
    return {
        port: Port(
            port,
            imei=f"35368953{port:06d}0",
            slots={slot: _card(port, slot) for slot in range(1, slots + 1)},
        )
        for port in range(1, number + 1)
    }


def _card(port: int, slot: int) -> SimCard:
    """Make a SIM card that is like no other."""
    return SimCard(f"898600{port:07d}{slot:07d}", f"46000{port:05d}{slot:05d}")
