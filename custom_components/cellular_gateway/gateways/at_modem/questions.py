"""Ask a modem who it is, and in what state its SIM is; nothing here changes anything."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import GatewayTimeoutError
from ..models import GatewayInfo, SimState
from .client import AtClient, Priority
from .codec.commands import Answer, Command, free, query
from .codec.sim import (
    parse_iccid,
    parse_iccid_file,
    parse_imei,
    parse_imsi,
    parse_own_numbers,
    parse_sim_state,
    parse_smsc,
    sim_state_of,
)
from .quirks import Counter, Quirks, quirks_of

# A SIM is busy for a few seconds after it got its PIN or its power.
_BUSY_TRIES = 6
_BUSY_PAUSE = 0.5
_SETTLING_TRIES = 20

# READ BINARY of EF-ICCID, ten octets of file 2FE2 (TS 102 221 clause 13.2).
_ICCID_FILE = query("AT+CRSM=176,12258,0,0,10", "+CRSM:")

_SIM_STATE = query("AT+CPIN?", "+CPIN:")

# With PIN2 or PUK2 pending, all but the fixed dialling numbers works (TS 27.007 clause 8.3).
USABLE = frozenset({None, SimState.READY, SimState.PIN2_REQUIRED, SimState.PUK2_REQUIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who made the modem, and which one it is; `serial_number` need not be an IMEI."""

    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    serial_number: str | None = field(default=None, repr=False)
    imei: str | None = field(default=None, repr=False)

    @property
    def quirks(self) -> Quirks:
        """What is special about it."""
        return quirks_of(self.manufacturer, self.model)

    @property
    def info(self) -> GatewayInfo:
        """The same in the terms of the seam."""
        return GatewayInfo(
            manufacturer=self.manufacturer,
            model=self.model,
            firmware=self.firmware,
            serial_number=self.imei or self.serial_number,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sim:
    """What can be read from a SIM; `has_number` is whether the modem can be asked for it."""

    iccid: str | None = field(default=None, repr=False)
    imsi: str | None = field(default=None, repr=False)
    own_number: str | None = field(default=None, repr=False)
    has_number: bool = True
    smsc: str | None = field(default=None, repr=False)


async def ask(
    client: AtClient,
    command: Command,
    priority: Priority = Priority.STATE,
    *,
    patient: bool = False,
) -> Answer | None:
    """Return the answer to a question, or None when the modem refuses it or stays silent twice.

    It may be put again because asking changes nothing; with `patient` also while the SIM is busy.
    Raises GatewayConnectionError.
    """
    for attempt in range(_BUSY_TRIES):
        try:
            answer = await client.run(command, priority)
        except GatewayTimeoutError:
            if attempt:
                return None
            continue
        if answer.ok and (answer.lines or not command.answers):
            return answer
        if not (answer.result.busy and patient):
            # A stray OK was taken for its answer: then the line has been cleared meanwhile.
            if answer.ok and not attempt:
                continue
            return None
        await asyncio.sleep(_BUSY_PAUSE)
    return None


async def _ask_line(client: AtClient, *commands: Command) -> str | None:
    """Return the first line with something in it that one of the commands is answered by."""
    for command in commands:
        if answer := await ask(client, command):
            for line in answer.lines:
                if value := line.removeprefix(command.prefix).strip().strip('"').strip():
                    return value
    return None


async def ask_identity(client: AtClient) -> Identity:
    """Ask for maker, model, firmware and IMEI (TS 27.007 clause 5)."""
    manufacturer = await _ask_line(client, free("AT+CGMI", "+CGMI:"), free("AT+GMI", "+GMI:"))
    model = await _ask_line(client, free("AT+CGMM", "+CGMM:"), free("AT+GMM", "+GMM:"))
    if manufacturer is None and model is None:
        model = await _ask_line(client, free("ATI"))
    firmware = await _ask_line(client, free("AT+CGMR", "+CGMR:"), free("AT+GMR", "+GMR:"))
    serial = await ask_serial_number(client)
    return Identity(
        manufacturer=manufacturer,
        model=model,
        firmware=firmware,
        serial_number=serial,
        imei=parse_imei(serial or ""),
    )


async def ask_serial_number(client: AtClient) -> str | None:
    """Ask for the serial number, which is the IMEI unless a maker has one of its own."""
    return await _ask_line(client, free("AT+CGSN", "+CGSN:"), free("AT+GSN", "+GSN:"))


async def ask_sim_state(client: AtClient) -> SimState | None:
    """Ask what the SIM waits for; None when the modem does not say."""
    try:
        answer = await client.run(_SIM_STATE)
    except GatewayTimeoutError:
        return None
    return parse_sim_state(answer.line) if answer.lines else sim_state_of(answer.result)


async def settled_sim_state(client: AtClient) -> SimState | None:
    """Ask the same until the SIM is no longer busy, for some seconds.

    Some modems answer ERROR for a moment before they have read it.
    """
    states: list[SimState | None] = []
    while len(states) < _SETTLING_TRIES and states.count(None) < _BUSY_TRIES // 2:
        state = await ask_sim_state(client)
        if state not in (SimState.BUSY, None):
            return state
        states.append(state)
        await asyncio.sleep(_BUSY_PAUSE)
    return states[-1]


async def ask_iccid(client: AtClient, quirks: Quirks) -> str | None:
    """Ask for the ICCID in the dialects of the maker, and at last read its file."""
    for text, prefix in quirks.iccid:
        if answer := await ask(client, free(text, prefix), patient=True):
            for line in answer.lines:
                if iccid := parse_iccid(line.removeprefix(prefix)):
                    return iccid
    answer = await ask(client, _ICCID_FILE, patient=True)
    return parse_iccid_file(answer.line) if answer else None


async def ask_tries(client: AtClient, counters: Sequence[Counter]) -> int | None:
    """Ask how many tries a key has left; None where the modem has no way to tell."""
    for counter in counters:
        if answer := await ask(client, query(counter.command, counter.prefix)):
            values = answer.lines[0].removeprefix(counter.prefix).split(",")
            if counter.position < len(values) and values[counter.position].strip().isdecimal():
                return int(values[counter.position])
    return None


async def ask_sim(client: AtClient, quirks: Quirks) -> Sim:
    """Read who the SIM is."""
    imsi = await ask_imsi(client)
    iccid = await ask_iccid(client, quirks)
    numbers = await ask(client, query("AT+CNUM", "+CNUM:", answers=False), patient=True)
    return Sim(
        iccid=iccid,
        imsi=imsi,
        own_number=next(iter(parse_own_numbers(numbers.lines)), None) if numbers else None,
        has_number=numbers is not None,
        smsc=await ask_smsc(client),
    )


async def ask_imsi(client: AtClient) -> str | None:
    """Ask for the IMSI, which a SIM of several operators changes by itself."""
    answer = await ask(client, free("AT+CIMI", "+CIMI:"), patient=True)
    return next(filter(None, map(parse_imsi, answer.lines)), None) if answer else None


async def ask_smsc(client: AtClient) -> str | None:
    """Ask for the number of the service centre."""
    answer = await ask(client, query("AT+CSCA?", "+CSCA:"), patient=True)
    return parse_smsc(answer.line) if answer else None
