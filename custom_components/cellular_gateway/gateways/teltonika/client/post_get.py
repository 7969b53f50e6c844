"""SMS Post/Get: the CGI programs of a router."""

from collections import Counter
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
# So often in a row a message that cannot be read keeps the list from being believed. Then it is
# passed over: a stranger may have written its index.
_MOST_TRIES: Final = 2
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
        self._read_at = 0.0
        self._listed: Sequence[RouterSms] = ()
        self._known: set[str] = set()
        self._tries: Counter[int] = Counter()

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
        several, the list tells no more than the indexes, and each message is read by itself.
        """
        printed = await self._run("sms_list")
        now = time.monotonic()
        if printed != self._printed or now - self._read_at > _READ_AGAIN:
            found = post_get.parse_messages(printed)
            if not post_get.certain(printed):
                found = await self._read_each(found)
            self._printed, self._listed, self._read_at = printed, found, now
            self._known = {each.identity for each in found}
        return list(self._listed)

    async def _read_each(self, listed: Sequence[RouterSms]) -> list[RouterSms]:
        """Read what lies at each index, unless that was read before and only that is told of it.

        Raises GatewayRefusedError when one cannot be read now; the others are known from then on.
        """
        told = Counter(each.index for each in listed)
        found: dict[int, RouterSms | None] = {}
        refused: GatewayRefusedError | None = None
        for each in listed:
            if each.index is None or each.index in found:
                continue
            if told[each.index] == 1 and each.identity in self._known:
                found[each.index] = each
                continue
            found[each.index] = None
            try:
                found[each.index] = await self._read_listed(each, each.index)
            except GatewayRefusedError as error:
                if self._may_be_read_yet(each.index, error):
                    refused = error
        if refused is not None:
            raise refused
        self._tries = Counter({index: self._tries[index] for index in self._tries.keys() & found})
        return [message for message in found.values() if message is not None]

    async def _read_listed(self, listed: RouterSms, index: int) -> RouterSms | None:
        """Read a listed message, and know it from now on."""
        message = await self.read_message(index)
        self._tries.pop(index, None)
        if message is None:
            return None
        self._known.add(message.identity)
        return replace(message, is_read=listed.is_read)

    def _may_be_read_yet(self, index: int, error: GatewayRefusedError) -> bool:
        """Whether to wait for a message that was refused; raises what is said against them all."""
        if error.reason is not Reason.REFUSED:
            raise error
        self._tries[index] += 1
        return error.temporary and self._tries[index] <= _MOST_TRIES

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
