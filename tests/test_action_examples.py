"""Every action is documented, by examples that work."""

import re
from typing import Any

from homeassistant.core import SupportsResponse
import pytest
import voluptuous as vol
import yaml

from custom_components.cellular_gateway.actions import ACTIONS

from .sources import DOMAIN, REPOSITORY

PAGE = (REPOSITORY / "docs" / "actions.md").read_text(encoding="utf-8")
EXAMPLES: list[dict[str, Any]] = [
    example
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    if "action" in (example := yaml.safe_load(block))
]


def test_all_are_documented() -> None:
    """Each action has its heading and an example."""
    assert set(re.findall(r"^### `(\w+)`", PAGE, re.MULTILINE)) == set(ACTIONS)
    assert {example["action"] for example in EXAMPLES} == {f"{DOMAIN}.{name}" for name in ACTIONS}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["action"])
def test_example(example: dict[str, Any]) -> None:
    """Its data are such as the action takes, and it has a response if the action has one."""
    action = ACTIONS[example["action"].removeprefix(f"{DOMAIN}.")]
    data = example.get("target", {}) | example.get("data", {})
    assert isinstance(action.schema(data), dict)
    assert "response_variable" not in example or action.response is not SupportsResponse.NONE


def test_a_wrong_example_is_found() -> None:
    """The schemas refuse what they do not know."""
    with pytest.raises(vol.Invalid):
        ACTIONS["dial"].schema({"number": "1234", "loudness": 3})
