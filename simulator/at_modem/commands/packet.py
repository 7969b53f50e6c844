"""Packet data contexts (3GPP TS 27.007 clause 10.1; Quectel, u-blox manuals)."""

from typing import TYPE_CHECKING

from ..errors import CmeError, UnknownCommandError
from ..packet import Context
from ..syntax import Form, Request
from .base import Access, Command

if TYPE_CHECKING:
    from ..modem import AtModem
    from ..terminal import Answer, Terminal

PACKET_TYPES = ("IP", "IPV6", "IPV4V6", "PPP", "Non-IP")
# +QICSGP counts the types: 1 IPv4, 2 IPv6, 3 both.
QUECTEL_TYPES = ("IP", "IPV6", "IPV4V6")
MAX_APN = 100


def _apn(text: str) -> str:
    """Return an access point name; CmeError 50 when it cannot be one (TS 23.003 9.1)."""
    if len(text) > MAX_APN or any(not 0x21 <= ord(character) <= 0x7E for character in text):
        raise CmeError(50)
    return text


def _kind(text: str) -> str:
    """Return the type of a context as it is written; CmeError 50 for an unknown one."""
    for kind in PACKET_TYPES:
        if text.upper() == kind.upper():
            return kind
    raise CmeError(50)


def _number(modem: AtModem, request: Request, position: int = 0) -> int:
    """Return the number of a context; CmeError 50 when the model has none such."""
    number = request.integer(position)
    if not 1 <= number <= modem.profile.contexts:
        raise CmeError(50)
    return number


def define_context(terminal: Terminal, request: Request) -> Answer:
    """+CGDCONT: what a context is, or forget it."""
    modem = terminal.modem
    contexts = modem.packet.contexts
    match request.form:
        case Form.TEST:
            return [
                f'+CGDCONT: (1-{modem.profile.contexts}),"{kind}",,,(0-2),(0-4)'
                for kind in PACKET_TYPES[:3]
            ]
        case Form.READ:
            return [
                f'+CGDCONT: {number},"{context.kind}","{context.apn}","0.0.0.0",0,0'
                for number, context in sorted(contexts.items())
            ]
    number = _number(modem, request)
    if len(request.arguments) == 1:
        contexts.pop(number, None)
        return []
    context = Context(_kind(request.string(1, "IP")), _apn(request.string(2, "")))
    if (old := contexts.get(number)) is not None:
        context.active = old.active
    contexts[number] = context
    return []


def activate(terminal: Terminal, request: Request) -> Answer:
    """+CGACT: which contexts are active."""
    modem = terminal.modem
    contexts = modem.packet.contexts
    match request.form:
        case Form.TEST:
            return ["+CGACT: (0,1)"]
        case Form.READ:
            return [f"+CGACT: {number},{int(c.active)}" for number, c in sorted(contexts.items())]
    state = request.integer(0)
    numbers = [_number(modem, request, 1)] if len(request.arguments) > 1 else list(contexts)
    if state > 1 or any(number not in contexts for number in numbers):
        raise CmeError(50)
    if state and not (modem.packet.attached and modem.reachable):
        raise CmeError(30)
    for number in numbers:
        contexts[number].active = bool(state)
    return []


def attach(terminal: Terminal, request: Request) -> Answer:
    """+CGATT: attached to the packet domain or not."""
    modem = terminal.modem
    match request.form:
        case Form.TEST:
            return ["+CGATT: (0,1)"]
        case Form.READ:
            return [f"+CGATT: {int(modem.packet.attached and modem.reachable)}"]
    state = request.integer(0)
    if state > 1:
        raise CmeError(50)
    if state and not modem.reachable:
        raise CmeError(30)
    modem.packet.attached = bool(state)
    if not state:
        for context in modem.packet.contexts.values():
            context.active = False
    return []


