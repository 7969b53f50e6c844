"""What a person can change about a gateway at any time."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.cellular_gateway.const import CONF_DEVICE
from custom_components.cellular_gateway.flows.options import LANGUAGES
from custom_components.cellular_gateway.gateways.at_modem.settings import AtModemSettings
from custom_components.cellular_gateway.sms.tables import LOCKING_SHIFT, SINGLE_SHIFT

from .desk import Desk, entry_for, offered

PREFERENCES = {"show_texts": True, "country": "BE", "delete_after_receipt": False}


async def change(hass: HomeAssistant, entry_id: str, values: dict[str, Any]) -> Any:
    """Open the options of an entry and submit them."""
    result = await hass.config_entries.options.async_init(entry_id)
    assert result["step_id"] == "settings"
    return await hass.config_entries.options.async_configure(result["flow_id"], values)


def suggested(form: Any) -> dict[str, Any]:
    """Return what a form suggests, without the fields that it leaves to their defaults."""
    return {key: value for key, value in offered(form).items() if value is not None}


async def test_options(hass: HomeAssistant, desk: Desk) -> None:
    """What was chosen is stored flat, without what was left empty, and offered the next time."""
    entry = entry_for(hass, "/dev/no-such-port")
    sending = {"smsc": "0475 16 16 16", "national_languages": ["turkish", "hindi"]}
    result = await change(hass, entry.entry_id, {**PREFERENCES, "sending": sending})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    chosen = {**PREFERENCES, "smsc": "+32475161616", "national_languages": ["turkish", "hindi"]}
    assert entry.options == chosen
    assert suggested(await hass.config_entries.options.async_init(entry.entry_id)) == chosen


async def test_the_journal(hass: HomeAssistant, desk: Desk) -> None:
    """What becomes of texts, and how long and how many messages are kept."""
    entry = entry_for(hass, "/dev/no-such-port")
    journal = {"journal_texts": "mask", "journal_days": 30, "journal_count": 500}
    await change(hass, entry.entry_id, {**PREFERENCES, "journal": journal})
    assert entry.options == {**PREFERENCES, **journal}


async def test_nothing_rare(hass: HomeAssistant, desk: Desk) -> None:
    """The rare options can be left alone, and be taken back."""
    entry = entry_for(hass, "/dev/no-such-port")
    hass.config_entries.async_update_entry(entry, options={"smsc": "+32475161616"})
    await change(hass, entry.entry_id, {**PREFERENCES, "sending": {}})
    assert entry.options == PREFERENCES
    await change(hass, entry.entry_id, PREFERENCES)
    assert entry.options == PREFERENCES


@pytest.mark.parametrize("smsc", ["operator", "*100#", "4711", "+"])
async def test_a_service_centre_that_is_none(hass: HomeAssistant, desk: Desk, smsc: str) -> None:
    """What is no telephone number is refused, and what else was changed is not lost."""
    entry = entry_for(hass, "/dev/no-such-port")
    result = await change(hass, entry.entry_id, {**PREFERENCES, "sending": {"smsc": smsc}})
    assert result["errors"] == {"base": "smsc_invalid"}
    assert suggested(result) == {**PREFERENCES, "smsc": smsc, "national_languages": []}


def test_languages() -> None:
    """Every language with a table of its own can be chosen, by the name that the modem knows."""
    settings = AtModemSettings(device=CONF_DEVICE, national_languages=frozenset(LANGUAGES))
    assert settings.languages == {
        language for language in {*LOCKING_SHIFT, *SINGLE_SHIFT} if language
    }
