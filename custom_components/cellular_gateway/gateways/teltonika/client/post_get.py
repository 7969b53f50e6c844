"""SMS Post/Get: the CGI programs of a router."""

from collections.abc import Sequence
from dataclasses import replace
import time
from typing import Final

from ...errors import GatewayError, GatewayRefusedError, GatewayTimeoutError, Reason
from ..codec import post_get
from ..codec.messages import RouterSms
from ..settings import Clocks, Login
from .http import ENDLESS, Http

# How long (s) a list that stays the same needs no reading: a busy modem may have told of nothing.
_READ_AGAIN: Final = 300.0
_OPEN: Final = (post_get.MODEM_SILENT, post_get.SENSELESS, ENDLESS)


class PostGetClient:
    """Runs the programs, by POST: in a URL the login would be logged, and a long text refused.

    All methods raise what `post_get.check` and `Http.request` do.
    """

    def __init__(self, http: Http, login: Login, clocks: Clocks) -> None:
        """Use the login of Post/Get, which is not that of the router."""
        self._http = http
        self._login = login
        self._clocks = clocks
        self._printed = ""
        self._read_again_at = 0.0
        self._listed: Sequence[RouterSms] = ()
        self._known: set[str] = set()

    async def _run(self, program: str, limit: float | None = None, **values: str) -> str:
        """Run a program and return what it prints."""
        reply = await self._http.request(
            "POST",
            f"/cgi-bin/{program}",
            limit=limit or self._clocks.request,
            form={"username": self._login.username, "password": self._login.password} | values,
        )
        return post_get.check(reply.status, reply.text)

    async def list_messages(self) -> list[RouterSms]:
        """List all stored messages.

        A stranger can write into a text what the list has between messages. So where there may be
        several, the list tells no more than the indexes, and each message is read by itself. What
        cannot be read now is returned as it is listed, which is not certain.
        """
        printed = await self._run("sms_list")
        if printed != self._printed or time.monotonic() > self._read_again_at:
            found = post_get.parse_messages(printed)
            if not post_get.certain(printed):
                found = await self._read_each(found)
            certain = [each for each in found if each.is_certain]
            pause = _READ_AGAIN if len(certain) == len(found) else self._clocks.retry
            self._read_again_at = time.monotonic() + pause
            self._printed, self._listed = printed, found
            self._known = {each.identity for each in certain}
        return list(self._listed)

    async def _read_each(self, listed: Sequence[RouterSms]) -> list[RouterSms]:
        """Read what lies at each index that is told of."""
        told: dict[int, list[RouterSms]] = {}
        for each in listed:
            if each.index is not None:
                told.setdefault(each.index, []).append(each)
        return [
            message
            for index, entries in told.items()
            for message in await self._read_listed(index, entries)
        ]

    async def _read_listed(self, index: int, told: list[RouterSms]) -> list[RouterSms]:
        """Read the message at an index, unless it is known and only that is told of it.

        It is known from then on, also when those after it cannot be read.
        """
        if len(told) == 1 and told[0].identity in self._known:
            return told
        try:
            message = await self.read_message(index)
        except GatewayRefusedError as error:
            if error.reason is not Reason.REFUSED:
                raise
            return [replace(each, is_certain=False) for each in told] if error.temporary else []
        if message is None:
            return []
        self._known.add(message.identity)
        return [replace(message, is_read=told[0].is_read)]

    async def read_message(self, index: int) -> RouterSms | None:
        """Read the message at an index, None when there is none."""
        return post_get.parse_message(await self._run("sms_read", number=str(index)))

    async def total(self) -> tuple[int | None, int | None]:
        """Ask how many messages are stored, and how many can be."""
        return post_get.parse_total(await self._run("sms_total"))

    async def delete(self, index: int) -> None:
        """Delete the message at an index."""
        post_get.check_done(await self._run("sms_delete", number=str(index)))

    async def send(self, *, number: str | None, group: str | None, text: str) -> None:
        """Send a text to a number, or to a group of the router's phone groups.

        Raises GatewayTimeoutError also when a silent modem, an error of the router's web server,
        or an answer that is none of the known leaves it open whether the text was sent.
        """
        recipient = {"group": group} if group else {"number": post_get.wire_number(number or "")}
        try:
            reply = await self._run("sms_send", self._clocks.send, **recipient, text=text)
            post_get.check_done(reply)
        except GatewayRefusedError as error:
            raise _of_send(error) from None


def _of_send(error: GatewayRefusedError) -> GatewayError:
    """Tell a refusal from what leaves the outcome open."""
    is_open = error.code in _OPEN or error.code.startswith("HTTP 5")
    return GatewayTimeoutError(error.code) if is_open else error
