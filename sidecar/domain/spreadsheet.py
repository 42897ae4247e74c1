"""Rows for a spreadsheet program: UTF-8 with its mark, and no cell that such a program would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK: Final = "\ufeff"


def safe(cell: object) -> str:
    """A cell as text. What would begin a formula stands behind an apostrophe, as spreadsheet programs mark text."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def table(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV, headings first."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return (_MARK + out.getvalue()).encode()
