"""One session: an open link that the service centre has let us in by."""

from collections.abc import Callable

from ..errors import GatewayAuthenticationError, GatewayError, Reason
from ..models import GatewayInfo
from .client import SmppClient
from .codec.pdu import Address, Pdu, decode_bind_response, encode_bind
from .codec.status import LOGIN_REFUSED, OK, refusal
from .opening import open_link
from .receive import Receiver
from .send import Sender
from .settings import SmppSettings, TlsContext


class Session:
    """From the open link to its loss; a gateway makes one after the other."""

    def __init__(
        self,
        settings: SmppSettings,
        receiver: Receiver,
        *,
        ended: Callable[[Session, GatewayError], None],
        changed: Callable[[], None],
    ) -> None:
        """Take what outlives the session; `ended` hears of its loss, `changed` of the queue."""
        self._settings = settings
        self._receiver = receiver
        self._ended = ended
        self._changed = changed
        self._client: SmppClient | None = None
        self._sender: Sender | None = None
        self._is_bound = False

    @property
    def sender(self) -> Sender:
        """Who sends; there is one from `open` on."""
        if self._sender is None:
            raise RuntimeError("the session is not open")
        return self._sender

    @property
    def queued(self) -> int:
        """How many parts wait or are on their way."""
        return self._sender.queued if self._sender is not None else 0

    async def open(self, tls_context: TlsContext | None) -> GatewayInfo:
        """Connect and log in.

        Raises GatewayAuthenticationError, GatewayRefusedError, GatewayConnectionError,
        GatewayTimeoutError; then the session is to be closed.
        """
        reader, writer = await open_link(self._settings, tls_context)
        self._receiver.begin()
        self._client = client = SmppClient(
            reader,
            writer,
            delivered=self._delivered,
            answered=self._receiver.answered,
            lost=lambda error: self._ended(self, error),
            clocks=self._settings.clocks,
        )
        self._sender = Sender(client, self._settings, self._changed)
        info = await self._bind(client)
        client.keep_alive()
        client.begin(self._receiver.run(client), "smpp receiver")
        return info

    def _delivered(self, pdu: Pdu) -> None:
        """Take a delivery, which may come right behind the response to the bind."""
        if self._client is not None:
            self._receiver.deliver(self._client, pdu)

    async def _bind(self, client: SmppClient) -> GatewayInfo:
        """Log in, and tell who has let us in."""
        settings = self._settings
        answer = await client.ask(
            settings.mode.command, _login(settings), limit=settings.clocks.bind
        )
        if answer.status in LOGIN_REFUSED:
            raise GatewayAuthenticationError(Reason.LOGIN_WRONG, refusal(answer.status).code)
        if answer.status != OK:
            raise refusal(answer.status)
        self._is_bound = True
        name, version = decode_bind_response(answer.body)
        spoken = f"SMPP {version >> 4}.{version & 15}" if version else None
        return GatewayInfo(model=name or "SMSC", firmware=spoken)

    async def close(self) -> None:
        """Log out where we are in, and drop the link."""
        if (client := self._client) is not None:
            if self._is_bound:
                await client.unbind()
            await client.close()
            await self._receiver.settle()
            self._receiver.end()
            self._client = None


def _login(settings: SmppSettings) -> bytes:
    """Return the body of a bind; raises GatewayAuthenticationError for what no bind can say."""
    served = Address(settings.address_range, settings.address_ton, settings.address_npi)
    try:
        return encode_bind(settings.system_id, settings.password, settings.system_type, served)
    except UnicodeEncodeError:
        raise GatewayAuthenticationError(Reason.LOGIN_WRONG, "letters SMPP does not have") from None
