"""Files of exports: what is read; what is broken or hostile is refused with its place, and nothing is unpacked."""

from __future__ import annotations

import codecs
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.certificates.manar import ExportFiles
from adapters.certificates.port import Look, Row, Unfit
from tests.adapters.certificates import workbooks

FILES = ExportFiles()
HEADINGS = ("رقم الهوية", "الاسم", "رمز الدورة", "الحالة")
ROWS = (("1000000008", "أحمد القحطاني", "CRS-1", "صدرت"), ("١٠٠٠٠٠٠٠١٦", "نورة الشمري", "CRS-1", "مرفوضة"))
ALL = frozenset(range(len(HEADINGS)))


def text(path: Path, encoding: str, delimiter: str = ",", *, mark: bytes = b"") -> Path:
    lines = [delimiter.join(row) for row in (HEADINGS, *ROWS)]
    path.write_bytes(mark + "\r\n".join(lines).encode(encoding))
    return path


def read(path: Path, *, most: int = 1000, wanted: frozenset[int] = ALL) -> tuple[Look, list[Row]]:
    look = FILES.look(path)
    return look, list(FILES.rows(path, look, wanted, most))


def refused(path: Path, **how: object) -> tuple[str, int | None, int | None]:
    with pytest.raises(Unfit) as caught:
        read(path, **how)  # type: ignore[arg-type]
    return caught.value.code, caught.value.row, caught.value.column


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "mark", "found", "sure"),
    [
        ("utf-8", b"", "utf-8", True),
        ("utf-8", codecs.BOM_UTF8, "utf-8", True),
        ("cp1256", b"", "windows-1256", False),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16", True),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16", True),
        ("utf-16-le", b"", "utf-16", False),
    ],
)
def test_every_encoding_and_delimiter(
    tmp_path: Path, encoding: str, mark: bytes, found: str, sure: bool, delimiter: str
) -> None:
    rows = ROWS if encoding != "cp1256" else (ROWS[0], ("1000000016", *ROWS[1][1:]))
    lines = [delimiter.join(row) for row in (HEADINGS, *rows)]
    path = tmp_path / "e.csv"
    path.write_bytes(mark + "\r\n".join(lines).encode(encoding))
    look, said = read(path)
    assert (look.encoding, look.delimiter, look.sure, look.headings) == (found, delimiter, sure, HEADINGS)
    assert [row.cells for row in said] == list(rows)
    assert [row.number for row in said] == [2, 3]


def test_a_person_may_say_otherwise(tmp_path: Path) -> None:
    path = text(tmp_path / "e.csv", "utf-8", ";")
    look = FILES.look(path, encoding="windows-1256", delimiter=";")
    assert look.headings[0] != HEADINGS[0]
    with pytest.raises(Unfit, match="not_a_table"):
        FILES.look(path, encoding="utf-8", delimiter=",")


def test_damaged_utf8_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    path = text(tmp_path / "e.csv", "utf-8")
    broken = path.read_bytes().replace("نورة".encode(), b"\xd9" + "ورة".encode())
    path.write_bytes(broken)
    assert refused(path) == ("encoding", 3, None)


def test_blank_rows_and_titles_above(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("تقرير منار,,,\n\n" + ",".join(HEADINGS) + "\n\n,,,\n" + ",".join(ROWS[0]) + "\n", encoding="utf-8")
    look, said = read(path)
    assert look.heading_row == 3
    assert [(row.number, row.cells) for row in said] == [(6, ROWS[0])]


@pytest.mark.parametrize(
    ("line", "column"),
    [('1000000008,"أحمد,CRS-1,صدرت', 2), ('1000000008,"أحمد" القحطاني,CRS-1,صدرت', 2)],
)
def test_a_quote_that_is_not_balanced(tmp_path: Path, line: str, column: int) -> None:
    path = tmp_path / "e.csv"
    good = ",".join(ROWS[0])
    after = "\n".join([good] * 3000)
    path.write_text("\n".join([",".join(HEADINGS), good, line, after]), encoding="utf-8")
    assert refused(path, most=10_000) == ("quote", 3, column)


def test_quotes_that_are(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(",".join(HEADINGS) + '\n1000000008,"القحطاني, ""أحمد""",CRS-1,صدرت\n', encoding="utf-8")
    assert read(path)[1][0].cells[1] == 'القحطاني, "أحمد"'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"), (b"\r\n \r\n", "empty"), (codecs.BOM_UTF8, "empty"), (b"just words\n", "not_a_table"),
        (b"\x00\x01\x02\x03PNG\x00" * 50, "not_a_table"), (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "old_workbook"),
        (b"PK\x03\x04 and no more", "broken"),
    ],
)  # fmt: skip
def test_what_is_no_table(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "e.xlsx").write_bytes(content)
    assert refused(tmp_path / "e.xlsx")[0] == code


