"""The tables of the documents are those of the code."""

from pathlib import Path

import pytest

from custom_components.cellular_gateway.devices import FAMILIES
from scripts.lib.tables import DOCUMENTS, with_tables

from .sources import read_yaml, words


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_tables_are_of_today(path: Path) -> None:
    """`python -m scripts.lib.tables` would change nothing."""
    text = path.read_text(encoding="utf-8")
    assert "<!-- table: " in text
    assert with_tables(text) == text


def test_every_parameter_has_its_field_and_help() -> None:
    """The editor of an action offers each parameter that some family takes, in words."""
    keys = {
        parameter.key
        for family in FAMILIES.values()
        for variant in family.variants
        for spec in variant.commands.values()
        for parameter in spec.parameters
    }
    field = read_yaml("services.yaml")["send_config_sms"]["fields"]["parameters"]
    assert set(field["selector"]["object"]["fields"]) == keys
    spoken = words()["selector"]["device_parameters"]["fields"]
    assert set(spoken) == keys
    assert all(help_["name"] and help_["description"] for help_ in spoken.values())
