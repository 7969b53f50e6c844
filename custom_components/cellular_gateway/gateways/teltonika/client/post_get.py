"""SMS Post/Get: the CGI programs of a router."""

from ...errors import GatewayError, GatewayRefusedError, GatewayTimeoutError
from ..codec import post_get
from ..codec.messages import RouterSms
from ..settings import Clocks, Login
from .http import Http


class PostGetClient:
    """Runs the programs, by POST: in a URL the login would be logged, and a long text refused.

    All methods raise what `post_get.check` and `Http.request` do.
    """

    def __init__(self, http: Http, login: Login, clocks: Clocks) -> None:
        """Use the login of Post/Get, which is not that of the router."""
        self._http = http
        self._login = login
        self._clocks = clocks

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
        """List all stored messages."""
        return post_get.parse_messages(await self._run("sms_list"))

    async def read_message(self, index: int) -> RouterSms | None:
        """Read the message at an index, None when there is none."""
        found = post_get.parse_messages(await self._run("sms_read", number=str(index)))
        return found[0] if found else None

    async def total(self) -> tuple[int | None, int | None]:
        """Ask how many messages are stored, and how many can be."""
        return post_get.parse_total(await self._run("sms_total"))

    async def delete(self, index: int) -> None:
        """Delete the message at an index."""
        post_get.check_done(await self._run("sms_delete", number=str(index)))

    async def send(self, *, number: str | None, group: str | None, text: str) -> None:
        """Send a text to a number, or to a group of the router's phone groups.

        Raises GatewayTimeoutError also when a silent modem, or an error of the router's web server,
        leaves it open whether the text was sent.
        """
        recipient = {"group": group} if group else {"number": post_get.wire_number(number or "")}
        try:
            reply = await self._run("sms_send", self._clocks.send, **recipient, text=text)
        except GatewayRefusedError as error:
            raise _of_send(error) from None
        post_get.check_done(reply)


def _of_send(error: GatewayRefusedError) -> GatewayError:
    """Tell a refusal from what leaves the outcome open."""
    is_open = error.code == post_get.MODEM_SILENT or error.code.startswith("HTTP 5")
    return GatewayTimeoutError(error.code) if is_open else error
