"""Whatever the integration says to a person has its words, and no words are left over.

Here are errors, repairs, entities and choices; the flows are in `test_flow_words.py`.
"""

import ast
from collections.abc import Iterator, Mapping
from enum import StrEnum
import importlib
import inspect
import json
from pathlib import Path
import pkgutil
import re
import string
from types import ModuleType
from typing import Any, cast

from homeassistant.const import Platform
from homeassistant.helpers.entity import EntityDescription
import pytest

from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import AnswerError
from custom_components.cellular_gateway.gateways.errors import Reason
from custom_components.cellular_gateway.health import Ailment
from custom_components.cellular_gateway.sms.errors import MessageErrorReason

from .sources import (
    DOMAIN,
    INTEGRATION,
    Words,
    calls,
    keyword,
    module_at,
    read_json,
    read_yaml,
    sources,
    values,
    words,
)

ERRORS: tuple[type[StrEnum], ...] = (AnswerError, CommandErrorReason, MessageErrorReason, Reason)
PACKAGE = f"custom_components.{DOMAIN}"
SECTIONS = {
    "conditions",
    "config",
    "config_subentries",
    "device",
    "entity",
    "exceptions",
    "issues",
    "options",
    "selector",
    "services",
    "system_health",
    "title",
    "triggers",
}


def texts(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Walk the texts of a tree of words with their paths."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from texts(value, (*path, key))
    else:
        yield path, tree


def faults(path: tuple[str, ...], text: str) -> Iterator[str]:
    """Name what hassfest would refuse in a text."""
    if text != text.strip() or not text:
        yield "is empty or begins or ends with a blank"
    if re.search(r"<[a-z/!]", text, re.IGNORECASE):
        yield "has HTML in it"
    if re.search(r"\w+://|www\.", text):
        yield "has a URL in it; it belongs in a placeholder"
    if re.search(r"'\{\w+\}'", text):
        yield "has a placeholder in single quotes"
    if "[%key:" in text:
        yield "has a reference, which is not resolved in a custom integration"
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]
    except ValueError:
        yield "has braces that do not match"
        return
    if not all(field.isidentifier() for field in fields):
        yield "has a placeholder that is no name"
    if fields and "state" in path:
        yield "has a placeholder in a state"


def test_texts_are_clean() -> None:
    """Keys and texts are such as hassfest accepts."""
    english = words()
    assert english.keys() <= SECTIONS
    for path, text in texts(english):
        assert all(re.fullmatch("[a-z0-9_-]+", key) for key in path), path
        assert not list(faults(path, text)), path


@pytest.mark.parametrize(
    "text",
    [
        "",
        " x",
        "a <b>bold</b> word",
        "see https://example.com",
        "'{name}'",
        "{0}",
        "{",
        "[%key:x%]",
    ],
)
def test_fault_is_found(text: str) -> None:
    """The check finds what hassfest would refuse."""
    assert list(faults(("title",), text))


def test_placeholder_in_state_is_found() -> None:
    """A state's text cannot have placeholders, any other can."""
    assert list(faults(("entity", "sensor", "x", "state", "y"), "{name}"))
    assert not list(faults(("exceptions", "x", "message"), "{name}"))


def test_other_languages_say_the_same() -> None:
    """Another language has no text that English lacks, and the same placeholders."""
    english = dict(texts(words()))
    for path in INTEGRATION.glob("translations/*.json"):
        for key, text in texts(_read(path)):
            assert key in english, (path.name, key)
            assert _placeholders(text) == _placeholders(english[key]), (path.name, key)


def _read(path: Path) -> Words:
    """Read a file of words."""
    words: Words = json.loads(path.read_text(encoding="utf-8"))
    return words


def _placeholders(text: str) -> set[str]:
    """Name the placeholders of a text."""
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


# Exceptions and issues


def spoken_keys(tree: ast.AST, namespace: object) -> Iterator[tuple[str, str]]:
    """Name the keys that errors and issues of a module are said by: section and key."""
    for name, call in calls(tree):
        if keyword(call, "translation_domain") is None and name != "async_create_issue":
            continue
        section = "issues" if name == "async_create_issue" else "exceptions"
        key = keyword(call, "translation_key")
        for value in values(key, namespace) if key else ():
            yield section, value


def _spoken(section: str) -> set[str]:
    """Name the keys of a section that the integration's source names."""
    return {
        key
        for path, tree in sources()
        for found, key in spoken_keys(tree, module_at(path))
        if found == section
    }


def test_exceptions() -> None:
    """Every error that a person sees has its words, and there are no others."""
    needed = _spoken("exceptions") | set[str]().union(*ERRORS)
    assert set(words()["exceptions"]) == needed
    assert all(set(word) == {"message"} for word in words()["exceptions"].values())


def test_issues() -> None:
    """Every repair has its words: a title, and a description or a flow that fixes it."""
    issues = words().get("issues", {})
    assert set(issues) == _spoken("issues") | set(Ailment)
    for issue in issues.values():
        assert issue["title"]
        assert ("description" in issue) is not ("fix_flow" in issue)


