"""Rows about a port: of `port-status`, and of the list in `dev-status`."""

from decimal import Decimal
from typing import Final

from ...models import PortState, Registration
from ...port_reports import Period, PortStatus, SlotState, TrafficPeriod, Usage, UsageKind
from .codes import IN_NETWORK, PORT_STATUSES
from .lenient import Fields, coded, decimal, integer, text, word
from .places import Place, parse_place

_USAGE_PREFIXES: Final = {
    "mcn": UsageKind.CALLS,
    "mtn": UsageKind.TALK_NUMBERS,
    "smsctl": UsageKind.SMS,
}
_PERIODS: Final = {"tot": Period.TOTAL, "mon": Period.MONTH, "day": Period.DAY}
_USAGE: Final = {
    **{f"{short}_dur": (UsageKind.CALL_MINUTES, period) for short, period in _PERIODS.items()},
    **{
        f"{prefix}_{short}": (kind, period)
        for prefix, kind in _USAGE_PREFIXES.items()
        for short, period in _PERIODS.items()
    },
}
_TRAFFIC: Final = {
    "dataflow_tot": TrafficPeriod.TOTAL,
    "dataflow_day": TrafficPeriod.DAY,
    "dataflow_24hours": TrafficPeriod.LAST_24_HOURS,
    "dataflow_1hour": TrafficPeriod.LAST_HOUR,
    "dataflow_last": TrafficPeriod.LAST_ACCESS,
}

# What some documents call otherwise, by that name.
_OTHER_NAMES: Final = {
    "status": "st",
    "slot_active": "active",
    **{f"men_{short}": f"mcn_{short}" for short in _PERIODS},
    "dataflow_24hour": "dataflow_24hours",
    "dataflow_lhour": "dataflow_1hour",
}

# All fields that the documents name, those that nothing is made of too.
KNOWN_FIELDS: Final = (
    frozenset({"type", "port", "slot", "sim", "seq", "st", "active"})
    | {"inserted", "led", "network", "bal", "opr", "sn", "imei", "imsi", "iccid", "sig"}
    | {"dataflow_url"}
    | _USAGE.keys()
    | _TRAFFIC.keys()
    | _OTHER_NAMES.keys()
)

# CSQ 0 to 31 (3GPP TS 27.007 clause 8.5): from -113 dBm in steps of 2 dB.
_WEAKEST: Final = -113
_STRONGEST_CSQ: Final = 31

# Countries with more than one mobile country code (ITU-T E.212): all of them are home.
_SHARED_COUNTRY_CODES: Final = (
    frozenset(map(str, range(310, 317))),
    frozenset({"234", "235"}),
    frozenset({"404", "405", "406"}),
    frozenset({"440", "441"}),
    frozenset({"460", "461"}),
)


def read_row(row: Fields) -> Fields:
    """Give the fields of a row the names that they have here, whichever firmware wrote them."""
    renamed = {_OTHER_NAMES[name]: row[name] for name in row.keys() & _OTHER_NAMES.keys()}
    return renamed | {name: row[name] for name in row if name not in _OTHER_NAMES}


def place_of(row: Fields) -> Place | None:
    """Return which port and slot a row is about."""
    return parse_place(row.get("port"), row.get("slot"))


def status_code(row: Fields) -> int | None:
    """Return the code of the port's status."""
    return coded(row.get("st"))[0]


def is_active(row: Fields) -> bool | None:
    """Whether the port uses this slot; None where the row does not say."""
    active = integer(row.get("active"))
    return None if active is None else active == 1


def slot_state(row: Fields) -> SlotState:
    """Say what a row says of the SIM in its slot."""
    status = _status(row)
    if status is PortStatus.NO_SIM:
        return SlotState(status=status)
    return SlotState(
        iccid=word(row.get("iccid")),
        imsi=word(row.get("imsi")),
        number=word(row.get("sn")),
        balance=decimal(row.get("bal")),
        status=status,
    )


def port_state(
    place: Place, row: Fields, slots: dict[int, SlotState], *, calling: bool
) -> PortState:
    """Say what the row of the active slot says of its port; `calling` is what calls told of it.

    Registration, signal and operator are said only while the port is in a network: otherwise the
    gateway repeats the last ones.
    """
    status = _status(row)
    sim = slot_state(row)
    in_network = status in IN_NETWORK
    code, name = _operator(row) if in_network else (None, None)
    return PortState(
        key=place.key,
        status=status,
        registration=_registration(code, sim.imsi) if in_network else None,
        operator_code=code,
        operator_name=name,
        signal=_signal(row) if in_network else None,
        imei=word(row.get("imei")),
        imsi=sim.imsi,
        iccid=sim.iccid,
        own_number=sim.number,
        balance=sim.balance,
        active_slot=place.slot,
        remote_sim=place.pool,
        call_in_progress=status is PortStatus.CALL_CONNECTED or calling,
        usage={key: usage for name, key in _USAGE.items() if (usage := _usage(row.get(name)))},
        traffic=_traffic(row),
        last_url=word(row.get("dataflow_url")),
        slots=slots,
    )


def _status(row: Fields) -> PortStatus | None:
    """Return the status of the port, None for a code that the documents do not have."""
    code = status_code(row)
    return None if code is None else PORT_STATUSES.get(code)


def _signal(row: Fields) -> int | None:
    """Return the signal in dBm."""
    quality = integer(row.get("sig"))
    if quality is None or not 0 <= quality <= _STRONGEST_CSQ:
        return None
    return _WEAKEST + 2 * quality


def _operator(row: Fields) -> tuple[str | None, str | None]:
    """Return MCC with MNC, and the name, of `"46000 CHINA MOBILE"`."""
    value = text(row.get("opr")).strip()
    code, _, name = value.partition(" ")
    if not code.isdecimal():
        return None, value or None
    return (code if 5 <= len(code) <= 6 else None), name.strip() or None


def _registration(operator: str | None, imsi: str | None) -> Registration:
    """Tell home from abroad by the country code of network and SIM: the gateway does not tell."""
    if operator is None or imsi is None or operator[:3] == imsi[:3]:
        return Registration.HOME
    countries = {operator[:3], imsi[:3]}
    shared = any(countries <= codes for codes in _SHARED_COUNTRY_CODES)
    return Registration.HOME if shared else Registration.ROAMING


def _usage(value: object) -> Usage | None:
    """Read `"n/m"`: used, and allowed or -1."""
    used_text, _, allowed_text = text(value).partition("/")
    used, allowed = decimal(used_text.strip()), integer(allowed_text)
    if used is None or allowed is None:
        return None
    return Usage(int(used), allowed if allowed >= 0 else None)


def _traffic(row: Fields) -> dict[TrafficPeriod, Decimal]:
    """Read the traffic in MB."""
    return {
        period: amount
        for name, period in _TRAFFIC.items()
        if (amount := decimal(row.get(name))) is not None
    }
