"""The integration's files and sources, as the checks of the repository read them."""

import ast
from collections.abc import Iterator
import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[1]
DOMAIN = "cellular_gateway"
INTEGRATION = REPOSITORY / "custom_components" / DOMAIN

type Words = dict[str, Any]


def read_json(name: str) -> dict[str, Any]:
    """Read a JSON file of the integration; one that is not there is empty."""
    path = INTEGRATION / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def read_yaml(name: str) -> dict[str, Any]:
    """Read a YAML file of the integration; one that is not there is empty."""
    path = INTEGRATION / name
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def words() -> Words:
    """Read the English words."""
    return read_json("translations/en.json")


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Parse every module of the integration."""
    for path in sorted(INTEGRATION.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def module_at(path: Path) -> ModuleType:
    """Import the module of a file."""
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return importlib.import_module(".".join(parts).removesuffix(".__init__"))


def values(node: ast.expr, namespace: object) -> set[str]:
    """Return the strings that an expression can be; empty where that shows at run time only."""
    match node:
        case ast.Constant(value=str() as text):
            return {text}
        case ast.IfExp(body=body, orelse=orelse):
            return values(body, namespace) | values(orelse, namespace)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return set().union(*(values(item, namespace) for item in items))
        case ast.Name(id=name):
            value = getattr(namespace, name, None)
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            value = getattr(getattr(namespace, owner, None), name, None)
        case _:
            return set()
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        return {str(item) for item in value}
    return {str(value)} if isinstance(value, str) else set()


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Name every call by its function's last name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument."""
    return next((item.value for item in call.keywords if item.arg == name), None)
