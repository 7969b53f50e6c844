"""Which config entry is the one of which simulator, and what its config flow told a person."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
import re
from typing import Any, Final, Self

_OUR_HOST: Final = re.compile(r"^http://127\.0\.0\.1:\d+(?=/)")

_WEBHOOK_ID: Final = re.compile(r"/api/webhook/([^/?]+)")


@dataclass(frozen=True, slots=True)
class Connection:
    """The config entry of a simulator, and the words that it was to be set up with."""

    entry_id: str
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def secret_words(self) -> set[str]:
        """The ids of webhooks and the secrets among the words."""
        ids = {match[1] for word in self.told.values() for match in _WEBHOOK_ID.finditer(word)}
        return ids | {word for name, word in self.told.items() if name == "secret"}

    def told_at(self, url: str) -> dict[str, str]:
        """Return the words, with addresses in a Home Assistant that may have another port now."""
        return {name: _OUR_HOST.sub(url, word) for name, word in self.told.items()}


class Connections:
    """The connections by the simulators' names, in a file beside what Home Assistant stores."""

    def __init__(self, path: Path) -> None:
        """Take the path of the file."""
        self._path = path

    def __getitem__(self, name: str) -> Connection | None:
        """Return a connection, None where there is none."""
        values = self._read().get(name)
        return None if values is None else Connection(**values)

    def keep(self, name: str, connection: Connection) -> Self:
        """Remember a connection."""
        values = self._read() | {name: asdict(connection)}
        self._path.write_text(json.dumps(values, indent=2) + "\n")
        return self

    def _read(self) -> dict[str, dict[str, Any]]:
        """Return what is in the file."""
        if not self._path.exists():
            return {}
        values: dict[str, dict[str, Any]] = json.loads(self._path.read_text())
        return values
