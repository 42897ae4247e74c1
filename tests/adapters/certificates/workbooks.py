"""Workbooks as spreadsheet programs write them: strings shared, ranges merged, formulas; and hostile ones."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from sidecar.pages.desk.registry_words import letter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_REL}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="تصدير" sheetId="1" r:id="r1"/></sheets>'
    "</workbook>"
)
_BOOK_RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_REL}/worksheet" '
    f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{_REL}/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>'
)


def write(
    path: Path, rows: Iterable[Sequence[str]], *, merged: Sequence[str] = (), sheet: str | None = None,
    strings: str | None = None, more: Sequence[tuple[str, bytes]] = (),
) -> Path:  # fmt: skip
    """A workbook of text cells; one that begins with `=` is a formula.

    Args:
        sheet, strings: the XML of a part, instead of what the rows make.
        more: other entries of the archive.
    """
    said: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELS)
        archive.writestr("xl/workbook.xml", _BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _BOOK_RELS)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            if sheet is not None:
                part.write(sheet.encode())
            else:
                part.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
                for number, row in enumerate(rows, start=1):
                    cells = "".join(_cell(number, place, one, said) for place, one in enumerate(row, 1) if one != "")
                    part.write(f'<row r="{number}">{cells}</row>'.encode())
                part.write(b"</sheetData>")
                if merged:
                    refs = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
                    part.write(f'<mergeCells count="{len(merged)}">{refs}</mergeCells>'.encode())
                part.write(b"</worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            if strings is not None:
                part.write(strings.encode())
            else:
                part.write(f'<sst xmlns="{_MAIN}">'.encode())
                for one in said:
                    part.write(f"<si><t>{escape(one)}</t></si>".encode())
                part.write(b"</sst>")
        for name, content in more:
            archive.writestr(name, content)
    return path


def _cell(row: int, place: int, text: str, said: dict[str, int]) -> str:
    at = f"{letter(place)}{row}"
    if text.startswith("="):
        return f'<c r="{at}"><f>{escape(text[1:])}</f><v>1</v></c>'
    if text.isdigit() and text.isascii():
        return f'<c r="{at}"><v>{text}</v></c>'
    return f'<c r="{at}" t="s"><v>{said.setdefault(text, len(said))}</v></c>'
