"""What the network is told to do: its operators, delivery reports, power saving."""

from dataclasses import dataclass

# TP status values, 3GPP TS 23.040 clause 9.2.3.15.
STATUS_DELIVERED = 0x00
STATUS_NOT_OBTAINABLE = 0x43
LAST_DELIVERED_STATUS = 0x1F


@dataclass(frozen=True, slots=True)
class Operator:
    """A network's names as +COPS gives them: long, short, and MCC with MNC.

    `forbidden` ones refuse to register; with the others the subscriber is at home or `roams`.
    """

    long: str = "Simulated Mobile"
    short: str = "SimMob"
    numeric: str = "00101"
    forbidden: bool = False
    roams: bool = False


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """The status reports for messages to a number: their TP status, each `delay` seconds later.

    The message arrives if the last one says so (TS 23.040 clause 9.2.3.15: up to 0x1F).
    """

    statuses: tuple[int, ...] = (STATUS_DELIVERED,)
    delay: float = 0.0

    @property
    def delivers(self) -> bool:
        """Tell whether the message arrives in the end."""
        return not self.statuses or self.statuses[-1] <= LAST_DELIVERED_STATUS


@dataclass(slots=True)
class PowerSaving:
    """What the network grants a modem that asks for power saving, as bits in a string.

    None grants what was asked for, "" nothing. `periodic_update` is T3412 extended and
    `active_time` T3324 (TS 24.008 clauses 10.5.7.4a and 10.5.7.4), `cycle` the eDRX cycle and
    `paging_window` its paging time window (clause 10.5.5.32).
    """

    periodic_update: str | None = None
    active_time: str | None = None
    cycle: str | None = None
    paging_window: str = "0011"