def test_a_row_with_more_cells_than_headings_and_a_cell_that_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("\n".join([",".join(HEADINGS), ",".join(ROWS[0]), ",".join((*ROWS[0], "x"))]), encoding="utf-8")
    assert refused(path) == ("wide", 3, 5)
    path.write_text("\n".join([",".join(HEADINGS), "1,أ,ب," + "ج" * 3000]), encoding="utf-8")
    assert refused(path) == ("long", 2, 4)
    assert refused(text(path, "utf-8"), most=0)[0] == "too_many_rows"


# --- Workbooks -------------------------------------------------------------------------------------------------------


def book(path: Path, rows: Sequence[Sequence[str]] = (HEADINGS, *ROWS), **how: object) -> Path:
    return workbooks.write(path / "e.xlsx", rows, **how)  # type: ignore[arg-type]


def test_a_workbook(tmp_path: Path) -> None:
    look, said = read(book(tmp_path))
    assert (look.kind, look.sheet, look.headings, look.encoding) == ("xlsx", "تصدير", HEADINGS, None)
    assert [row.cells for row in said] == list(ROWS)


def test_a_formula_is_refused_where_it_is_read_and_nowhere_else(tmp_path: Path) -> None:
    rows = (HEADINGS, ROWS[0], ("=1000000008+8", "نورة", "CRS-1", "صدرت"))
    assert refused(book(tmp_path, rows)) == ("formula", 3, 1)
    assert read(book(tmp_path, rows), wanted=frozenset({1, 2, 3}))[1][1].cells[0] == ""


def test_merged_cells_are_refused_in_rows_that_are_read(tmp_path: Path) -> None:
    titled = (("تقرير",), HEADINGS, *ROWS)
    assert len(read(book(tmp_path, titled, merged=["A1:D1"]))[1]) == 2
    assert refused(book(tmp_path, titled, merged=["A1:D1", "C3:C4"])) == ("merged", 3, 3)
    assert len(read(book(tmp_path, titled, merged=["F3:F4"]))[1]) == 2


@pytest.mark.parametrize(
    "how",
    [
        {"more": [("xl/media/x.bin", b"\x00" * (300 << 20))]},
        {"more": [(f"xl/{number}", b"") for number in range(500)]},
        {"strings": "<sst>" + "<si><t/></si>" * 800_000 + "</sst>"},
        {"sheet": "<worksheet><sheetData>" + "<row/>" * (20 << 20) + "</sheetData></worksheet>"},
        {"more": [("xl/styles.xml", b"a" * (5 << 20))]},
    ],
    ids=["unpacks to too much", "too many entries", "too many strings", "a ratio of a thousand", "a large part"],
)
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, how: dict[str, object]) -> None:
    assert refused(book(tmp_path, **how))[0] == "bomb"


def test_a_bomb_that_lies_about_its_size_does_not_unpack_either(tmp_path: Path) -> None:
    path = book(tmp_path, sheet="<worksheet>" + " " * (50 << 20) + "</worksheet>")
    raw = bytearray(path.read_bytes())
    true = (50 << 20) + len("<worksheet></worksheet>")
    for at in [place for place in range(len(raw) - 4) if raw[place : place + 4] == true.to_bytes(4, "little")]:
        raw[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(raw)
    with zipfile.ZipFile(path) as archive:
        said = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    assert refused(path)[0] == ("broken" if said == 1000 else "bomb")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    assert refused(book(tmp_path, sheet=laughs))[0] == "broken"


def test_a_password_is_said(tmp_path: Path) -> None:
    path = book(tmp_path)
    raw = bytearray(path.read_bytes())
    start = 0
    while (at := raw.find(b"PK\x01\x02", start)) >= 0:
        raw[at + 8] |= 1
        start = at + 4
    path.write_bytes(raw)
    assert refused(path)[0] == "old_workbook"


_MEASURE = """
import json, re, sys
from pathlib import Path
from adapters.certificates.manar import ExportFiles
files, path = ExportFiles(), Path(sys.argv[1])
look = files.look(path)
count = sum(1 for _ in files.rows(path, look, frozenset(range(4)), 200_000))
# Not `ru_maxrss`, which an exec inherits from whoever started it.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([count, int(peak[1]) / 1024]))
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_two_hundred_thousand_rows_within_two_hundred_megabytes(tmp_path: Path, kind: str) -> None:
    """Every name another one, and every string shared: the most that a spreadsheet program makes a reader hold."""
    names = (f"متدرب رقم {n} بن عبدالله القحطاني" for n in range(200_000))
    rows = ((str(1000000000 + n), name, f"CRS-{n % 200}", "صدرت") for n, name in enumerate(names))
    path = tmp_path / f"e.{kind}"
    if kind == "csv":
        with path.open("w", encoding="cp1256") as file:
            file.write(";".join(HEADINGS) + "\n")
            file.writelines(";".join(row) + "\n" for row in rows)
    else:
        workbooks.write(path, (HEADINGS, *rows))
    told = subprocess.run([sys.executable, "-c", _MEASURE, path], capture_output=True, text=True, check=True)
    count, megabytes = json.loads(told.stdout)
    print(kind, megabytes)
    assert count == 200_000
    assert megabytes < 200
