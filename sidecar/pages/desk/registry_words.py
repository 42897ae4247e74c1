"""The words of the registers' pages: why a file or a row is not taken, and by what somebody was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from sidecar.domain.registry import NELC, Column, RegistryState
from sidecar.pages.register_words import state

ENCODINGS: Final = {"utf-8": "utf-8", "utf-16": "utf-16", "windows-1256": "windows-1256"}
DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}
NEEDED: Final = frozenset({Column.STATE, Column.VERB})
MATCHED: Final = ("id", "name")


def day(moment: datetime, zone: ZoneInfo) -> str:
    """26 November 2026."""
    return str(format_date(moment.astimezone(zone).date(), "d MMMM y", rebase=False))


def letter(place: int) -> str:
    """A column as spreadsheet programs name it, from 1."""
    found = ""
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def encodings() -> list[tuple[str, str]]:
    """To choose from."""
    return [("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("windows-1256", _("Windows-1256 (Arabic)"))]


def delimiters() -> list[tuple[str, str]]:
    """To choose from."""
    return [("comma", _("comma ,")), ("semicolon", _("semicolon ;")), ("tab", _("tab"))]


def delimiter_key(delimiter: str | None) -> str:
    """As the form calls it."""
    return next((key for key, one in DELIMITERS.items() if one == delimiter), "")


def read_as(choice: Mapping[str, Any]) -> str:
    """How a file was read."""
    if not choice.get("encoding"):
        return _("workbook (XLSX)")
    by = dict(delimiters())[delimiter_key(choice.get("delimiter"))]
    return _("text, %(encoding)s, cells by %(delimiter)s", encoding=choice["encoding"].upper(), delimiter=by)


def column(one: Column) -> str:
    """What a column holds."""
    said = {
        Column.NATIONAL_ID: _("National ID or iqama"), Column.NAME: _("Name"),
        Column.COURSE: _("Course: code, name, or an activity's address"), Column.STATE: _("State"),
        Column.REASON: _("Reason"), Column.AT: _("Date"), Column.VERB: _("Verb: registered or earned"),
    }  # fmt: skip
    return str(said[one])


def lacking(source: str, places: Mapping[Column, int], course: str) -> str:
    """Why a file cannot be read with these columns; empty where it can."""
    if len(set(places.values())) < len(places):
        return str(_("One column cannot hold two things. Please choose each column once."))
    if not {Column.NATIONAL_ID, Column.NAME} & set(places):
        return str(_("Please choose the column of the national ID, or of the name."))
    if Column.COURSE not in places and not course:
        return str(_("Please choose the column of the course, or say of which course all rows are."))
    needed = Column.VERB if source == NELC else Column.STATE
    return "" if needed in places else str(_("Please choose the column: %(column)s", column=column(needed)))


def too_large() -> tuple[str, str]:
    """For a page that says only this."""
    return _("This file is too large."), _("Nothing has been imported. Please export fewer courses at once.")


def refused(unfit: Any) -> str:
    """Why a file is not read, with row and column."""
    return unfit_at(unfit.code, unfit.row, unfit.column)


def unfit_at(code: str, row: int | None, place: int | None) -> str:
    """The same, from its parts."""
    said = unfit(code)
    if row and place:
        return str(
            _("Row %(row)d, column %(column)s: %(why)s", row=row, column=f"\u2068{letter(place)}\u2069", why=said)
        )
    return str(_("Row %(row)d: %(why)s", row=row, why=said)) if row else said


def unfit(code: str) -> str:
    """Why a file is not read; nothing of it has been imported."""
    said = {
        "nothing": _("Please choose a file."), "empty": _("The file is empty."),
        "too_large": _("This file is too large."),
        "not_a_table": _("This is no table: no row with headings was found. XLSX and CSV files can be read."),
        "old_workbook": _("This workbook is of the old kind (XLS) or has a password. Please save it as XLSX."),
        "bomb": _("This workbook would unpack to far more than any export holds, and was not opened."),
        "broken": _("The file is damaged, or not what its name says. Please export it again."),
        "encoding": _("a letter here cannot be read in this encoding. Please choose another one, or export it again."),
        "quote": _("a quotation mark opens here and is not closed, or stands within a cell. Please mend this row."),
        "wide": _("this row has more cells than there are headings. Is the delimiter right?"),
        "long": _("this cell is longer than any name or reason."),
        "formula": _("a formula stands here. Please paste it as a value, and save the file."),
        "merged": _("cells are merged here. Please unmerge them and fill each in, and save the file."),
        "gone": _("The file was deleted before it could be read. Please upload it again."),
        "off": _("The policy has turned this register off meanwhile."),
        "failed": _("It could not be read, though it was tried several times. Please tell whoever runs Nidaa."),
        "too_many_rows": _("there are more rows than can be imported at once. Please export fewer courses."),
    }  # fmt: skip
    return str(said.get(code, said["broken"]))


def read_so_far(progress: Any) -> str:
    """How far a file is that is being read."""
    if not progress.rows:
        return str(_("It is about to be read."))
    rows = f"\u2068{progress.rows:,}\u2069"
    if progress.about <= progress.rows:  # the size told too little
        return str(_("Rows read so far: %(rows)s", rows=rows))
    return str(
        _("Rows read so far: %(rows)s of about %(about)s", rows=rows, about=f"\u2068{_rounded(progress.about):,}\u2069")
    )


def _rounded(rows: int) -> int:
    """Two digits of it: the rest would be a pretence."""
    step = 10 ** max(len(str(rows)) - 2, 0)
    return -(-rows // step) * step


def fault(_column: Column, why: str) -> str:
    """Why a row stays out."""
    said = {
        "no_number": _("This is no national ID: it has ten digits."),
        "nobody_named": _("Neither a national ID nor a name stands here."),
        "no_course": _("No course stands here."), "no_date": _("This is no date of ours."),
        "number_here": _("A national ID stands here: were the columns mixed up?"),
        "no_state": _("This word is not known as a state. The administrator can add it to the policy."),
        "contradicts": _("Another row says something else of the same person and course; neither is taken."),
    }  # fmt: skip
    return str(said[why])


def why_lost(one: str) -> str:
    """By what somebody was found, or why nobody was."""
    said = {
        "id": _("by national ID"), "name": _("by name and course"),
        "course": _("no course of this name or code is known"),
        "nobody": _("nobody of this number or name is in the course"),
        "several": _("several people or courses fit"),
        "number": _("the name fits, but that person's number is another one"),
    }  # fmt: skip
    return str(said[one])


def matched(counts: Mapping[str, int]) -> list[tuple[str, int, bool]]:
    """How many rows were found by what; whether that is somebody."""
    order = ("id", "name", "course", "nobody", "several", "number")
    return [(why_lost(one), counts[one], one in MATCHED) for one in order if counts.get(one)]


def states(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """How many rows say what."""
    return [(state(one), counts[one]) for one in RegistryState if counts.get(one)]


def taken_rows(counts: Mapping[str, Any]) -> int:
    """How many rows of an import count, or would."""
    return sum(counts.get("states", {}).values())


def people(counts: Mapping[str, Any]) -> int:
    """For how many rows somebody was found."""
    return sum(counts.get("matched", {}).get(how, 0) for how in ("id", "name"))


def lost(row: Any, letters: Mapping[Column, str]) -> dict[str, Any]:
    """A row for which nobody was found: where to look in the file. The number stays hidden but for its end."""
    at = Column.COURSE if row.matched == "course" else Column.NATIONAL_ID if row.number_key else Column.NAME
    return {
        "row": row.row, "column": letters.get(at, "–"), "name": row.name, "end": row.number_end, "course": row.course,
        "why": why_lost(row.matched),
    }  # fmt: skip


def found(row: Any) -> dict[str, Any]:
    """A row with whom it is about."""
    return {
        "row": row.row, "name": row.known or row.name, "course": row.course, "state": state(row.state),
        "reason": row.reason, "by": why_lost(row.matched),
    }  # fmt: skip


def not_whole(why: str, rows: int) -> str:
    """Why somebody who is not in a file may yet have been submitted, of a course or of all."""
    if why == "same_name":
        return str(_("several courses are called so"))
    if why == "contradicts":
        return str(ngettext("%(num)d row contradicts another", "%(num)d rows contradict others", rows))
    if why == "lost":
        return str(ngettext("nobody was found for %(num)d row", "nobody was found for %(num)d rows", rows))
    return str(ngettext("%(num)d row could not be read", "%(num)d rows could not be read", rows))
