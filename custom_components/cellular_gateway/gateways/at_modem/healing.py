"""What helps a modem that answers and yet finds no network, and when it is time for it."""

import logging

from ..errors import GatewayConnectionError, GatewayTimeoutError, Reason
from .client import AtClient
from .codec.commands import setting

_LOGGER = logging.getLogger(__name__)

# TS 27.007 clause 8.2: 4 disables the radio and leaves the SIM as it is, so that no PIN is wanted
# again; 0 is what a modem without 4 has.
_RADIO_OFF = ("AT+CFUN=4", "AT+CFUN=0")
_RADIO_ON = "AT+CFUN=1"


class Patience:
    """Tells when a radio that finds no network is to be switched off and on: ever less often."""

    def __init__(self, first: float, longest: float) -> None:
        """Wait so many seconds at first, twice as long each time, and at most the longest."""
        self._first = first
        self._longest = longest
        self._wait = first
        self._since: float | None = None

    def is_over(self, now: float, *, registered: bool) -> bool:
        """Take how it stands at a moment (s); tell whether it is time, and wait anew if it is."""
        if registered:
            self._since, self._wait = None, self._first
            return False
        if self._since is None:
            self._since = now
        if now - self._since < self._wait:
            return False
        self._since, self._wait = now, min(self._wait * 2, self._longest)
        return True


async def switch_radio(client: AtClient) -> None:
    """Switch the radio off and on.

    Raises GatewayConnectionError when it may have stayed off; `connect` switches it on.
    """
    _LOGGER.debug("no network for long: the radio is switched off and on")
    for off in _RADIO_OFF:
        try:
            answer = await client.run(setting(off).within(client.limits.radio))
        except GatewayTimeoutError:
            break
        if answer.ok:
            break
    else:
        return
    try:
        on = await client.run(setting(_RADIO_ON).within(client.limits.radio))
    except GatewayTimeoutError as error:
        raise GatewayConnectionError(Reason.CONNECTION_LOST, "the radio stayed off") from error
    if not on.ok:
        raise GatewayConnectionError(Reason.CONNECTION_LOST, "the radio stayed off")
