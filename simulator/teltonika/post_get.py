"""SMS Post/Get: the CGI programs of the RUT240 manual, with the replies of its page 114."""

from collections.abc import Mapping
import re
from typing import TYPE_CHECKING

from aiohttp import web

from ..network import RpError
from .modem import RouterModem, RouterSms

if TYPE_CHECKING:
    from .router import Router

OK = "OK\n"
ERROR = "ERROR\n"
TIMEOUT = "TIMEOUT\n"
WRONG_NUMBER = "WRONG_NUMBER\n"
NO_MESSAGE = "NO MESSAGE\n"
NO_MESSAGES = "NO MESSAGES\n"
OUT_OF_RANGE = "out of range\n"
DISABLED = "Disabled\n"
BAD_LOGIN = "Bad username or password\n"
RULE = "-" * 30

# The default alphabet and the limit of a URL on these routers.
MAX_URL = 1024
_PRINTED_RULE = re.compile(r"^-{10,}\s*^(?=Index: \d)", re.MULTILINE)
_NUMBER = re.compile(r"(00|\+)\d{7,15}|\d{2,6}")


class PostGet:
    """The service of that name; off by default, as the manual says."""

    def __init__(self, router: Router) -> None:
        """Belong to a router."""
        self._router = router
        self.enabled = True
        self.username = "user1"
        self.password = "user_pass"
        # Older firmware says "Bad username or password" with 200.
        self.bad_login_status = 401
        self.says_empty = True
        # The reply to an index that the storage cannot have.
        self.beyond = WRONG_NUMBER
        # The indexes of messages that are not read in time.
        self.unreadable: set[int] = set()
        self.groups: dict[str, list[str]] = {}
        # What is printed in place of the stored messages, as some router was seen to do.
        self.printed: str | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return its URLs, by GET and by POST."""
        programs = {
            "sms_list": self._list,
            "sms_read": self._read,
            "sms_send": self._send,
            "sms_total": self._total,
            "sms_delete": self._delete,
        }

        def handler(name: str) -> web.RouteDef:
            async def handle(request: web.Request) -> web.StreamResponse:
                return await self._handle(request, name)

            return web.route("*", f"/cgi-bin/{name}", handle)

        self._programs = programs
        return [handler(name) for name in programs]

    @property
    def modem(self) -> RouterModem:
        """Return the modem whose messages these are."""
        return self._router.modem

    async def _handle(self, request: web.Request, name: str) -> web.StreamResponse:
        """Check the login, then run a program."""
        if len(request.raw_path) > MAX_URL:
            return web.Response(status=413, text="Request Entity Too Large\n")
        if not self.enabled:
            return web.Response(text=DISABLED)
        form = await request.post()
        values = {**request.query, **{key: str(value) for key, value in form.items()}}
        if (values.get("username"), values.get("password")) != (self.username, self.password):
            self._router.failed_logins += 1
            return web.Response(status=self.bad_login_status, text=BAD_LOGIN)
        if self._router.trouble.take("busy"):
            return web.Response(text=TIMEOUT)
        return web.Response(text=await self._programs[name](values))

    async def _list(self, values: Mapping[str, str]) -> str:
        """List all messages."""
        if self._router.trouble.take("garbage"):
            return "Index: x\nDate:\n\x00Status: what\n----\n<html>"
        if self.printed is not None:
            return self.printed
        shown = [f"{_shown(message)}{RULE}\n" for message in self.modem.listed()]
        for message in self.modem.stored:
            message.is_read = True
        return "".join(shown) or (NO_MESSAGES if self.says_empty else "")

    async def _read(self, values: Mapping[str, str]) -> str:
        """Show one message."""
        if not (number := values.get("number", "")).isdigit():
            return OUT_OF_RANGE
        if self.printed is not None:
            blocks = _PRINTED_RULE.split(self.printed)
            begin = f"Index: {number}\n"
            return next((block for block in blocks if block.startswith(begin)), NO_MESSAGE)
        if int(number) >= self.modem.capacity:
            return self.beyond
        if int(number) in self.unreadable or self._router.trouble.take("unread"):
            return TIMEOUT
        message = self.modem.find(int(number))
        return _shown(message) if message else NO_MESSAGE

    async def _send(self, values: Mapping[str, str]) -> str:
        """Send to a number or a group."""
        recipients = self._recipients(values)
        trouble = self._router.trouble
        if not recipients or not values.get("text"):
            return WRONG_NUMBER
        if trouble.take("refuse"):
            return ERROR
        try:
            await self._router.send(self.modem, recipients, values["text"])
        except RpError:
            return ERROR
        if trouble.take("swallow"):
            await self._router.swallow()
        return "\n" if trouble.take("mumble") else OK

    def _recipients(self, values: Mapping[str, str]) -> list[str]:
        """Return the numbers that are meant, none where they cannot be."""
        if "group" in values:
            return self.groups.get(values["group"], [])
        number = values.get("number", "")
        return [number] if _NUMBER.fullmatch(number) else []

    async def _total(self, values: Mapping[str, str]) -> str:
        """Show how full the storage is."""
        return f"Used: {len(self.modem.stored)}\nTotal: {self.modem.capacity}\n"

    async def _delete(self, values: Mapping[str, str]) -> str:
        """Delete one message."""
        if not (number := values.get("number", "")).isdigit():
            return WRONG_NUMBER
        return OK if self.modem.delete(int(number)) else NO_MESSAGE


def _shown(message: RouterSms) -> str:
    """Write a message as sms_list does, without the rule after it."""
    return (
        f"Index: {message.index}\n"
        f"Date: {message.received_at:%a %b %d %H:%M:%S %Y}\n"
        f"Sender: {message.sender}\n"
        f"Text: {message.text}\n"
        f"Status: {'read' if message.is_read else 'unread'}\n"
    )
