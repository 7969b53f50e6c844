"""Who the modem is (3GPP TS 27.007 clauses 5.1 to 5.4, ITU-T V.250 clause 6.1)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..syntax import Form, Request
from .base import Command

if TYPE_CHECKING:
    from ..modem import AtModem
    from ..terminal import Answer, Handler, Terminal


def tells(lines: Callable[[AtModem], list[str]]) -> Handler:
    """Return a handler that gives fixed lines."""

    def handler(terminal: Terminal, request: Request) -> Answer:
        return [] if request.form is Form.TEST else lines(terminal.modem)

    return handler


manufacturer = Command(tells(lambda modem: [modem.profile.manufacturer]))
model = Command(tells(lambda modem: [modem.profile.model]))
revision = Command(tells(lambda modem: [modem.profile.revision]))
serial = Command(tells(lambda modem: [modem.profile.serial.format(imei=modem.imei)]))

COMMANDS = {
    "+CGMI": manufacturer,
    "+GMI": manufacturer,
    "+CGMM": model,
    "+GMM": model,
    "+CGMR": revision,
    "+GMR": revision,
    "+CGSN": serial,
    "+GSN": serial,
    "+GCAP": Command(tells(lambda modem: [modem.profile.capabilities])),
    "I": Command(
        tells(lambda modem: [line.format(imei=modem.imei) for line in modem.profile.identification])
    ),
}
