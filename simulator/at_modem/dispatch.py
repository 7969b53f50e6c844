"""From a request to its answer: may it be now, who answers it, how long does it take."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from .commands import COMMANDS, Access, Command
from .commands.base import accept
from .errors import CmeError, CmsError, UnknownCommandError
from .sim import Sim
from .syntax import Form, Request

if TYPE_CHECKING:
    from .modem import AtModem
    from .terminal import Answer, Terminal

# +CMS ERROR (TS 27.005 clause 3.2.5) for the same +CME ERROR (TS 27.007 clause 9.2).
_MESSAGE_CODES = {10: 310, 14: 314, 12: 316, 11: 311}


def latency(modem: AtModem, request: Request) -> float:
    """Return the seconds that the real device would need for a command, by the pace."""
    return modem.pace * modem.profile.latencies.get(request.text, 0.0)


def carry_out(terminal: Terminal, request: Request) -> Answer | Awaitable[Answer]:
    """Carry out a command and return its information lines; AtError refuses it."""
    modem = terminal.modem
    vendor = _vendor_answer(modem, request)
    if vendor is not None:
        return vendor
    command = _known(modem, request.name)
    if command is None and request.name in modem.profile.accepted:
        return accept(terminal, request)
    if command is None:
        raise UnknownCommandError
    if request.form is not Form.TEST:
        _permit(modem, command.access)
    return command.handler(terminal, request)


def _known(modem: AtModem, name: str) -> Command | None:
    """Return a command that the model knows."""
    profile, command = modem.profile, COMMANDS.get(name)
    if command is None or name in profile.lacks:
        return None
    return None if command.optional and name not in profile.has else command


def _vendor_answer(modem: AtModem, request: Request) -> Answer | None:
    """Return the profile's own answer to a command, if it has one."""
    profile = modem.profile
    lines = profile.sim_answers.get(request.text)
    if lines is None:
        return None
    locked_too = profile.iccid_before_pin or request.name not in profile.iccid_commands
    _permit(modem, Access.CARD if locked_too else Access.SIM)
    sim = modem.sim or Sim()
    values = {
        "iccid": sim.iccid,
        "iccid_swapped": sim.swapped_iccid,
        "state": sim.state,
        "pin": sim.pin_tries,
        "puk": sim.puk_tries,
        "tries": sim.wanted_tries,
    }
    return [line.format_map(values) for line in lines]


def _permit(modem: AtModem, access: Access) -> None:
    """Refuse what the card does not allow now."""
    if access is Access.ANY:
        return
    sim = modem.sim
    if sim is None:
        code = 10
    elif not modem.sim_ready:
        code = 14
    elif access is Access.CARD or modem.usable:
        return
    else:
        code = 12 if sim.needs_puk else 11
    if access is Access.MESSAGES:
        raise CmsError(_MESSAGE_CODES[code])
    raise CmeError(code)
