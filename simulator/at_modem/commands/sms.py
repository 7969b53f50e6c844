"""Settings of the message service and sending (3GPP TS 27.005 clauses 3.1 to 3.3, 3.5)."""

from typing import TYPE_CHECKING

from ...faults import Position
from ..errors import CmsError, UnknownCommandError
from ..outbound import submit
from ..sim import MessageStatus
from ..syntax import Form, Request
from .base import Access, Command, accept
from .sim import card

if TYPE_CHECKING:
    from ..terminal import Answer, Terminal


def service(terminal: Terminal, request: Request) -> Answer:
    """+CSMS: phase 2 or 2+, the latter with acknowledgement by the host."""
    modem = terminal.modem
    allowed = modem.profile.services
    match request.form:
        case Form.TEST:
            return [f"+CSMS: ({','.join(str(value) for value in allowed)})"]
        case Form.READ:
            return [f"+CSMS: {modem.settings.service},1,1,1"]
    value = request.integer(0)
    if value not in allowed:
        raise CmsError(303)
    modem.settings.service = value
    return ["+CSMS: 1,1,1"]


def message_domain(terminal: Terminal, request: Request) -> Answer:
    """+CGSMS: over which domain messages are sent."""
    settings = terminal.modem.settings
    match request.form:
        case Form.TEST:
            return ["+CGSMS: (0-3)"]
        case Form.READ:
            return [f"+CGSMS: {settings.message_domain}"]
    value = request.integer(0)
    if value > 3:
        raise CmsError(302)
    settings.message_domain = value
    return []


def message_format(terminal: Terminal, request: Request) -> Answer:
    """+CMGF: PDU mode, or text mode where the modem has it."""
    modem = terminal.modem
    match request.form:
        case Form.TEST:
            return ["+CMGF: (0,1)" if modem.profile.text_mode else "+CMGF: (0)"]
        case Form.READ:
            return [f"+CMGF: {int(modem.settings.text_mode)}"]
    value = request.integer(0, 0)
    if value > int(modem.profile.text_mode):
        raise CmsError(303)
    modem.settings.text_mode = bool(value)
    return []


def service_centre(terminal: Terminal, request: Request) -> Answer:
    """+CSCA: the service centre's number on the card."""
    sim, settings = card(terminal), terminal.modem.settings
    match request.form:
        case Form.TEST:
            return []
        case Form.READ:
            kind = 145 if sim.smsc.startswith("+") else 129
            return [f'+CSCA: "{settings.encode(sim.smsc)}",{kind}']
    number = settings.decode(request.string(0))
    if request.integer(1, 129) == 145 and not number.startswith("+"):
        number = "+" + number
    sim.smsc = number
    return []


def indications(terminal: Terminal, request: Request) -> Answer:
    """+CNMI: what the modem tells of new messages by itself."""
    modem = terminal.modem
    allowed = modem.profile.indications
    match request.form:
        case Form.TEST:
            as_lists = modem.profile.indications_as_lists
            return [f"+CNMI: {','.join(_set_of(values, as_lists) for values in allowed)}"]
        case Form.READ:
            return [f"+CNMI: {','.join(str(value) for value in modem.settings.indications)}"]
    # An argument that is left out keeps its value on the modems modelled here (inferred).
    values = [request.integer(at, old) for at, old in enumerate(modem.settings.indications)]
    if any(value not in allowed[at] for at, value in enumerate(values)):
        raise CmsError(302)
    for at, value, modes in modem.profile.indication_rules:
        if values[at] == value and values[0] not in modes:
            raise CmsError(302)
    modem.settings.indications[:] = values
    terminal.afterwards(modem.inbound.indications_changed)
    return []


def _set_of(values: tuple[int, ...], as_list: bool) -> str:
    """Return values as a test answer lists them: a range when they are one."""
    if not as_list and len(values) > 2 and values == tuple(range(values[0], values[-1] + 1)):
        return f"({values[0]}-{values[-1]})"
    return f"({','.join(str(value) for value in values)})"


async def acknowledge(terminal: Terminal, request: Request) -> Answer:
    """+CNMA: the host has a message that was routed to it (clause 3.4.4)."""
    modem = terminal.modem
    if request.form is Form.TEST:
        return ["+CNMA: (0-2)"]
    if 1 not in modem.profile.services:
        raise UnknownCommandError
    kind = request.integer(0, 0)
    if request.integer(1, 0):
        await terminal.prompt(request)
    if modem.settings.service == 0:
        raise CmsError(340)
    modem.inbound.acknowledge(kind < 2)
    return []


async def send(terminal: Terminal, request: Request) -> Answer:
    """+CMGS: send a message that is entered at the prompt."""
    octets = await _entered(terminal, request)
    if octets is None:
        return []
    terminal.strike(request, Position.PROMPT)
    reference = await _submit(terminal, octets)
    terminal.strike(request, Position.SUBMIT)
    return [f"+CMGS: {reference}"]


async def write(terminal: Terminal, request: Request) -> Answer:
    """+CMGW: store a message that is entered at the prompt, unsent unless told otherwise."""
    octets = await _entered(terminal, request)
    if octets is None:
        return []
    status = MessageStatus(request.integer(1, MessageStatus.STO_UNSENT) % 4)
    modem = terminal.modem
    index = modem.storage(modem.settings.storages[1]).add(octets, status)
    if index is None:
        raise CmsError(322)
    return [f"+CMGW: {index}"]


async def send_stored(terminal: Terminal, request: Request) -> Answer:
    """+CMSS: send a stored message."""
    modem = terminal.modem
    message = modem.storage(modem.settings.storages[1]).find(request.integer(0))
    if message is None:
        raise CmsError(321)
    reference = await _submit(terminal, message.pdu)
    message.status = MessageStatus.STO_SENT
    return [f"+CMSS: {reference}"]


async def _submit(terminal: Terminal, octets: bytes) -> int:
    """Hand a message to the network, which takes its time."""
    modem = terminal.modem
    if modem.pace:
        await modem.network.clock.sleep(modem.pace * modem.profile.submit_time)
    return await submit(modem, octets)


async def _entered(terminal: Terminal, request: Request) -> bytes | None:
    """Return the PDU that the host enters; None after ESC, CmsError 304 when it is none.

    The length that the command names counts the octets behind the service centre address.
    """
    if request.form is Form.TEST:
        return None
    if terminal.modem.settings.text_mode:
        raise CmsError(303)
    length = request.integer(0)
    entered = await terminal.prompt(request)
    if entered is None:
        return None
    try:
        octets = bytes.fromhex(entered.decode("ascii"))
    except ValueError as error:
        raise CmsError(304) from error
    if not octets or len(octets) != octets[0] + 1 + length:
        raise CmsError(304)
    return octets


COMMANDS = {
    "+CSMS": Command(service),
    "+CGSMS": Command(message_domain),
    "+CMGF": Command(message_format),
    "+CSCA": Command(service_centre, Access.SIM),
    "+CNMI": Command(indications),
    "+CNMA": Command(acknowledge),
    "+CMGS": Command(send, Access.MESSAGES),
    "+CMGW": Command(write, Access.MESSAGES),
    "+CMSS": Command(send_stored, Access.MESSAGES),
} | {name: Command(accept) for name in ("+CMMS", "+CSDH", "+CSMP", "+CSCB")}
