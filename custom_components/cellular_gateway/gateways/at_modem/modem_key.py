"""Which modem is the one that was set up: a path may lead to another one some day."""

import contextlib
from typing import Final

from ..consumers import Memory
from ..errors import GatewayConnectionError, NotKeptError, Reason
from .codec.sim import parse_imei
from .settings import AtModemSettings

_IMEI: Final = "imei"


async def known_imei(memory: Memory, settings: AtModemSettings) -> str | None:
    """Return the IMEI of the modem that was set up; None while it never told one.

    Some modems tell it only after they were set up: then it is the first that was heard.
    """
    if imei := parse_imei(settings.identity or ""):
        return imei
    with contextlib.suppress(NotKeptError):
        return await memory.get(_key(settings))
    return None


async def recognise_modem(memory: Memory, settings: AtModemSettings, imei: str | None) -> None:
    """See that it is the modem that was set up, and commit its IMEI where that is news.

    Raises GatewayConnectionError when it surely is another one.
    """
    if imei is None:
        return
    known = await known_imei(memory, settings)
    if known is None:
        with contextlib.suppress(NotKeptError):
            await memory.set(_key(settings), imei)
    elif imei != known:
        raise GatewayConnectionError(Reason.OTHER_MODEM)


def _key(settings: AtModemSettings) -> str:
    """Name what is remembered; a modem that a person had replaced has another identity."""
    return f"{_IMEI}:{settings.identity or ''}"
