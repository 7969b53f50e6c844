"""What the modem hears of the network: registration, cell, operator, signal."""

from dataclasses import dataclass, field
from enum import IntEnum

from ..plans import Operator
from ..profiles import Profile


class Registration(IntEnum):
    """The <stat> of +CREG, +CGREG and +CEREG (3GPP TS 27.007 clauses 7.2, 10.1.20, 10.1.22)."""

    NOT_REGISTERED = 0
    HOME = 1
    SEARCHING = 2
    DENIED = 3
    UNKNOWN = 4
    ROAMING = 5
    HOME_SMS_ONLY = 6
    ROAMING_SMS_ONLY = 7
    EMERGENCY_ONLY = 8
    HOME_CSFB_NOT_PREFERRED = 9
    ROAMING_CSFB_NOT_PREFERRED = 10
    EMERGENCY_BEARER_ONLY = 11


# With these the network takes and delivers short messages.
REACHABLE = frozenset({1, 5, 6, 7, 9, 10})


@dataclass(slots=True)
class Signal:
    """Signal figures as +CSQ and +CESQ give them (TS 27.007 clauses 8.5 and 8.69).

    `rssi` 0 to 31 (99 unknown), `ber` 0 to 7 (99); `rxlev` 0 to 63 (99), `rscp` 0 to 96,
    `ecno` 0 to 49, `rsrq` 0 to 34, `rsrp` 0 to 97 (each 255 unknown).
    """

    rssi: int = 20
    ber: int = 99
    rxlev: int = 99
    rscp: int = 255
    ecno: int = 255
    rsrq: int = 22
    rsrp: int = 55


@dataclass(slots=True)
class Radio:
    """The radio side: a registration per domain, the cell, the operator, the signal.

    `registration` is by command name, as in "+CREG"; `operator` None is the network's own;
    `selection` is the <mode> of +COPS; a `stuck` radio searches in vain until it is switched off
    and on.
    """

    access: int
    registration: dict[str, int]
    area: int = 0x1A2B
    cell: int = 0x00C3D4E5
    operator: Operator | None = None
    selection: int = 0
    signal: Signal = field(default_factory=Signal)
    stuck: bool = False

    def status(self, domain: str) -> int:
        """Return the <stat> of a domain while the radio is on."""
        return Registration.SEARCHING if self.stuck else self.registration[domain]

    @property
    def reachable(self) -> bool:
        """Tell whether messages can come and go in some domain."""
        return any(self.status(domain) in REACHABLE for domain in self.registration)

    def described(self, profile: Profile, domain: str, stat: int) -> str:
        """Return <stat>, with area, cell and access technology as the model writes them."""
        if stat not in REACHABLE and stat != Registration.EMERGENCY_ONLY:
            return str(stat)
        area, cell = f"{self.area:{profile.area_format}}", f"{self.cell:{profile.cell_format}}"
        if profile.quotes_cell:
            area, cell = f'"{area}"', f'"{cell}"'
        access = f",{self.access}" if domain in profile.domains_with_access else ""
        return f"{stat},{area},{cell}{access}"
