"""From each error of a gateway to what Home Assistant does with it."""

import ast

from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed
import pytest

from custom_components.cellular_gateway.errors import action_error, poll_error, setup_error
from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    MessageError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.sms.errors import MessageErrorReason

from .sources import calls, keyword, sources, words

BUSY = GatewayRefusedError("+CMS ERROR: 314", "SIM busy", temporary=True)
DENIED = GatewayRefusedError("+CMS ERROR: 302", "operation not allowed", temporary=False)


@pytest.mark.parametrize(
    ("error", "setup", "poll", "action"),
    [
        (
            GatewayConnectionError(Reason.NOT_FOUND),
            ConfigEntryNotReady,
            UpdateFailed,
            HomeAssistantError,
        ),
        (GatewayTimeoutError("AT"), ConfigEntryNotReady, UpdateFailed, HomeAssistantError),
        (
            GatewayAuthenticationError(Reason.PIN_WRONG),
            ConfigEntryAuthFailed,
            ConfigEntryAuthFailed,
            HomeAssistantError,
        ),
        (BUSY, ConfigEntryNotReady, UpdateFailed, HomeAssistantError),
        (DENIED, ConfigEntryError, UpdateFailed, HomeAssistantError),
        (UnsupportedError(), ConfigEntryError, UpdateFailed, ServiceValidationError),
    ],
)
def test_each_error(
    error: GatewayError,
    setup: type[HomeAssistantError],
    poll: type[HomeAssistantError],
    action: type[HomeAssistantError],
) -> None:
    """The type says what to do, the key says it to the user."""
    translated = (setup_error(error), poll_error(error), action_error(error))
    assert tuple(map(type, translated)) == (setup, poll, action)
    assert {each.translation_key for each in translated} == {str(error.reason)}


def test_a_refusal_names_its_code_in_words() -> None:
    """The user reads what the modem said and what that means."""
    assert action_error(DENIED).translation_placeholders == {
        "code": "+CMS ERROR: 302",
        "meaning": "operation not allowed",
    }


def test_what_a_gateway_cannot_do_is_said() -> None:
    """The user reads what it is."""
    error = action_error(UnsupportedError(detail="validity period"))
    assert error.translation_placeholders == {"detail": "validity period"}
    assert "{detail}" in words()["exceptions"]["unsupported"]["message"]


def test_every_lack_says_what_is_lacking() -> None:
    """No gateway says only that it cannot do something."""
    found = [
        (path.name, call)
        for path, tree in sources()
        for name, call in calls(tree)
        if name == "UnsupportedError" and not call.args
    ]
    assert found
    for path, call in found:
        detail = keyword(call, "detail")
        assert detail is not None, path
        assert not isinstance(detail, ast.Constant) or detail.value, path


def test_a_message_that_cannot_be_sent() -> None:
    """It is the caller's mistake."""
    error = action_error(MessageError(MessageErrorReason.TOO_MANY_PARTS))
    assert type(error) is ServiceValidationError
    assert error.translation_key == "too_many_parts"
