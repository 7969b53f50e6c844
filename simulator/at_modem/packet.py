"""The modem's data settings, which it keeps over a restart (3GPP TS 27.007 clause 10.1)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .radio import Radio

if TYPE_CHECKING:
    from ..plans import PowerSaving
    from ..profile import Profile

# <AcT-type> of +CEDRXS (TS 27.007 clause 7.40) by <AcT> of +COPS.
EDRX_ACCESS = {0: 2, 1: 2, 2: 3, 4: 3, 5: 3, 6: 3, 7: 4, 8: 4, 9: 5}
SECONDS_PER_UNIT = {
    # TS 24.008 tables 10.5.163a (T3412 extended) and 10.5.163 (T3324), by the unit's bits.
    "periodic_update": (600, 3600, 36000, 2, 30, 60, 1152000),
    "active_time": (2, 60, 360),
}


@dataclass(slots=True)
class Context:
    """A packet data context of +CGDCONT."""

    kind: str
    apn: str = ""
    active: bool = False
    user: str = ""
    password: str = ""
    authentication: int = 0


@dataclass(slots=True)
class PowerSavingMode:
    """What the host asked for by +CPSMS: bits in strings, "" for the maker's default."""

    on: bool = False
    periodic_update: str = ""
    active_time: str = ""


@dataclass(slots=True)
class Packet:
    """Contexts, attachment, vendor settings and power saving.

    `configuration` holds +QCFG and +UDCONF by key, `cycles` the eDRX cycle that was asked for
    by <AcT-type>, `reports_cycle` whether +CEDRXP tells what was granted.
    """

    contexts: dict[int, Context]
    attached: bool = True
    configuration: dict[str, int] = field(default_factory=dict)
    default_context: Context | None = None
    power_saving: PowerSavingMode = field(default_factory=PowerSavingMode)
    extension: list[int] = field(default_factory=lambda: [15, 0, 0, 5, 0, 0])
    cycles: dict[int, str] = field(default_factory=dict)
    reports_cycle: bool = False

    @classmethod
    def of(cls, profile: Profile) -> Packet:
        """Return the settings of a modem as it left the factory."""
        return cls({1: Context(profile.packet_type)})

    def granted_timers(self, plan: PowerSaving) -> tuple[str, str]:
        """Return T3324 and T3412 extended that the network granted, "" for none."""
        asked = self.power_saving
        if not asked.on:
            return "", ""
        return (
            asked.active_time if plan.active_time is None else plan.active_time,
            asked.periodic_update if plan.periodic_update is None else plan.periodic_update,
        )

    def cycle_line(self, radio: Radio, plan: PowerSaving) -> str:
        """Return what +CEDRXRDP tells: <AcT-type> 0, or what was asked for and granted."""
        kind = EDRX_ACCESS.get(radio.access, 0)
        asked = self.cycles.get(kind)
        granted = asked if plan.cycle is None else plan.cycle
        if not asked or not granted:
            return "0"
        return f'{kind},"{asked}","{granted}","{plan.paging_window}"'

    def as_json(self) -> dict[str, object]:
        """Return the settings as JSON can say them, without passwords."""
        asked = self.power_saving
        default = self.default_context
        return {
            "contexts": {
                str(number): {"type": each.kind, "apn": each.apn, "active": each.active}
                for number, each in self.contexts.items()
            },
            "attached": self.attached,
            "configuration": dict(self.configuration),
            "default_context": default and {"type": default.kind, "apn": default.apn},
            "power_saving": {
                "on": asked.on,
                "periodic_update": asked.periodic_update,
                "active_time": asked.active_time,
            },
            "extension": list(self.extension),
            "cycles": {str(kind): cycle for kind, cycle in self.cycles.items()},
        }


def seconds(timer: str, bits: str) -> int | None:
    """Return the seconds that eight bits of a timer mean, None when it is off."""
    units = SECONDS_PER_UNIT[timer]
    unit = int(bits[:3], 2)
    return units[unit] * int(bits[3:], 2) if unit < len(units) else None
