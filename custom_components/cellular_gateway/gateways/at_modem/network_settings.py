"""Tell a module which access point, power saving and network to use, and read back what it got."""

from dataclasses import replace
from datetime import timedelta
import re

from ..errors import Reason, UnsupportedError
from ..network_settings import (
    AccessPoint,
    EdrxAccess,
    FoundOperator,
    IpType,
    OperatorSelection,
    PowerSaving,
)
from .client import AtClient
from .codec.commands import Answer, Command, Shape, query, setting
from .codec.fields import quote
from .codec.network import (
    parse_access_point,
    parse_found_operators,
    parse_operator,
    parse_selection_mode,
)
from .codec.power_saving import (
    ACCESS_TYPES,
    ACTIVE_TIME,
    PERIODIC_UPDATE,
    WINDOW_SECONDS,
    Units,
    encode_cycle,
    encode_timer,
    parse_granted_cycles,
    parse_granted_timers,
    parse_timers,
    parse_window,
    with_window,
)
from .questions import ask
from .quirks import Quirks

# TS 23.003 clause 9.1: labels of letters, digits and hyphens.
_NAME = re.compile(r"[A-Za-z0-9.-]{0,100}")
_LOGIN = re.compile(r"[\x20-\x7e]{0,64}")
_CODE = re.compile(r"[0-9]{5,6}")

_TELL_LOGIN = "tell the modem a login"
_TELL_ROAMING = "tell the modem this about roaming"

# TS 27.007 clause 7.3: a search takes as long as the bands are many.
# The EC25 manual gives up to 180 s.
_SCAN_LIMIT = 180.0
_SELECTION_LIMIT = 120.0

_REGISTRATION = Command(text="AT+CEREG?", shape=Shape.REGISTRATION, prefix="+CEREG:", answers=True)


async def _set(client: AtClient, text: str, limit: float | None = None) -> Answer:
    """Make a setting; raise GatewayRefusedError unless it was accepted."""
    answer = await client.run(setting(text).within(limit or client.limits.sim))
    if not answer.ok:
        raise answer.result.error()
    return answer


async def _set_if_known(client: AtClient, text: str) -> bool:
    """Make a maker's own setting, which not all of his models know; tell whether this one does."""
    answer = await client.run(setting(text).within(client.limits.sim))
    if not answer.ok and not answer.result.unknown_command:
        raise answer.result.error()
    return answer.ok


async def set_access_point(
    client: AtClient, quirks: Quirks, point: AccessPoint, *, roaming: bool | None
) -> AccessPoint:
    """Set the first context, in the maker's ways too; return it as the module has it now.

    `roaming` is whether data may be used abroad, None leaves that as it is. A login, or roaming,
    that the module cannot be told raises UnsupportedError, before anything is set where it is the
    maker who has no command for it.
    """
    is_fit = _NAME.fullmatch(point.name) and point.name
    if not is_fit or not all(map(_LOGIN.fullmatch, (point.user, point.password))):
        raise UnsupportedError(Reason.INVALID_VALUE, "access point")
    logins = [way for way in quirks.access_point if "{user}" in way]
    has_login = bool(point.user or point.password)
    if has_login and not logins:
        raise UnsupportedError(detail=_TELL_LOGIN)
    if roaming is not None and roaming not in quirks.roaming:
        raise UnsupportedError(detail=_TELL_ROAMING)
    values = {
        "kind": quote(point.ip_type),
        "number": tuple(IpType).index(point.ip_type) + 1,
        "name": quote(point.name),
        "user": quote(point.user),
        "password": quote(point.password),
        # PAP or CHAP as the network likes; EMnify's guide gives PAP for an empty login.
        "authentication": 3 if point.user else 1,
    }
    await _set(client, f"AT+CGDCONT=1,{values['kind']},{values['name']}")
    for way in quirks.access_point:
        is_known = await _set_if_known(client, way.format(**values))
        if has_login and way in logins and not is_known:
            raise UnsupportedError(detail=_TELL_LOGIN)
    if roaming is not None and not await _set_if_known(client, quirks.roaming[roaming]):
        raise UnsupportedError(detail=_TELL_ROAMING)
    answer = await ask(client, query("AT+CGDCONT?", "+CGDCONT:"))
    found = (parse_access_point(line, 1) for line in answer.lines) if answer else ()
    return next(filter(None, found), AccessPoint(name="", ip_type=point.ip_type))


def _timer(period: timedelta | None, units: Units) -> str:
    """Write a timer as a parameter, empty for the module's own."""
    if period is None:
        return ""
    if (bits := encode_timer(period, units)) is None:
        raise UnsupportedError(Reason.INVALID_VALUE, "timer")
    return quote(bits)


def _cycle(access: EdrxAccess, seconds: float) -> str:
    """Write the command that asks for a cycle."""
    if (bits := encode_cycle(access, seconds)) is None:
        raise UnsupportedError(Reason.INVALID_VALUE, "eDRX cycle")
    return f'AT+CEDRXS=1,{ACCESS_TYPES[access]},"{bits}"'