def quectel_context(terminal: Terminal, request: Request) -> Answer:
    """+QICSGP: a context for the module's own stack, with its login."""
    modem = terminal.modem
    contexts = modem.packet.contexts
    if request.form is Form.TEST:
        return [f"+QICSGP: (1-{modem.profile.contexts}),(1-3),<apn>,<user>,<password>,(0-3)"]
    if request.form is not Form.SET:
        raise CmeError(50)
    number = _number(modem, request)
    if len(request.arguments) == 1:
        context = contexts.get(number, Context("IP"))
        kind = QUECTEL_TYPES.index(context.kind) + 1 if context.kind in QUECTEL_TYPES else 1
        login = f'"{context.apn}","{context.user}","{context.password}",{context.authentication}'
        return [f"+QICSGP: {kind},{login}"]
    kind, authentication = request.integer(1), request.integer(5, 0)
    if not 1 <= kind <= len(QUECTEL_TYPES) or authentication > 3:
        raise CmeError(50)
    contexts[number] = Context(
        QUECTEL_TYPES[kind - 1],
        _apn(request.string(2)),
        user=request.string(3, ""),
        password=request.string(4, ""),
        authentication=authentication,
    )
    return []


def quectel_configuration(terminal: Terminal, request: Request) -> Answer:
    """+QCFG: a setting by its name, read when no value is given."""
    modem = terminal.modem
    known = modem.profile.configuration
    if request.form is Form.TEST:
        return [
            f'+QCFG: "{key}",({",".join(str(value) for value in values)})'
            for key, values in known.items()
        ]
    key = request.string(0) if request.form is Form.SET else ""
    if key not in known:
        raise CmeError(50)
    chosen = modem.packet.configuration
    if len(request.arguments) == 1:
        return [f'+QCFG: "{key}",{chosen.get(key, known[key][0])}']
    value, at_once = request.integer(1), request.integer(2, 0)
    if value not in known[key] or at_once > 1:
        raise CmeError(50)
    chosen[key] = value
    return []


def default_context(terminal: Terminal, request: Request) -> Answer:
    """+UCGDFLT: the context that u-blox attaches with; <set to> 1 keeps it."""
    modem = terminal.modem
    match request.form:
        case Form.TEST:
            kinds = ",".join(f'"{kind}"' for kind in PACKET_TYPES[:3])
            return [f"+UCGDFLT: (0,1),({kinds})"]
        case Form.READ:
            context = modem.packet.default_context or Context("IP")
            return [f'+UCGDFLT: "{context.kind}","{context.apn}"']
        case Form.EXECUTE:
            raise CmeError(50)
    if request.integer(0) > 1:
        raise CmeError(50)
    context = Context(_kind(request.string(1)), _apn(request.string(2, "")))
    modem.packet.default_context = context
    return []


# u-blox +UDCONF: how networks are searched for abroad.
ROAMING_SEARCH = 20


def device_configuration(terminal: Terminal, request: Request) -> Answer:
    """+UDCONF: u-blox's own settings by number; the one for roaming is modelled."""
    if request.form is Form.TEST:
        return []
    if request.form is not Form.SET:
        raise UnknownCommandError
    chosen = terminal.modem.packet.configuration
    if request.integer(0) != ROAMING_SEARCH:
        raise CmeError(4)
    key = str(ROAMING_SEARCH)
    if len(request.arguments) == 1:
        return [f"+UDCONF: {key},{chosen.get(key, 0)}"]
    if (value := request.integer(1)) > 2:
        raise CmeError(50)
    chosen[key] = value
    return []


COMMANDS = {
    "+CGDCONT": Command(define_context, Access.SIM),
    "+CGACT": Command(activate, Access.SIM),
    "+CGATT": Command(attach, Access.SIM),
    "+QICSGP": Command(quectel_context, Access.SIM, optional=True),
    "+QCFG": Command(quectel_configuration, optional=True),
    "+UCGDFLT": Command(default_context, Access.SIM, optional=True),
    "+UDCONF": Command(device_configuration, optional=True),
}
