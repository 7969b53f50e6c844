"""What routers say of their modems, in our terms."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
import math
import re
from typing import Any, Final

from ...models import AccessTechnology, PortState, Registration, SimState
from ...port_reports import SlotState
from .messages import plain

_UNKNOWN: Final = frozenset({"", "n/a", "na", "none", "unknown", "error", "timeout", "-"})
_MOST_DIGITS: Final = 20
# No router has more than four.
_MOST_SLOTS: Final = 8

# operator_state_id and netstate_id count as <stat> of +CREG does.
_BY_NUMBER: Final = (
    Registration.NOT_REGISTERED,
    Registration.HOME,
    Registration.SEARCHING,
    Registration.DENIED,
    Registration.UNKNOWN,
    Registration.ROAMING,
)
# In this order: "not registered, searching" is a search, "registered (roaming)" is roaming.
_REGISTRATIONS: Final = (
    ("denied", Registration.DENIED),
    ("searching", Registration.SEARCHING),
    ("not registered", Registration.NOT_REGISTERED),
    ("unregistered", Registration.NOT_REGISTERED),
    ("roaming", Registration.ROAMING),
    ("home", Registration.HOME),
    ("registered", Registration.UNKNOWN),
    ("unknown", Registration.UNKNOWN),
)
# In this order, since the words of one hold those of another.
_TECHNOLOGIES: Final = (
    ("nsa", AccessTechnology.EN_DC),
    ("en-dc", AccessTechnology.EN_DC),
    ("nb-iot", AccessTechnology.NB_IOT),
    ("nb iot", AccessTechnology.NB_IOT),
    ("cat-nb", AccessTechnology.NB_IOT),
    ("5g", AccessTechnology.NR_5GC),
    ("nr", AccessTechnology.NR_5GC),
    ("hspa", AccessTechnology.HSPA),
    ("hsdpa+hsupa", AccessTechnology.HSPA),
    ("hsdpa and hsupa", AccessTechnology.HSPA),
    ("hsdpa", AccessTechnology.HSDPA),
    ("hsupa", AccessTechnology.HSUPA),
    ("wcdma", AccessTechnology.UTRAN),
    ("umts", AccessTechnology.UTRAN),
    ("3g", AccessTechnology.UTRAN),
    ("lte", AccessTechnology.LTE),
    ("4g", AccessTechnology.LTE),
    ("cat-m", AccessTechnology.LTE),
    ("edge", AccessTechnology.EGPRS),
    ("egprs", AccessTechnology.EGPRS),
    ("gprs", AccessTechnology.GSM),
    ("gsm", AccessTechnology.GSM),
    ("2g", AccessTechnology.GSM),
)
_SIM_STATES: Final = (
    ("not inserted", SimState.MISSING),
    ("puk", SimState.PUK_REQUIRED),
    ("required pin", SimState.PIN_REQUIRED),
    ("sim pin", SimState.PIN_REQUIRED),
    ("failure", SimState.FAILURE),
    ("busy", SimState.BUSY),
    ("not ready", SimState.BUSY),
    ("inserted", SimState.READY),
    ("ready", SimState.READY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModemReport:
    """One modem: its name on the wire, how many SIM slots it has, and its state without a key."""

    modem: str
    state: PortState
    is_primary: bool = False
    slots: int = 1


def told(value: object) -> str | None:
    """Return what a value says, None for "N/A" and the like."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = plain(str(value).strip())
    return None if text.lower() in _UNKNOWN else text


def number(value: object) -> float | None:
    """Return a number that may be written as text, None where there is none."""
    text = told(value)
    if text is None or len(text) > _MOST_DIGITS:
        return None
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def whole(value: object) -> int | None:
    """Return a whole number; routers write octets as floating point."""
    found = number(value)
    return None if found is None else round(found)


def _first[Meaning](text: str | None, table: tuple[tuple[str, Meaning], ...]) -> Meaning | None:
    """Return what the first word of the table means that a text has."""
    low = (text or "").lower()
    return next((meaning for word, meaning in table if word in low), None)


def registration(text: object, identity: object = None) -> Registration | None:
    """Read the registration by its words, else by its number."""
    if (found := _first(str(text) if text else None, _REGISTRATIONS)) is not None:
        return found
    index = whole(identity)
    return _BY_NUMBER[index] if index is not None and 0 <= index < len(_BY_NUMBER) else None


def access_technology(*texts: object) -> AccessTechnology | None:
    """Read the access technology off the first text that names one."""
    for text in texts:
        if (found := _first(told(text), _TECHNOLOGIES)) is not None:
            return found
    return None


