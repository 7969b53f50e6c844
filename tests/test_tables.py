"""The tables of the documents are those of the code."""

from pathlib import Path

import pytest

from scripts.lib.tables import DOCUMENTS, with_tables


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_tables_are_of_today(path: Path) -> None:
    """`python -m scripts.lib.tables` would change nothing."""
    text = path.read_text(encoding="utf-8")
    assert "<!-- table: " in text
    assert with_tables(text) == text
