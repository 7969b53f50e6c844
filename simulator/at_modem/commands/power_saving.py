"""Power saving and eDRX (3GPP TS 27.007 clauses 7.38, 7.40, 7.41; Quectel BG96 manual)."""

import re
from typing import TYPE_CHECKING

from ..errors import CmeError
from ..packet import PowerSavingMode, seconds
from ..syntax import Form, Request
from .base import Command

if TYPE_CHECKING:
    from ..terminal import Answer, Terminal

_TIMER = re.compile(r"[01]{8}")
_CYCLE = re.compile(r"[01]{4}")
# <AcT-type> of +CEDRXS that these models have: E-UTRAN (WB-S1) and NB-IoT (NB-S1).
ACCESS_TYPES = (4, 5)
DISABLE, ENABLE_REPORTED, FORGET = 0, 2, 3
# The highest value of each number of +QPSMEXTCFG: mask, scans and pause out of service, spread of
# the wake-ups, time out of service, early wake-up; as open drivers of the BG96 give them. The
# fifth is inferred.
EXTENSION_LIMITS = (15, 100, 4294967295, 1000, 1000, 1000)


def _bits(request: Request, position: int, pattern: re.Pattern[str]) -> str:
    """Return bits in a string, "" without; CmeError 50 when it is something else."""
    text = request.string(position, "")
    if text and not pattern.fullmatch(text):
        raise CmeError(50)
    return text


def power_saving(terminal: Terminal, request: Request) -> Answer:
    """+CPSMS: ask for power saving with T3412 extended and T3324; 2 forgets them."""
    packet = terminal.modem.packet
    match request.form:
        case Form.TEST:
            timers = '("00000000"-"11111111")'
            return [f"+CPSMS: (0,1,2),,,{timers},{timers}"]
        case Form.READ:
            asked = packet.power_saving
            timers = f'"{asked.periodic_update}","{asked.active_time}"'
            return [f"+CPSMS: {int(asked.on)},,,{timers}"]
        case Form.EXECUTE:
            raise CmeError(50)
    mode = request.integer(0, 2)
    if mode > 2:
        raise CmeError(50)
    if mode == 2:
        packet.power_saving = PowerSavingMode()
    else:
        update = _bits(request, 3, _TIMER) or packet.power_saving.periodic_update
        active = _bits(request, 4, _TIMER) or packet.power_saving.active_time
        packet.power_saving = PowerSavingMode(bool(mode), update, active)
    return []


def quectel_power_saving(terminal: Terminal, request: Request) -> Answer:
    """+QPSMS: the same, and read with what the network granted, in seconds."""
    modem = terminal.modem
    if request.form is not Form.READ:
        return power_saving(terminal, request)
    active, update = modem.packet.granted_timers(modem.network.power_saving)
    shown = [
        "" if bits == "" or (value := seconds(timer, bits)) is None else f'"{value}"'
        for timer, bits in (("periodic_update", update), ("active_time", active))
    ]
    return [f"+QPSMS: {int(modem.packet.power_saving.on)},,,{','.join(shown)}"]


def power_saving_extension(terminal: Terminal, request: Request) -> Answer:
    """+QPSMEXTCFG: six numbers on how the module goes about power saving."""
    packet = terminal.modem.packet
    match request.form:
        case Form.TEST:
            ranges = ",".join(f"(0-{limit})" for limit in EXTENSION_LIMITS)
            return [f"+QPSMEXTCFG: {ranges}"]
        case Form.READ:
            return [f"+QPSMEXTCFG: {','.join(str(value) for value in packet.extension)}"]
    values = [request.integer(at, old) for at, old in enumerate(packet.extension)]
    if any(value > limit for value, limit in zip(values, EXTENSION_LIMITS, strict=True)):
        raise CmeError(50)
    packet.extension = values
    return []


def cycle(terminal: Terminal, request: Request) -> Answer:
    """+CEDRXS: ask for an eDRX cycle; 2 reports what is granted, 3 forgets all."""
    modem = terminal.modem
    packet = modem.packet
    match request.form:
        case Form.TEST:
            return ['+CEDRXS: (0-3),(4,5),("0000"-"1111")']
        case Form.READ:
            return [f'+CEDRXS: {kind},"{bits}"' for kind, bits in sorted(packet.cycles.items())]
        case Form.EXECUTE:
            raise CmeError(50)
    mode = request.integer(0, FORGET)
    if mode > FORGET:
        raise CmeError(50)
    packet.reports_cycle = mode == ENABLE_REPORTED
    if mode == FORGET or (mode == DISABLE and len(request.arguments) == 1):
        packet.cycles.clear()
        return []
    kind = request.integer(1)
    if kind not in ACCESS_TYPES:
        raise CmeError(50)
    if mode == DISABLE:
        packet.cycles.pop(kind, None)
    else:
        packet.cycles[kind] = _bits(request, 2, _CYCLE) or packet.cycles.get(kind, "0010")
    if packet.reports_cycle:
        line = f"+CEDRXP: {packet.cycle_line(modem.radio, modem.network.power_saving)}"
        terminal.afterwards(lambda: modem.urc(line))
    return []


def granted_cycle(terminal: Terminal, request: Request) -> Answer:
    """+CEDRXRDP: the eDRX cycle that is in use."""
    modem = terminal.modem
    if request.form is Form.TEST:
        return []
    return [f"+CEDRXRDP: {modem.packet.cycle_line(modem.radio, modem.network.power_saving)}"]


COMMANDS = {
    "+CPSMS": Command(power_saving, optional=True),
    "+QPSMS": Command(quectel_power_saving, optional=True),
    "+QPSMEXTCFG": Command(power_saving_extension, optional=True),
    "+CEDRXS": Command(cycle, optional=True),
    "+CEDRXRDP": Command(granted_cycle, optional=True),
}
