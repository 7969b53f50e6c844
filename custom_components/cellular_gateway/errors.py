"""From the gateway's errors to Home Assistant's, written once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOMAIN
from .devices.errors import CommandError
from .devices.reading import AnswerError
from .gateways.errors import (
    GatewayAuthenticationError,
    GatewayError,
    GatewayRefusedError,
    MessageError,
    Reason,
    UnsupportedError,
)
from .gateways.models import Receipt, SendStatus


def _worded[E: HomeAssistantError](kind: type[E], err: GatewayError | MessageError) -> E:
    """Say the error in the user's language."""
    placeholders = None
    if isinstance(err, GatewayRefusedError):
        placeholders = {"code": err.code, "meaning": err.meaning}
    elif isinstance(err, UnsupportedError):
        placeholders = {"detail": err.detail}
    return kind(
        translation_domain=DOMAIN,
        translation_key=str(err.reason),
        translation_placeholders=placeholders,
    )


def setup_error(err: GatewayError) -> HomeAssistantError:
    """Return what `async_setup_entry` raises."""
    if isinstance(err, GatewayAuthenticationError):
        return _worded(ConfigEntryAuthFailed, err)
    return _worded(ConfigEntryNotReady if err.temporary else ConfigEntryError, err)


def poll_error(err: GatewayError) -> HomeAssistantError:
    """Return what a coordinator's update raises."""
    if isinstance(err, GatewayAuthenticationError):
        return _worded(ConfigEntryAuthFailed, err)
    return _worded(UpdateFailed, err)


def action_error(err: GatewayError | MessageError) -> HomeAssistantError:
    """Return what an action raises."""
    if isinstance(err, (MessageError, UnsupportedError)):
        return _worded(ServiceValidationError, err)
    return _worded(HomeAssistantError, err)


@contextmanager
def translated() -> Iterator[None]:
    """Raise what a gateway refuses, or cannot do, as an action does."""
    try:
        yield
    except (GatewayError, MessageError) as err:
        raise action_error(err) from err


def receipt_error(receipt: Receipt) -> HomeAssistantError:
    """Return what is raised for a text that was not sent, or not surely: the first reason why."""
    part = next(part for part in receipt.parts if part.status is receipt.status)
    if receipt.status is SendStatus.UNKNOWN:
        return HomeAssistantError(translation_domain=DOMAIN, translation_key="outcome_unknown")
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=part.reason or str(Reason.REFUSED),
        translation_placeholders={"code": part.code or "", "meaning": part.meaning or ""},
    )


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


def command_error(err: CommandError) -> ServiceValidationError:
    """Return what is raised for a command that cannot be said to a device."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=str(err.reason),
        translation_placeholders={"name": err.name},
    )


def device_busy_error() -> HomeAssistantError:
    """Return what is raised when too many requests wait for a device."""
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="device_busy")


def answer_error(error: AnswerError) -> HomeAssistantError:
    """Return what is raised for what a device says went wrong."""
    return HomeAssistantError(translation_domain=DOMAIN, translation_key=str(error))


def no_reply_error() -> HomeAssistantError:
    """Return what is raised for a device that did not answer in time."""
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="no_reply")
