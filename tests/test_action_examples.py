"""Every action is documented, by examples that work."""

import re
from typing import Any

from homeassistant.core import SupportsResponse
from homeassistant.helpers import config_validation as cv
import pytest
import voluptuous as vol
import yaml

from custom_components.cellular_gateway.actions import ACTIONS

from .sources import DOMAIN, REPOSITORY

PAGE = (REPOSITORY / "docs" / "actions.md").read_text(encoding="utf-8")


def examples_of(page: str) -> list[dict[str, Any]]:
    """Return the calls of our actions in the examples of a page, those of automations too."""
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    calls = [call for block in blocks for call in (block, *block.get("actions", ()))]
    return [call for call in calls if str(call.get("action", "")).startswith(f"{DOMAIN}.")]


EXAMPLES = examples_of(PAGE)
OTHERS = [
    example
    for name in ("README.md", *(f"docs/{page.name}" for page in (REPOSITORY / "docs").glob("*.md")))
    if name != "docs/actions.md"
    for example in examples_of((REPOSITORY / name).read_text(encoding="utf-8"))
]


def test_all_are_documented() -> None:
    """Each action has its heading and an example."""
    assert set(re.findall(r"^### `(\w+)`", PAGE, re.MULTILINE)) == set(ACTIONS)
    assert {example["action"] for example in EXAMPLES} == {f"{DOMAIN}.{name}" for name in ACTIONS}


@pytest.mark.parametrize("example", EXAMPLES + OTHERS, ids=lambda example: example["action"])
def test_example(example: dict[str, Any]) -> None:
    """Its data are such as the action takes, and it has a response if the action has one."""
    action = ACTIONS[example["action"].removeprefix(f"{DOMAIN}.")]
    data = example.get("target", {}) | example.get("data", {})
    assert isinstance(action.schema(data), dict)
    assert "response_variable" not in example or action.response is not SupportsResponse.NONE


@pytest.mark.parametrize("name", ACTIONS)
def test_every_field_is_told(name: str) -> None:
    """Its section tells of each field that the action takes; a target is told as one."""
    section = re.search(rf"^### `{name}`$.*?(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section is not None
    schema = ACTIONS[name].schema
    assert isinstance(schema, vol.Schema)
    target = {str(key) for key in cv.TARGET_SERVICE_FIELDS}
    fields = {str(key) for key in schema.schema}
    if target <= fields:
        fields -= target
        assert "target:" in section[0] or "device_id:" in section[0]
    assert {field for field in fields if f"`{field}`" not in section[0]} == set()


def test_a_wrong_example_is_found() -> None:
    """The schemas refuse what they do not know."""
    with pytest.raises(vol.Invalid):
        ACTIONS["dial"].schema({"number": "1234", "loudness": 3})
