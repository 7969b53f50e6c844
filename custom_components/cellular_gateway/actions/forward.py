"""Forward a text to a web server, in the form that Teltonika's routers use.

RUT240 manual, chapter SMS Gateway: "SMS Forwarding To HTTP".
"""

from base64 import b64encode
from collections.abc import Iterator
from http import HTTPMethod
import re
from typing import Any, Final
from urllib.parse import quote, urlencode

import aiohttp
from homeassistant.const import CONF_TIMEOUT, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import voluptuous as vol
from yarl import URL

from ..const import CONF_NUMBER, DOMAIN
from ..sms.errors import MessageError
from ..sms.numbers import normalize_number
from .send import ATTR_TEXT, NUMBER

ATTR_BASE64 = "base64"
ATTR_METHOD = "method"
ATTR_NUMBER_NAME = "number_name"
ATTR_TEXT_NAME = "text_name"
EXTRA_PAIRS: Final = (
    ("extra_1_name", "extra_1_value"),
    ("extra_2_name", "extra_2_value"),
)
# What an address asks for may hold another address.
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
NAME = vol.All(cv.string, vol.Strip, vol.Length(min=1))

FORWARD_HTTP_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_URL): cv.string,
        vol.Optional(ATTR_METHOD, default=HTTPMethod.GET): vol.All(
            cv.string, vol.Upper, vol.In([HTTPMethod.GET, HTTPMethod.POST])
        ),
        vol.Required(CONF_NUMBER): NUMBER,
        vol.Required(ATTR_TEXT): cv.string,
        vol.Optional(ATTR_NUMBER_NAME, default="Sender"): NAME,
        vol.Optional(ATTR_TEXT_NAME, default="Text"): NAME,
        **{vol.Optional(key, default=""): cv.string for pair in EXTRA_PAIRS for key in pair},
        vol.Optional(ATTR_BASE64, default=False): cv.boolean,
        vol.Optional(CONF_VERIFY_SSL, default=True): cv.boolean,
        # Seconds, for the whole exchange.
        vol.Optional(CONF_TIMEOUT, default=10): vol.All(
            vol.Coerce(float), vol.Range(min=1, max=60)
        ),
    }
)


async def forward_http(call: ServiceCall) -> ServiceResponse:
    """Hand a text to a web server; return the status of its answer, which is 200 to 299.

    No error names the URL, which may hold a password, the number or the text. A redirection is not
    followed, so that the text goes nowhere else. Only administrators may reach any server that Home
    Assistant reaches.
    """
    data = call.data
    pairs = _encoded(data)
    url = _url(data[CONF_URL])
    body = None
    if data[ATTR_METHOD] == HTTPMethod.GET:
        url = _with_query(url, pairs)
    else:
        body = pairs.encode("ascii")
    status = await _status(call, url, body)
    if not 200 <= status < 300:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="forward_refused",
            translation_placeholders={"status": str(status)},
        )
    return {"status": status}


async def _status(call: ServiceCall, url: URL, body: bytes | None) -> int:
    """Make the request; the causes of errors are dropped, since their words hold the URL."""
    session = async_get_clientsession(call.hass, verify_ssl=call.data[CONF_VERIFY_SSL])
    try:
        async with session.request(
            call.data[ATTR_METHOD],
            url,
            data=body,
            headers=None if body is None else {"Content-Type": "application/x-www-form-urlencoded"},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=call.data[CONF_TIMEOUT]),
        ) as response:
            return response.status
    except TimeoutError:
        error = HomeAssistantError(translation_domain=DOMAIN, translation_key="forward_no_answer")
    except aiohttp.ClientConnectorCertificateError:
        error = HomeAssistantError(translation_domain=DOMAIN, translation_key="forward_certificate")
    except aiohttp.ClientError:
        error = HomeAssistantError(translation_domain=DOMAIN, translation_key="forward_failed")
    raise error


def _encoded(data: dict[str, Any]) -> str:
    """Return names and values as a query string; a blank is %20, as the routers write it."""
    return urlencode(list(_pairs(data)), errors="replace", quote_via=quote, safe="")


def _pairs(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name every value that is forwarded, in the routers' order."""
    text: str = data[ATTR_TEXT]
    if data[ATTR_BASE64]:
        text = b64encode(text.encode(errors="replace")).decode("ascii")
    yield data[ATTR_NUMBER_NAME], _number(data[CONF_NUMBER])
    yield data[ATTR_TEXT_NAME], text
    for name, value in EXTRA_PAIRS:
        if data[name]:
            yield data[name], data[value]


def _number(number: str | int) -> str:
    """Return a number as it is; one that lost its plus gets it back."""
    if isinstance(number, str):
        return number
    try:
        return normalize_number(number, None)
    except MessageError:
        return str(number)


def _url(text: str) -> URL:
    """Read a URL, or a host with or without a port; raise `ServiceValidationError` for others."""
    try:
        url = URL(text.strip() if _SCHEME.match(text.strip()) else f"http://{text.strip()}")
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="forward_url")
    return url.with_fragment(None)


def _with_query(url: URL, pairs: str) -> URL:
    """Add an encoded query string behind the one that is there, without encoding it again."""
    query = f"{url.raw_query_string}&{pairs}" if url.raw_query_string else pairs
    return URL(f"{url.with_query(None)}?{query}", encoded=True)
