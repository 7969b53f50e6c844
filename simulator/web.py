"""What every handler of the control interface needs."""

from json import JSONDecodeError

from aiohttp import web

from .at_modem import AtModem, Sim
from .fields import mapping


async def body_of(request: web.Request) -> dict[str, object]:
    """Return the JSON object of a request, empty without a body."""
    if not request.can_read_body:
        return {}
    try:
        body = await request.json()
    except JSONDecodeError as error:
        raise ValueError("the body is no JSON") from error
    return mapping(body)


def card_of(modem: AtModem) -> Sim:
    """Return the SIM card of a modem."""
    if modem.sim is None:
        raise ValueError("the modem has no SIM card")
    return modem.sim


def done() -> web.Response:
    """Answer that it is done."""
    return web.json_response({"ok": True})