def sim_state(*texts: object) -> SimState | None:
    """Read the state of the SIM off the first text that tells it."""
    for text in texts:
        if (found := _first(told(text), _SIM_STATES)) is not None:
            return found
    return None


def _hexadecimal(value: object) -> str | None:
    """Write an area code or cell, which routers tell in decimal, as the network does."""
    found = whole(value)
    return None if found is None or found < 0 else f"{found:X}"


def _operator_code(modem: Mapping[str, Any]) -> str | None:
    """Find MCC and MNC in the first cell that has both."""
    cells = modem.get("cell_info")
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and (mcc := told(cell.get("mcc"))):
            if mnc := told(cell.get("mnc")):
                return mcc + mnc
    return None


def parse_modem(modem: Mapping[str, Any]) -> ModemReport:
    """Read a modem of /api/modems/status; what is offline tells next to nothing.

    Newer firmware says operator, operator_state and rssi; older one oper, netstate and signal.
    """
    slots = min(_first_whole(modem.get("sim_count"), modem.get("simcount")) or 1, _MOST_SLOTS)
    state = PortState(
        key="",
        sim_state=sim_state(modem.get("pinstate"), modem.get("simstate")),
        registration=registration(
            modem.get("operator_state") or modem.get("netstate"),
            modem.get("operator_state_id", modem.get("netstate_id")),
        ),
        operator_name=told(modem.get("operator")) or told(modem.get("oper")),
        operator_code=_operator_code(modem),
        access_technology=access_technology(modem.get("ntype"), modem.get("conntype")),
        area_code=_hexadecimal(modem.get("tac")) or _hexadecimal(modem.get("lac")),
        cell_id=_hexadecimal(modem.get("cellid")),
        signal=_first_whole(modem.get("rssi"), modem.get("signal")),
        rsrp=number(modem.get("rsrp")),
        rsrq=number(modem.get("rsrq")),
        sinr=number(modem.get("sinr")),
        temperature=number(modem.get("temperature")),
        data_sent=whole(modem.get("txbytes")),
        data_received=whole(modem.get("rxbytes")),
        imei=told(modem.get("imei")),
        imsi=told(modem.get("imsi")),
        iccid=told(modem.get("iccid")),
        active_slot=whole(modem.get("active_sim")),
        slots=_slots(slots),
    )
    return ModemReport(
        modem=told(modem.get("id")) or "",
        is_primary=modem.get("primary") is True,
        slots=slots,
        state=state,
    )


def _slots(count: int) -> dict[int, SlotState]:
    """Return the slots to choose from; a single one is no choice."""
    return {number: SlotState() for number in range(1, count + 1)} if count > 1 else {}


def with_slots(state: PortState, count: int) -> PortState:
    """Add the slots that there are."""
    return replace(state, slots=_slots(count))


def _first_whole(*values: object) -> int | None:
    """Return the first that is a number."""
    return next((found for value in values if (found := whole(value)) is not None), None)


_SIGNAL: Final = re.compile(r"(RSSI|RSRP|RSRQ|SINR)\s*:?\s*(-?\d{1,4}(?:\.\d+)?)", re.IGNORECASE)


def parse_signal(output: str | None) -> dict[str, float]:
    """Read `gsmctl -q`: one number, the RSSI; or lines with a name each."""
    found = {name.lower(): float(value) for name, value in _SIGNAL.findall(output or "")}
    if not found and (single := number(output)) is not None:
        found["rssi"] = single
    return found


def parse_gsmctl(outputs: Mapping[str, str | None]) -> PortState:
    """Read what gsmctl prints, by the name of what was asked for; temperatures are in 0.1 °C."""
    signal = parse_signal(outputs.get("signal"))
    temperature = number(outputs.get("temperature"))
    return PortState(
        key="",
        sim_state=sim_state(outputs.get("sim")),
        registration=registration(outputs.get("registration")),
        operator_name=told(outputs.get("operator")),
        operator_code=told(outputs.get("operator_code")),
        access_technology=access_technology(outputs.get("technology")),
        signal=whole(signal.get("rssi")),
        rsrp=signal.get("rsrp"),
        rsrq=signal.get("rsrq"),
        sinr=signal.get("sinr"),
        temperature=None if temperature is None else temperature / 10,
        data_sent=whole(outputs.get("sent")),
        data_received=whole(outputs.get("received")),
        imei=told(outputs.get("imei")),
        imsi=told(outputs.get("imsi")),
        iccid=told(outputs.get("iccid")),
        active_slot=whole(outputs.get("slot")),
    )


def with_storage(report: ModemReport, used: int | None, total: int | None) -> ModemReport:
    """Add how full the storage is."""
    return replace(report, state=replace(report.state, storage_used=used, storage_total=total))
