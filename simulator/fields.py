"""Reading the fields of a JSON object, with one clear error each."""

from collections.abc import Iterable, Mapping


def mapping(value: object) -> dict[str, object]:
    """Return a JSON object; TypeError when it is none."""
    if not isinstance(value, dict):
        raise TypeError("this is no JSON object")
    return {str(key): item for key, item in value.items()}


def number(body: Mapping[str, object], name: str, default: float | None = None) -> float:
    """Return a field as a number that is not negative; TypeError or ValueError otherwise."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} is no number")
    if value < 0:
        raise ValueError(f"{name} is negative")
    return value


def integer(body: Mapping[str, object], name: str, default: int | None = None) -> int:
    """Return a field as a whole number; TypeError when it is none."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is no whole number")
    return value


def flag(body: Mapping[str, object], name: str) -> bool:
    """Return a field as a yes or no, no without it; TypeError when it is neither."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise TypeError(f"{name} is neither true nor false")
    return value


def text(body: Mapping[str, object], name: str, default: str | None = None) -> str:
    """Return a field as text; TypeError when it is none."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def change(target: object, body: Mapping[str, object], names: Iterable[str]) -> None:
    """Set the fields in `names` that a body has to values of the same type; all of them or none.

    ValueError for a field of another name, TypeError for a value of another type.
    """
    if unknown := set(body) - set(names):
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    values = {name: _like(getattr(target, name), name, body) for name in body}
    for name, value in values.items():
        setattr(target, name, value)


def _like(present: object, name: str, body: Mapping[str, object]) -> object:
    """Return a field as a value of the type that is there now."""
    if isinstance(present, bool):
        return flag(body, name)
    if isinstance(present, int):
        return integer(body, name)
    if isinstance(present, float):
        value = body[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{name} is no number")
        return float(value)
    return text(body, name)
