"""The documented and observed replies of routers, each with its source."""

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[2] / "fixtures" / "teltonika"


def fixtures(name: str) -> dict[str, Any]:
    """Return the fixtures of a file by their names."""
    found: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found
