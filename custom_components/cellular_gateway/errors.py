"""From the gateway's errors to Home Assistant's, written once."""

from collections import Counter
from collections.abc import Sequence

from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOMAIN
from .gateways.errors import (
    GatewayAuthenticationError,
    GatewayError,
    GatewayRefusedError,
    MessageError,
    UnsupportedError,
)
from .gateways.models import SendStatus


def _translated[E: HomeAssistantError](kind: type[E], err: GatewayError | MessageError) -> E:
    """Say the error in the user's language."""
    placeholders = None
    if isinstance(err, GatewayRefusedError):
        placeholders = {"code": err.code, "meaning": err.meaning}
    return kind(
        translation_domain=DOMAIN,
        translation_key=str(err.reason),
        translation_placeholders=placeholders,
    )


def setup_error(err: GatewayError) -> HomeAssistantError:
    """Return what `async_setup_entry` raises."""
    if isinstance(err, GatewayAuthenticationError):
        return _translated(ConfigEntryAuthFailed, err)
    return _translated(ConfigEntryNotReady if err.temporary else ConfigEntryError, err)


def poll_error(err: GatewayError) -> HomeAssistantError:
    """Return what a coordinator's update raises."""
    if isinstance(err, GatewayAuthenticationError):
        return _translated(ConfigEntryAuthFailed, err)
    return _translated(UpdateFailed, err)


def action_error(err: GatewayError | MessageError) -> HomeAssistantError:
    """Return what an action raises."""
    if isinstance(err, (MessageError, UnsupportedError)):
        return _translated(ServiceValidationError, err)
    return _translated(HomeAssistantError, err)


def not_sent_error(statuses: Sequence[SendStatus]) -> HomeAssistantError:
    """Return what is raised when not every recipient's text was sent; it names no number."""
    counts = Counter(statuses)
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="not_sent",
        translation_placeholders={
            "total": str(len(statuses)),
            "failed": str(counts[SendStatus.FAILED]),
            "unknown": str(counts[SendStatus.UNKNOWN]),
        },
    )
