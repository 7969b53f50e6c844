"""Every family writes exactly what its manual says, and reads what its devices answer."""

import dataclasses
import importlib
import pkgutil
import time
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.devices import FAMILIES
from custom_components.cellular_gateway.devices.base import Settings, encode, mask
from custom_components.cellular_gateway.devices.checks import default_of
from custom_components.cellular_gateway.devices.errors import CommandError
from custom_components.cellular_gateway.devices.reading import Values
from custom_components.cellular_gateway.devices.vocabulary import Command

from . import cases
from .tables import Cases, Read, Refused, Written

TABLES: dict[str, Cases] = {
    module.name: importlib.import_module(f"{cases.__name__}.{module.name}").CASES
    for module in pkgutil.iter_modules(cases.__path__)
}


def rows(table: str) -> list[Any]:
    """Return the rows of one table of all families, each with its family."""
    return [
        pytest.param(family, row, id=f"{family}-{number}")
        for family, tables in TABLES.items()
        for number, row in enumerate(getattr(tables, table))
    ]


def told(values: Values) -> dict[str, Any]:
    """Return what is known."""
    return {
        item.name: value
        for item in dataclasses.fields(values)
        if (value := getattr(values, item.name)) is not None
    }


def test_every_family_has_its_tables() -> None:
    """No family without a table, and no table without a family."""
    assert TABLES.keys() == FAMILIES.keys()


@pytest.mark.parametrize(("family", "row"), rows("written"))
def test_commands_are_written_exactly(family: str, row: Written) -> None:
    """Parameters in, exact texts out; what is shown hides the credentials."""
    messages = encode(FAMILIES[family], row.settings, row.command, row.parameters)
    assert tuple(message.text for message in messages) == row.texts
    assert tuple(message.masked for message in messages) == (row.masked or row.texts) or (
        row.masked is None
    )
    variant = FAMILIES[family].variant(row.settings.variant)
    for credential in variant.credentials:
        secret = row.settings.credentials.get(credential.key)
        secret = secret or default_of(credential, row.settings.model) or ""
        shown = [message.masked for message in messages]
        assert len(secret) < 4 or not any(secret in text for text in shown)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_command_has_a_row(family: str) -> None:
    """Each command of each variant is written at least once in the tables."""
    for variant in FAMILIES[family].variants:
        written = {
            row.command
            for row in TABLES[family].written
            if FAMILIES[family].variant(row.settings.variant) is variant
        }
        assert written | {Command.CUSTOM} == set(variant.commands), variant.key


@pytest.mark.parametrize("family", FAMILIES)
def test_free_text_goes_out_as_it_is(family: str) -> None:
    """A custom text keeps its blanks and separators; what is shown hides the credentials in it."""
    for variant in FAMILIES[family].variants:
        credentials = {item.key: item.default or "4711" for item in variant.credentials}
        settings = Settings(variant=variant.key, credentials=credentials)
        text = "a b,c;d.e/f#g$ {apn} " + "x".join(credentials.values())
        parameters = {"text": text, "leading_blanks": "2"}
        (message,) = encode(FAMILIES[family], settings, Command.CUSTOM, parameters)
        assert message.text == f"  {text}"
        assert len(message.masked) == len(message.text)
        assert not any(secret in message.masked for secret in credentials.values())


@pytest.mark.parametrize(("family", "row"), rows("refused"))
def test_bad_commands_are_refused(family: str, row: Refused) -> None:
    """What cannot be said is refused before anything is sent."""
    with pytest.raises(CommandError) as caught:
        encode(FAMILIES[family], row.settings, row.command, row.parameters)
    assert caught.value.reason is row.reason


@pytest.mark.parametrize("family", FAMILIES)
def test_separators_and_line_breaks_are_refused(family: str) -> None:
    """No parameter smuggles a second command in."""
    for variant in FAMILIES[family].variants:
        settings = Settings(
            variant=variant.key, own_number="+32470000100", credentials={"password": "4711"}
        )
        for command, spec in variant.commands.items():
            for parameter in spec.parameters:
                for bad in ("\n", "\r", "\x00", "\u2028", *FAMILIES[family].reserved):
                    if parameter.free and bad in FAMILIES[family].reserved:
                        continue
                    with pytest.raises(CommandError):
                        encode(FAMILIES[family], settings, command, {parameter.key: f"1{bad}1"})


@pytest.mark.parametrize(("family", "row"), rows("read"))
def test_answers_are_read(family: str, row: Read) -> None:
    """A captured answer in, its values out; nothing is yielded that is not declared."""
    reading = FAMILIES[family].decode(row.text, row.settings, row.asked)
    assert reading is not None
    values = told(reading.values)
    assert values == row.values
    assert reading.answers == row.answers
    assert (reading.kind, reading.error) == (row.kind, row.error)
    assert (reading.certain, reading.incomplete) == (row.certain, row.incomplete)
    assert values.keys() <= FAMILIES[family].yields
    assert (reading.values.alarms or {}).keys() <= FAMILIES[family].alarms


@pytest.mark.parametrize(("family", "text"), rows("raw"))
def test_other_messages_stay_raw(family: str, text: str) -> None:
    """What the family does not know is not guessed at."""
    assert FAMILIES[family].decode(text, Settings(), None) is None


@pytest.mark.parametrize(("family", "row"), rows("masked"))
def test_secrets_in_answers_are_hidden(family: str, row: tuple[str, str]) -> None:
    """An answer that echoes a secret is shown without it."""
    text, shown = row
    assert mask(FAMILIES[family], Settings(), text) == shown


@pytest.mark.parametrize(
    ("password", "text", "shown"),
    [
        ("471147", "password471147 ok", "password•••••• ok"),
        ("471147", "admin471147ok, 471147", "admin••••••ok, ••••••"),
        ("471147", "4711470, 50.471147", "4711470, 50.471147"),
        ("4711", "admin4711 ok, 4711", "admin4711 ok, ••••"),
    ],
)
def test_passwords_in_answers_are_hidden(password: str, text: str, shown: str) -> None:
    """Also right behind a word, but not what is a part of another number."""
    settings = Settings(credentials={"password": password})
    assert mask(FAMILIES["coban"], settings, text) == shown


@pytest.mark.parametrize("family", FAMILIES)
def test_declared_values_exist(family: str) -> None:
    """What a family declares to yield are fields of the values."""
    assert FAMILIES[family].yields <= {item.name for item in dataclasses.fields(Values)}
    assert bool(FAMILIES[family].alarms) is ("alarms" in FAMILIES[family].yields)


@pytest.mark.parametrize("family", FAMILIES)
@given(text=st.text(max_size=400), asked=st.sampled_from([None, *Command]))
def test_no_text_breaks_a_family(family: str, text: str, asked: Command | None) -> None:
    """Whatever arrives is read or kept raw."""
    reading = FAMILIES[family].decode(text, Settings(), asked)
    assert reading is None or told(reading.values).keys() <= FAMILIES[family].yields


@pytest.mark.parametrize("text", ["lat:48.25 lon:-11.5 speed:0", "gps: 0 gprs: 0 bat: 1", ""])
@pytest.mark.parametrize("pump", [" ", "\n", "\t", "0", "a:1 ", "imei:", "lat:1.1,"])
def test_a_long_text_is_soon_read(text: str, pump: str) -> None:
    """Anybody can write a text of 255 parts: what is read of it takes no time to speak of."""
    long = text + pump * (39000 // len(pump))
    begun = time.process_time()
    for family in FAMILIES.values():
        family.decode(long, Settings(), None)
    assert time.process_time() - begun < 1
