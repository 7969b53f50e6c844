"""Tell a module which access point, power saving and network to use, and read back what it got."""

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
    Units,
    encode_cycle,
    encode_timer,
    parse_granted_cycles,
    parse_granted_timers,
)
from .questions import ask
from .quirks import Quirks

# TS 23.003 clause 9.1: labels of letters, digits and hyphens.
_NAME = re.compile(r"[A-Za-z0-9.-]{0,100}")
_LOGIN = re.compile(r"[\x20-\x7e]{0,64}")
_CODE = re.compile(r"[0-9]{5,6}")

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


async def _set_if_known(client: AtClient, text: str) -> None:
    """Make a maker's own setting, which not all of his models know."""
    answer = await client.run(setting(text).within(client.limits.sim))
    if not answer.ok and not answer.result.unknown_command:
        raise answer.result.error()


async def set_access_point(
    client: AtClient, quirks: Quirks, point: AccessPoint, *, roaming: bool | None
) -> AccessPoint:
    """Set the first context, in the maker's ways too; return it as the module has it now.

    `roaming` is whether data may be used abroad, None leaves that as it is.
    """
    is_fit = _NAME.fullmatch(point.name) and point.name
    if not is_fit or not all(map(_LOGIN.fullmatch, (point.user, point.password))):
        raise UnsupportedError(Reason.INVALID_VALUE, "access point")
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
    for template in quirks.access_point:
        await _set_if_known(client, template.format(**values))
    if roaming is not None and (text := quirks.roaming.get(roaming)):
        await _set_if_known(client, text)
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


async def set_power_saving(client: AtClient, quirks: Quirks, wanted: PowerSaving) -> PowerSaving:
    """Ask for power saving (TS 27.007 clauses 7.38 and 7.40); return what the network granted."""
    commands = ["AT+CPSMS=0"]
    if wanted.enabled:
        update = _timer(wanted.periodic_update, PERIODIC_UPDATE)
        active = _timer(wanted.active_time, ACTIVE_TIME)
        commands = [f"AT+CPSMS=1,,,{update},{active}"]
    if wanted.edrx_cycles is not None:
        cycles = [_cycle(access, seconds) for access, seconds in wanted.edrx_cycles.items()]
        commands += cycles or ["AT+CEDRXS=0"]
    for text in commands:
        await _set(client, text)
    if (own := quirks.power_saving.get(wanted.enabled)) is not None:
        await _set_if_known(client, own)
    return await granted_power_saving(client)


async def granted_power_saving(client: AtClient) -> PowerSaving:
    """Read what the network granted: the timers stand in `+CEREG`, the cycles in `+CEDRXRDP`."""
    update = active = None
    if (await client.run(setting("AT+CEREG=4"))).ok:
        try:
            if answer := await ask(client, _REGISTRATION):
                update, active = parse_granted_timers(answer.line)
        finally:
            # Also when nobody waits any more.
            client.submit(setting("AT+CEREG=2"))
    cycles = await ask(client, query("AT+CEDRXRDP", "+CEDRXRDP:", answers=False))
    return PowerSaving(
        enabled=active is not None,
        periodic_update=update,
        active_time=active,
        edrx_cycles=parse_granted_cycles(cycles.lines) if cycles else {},
    )


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
