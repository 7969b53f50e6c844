"""Reads every JSON, YAML and TOML file of the repository, so that a broken one is found at once."""

from collections.abc import Callable, Iterator
import json
from pathlib import Path
import sys
import tomllib
from typing import Any, override

import yaml

REPOSITORY = Path(__file__).parents[2]
MADE = {".develop", ".git", ".mypy_cache", ".python", ".ruff_cache", ".tools", ".venv"}


class _Loader(yaml.SafeLoader):
    """YAML with Home Assistant's own tags, and without keys that are given twice."""

    @override
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Make the mapping, or say which key is there twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if doubled := {str(key) for key in keys if keys.count(key) > 1}:
            raise ValueError(f"keys given twice: {', '.join(sorted(doubled))}")
        return super().construct_mapping(node, deep)


# `!input` and `!secret` stand in blueprints and configurations.
_Loader.add_multi_constructor("!", lambda loader, suffix, node: (suffix, node.value))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a JSON object, or say which key is there twice."""
    keys = [key for key, _ in pairs]
    if doubled := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"keys given twice: {', '.join(sorted(doubled))}")
    return dict(pairs)


READERS: dict[str, Callable[[str], Any]] = {
    ".json": lambda text: json.loads(text, object_pairs_hook=_unique),
    ".toml": tomllib.loads,
    ".yaml": lambda text: list(yaml.load_all(text, _Loader)),
    ".yml": lambda text: list(yaml.load_all(text, _Loader)),
}


def data_files() -> Iterator[Path]:
    """Find the data files, leaving out what the scripts and tools make."""
    for folder, folders, names in REPOSITORY.walk():
        folders[:] = [name for name in folders if name not in MADE]
        yield from (folder / name for name in names if Path(name).suffix in READERS)


def main() -> int:
    """Print the files that cannot be read, and return how the process ends."""
    broken = 0
    for path in sorted(data_files()):
        try:
            READERS[path.suffix](path.read_text(encoding="utf-8"))
        except (ValueError, yaml.YAMLError) as err:
            print(f"{path.relative_to(REPOSITORY)}: {err}")
            broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
