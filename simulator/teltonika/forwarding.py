"""SMS forwarding to HTTP, as the manual describes it (RUT240 manual, "SMS Forwarding To HTTP")."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field
import ssl
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from .modem import RouterSms

TIMEOUT = 10.0
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


@dataclass(slots=True)
class Forwarding:
    """The settings of the page: where to, how, and under which names.

    `answers` are the HTTP statuses that came back, 0 where nobody was there.
    """

    url: str
    method: str = "get"
    number_name: str = "Sender"
    text_name: str = "Text"
    extra: tuple[tuple[str, str], ...] = ()
    base64: bool = False
    listed: frozenset[str] = frozenset()
    enabled: bool = True
    answers: list[int] = field(default_factory=list)

    def wants(self, message: RouterSms) -> bool:
        """Tell whether a message is forwarded: all are, or those of the listed senders."""
        return self.enabled and (not self.listed or message.sender in self.listed)

    def query(self, message: RouterSms) -> str:
        """Return the pairs of a message, percent-encoded; without base64 only ASCII survives."""
        text = message.text.encode()
        told = b64encode(text).decode() if self.base64 else _ascii(message.text)
        pairs = ((self.number_name, message.sender), (self.text_name, told), *self.extra)
        return urlencode(pairs, quote_via=quote, safe="")

    async def forward(self, message: RouterSms) -> None:
        """Send a message on, once, whatever is answered."""
        try:
            async with asyncio.timeout(TIMEOUT):
                self.answers.append(await self._request(self.query(message)))
        except OSError, ValueError:
            self.answers.append(0)

    async def _request(self, query: str) -> int:
        """Send the pairs as the chosen method does, octet for octet, and return the status."""
        url = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(url.hostname, url.port, ssl=_tls(url))
        try:
            writer.write(self._head(url, query).encode())
            await writer.drain()
            return int((await reader.readline()).split()[1])
        except IndexError as error:
            raise ValueError("no status line") from error
        finally:
            writer.close()

    def _head(self, url: SplitResult, query: str) -> str:
        """Write the whole request."""
        host = f"Host: {url.netloc}\r\nConnection: close\r\n"
        if self.method == "get":
            return f"GET {url.path}?{query} HTTP/1.1\r\n{host}\r\n"
        length = f"Content-Length: {len(query)}\r\n"
        return f"POST {url.path} HTTP/1.1\r\n{host}{FORM}{length}\r\n{query}"


def _tls(url: SplitResult) -> ssl.SSLContext | None:
    """Return what HTTPS needs; certificates are ignored, which is the default of the page."""
    if url.scheme != "https":
        return None
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _ascii(text: str) -> str:
    """Return a text with a question mark for every character that is no ASCII."""
    return text.encode("ascii", "replace").decode()
