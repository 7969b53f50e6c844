"""What the automation editor knows of the triggers, what it refuses, and what the docs show."""

import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.condition import async_validate_conditions_config
from homeassistant.helpers.trigger import async_get_all_descriptions, async_validate_trigger_config
from homeassistant.setup import async_setup_component
import pytest
import voluptuous as vol
import yaml

from custom_components.cellular_gateway.condition import CONDITIONS
from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.trigger import TRIGGERS, GatewayTrigger

from .automations import Runs
from .sources import REPOSITORY

SMS = f"{DOMAIN}.sms_received"
REPORT = f"{DOMAIN}.delivery_report"
CALL = f"{DOMAIN}.call_received"


@pytest.mark.parametrize(
    ("trigger", "options", "message"),
    [
        (SMS, {"text_matches": "(open"}, "not a regular expression"),
        (SMS, {"text_matches": "a)(b"}, "not a regular expression"),
        (SMS, {"text_matches": r"(a)\1"}, "not a regular expression"),
        (SMS, {"text_matches": "(?=a)b"}, "not a regular expression"),
        (SMS, {"text_matches": "a" * 301}, "not a regular expression"),
        (SMS, {"senders": ["12x34567890123"]}, "not a telephone number"),
        (SMS, {"senders": [""]}, "not a telephone number"),
        (SMS, {"senders": [True]}, "not a telephone number"),
        (SMS, {"recipients": ["notify.phone"]}, "notify.phone is not a recipient"),
        (SMS, {"recipients": ["notify.boat"]}, "notify.boat is not a recipient"),
        (SMS, {"recipients": ["ann"]}, "ann"),
        (SMS, {"config_entry_id": "unknown"}, "not a cellular gateway"),
        (SMS, {"state": "ringing"}, "state"),
        (REPORT, {"status": ["lost"]}, "status"),
        (CALL, {"state": ["busy"]}, "state"),
        (CALL, {"callers": ["+"]}, "not a telephone number"),
    ],
)
async def test_options_that_are_refused(
    hass: HomeAssistant, trigger: str, options: dict[str, Any], message: str
) -> None:
    """The editor says why a trigger cannot be."""
    registry = er.async_get(hass)
    registry.async_get_or_create("notify", "mobile_app", "1", object_id_base="phone")
    registry.async_get_or_create("notify", DOMAIN, "2", object_id_base="boat")
    with pytest.raises(vol.Invalid, match=message):
        await async_validate_trigger_config(hass, [{"platform": trigger, "options": options}])


async def test_refused_automation_is_told(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """An automation with such a trigger is not set up, and the log says why."""
    await Runs(hass).set_up(SMS, {"broken": {"text_matches": "(open"}})
    state = hass.states.get("automation.broken")
    assert state is not None
    assert state.state == "unavailable"
    assert "not a regular expression that can be used" in caplog.text


async def test_editor_knows_all_triggers(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant accepts the description, and each field is one that the trigger takes."""
    assert await async_setup_component(hass, "automation", {})
    await async_validate_trigger_config(hass, [{"platform": SMS}])
    described = await async_get_all_descriptions(hass)
    for key, trigger in TRIGGERS.items():
        assert issubclass(trigger, GatewayTrigger)
        description = described[f"{DOMAIN}.{key}"]
        assert description is not None
        assert set(description["fields"]) == {str(marker) for marker in trigger.schema().schema}
    assert "triggers.yaml" not in caplog.text


async def test_documented_examples(hass: HomeAssistant) -> None:
    """Home Assistant accepts every example of the page on automations."""
    page = (REPOSITORY / "docs/automations.md").read_text(encoding="utf-8")
    examples = [
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    ]
    used = set()
    for example in examples:
        triggers = cv.TRIGGER_SCHEMA(example.get("triggers", []))
        conditions = cv.CONDITIONS_SCHEMA(example.get("conditions", []))
        await async_validate_trigger_config(hass, triggers)
        await async_validate_conditions_config(hass, conditions)
        cv.SCRIPT_SCHEMA(example.get("actions", []))
        used |= {trigger["platform"] for trigger in triggers}
        used |= {condition["condition"] for condition in conditions}
    assert used >= {f"{DOMAIN}.{key}" for key in (*TRIGGERS, *CONDITIONS)}
