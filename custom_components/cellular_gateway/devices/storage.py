"""What is known of a device, as JSON and back: it outlives a restart."""

from collections.abc import Mapping
import dataclasses
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
import json
import types
from typing import Any, get_args, get_origin, get_type_hints

from .reading import Values


def dump(values: Values) -> str:
    """Write what is known as JSON."""
    return json.dumps(plain(values), separators=(",", ":"))


def load(text: str | None) -> Values:
    """Read what `dump` wrote; what an older or newer version wrote otherwise is not known."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return Values()
    if not isinstance(found, dict):
        return Values()
    hints = get_type_hints(Values)
    known: dict[str, Any] = {}
    for name, value in found.items():
        try:
            known[name] = _typed(hints[name], value)
        except KeyError, TypeError, ValueError, InvalidOperation:
            continue
    return Values(**known)


def plain(value: Any) -> Any:
    """Return a value as JSON has it; what is not known is left out."""
    if dataclasses.is_dataclass(value):
        return {
            item.name: plain(told)
            for item in dataclasses.fields(value)
            if (told := getattr(value, item.name)) is not None
        }
    if isinstance(value, Mapping):
        return {str(key): plain(told) for key, told in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _typed(hint: Any, value: Any) -> Any:
    """Return a value of JSON as its type; raises for what is none of it."""
    origin = get_origin(hint)
    if origin is types.UnionType:
        return _one_of(get_args(hint), value)
    if origin is not None:
        key, told = get_args(hint)
        return {_typed(key, name): _typed(told, item) for name, item in value.items()}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{name: _typed(hints[name], told) for name, told in value.items()})
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    if hint is bool and not isinstance(value, bool):
        raise TypeError(value)
    return hint(value)


def _one_of(hints: tuple[Any, ...], value: Any) -> Any:
    """Return a value as the first of several types that it can be."""
    if value is None:
        return None
    wanted = [hint for hint in hints if hint is not types.NoneType]
    if len(wanted) > 1 and type(value) in wanted:
        return value
    return _typed(wanted[0], value)
