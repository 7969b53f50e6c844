"""The choice of a network (3GPP TS 27.007 clause 7.3)."""

from typing import TYPE_CHECKING

from ...plans import Operator
from ..errors import CmeError
from ..radio import REACHABLE, Registration
from ..syntax import Form, Request
from .base import Access, Command

if TYPE_CHECKING:
    from ..modem import AtModem
    from ..terminal import Answer, Terminal

AUTOMATIC, MANUAL, DEREGISTER, MANUAL_THEN_AUTOMATIC = 0, 1, 2, 4
# <stat> of a network that a scan finds.
AVAILABLE, CURRENT, FORBIDDEN = 1, 2, 3


def operator(terminal: Terminal, request: Request) -> Answer:
    """+COPS: the operator, the search for others, the choice, and the format of its name."""
    modem = terminal.modem
    match request.form:
        case Form.TEST:
            found = ",".join(_found(modem, each) for each in _networks(modem))
            return [f"+COPS: {found},,(0-4),(0-2)"]
        case Form.READ:
            return [_shown(modem)]
    mode = request.integer(0, AUTOMATIC)
    match mode:
        case 0:
            _choose_automatically(modem)
        case 1 | 4:
            _choose(modem, request)
        case 2:
            modem.radio.selection = DEREGISTER
            modem.set_registration(Registration.NOT_REGISTERED)
        case 3:
            if (form := request.integer(1)) > 2:
                raise CmeError(50)
            modem.settings.operator_format = form
        case _:
            raise CmeError(50)
    return []


def _names(network: Operator) -> tuple[str, str, str]:
    """Return the name of a network in the three formats."""
    return network.long, network.short, network.numeric


def _networks(modem: AtModem) -> list[Operator]:
    """Return the networks that a scan finds, the current one first."""
    known = [modem.operator, modem.network.operator, *modem.network.operators]
    return list(dict.fromkeys(known))


def _registered(modem: AtModem) -> bool:
    """Tell whether the modem is registered in some domain."""
    return any(modem.registration(domain) in REACHABLE for domain in modem.profile.domains)


def _access(modem: AtModem) -> str:
    """Return the access technology as the model shows it."""
    return f",{modem.radio.access}" if modem.profile.operator_with_access else ""


def _found(modem: AtModem, network: Operator) -> str:
    """Return a network as a scan shows it."""
    state = FORBIDDEN if network.forbidden else AVAILABLE
    if network == modem.operator and _registered(modem):
        state = CURRENT
    names = ",".join(f'"{name}"' for name in _names(network))
    return f"({state},{names}{_access(modem)})"


def _shown(modem: AtModem) -> str:
    """Return the operator as the read form shows it."""
    settings, selection = modem.settings, modem.radio.selection
    if not _registered(modem):
        return f"+COPS: {selection}"
    name = _names(modem.operator)[settings.operator_format]
    shown = settings.encode(name) if settings.operator_format < 2 else name
    return f'+COPS: {selection},{settings.operator_format},"{shown}"{_access(modem)}'


def _choose_automatically(modem: AtModem) -> None:
    """Leave the choice to the modem, which goes home."""
    radio = modem.radio
    if radio.selection != AUTOMATIC:
        radio.operator = None
        radio.selection = AUTOMATIC
        modem.set_registration(Registration.HOME)
    elif not radio.reachable:
        modem.set_registration(Registration.HOME)


def _choose(modem: AtModem, request: Request) -> None:
    """Register with a network by its name; CmeError 30 or 32 when that cannot be had."""
    form, name = request.integer(1), request.string(2)
    if form > 2:
        raise CmeError(50)
    if form < 2:
        name = modem.settings.decode(name)
    wanted = next((each for each in _networks(modem) if _names(each)[form] == name), None)
    modem.radio.selection = MANUAL
    if wanted is not None and not wanted.forbidden:
        modem.radio.operator = wanted
        modem.set_registration(Registration.ROAMING if wanted.roams else Registration.HOME)
        return
    if request.integer(0) == MANUAL_THEN_AUTOMATIC:
        _choose_automatically(modem)
        return
    modem.radio.operator = None
    modem.set_registration(Registration.SEARCHING if wanted is None else Registration.DENIED)
    raise CmeError(30 if wanted is None else 32)


COMMANDS = {"+COPS": Command(operator, Access.SIM)}
