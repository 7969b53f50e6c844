"""Service centres and gateways that speak SMPP: how one is tried and built."""

import ssl
from typing import Any, Final

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.util.ssl import get_default_context, get_default_no_verify_context

from ..const import (
    CONF_ADDRESS_NPI,
    CONF_ADDRESS_RANGE,
    CONF_ADDRESS_TON,
    CONF_COUNTRY,
    CONF_DEFAULT_ALPHABET,
    CONF_DESTINATION_NPI,
    CONF_DESTINATION_TON,
    CONF_LONG_TEXT,
    CONF_MODE,
    CONF_RECEIPT_IDS,
    CONF_SERVICE_TYPE,
    CONF_SOURCE_ADDRESS,
    CONF_SOURCE_NPI,
    CONF_SOURCE_TON,
    CONF_SYSTEM_TYPE,
    CONF_TLS,
    CONF_WINDOW,
)
from ..gateways.base import Gateway
from ..gateways.consumers import Memory, PinGuard
from ..gateways.models import OutgoingSms
from ..gateways.smpp.codec.commands import NumberingPlan, TypeOfNumber
from ..gateways.smpp.gateway import (
    DEFAULT_PORT,
    PRESETS,
    TEST_TEXT,
    BindMode,
    DefaultAlphabet,
    LongText,
    ProbeResult as SmppProbe,
    ReceiptIds,
    SmppGateway,
    SmppSettings,
    TlsContext,
    probe,
)
from ..gateways.smpp.settings import WINDOW
from .base import Data, Kind

__all__ = [
    "DEFAULT_PORT",
    "KIND",
    "PRESETS",
    "SMPP",
    "TEST_TEXT",
    "WINDOW",
    "BindMode",
    "DefaultAlphabet",
    "LongText",
    "NumberingPlan",
    "ReceiptIds",
    "SmppProbe",
    "TypeOfNumber",
    "probe_centre",
]

SMPP: Final = "smpp"

# What may be left out of an entry: how it is stored, and how it is read.
_OPTIONAL: Final = {
    CONF_SYSTEM_TYPE: str,
    CONF_MODE: BindMode,
    CONF_ADDRESS_RANGE: str,
    CONF_SOURCE_ADDRESS: str,
    CONF_SERVICE_TYPE: str,
    CONF_DEFAULT_ALPHABET: DefaultAlphabet,
    CONF_LONG_TEXT: LongText,
    CONF_RECEIPT_IDS: ReceiptIds,
    CONF_WINDOW: int,
}
# Types are stored by their names.
_TYPES: Final = {
    CONF_ADDRESS_TON: TypeOfNumber,
    CONF_ADDRESS_NPI: NumberingPlan,
    CONF_SOURCE_TON: TypeOfNumber,
    CONF_SOURCE_NPI: NumberingPlan,
    CONF_DESTINATION_TON: TypeOfNumber,
    CONF_DESTINATION_NPI: NumberingPlan,
}


def _smpp_settings(hass: HomeAssistant, data: Data) -> SmppSettings:
    """Read the settings of an account out of an entry's data and options, merged."""
    chosen: dict[str, Any] = {
        key: read(data[key]) for key, read in _OPTIONAL.items() if data.get(key)
    }
    chosen |= {key: types[data[key].upper()] for key, types in _TYPES.items() if data.get(key)}
    return SmppSettings(
        host=data[CONF_HOST],
        port=int(data[CONF_PORT]),
        system_id=data.get(CONF_USERNAME, ""),
        password=data.get(CONF_PASSWORD, ""),
        country=data.get(CONF_COUNTRY) or hass.config.country,
        **chosen,
    )


def _tls_context(data: Data) -> TlsContext | None:
    """Return what encrypts the link, None where it is in the clear."""
    if not data.get(CONF_TLS):
        return None
    verifies = data.get(CONF_VERIFY_SSL, True)

    async def context() -> ssl.SSLContext:
        return get_default_context() if verifies else get_default_no_verify_context()

    return context


def _build_smpp(
    hass: HomeAssistant, identity: str | None, data: Data, pin_guard: PinGuard, memory: Memory
) -> Gateway:
    """Build the gateway of an account; nothing is opened yet."""
    return SmppGateway(_smpp_settings(hass, data), memory=memory, tls_context=_tls_context(data))


async def probe_centre(
    hass: HomeAssistant, data: Data, *, message: OutgoingSms | None = None
) -> SmppProbe:
    """Log in, and send a text if one is given. Raises GatewayError, MessageError."""
    return await probe(_smpp_settings(hass, data), tls_context=_tls_context(data), message=message)


KIND: Final = Kind(name="SMPP account", build=_build_smpp)