def _timers(wanted: PowerSaving) -> str:
    """Write the parameters of `+CPSMS`, which makers' own commands share."""
    if not wanted.enabled:
        return "0"
    update = _timer(wanted.periodic_update, PERIODIC_UPDATE)
    return f"1,,,{update},{_timer(wanted.active_time, ACTIVE_TIME)}"


def _cycles(wanted: PowerSaving) -> list[str]:
    """Write the commands for eDRX, none where it stays as it is."""
    if wanted.edrx_cycles is None:
        return []
    cycles = [_cycle(access, seconds) for access, seconds in wanted.edrx_cycles.items()]
    return cycles or ["AT+CEDRXS=0"]


async def set_power_saving(client: AtClient, quirks: Quirks, wanted: PowerSaving) -> PowerSaving:
    """Ask for power saving (TS 27.007 clauses 7.38 and 7.40); return what the network granted."""
    timers, cycles = _timers(wanted), _cycles(wanted)
    window, (least, most) = wanted.randomization_window, WINDOW_SECONDS
    if window is not None and not least <= window.total_seconds() <= most:
        raise UnsupportedError(Reason.INVALID_VALUE, "randomization window")
    for text in (f"AT+CPSMS={timers}", *cycles):
        await _set(client, text)
    if name := quirks.timers:
        await _set_known(client, name, timers)
    at_once = wanted.enabled and wanted.at_once
    own = quirks.sleep_at_once.get(at_once)
    is_known = own is not None and await _set_if_known(client, own)
    if window and (name := quirks.sleep_tuning):
        tuning = await ask(client, query(f"AT{name}?", f"{name}:"))
        if tuning and (values := with_window(tuning.line, f"{name}:", window)):
            await _set_known(client, name, values)
    return replace(await granted_power_saving(client, quirks), at_once=at_once and is_known)


async def _set_known(client: AtClient, name: str, values: str) -> None:
    """Make a setting that a module may lack or refuse, which is no failure of the rest."""
    if await ask(client, query(f"AT{name}=?", f"{name}:", answers=False)):
        await client.run(setting(f"AT{name}={values}").within(client.limits.sim))


async def granted_power_saving(client: AtClient, quirks: Quirks) -> PowerSaving:
    """Read what the network granted: the timers stand in `+CEREG`, the cycles in `+CEDRXRDP`."""
    update, active = await _granted_timers(client)
    if active is None and (name := quirks.timers):
        answer = await ask(client, query(f"AT{name}?", f"{name}:"))
        update, active = parse_timers(answer.line, f"{name}:") if answer else (None, None)
    cycles = await ask(client, query("AT+CEDRXRDP", "+CEDRXRDP:", answers=False))
    tuning = None
    if name := quirks.sleep_tuning:
        tuning = await ask(client, query(f"AT{name}?", f"{name}:"))
    return PowerSaving(
        enabled=active is not None,
        periodic_update=update,
        active_time=active,
        edrx_cycles=parse_granted_cycles(cycles.lines) if cycles else {},
        randomization_window=parse_window(tuning.line, f"{name}:") if tuning else None,
    )


async def _granted_timers(client: AtClient) -> tuple[timedelta | None, timedelta | None]:
    """Read T3412 extended and T3324 as the registration tells them."""
    if not (await client.run(setting("AT+CEREG=4"))).ok:
        return None, None
    try:
        answer = await ask(client, _REGISTRATION)
    finally:
        # Also when nobody waits any more.
        client.submit(setting("AT+CEREG=2"))
    return parse_granted_timers(answer.line) if answer else (None, None)


async def choose_operator(client: AtClient, code: str | None) -> OperatorSelection:
    """Have the module use a network (MCC and MNC in digits), or choose by itself (None)."""
    if code is not None and not _CODE.fullmatch(code):
        raise UnsupportedError(Reason.INVALID_VALUE, "operator")
    text = "AT+COPS=0" if code is None else f'AT+COPS=1,2,"{code}"'
    await _set(client, text, _SELECTION_LIMIT)
    named = await ask(client, query("AT+COPS=3,0;+COPS?", "+COPS:"))
    numbered = await ask(client, query("AT+COPS=3,2;+COPS?", "+COPS:"))
    name = parse_operator(named.line) if named else None
    number = parse_operator(numbered.line) if numbered else None
    return OperatorSelection(
        automatic=parse_selection_mode(named.line) == 0 if named else code is None,
        name=name.name if name else None,
        code=number.code if number else None,
        access_technology=number.access_technology if number else None,
    )


async def find_operators(client: AtClient) -> tuple[FoundOperator, ...]:
    """Search for networks, for up to three minutes in which nothing else can be done."""
    answer = await client.run(query("AT+COPS=?", "+COPS:").within(_SCAN_LIMIT))
    if not answer.ok:
        raise answer.result.error()
    return parse_found_operators(answer.line)
