"""SIMs, the devices (endpoints) they are in, and the messages of a device."""

from dataclasses import dataclass, field
from datetime import datetime

ISSUED, ACTIVATED, SUSPENDED, SIM_DELETED, FACTORY_TEST = range(5)
ENABLED, DISABLED, DELETED = range(3)
PENDING, IN_PROGRESS, BUFFERED, DELIVERED, FAILED, EXPIRED, CANCELED = range(1, 8)
FINAL = (DELIVERED, FAILED, EXPIRED, CANCELED)


@dataclass(slots=True, kw_only=True)
class SimCard:
    """A SIM of the organisation."""

    id: int
    iccid: str
    imsi: str
    msisdn: str
    status: int = ACTIVATED
    batch: str = ""
    device: int | None = None


@dataclass(slots=True, kw_only=True)
class Quota:
    """What may still be used until a time: MB or messages."""

    volume: float
    expires_at: datetime
    status: int = 1


@dataclass(slots=True, kw_only=True)
class Usage:
    """The traffic of this month, in MB and messages; `last_hour` are MB in each minute."""

    data_rx: float = 0.0
    data_tx: float = 0.0
    sms_rx: int = 0
    sms_tx: int = 0
    last_hour: list[float] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class ShortMessage:
    """A message to a device (MT) or from it (MO)."""

    id: int
    device: int
    is_mobile_originated: bool
    payload: str
    source_address: str
    dest_address: str = ""
    source_type: int = 161
    status: int = DELIVERED
    submitted_at: datetime
    final_at: datetime | None = None
    expires_at: datetime | None = None
    dcs: int = 0
    udh: str | None = None
    part: tuple[int, int, int] = (1, 1, 0)


@dataclass(slots=True, kw_only=True)
class Session:
    """A data session."""

    id: int
    created_at: datetime
    ip_address: str
    technology: tuple[int, str]


@dataclass(slots=True, kw_only=True)
class Device:
    """An endpoint: what the organisation knows of a device with a SIM in it."""

    id: int
    name: str
    created_at: datetime
    tags: str = ""
    status: int = ENABLED
    imei: str = ""
    imei_lock: bool = False
    ip_address: str = ""
    service_profile: int = 1
    tariff_profile: int = 1
    sim: SimCard | None = None
    operator: int | None = None
    located_at: datetime | None = None
    session: Session | None = None
    is_blocked: bool = False
    usage: Usage = field(default_factory=Usage)
    quotas: dict[str, Quota] = field(default_factory=dict)
    blacklist: set[int] = field(default_factory=set)
    messages: dict[int, ShortMessage] = field(default_factory=dict)

    @property
    def connectivity(self) -> str:
        """Return the connectivity status in the API's word."""
        if self.is_blocked:
            return "BLOCKED"
        if self.session is not None:
            return "ONLINE"
        return "OFFLINE" if self.operator is None else "ATTACHED"
