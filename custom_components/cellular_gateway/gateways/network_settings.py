"""What a gateway's module is told of data, power saving and the choice of a network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from .models import AccessTechnology


class IpType(StrEnum):
    """The type of a packet data context, `<PDP_type>` of TS 27.007 clause 10.1.1."""

    IP = "IP"
    IPV6 = "IPV6"
    IPV4V6 = "IPV4V6"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPoint:
    """An access point for data: its name (APN), and a login where the network wants one."""

    name: str
    ip_type: IpType = IpType.IP
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


class EdrxAccess(StrEnum):
    """What an eDRX cycle is for, `<AcT-type>` 1 to 5 of TS 27.007 clause 7.40."""

    EC_GSM_IOT = "ec_gsm_iot"
    GSM = "gsm"
    UTRAN = "utran"
    LTE_M = "lte_m"
    NB_IOT = "nb_iot"


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerSaving:
    """Power saving as it is wanted, or as the network granted it.

    `periodic_update` is T3412 extended (0 s to 413 days), `active_time` T3324 (0 s to 186 min);
    None leaves them to the module, or says that the network gave none. `edrx_cycles` are in
    seconds; None leaves eDRX as it is, no cycles switch it off. What cannot be said exactly is
    made longer.

    Some makers' modules know two things more: with `at_once` one sleeps as soon as its connection
    is released, without waiting for the active time; `randomization_window` (1 to 1000 s) spreads
    the moments at which many of them wake up, None leaves it as it is.
    """

    enabled: bool
    periodic_update: timedelta | None = None
    active_time: timedelta | None = None
    edrx_cycles: Mapping[EdrxAccess, float] | None = None
    at_once: bool = False
    randomization_window: timedelta | None = None


class OperatorStatus(StrEnum):
    """Whether a network can be used, `<stat>` 0 to 3 of TS 27.007 clause 7.3."""

    UNKNOWN = "unknown"
    AVAILABLE = "available"
    CURRENT = "current"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOperator:
    """A network that a scan has found; `code` is MCC and MNC in digits."""

    code: str
    name: str | None = None
    status: OperatorStatus = OperatorStatus.UNKNOWN
    access_technology: AccessTechnology | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSelection:
    """The network in use, and whether the module chose it by itself."""

    automatic: bool
    name: str | None = None
    code: str | None = None
    access_technology: AccessTechnology | None = None