def test_keys_are_found_in_source() -> None:
    """The check reads constants, names, attributes and choices."""

    class Namespace:
        KEY = "named"
        enum = StrEnum("enum", {"MEMBER": "member"})

    source = """
raise HomeAssistantError(translation_domain=DOMAIN, translation_key="plain")
raise HomeAssistantError(translation_domain=DOMAIN, translation_key=KEY)
raise HomeAssistantError(translation_domain=DOMAIN, translation_key=enum.MEMBER)
raise HomeAssistantError(translation_domain=DOMAIN, translation_key="one" if x else "other")
raise HomeAssistantError(translation_domain=DOMAIN, translation_key=str(error.reason))
ir.async_create_issue(hass, DOMAIN, "id", translation_key="issue")
SensorEntityDescription(key="x", translation_key="entity")
"""
    assert set(spoken_keys(ast.parse(source), Namespace)) == {
        ("exceptions", "plain"),
        ("exceptions", "named"),
        ("exceptions", "member"),
        ("exceptions", "one"),
        ("exceptions", "other"),
        ("issues", "issue"),
    }


# Entities


def _descriptions(value: object) -> Iterator[EntityDescription]:
    """Find the entity descriptions in a module's global, in its collections too."""
    # The class that Home Assistant makes of a frozen description is no subclass of it.
    if hasattr(value, "entity_registry_enabled_default") and not inspect.isclass(value):
        yield cast("EntityDescription", value)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _descriptions(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _descriptions(item)


def _platforms() -> list[str]:
    """Name the platforms of the integration."""
    return [
        name
        for name in Platform
        if (INTEGRATION / f"{name}.py").exists() or (INTEGRATION / name / "__init__.py").exists()
    ]


def _platform_modules(platform: str) -> list[ModuleType]:
    """Import a platform, and the modules of its folder where it is one."""
    module = importlib.import_module(f"{PACKAGE}.{platform}")
    names = [item.name for item in pkgutil.iter_modules(getattr(module, "__path__", []))]
    return [module, *(importlib.import_module(f"{PACKAGE}.{platform}.{name}") for name in names)]


def _entity_keys(platform: str) -> dict[str, list[str] | None]:
    """Return the keys by which a platform's entities are named, each with its options."""
    found: dict[str, list[str] | None] = {}
    for module in _platform_modules(platform):
        for value in vars(module).values():
            for description in _descriptions(value):
                if description.translation_key:
                    found[description.translation_key] = getattr(description, "options", None)
            if inspect.isclass(value) and value.__module__ == module.__name__:
                key = vars(value).get("_attr_translation_key")
                if isinstance(key, str):
                    found[key] = vars(value).get("_attr_options")
    return found


def test_platforms_with_words() -> None:
    """There are no words for a platform that the integration lacks."""
    assert words()["entity"].keys() <= set(_platforms())


@pytest.mark.parametrize("platform", _platforms())
def test_entities(platform: str) -> None:
    """Each entity has its name, each option of a state its word, and there are no others."""
    keys = _entity_keys(platform)
    spoken = words()["entity"].get(platform, {})
    assert spoken.keys() == keys.keys()
    for key, options in keys.items():
        assert spoken[key]["name"]
        if options is not None:
            assert set(spoken[key]["state"]) == set(options)


# Choices


def test_choices() -> None:
    """Every choice of a selector in the source has its words."""
    selectors = words().get("selector", {})
    for path, tree in sources():
        for name, call in calls(tree):
            key = keyword(call, "translation_key")
            options = keyword(call, "options")
            if name != "SelectSelectorConfig" or not key or not options:
                continue
            for value in values(key, module_at(path)):
                assert values(options, module_at(path)) <= set(selectors[value]["options"])


def test_fields_of_objects() -> None:
    """Every field of an object has its words, both of them, as hassfest wants it."""
    selectors = words()["selector"]
    for action, description in read_yaml("services.yaml").items():
        for field in description["fields"].values():
            shown = (field["selector"].get("object") or {}).get("fields")
            if shown is None:
                continue
            spoken = selectors[field["selector"]["object"]["translation_key"]]["fields"]
            assert spoken.keys() == shown.keys(), action
            assert all(set(each) == {"name", "description"} for each in spoken.values()), action


# Triggers and conditions


@pytest.mark.parametrize("name", ["trigger", "condition"])
def test_automation_editor(name: str) -> None:
    """Each trigger and condition has its words and an icon, fields too, and there are no others."""
    module = importlib.import_module(f"{PACKAGE}.{name}")
    described = {
        key: description
        for key, description in read_yaml(f"{name}s.yaml").items()
        if not key.startswith(".")
    }
    spoken, icons = words()[f"{name}s"], read_json("icons.json")[f"{name}s"]
    assert vars(module)[f"{name}s".upper()].keys() == described.keys()
    assert spoken.keys() == described.keys() == icons.keys()
    for key, description in described.items():
        assert spoken[key]["fields"].keys() == description["fields"].keys()
        assert icons[key].keys() == {name}
        for word in (spoken[key], *spoken[key]["fields"].values()):
            assert word["name"]
            assert word["description"]
