"""The tables of the documentation that are made from the code: what families and gateways can do.

`python -m scripts.lib.tables` writes them into the documents, between the comments that name them;
a test compares. Home Assistant is imported first, as it stands in for voluptuous.
"""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Final

import homeassistant.core  # noqa: F401

from custom_components.cellular_gateway.devices import FAMILIES
from custom_components.cellular_gateway.devices.base import Family, Settings, Variant, encode
from custom_components.cellular_gateway.devices.errors import CommandError
from custom_components.cellular_gateway.devices.vocabulary import Command, Parameter

from .gateway_tables import abilities, values
from .word_tables import word_tables

_ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = (
    _ROOT / "README.md",
    _ROOT / "docs" / "actions.md",
    _ROOT / "docs" / "configuration.md",
    _ROOT / "docs" / "devices.md",
    _ROOT / "docs" / "gateways.md",
)
_OWN_NUMBER: Final = "32470000100"
_BLOCK: Final = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def families() -> Iterator[str]:
    """Write a row for each variant of each family."""
    yield "| family | models | credentials (default) | options |"
    yield "|---|---|---|---|"
    for family in FAMILIES.values():
        options = ", ".join(f"`{option.key}`" for option in family.options) or "–"
        for variant in family.variants:
            name = f"**{family.name}** `{family.key}`"
            if len(family.variants) > 1:
                name += f" / `{variant.key}`"
            models = ", ".join(variant.models) or "–"
            yield f"| {name} | {models} | {_credentials(variant)} | {options} |"


def commands() -> Iterator[str]:
    """Write a row for each command of each variant, with its parameters."""
    yield "| family | command | parameters | answered |"
    yield "|---|---|---|---|"
    for family in FAMILIES.values():
        for variant in family.variants:
            name = family.key if len(family.variants) == 1 else f"{family.key} / {variant.key}"
            for command, spec in variant.commands.items():
                if command is Command.CUSTOM:
                    continue
                parameters = ", ".join(map(_parameter, spec.parameters)) or "–"
                answered = "yes" if spec.replies else "no"
                yield f"| {name} | `{command}` | {parameters} | {answered} |"


def overview() -> Iterator[str]:
    """Write a row for each variant: its commands, in the order of their names."""
    yield "| family | commands |"
    yield "|---|---|"
    for family in FAMILIES.values():
        for variant in family.variants:
            name = family.key if len(family.variants) == 1 else f"{family.key} / {variant.key}"
            known = sorted(command for command in variant.commands if command != Command.CUSTOM)
            yield f"| {name} | {', '.join(f'`{command}`' for command in known) or 'any text'} |"


def setups() -> Iterator[str]:
    """Write what each variant is sent to set it up with the APN `em`, with the factory defaults."""
    yield "| family | messages |"
    yield "|---|---|"
    for family in FAMILIES.values():
        for variant in family.variants:
            if Command.SETUP in variant.commands:
                texts = [text.replace(" ", "␠") for text in _setup(family, variant)]
                name = family.key if len(family.variants) == 1 else f"{family.key} / {variant.key}"
                yield f"| {name} | {' then '.join(f'`{text}`' for text in texts)} |"


def _setup(family: Family, variant: Variant) -> list[str]:
    """Return the messages that set it up; "…" is the number of our SIM."""
    settings = Settings(
        variant=variant.key, model=next(iter(variant.models), None), own_number=f"+{_OWN_NUMBER}"
    )
    try:
        messages = encode(family, settings, Command.SETUP, {"apn": "em"})
    except CommandError as err:
        raise SystemExit(f"{family.key} / {variant.key}: {err}") from err
    return [message.text.replace(_OWN_NUMBER, "…") for message in messages]


def _credentials(variant: Variant) -> str:
    """Write the credentials of a variant with their defaults."""
    written = [
        f"`{item.key}` ({item.default or ('the model' if item.from_model else 'none')})"
        for item in variant.credentials
    ]
    return ", ".join(written) or "–"


def _parameter(parameter: Parameter) -> str:
    """Write a parameter: one that can be left out in brackets, with what it is then."""
    choices = f" ({' / '.join(parameter.choices)})" if parameter.choices else ""
    default = "" if parameter.default is None else f" = `{parameter.default}`"
    written = f"`{parameter.key}`{choices}{default}"
    optional = not parameter.required or parameter.default is not None
    return f"[{written}]" if optional else written


TABLES: Final = {
    "abilities": abilities,
    "commands": commands,
    "families": families,
    "overview": overview,
    "setups": setups,
    "values": values,
    **word_tables(),
}


def with_tables(document: str) -> str:
    """Return the document with its tables made anew."""
    return _BLOCK.sub(
        lambda match: match[1] + "\n".join(TABLES[match[2]]()) + "\n" + match[4], document
    )


if __name__ == "__main__":
    for path in DOCUMENTS:
        path.write_text(with_tables(path.read_text()))
