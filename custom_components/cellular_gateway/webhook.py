"""What gateways push to us over HTTP: Home Assistant's webhooks on one side, the seam on the other.

Home Assistant answers 200 for a webhook that nobody has registered, for one that it keeps from
strangers, and for one whose handler raises; to a gateway that means that its message is kept. So an
address is ours for as long as its entry exists, disabled or not, and whatever is not kept is
refused by ourselves. Only where all entries are disabled Home Assistant does not load us.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module
from ipaddress import ip_address
import traceback
from types import ModuleType

from aiohttp import ClientError, web
from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.network import NoURLAvailableError, is_cloud_connection
from homeassistant.util.network import is_local

from .const import CONF_LOCAL_ONLY, CONF_PUSH, CONF_SECRET, DOMAIN, LOGGER
from .gateways.base import Gateway
from .gateways.push import Push, PushAnswer

type Taker = Callable[[Push], Awaitable[PushAnswer]]

# A HEAD is answered by Home Assistant, and brings nothing; a PATCH it takes for no webhook.
_METHODS = ("GET", "POST", "PUT")
_LATER = PushAnswer(503, "the gateway is not set up at the moment")


def push_url(hass: HomeAssistant, webhook_id: str) -> str | None:
    """Return the URL of a webhook in the network at home, None where none is known."""
    try:
        return webhook.async_generate_url(hass, webhook_id, prefer_external=False, allow_ip=True)
    except NoURLAvailableError:
        return None


async def async_public_url(hass: HomeAssistant, webhook_id: str) -> str | None:
    """Return the URL by which the internet reaches a webhook, None where it cannot.

    With a subscription of Home Assistant Cloud it is one there, which is made if need be.
    """
    if (cloud := _cloud(hass)) is not None and cloud.async_active_subscription(hass):
        try:
            return str(await cloud.async_get_or_create_cloudhook(hass, webhook_id))
        except (HomeAssistantError, ClientError, TimeoutError) as err:
            LOGGER.debug("No URL in the cloud: %s", type(err).__name__)
    try:
        return webhook.async_generate_url(hass, webhook_id, allow_internal=False, allow_ip=True)
    except NoURLAvailableError:
        return None


async def async_give_up_public_url(hass: HomeAssistant, webhook_id: str) -> None:
    """Let go of the URL in Home Assistant Cloud, if there is one."""
    if (cloud := _cloud(hass)) is None or not cloud.async_is_logged_in(hass):
        return
    try:
        await cloud.async_delete_cloudhook(hass, webhook_id)
    except ValueError:
        LOGGER.debug("The webhook has no URL in the cloud")
    except (HomeAssistantError, ClientError, TimeoutError) as err:
        LOGGER.warning("The URL in the cloud could not be deleted: %s", type(err).__name__)


def _cloud(hass: HomeAssistant) -> ModuleType | None:
    """Return the integration of Home Assistant Cloud where it is set up.

    It is not imported elsewhere: what it needs is only installed with it.
    """
    if "cloud" not in hass.config.components:
        return None
    return import_module("homeassistant.components.cloud")


@callback
def async_receive(
    hass: HomeAssistant,
    webhook_id: str,
    name: str,
    take: Taker | None,
    *,
    local_only: bool = True,
    longest: int = Gateway.longest_push,
) -> None:
    """Hand what comes to a webhook to `take`, in place of whoever had it before.

    Bodies may have `longest` octets. Without `take` who pushes is asked to come again later.
    """

    async def handle(hass: HomeAssistant, _: str, request: web.Request) -> web.Response:
        if local_only and not _is_from_home(hass, request):
            LOGGER.warning("A push from outside of the local network was refused")
            answer = PushAnswer(403, "only for the local network")
        elif take is None:
            answer = _LATER
        else:
            answer = await _answer(request, take, longest)
        return web.Response(status=answer.status, text=answer.text)

    webhook.async_unregister(hass, webhook_id)
    webhook.async_register(hass, DOMAIN, name, webhook_id, handle, allowed_methods=_METHODS)


@callback
def async_stop_receiving(hass: HomeAssistant, webhook_id: str) -> None:
    """Let go of a webhook."""
    webhook.async_unregister(hass, webhook_id)


@callback
def async_hold_address(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Ask who pushes to an entry to come again later, until a gateway takes its pushes."""
    if webhook_id := entry.data.get(CONF_WEBHOOK_ID):
        async_receive(hass, webhook_id, entry.title, None, local_only=_is_local_only(entry))


@callback
def async_hand_over(
    hass: HomeAssistant, entry: ConfigEntry, gateway: Gateway
) -> Callable[[], None]:
    """Have a gateway take what is pushed to its entry, until the returned function is called."""
    if webhook_id := entry.data.get(CONF_WEBHOOK_ID):
        async_receive(
            hass,
            webhook_id,
            entry.title,
            gateway.receive_push,
            local_only=_is_local_only(entry),
            longest=gateway.longest_push,
        )
    return lambda: async_hold_address(hass, entry)


@callback
def async_give_up_address(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let go of the webhook of an entry that is removed."""
    if webhook_id := entry.data.get(CONF_WEBHOOK_ID):
        async_stop_receiving(hass, webhook_id)


def _is_local_only(entry: ConfigEntry) -> bool:
    """Whether what comes from outside of the local network is refused.

    Unless a person chose, it is where pushes carry no secret that would prove whose they are.
    """
    otherwise = CONF_SECRET not in entry.data
    return bool(entry.options.get(CONF_PUSH, {}).get(CONF_LOCAL_ONLY, otherwise))


async def _answer(request: web.Request, take: Taker, longest: int) -> PushAnswer:
    """Answer a request; never raises."""
    try:
        body = await _read(request, longest)
        if body is None:
            return PushAnswer(413, "the request is too long")
        return await take(
            Push(
                method=request.method,
                content_type=request.headers.get("Content-Type", ""),
                query=dict(request.query),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=body,
                remote=request.remote,
                is_waiting=lambda: _is_waiting(request),
            )
        )
    except (web.RequestPayloadError, OSError) as err:
        LOGGER.debug("A push broke off: %s", type(err).__name__)
        return PushAnswer(400, "the request broke off")
    # Whatever it is must not become a 200; what it says may hold a text.
    except Exception as err:  # noqa: BLE001
        where = "".join(traceback.format_tb(err.__traceback__))
        LOGGER.error("A push could not be taken: %s\n%s", type(err).__name__, where)
        return PushAnswer(500, "an error of the integration")


def _is_waiting(request: web.Request) -> bool:
    """Whether who sent a request still waits for its answer."""
    try:
        transport = request.transport
    except AttributeError:
        # What comes through the cloud is no request of this server.
        return True
    return transport is not None and not transport.is_closing()


def _is_from_home(hass: HomeAssistant, request: web.Request) -> bool:
    """Whether a request comes from the local network."""
    if is_cloud_connection(hass) or request.remote is None:
        return False
    try:
        return is_local(ip_address(request.remote))
    except ValueError:
        return False


async def _read(request: web.Request, longest: int) -> bytes | None:
    """Return the body of a request, None where it is longer than it may be."""
    content = request.content
    body = bytearray()
    while chunk := await content.read(longest + 1 - len(body)):
        body += chunk
        if len(body) > longest:
            return None
    return bytes(body)
