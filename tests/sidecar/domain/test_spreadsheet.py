"""No cell runs in a spreadsheet program, and Arabic is read as what it is."""

from __future__ import annotations

import csv
import io

import pytest

from sidecar.domain.spreadsheet import safe, table


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_what_would_begin_a_formula_is_text(start: str) -> None:
    assert safe(f"{start}1+1") == f"'{start}1+1"


def test_rows_come_back_as_they_were() -> None:
    rows = [["المعاملة", "النوع"], [7, 'شكوى، "عاجلة"'], [None, "=cmd"]]
    body = table(rows)
    assert body.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert read == [["المعاملة", "النوع"], ["7", 'شكوى، "عاجلة"'], ["", "'=cmd"]]
