"""The page of an export that was read: who was found by what, who was not and why, and what becomes of it."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import force_locale

from sidecar.casework import who
from sidecar.casework.read_registry import preview
from sidecar.domain.registry import Column
from sidecar.pages import moments
from sidecar.pages.desk import registry_words as words
from sidecar.pages.desk.frame import show
from sidecar.pages.session import Visitor, runtime


def page(visitor: Visitor, row: Any) -> Response:
    """One import that was read: its page, whatever became of it since."""
    number = row.id
    found = preview(runtime(), row)
    names = who.names(runtime(), [key for key in (row.taken_by, row.undone_by) if key])
    now, zone, locale = runtime().clock(), runtime().zone, visitor.locale
    headings = {Column(key): words.letter(place + 1) for key, place in row.choice["columns"].items()}
    with force_locale(locale):
        return show(
            "desk/registry/one.html", visitor, number=number, state=row.state, file=row.file_name,
            register=runtime().policy.registries[row.source].label.in_(locale), counts=row.counts,
            rows=words.taken_rows(row.counts), read_as=words.read_as(row.choice),
            matched=words.matched(row.counts["matched"]), states=words.states(row.counts["states"]),
            faults=[(at, headings.get(Column(column), "–"), words.fault(Column(column), why))
                    for at, column, why in row.counts["first"]],
            lost=[words.lost(one, headings) for one in found.lost], found=[words.found(one) for one in found.found],
            everybody=row.lists_everybody, nobody=bool(words.taken_rows(row.counts)) and not words.people(row.counts),
            not_whole=[(said, words.not_whole(why, rows)) for said, why, rows in found.not_whole],
            newer=words.day(found.newer, zone) if found.newer else "",
            newest=words.day(found.newest, zone) if found.newest else "",
            taken=moments.day_and_clock(row.taken_at, zone, now) if row.taken_at else "",
            taken_by=names.get(row.taken_by or "", row.taken_by),
            undone=moments.day_and_clock(row.undone_at, zone, now) if row.undone_at else "",
            undone_by=names.get(row.undone_by or "", row.undone_by),
        )  # fmt: skip
