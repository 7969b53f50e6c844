"""The tables of the documents are those of the code."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.cellular_gateway.devices import FAMILIES
from scripts.lib import gateway_tables, gateways
from scripts.lib.gateway_tables import abilities, values
from scripts.lib.tables import DOCUMENTS, with_tables

from .sources import read_yaml, words


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_tables_are_of_today(path: Path) -> None:
    """`python -m scripts.lib.tables` would change nothing."""
    text = path.read_text(encoding="utf-8")
    assert "<!-- table: " in text
    assert with_tables(text) == text


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(("title", "capability"), [("EMnify", "ussd"), ("AT modem", "dial")])
def test_a_capability_that_changes_changes_a_table(
    title: str, capability: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a gateway can do has no second place where it is written."""
    known = gateways.capabilities()
    before = [*abilities(), *without_sources(values)]
    changed = replace(known[title], **{capability: not getattr(known[title], capability)})
    monkeypatch.setattr(gateway_tables, "capabilities", lambda: {**known, title: changed})
    assert [*abilities(), *without_sources(values)] != before


def without_sources(table: Callable[[], Iterator[str]]) -> Iterator[str]:
    """Make a table, in which it is also enough that a source is missed."""
    try:
        yield from table()
    except SystemExit as missed:
        yield str(missed)


@pytest.mark.usefixtures("socket_enabled")
def test_a_capability_without_a_row_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody adds one without saying what it is."""
    monkeypatch.delitem(gateway_tables.ABILITIES, "dial")
    with pytest.raises(SystemExit, match="dial"):
        list(abilities())


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
