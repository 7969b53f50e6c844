"""The pages tell of every entity, field and label, by the words that a person sees."""

from collections.abc import Iterator, Mapping
import re

import pytest

from .sources import REPOSITORY, Words, words

DOCS = REPOSITORY / "docs"
FORMS = {
    **{flow: words()[flow] for flow in ("config", "options")},
    **words()["config_subentries"],
}
# Of which a page tells in other words: a PIN that is asked for anew, and a password.
_ASKED_ANEW = {"reauth_confirm", "smpp_password"}


def page(name: str) -> str:
    """Read a page."""
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def labels(flow: Words) -> Iterator[str]:
    """Return the labels of the fields of a flow, those of its sections too."""
    for name, step in flow["step"].items():
        if name not in _ASKED_ANEW:
            for part in (step, *step.get("sections", {}).values()):
                yield from part.get("data", {}).values()


@pytest.mark.parametrize("flow", FORMS)
def test_every_label_stands_in_the_manual(flow: str) -> None:
    """Each field of each form is there as the form calls it, with what it is."""
    manual = page("configuration")
    told = set(re.findall(r"^\| (?:[^|]*?: )?([^|]+?) \|", manual, re.MULTILINE))
    told |= set(re.findall(r"^\| ([^|]+?) \|", manual, re.MULTILINE))
    assert set(labels(FORMS[flow])) <= told


def test_every_form_has_its_table_once() -> None:
    """What two flows share is not told twice, and no table is of a form that is gone."""
    tables = re.findall(r"<!-- table: (\w+) -->", page("configuration"))
    assert len(tables) == len(set(tables))
    assert len(tables) > 20


@pytest.mark.parametrize("platform", words()["entity"])
def test_every_entity_stands_in_the_manual(platform: str) -> None:
    """Each entity is in one of the pages by its name, one that is numbered with dots."""
    manual = " ".join(" ".join(map(page, ("gateways", "devices", "endpoints"))).split())
    entities: Mapping[str, Words] = words()["entity"][platform]
    names = {re.sub(r"\{\w+\}", "…", entity["name"]) for entity in entities.values()}
    missing = {name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", manual)}
    assert not missing


@pytest.mark.parametrize(
    ("entity", "section", "manual"),
    [("call", "Calls and network messages", "actions"), ("device_message", "The event", "devices")],
)
def test_every_attribute_of_an_event_is_told(entity: str, section: str, manual: str) -> None:
    """With each type of the event."""
    _, _, told = page(manual).partition(f"# {section}")
    attributes = words()["entity"]["event"][entity]["state_attributes"]
    keys = (attributes.keys() - {"event_type"}) | attributes["event_type"]["state"].keys()
    assert {key for key in keys if f"`{key}`" not in told} == set()
