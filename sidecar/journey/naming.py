"""Whom somebody in charge may say that something is missing of: people of the course, of the groups that they see (P3).

Only as far as that is known here: where no roster was fetched, nobody is refused. What an LMS signs it has checked by
itself, and nothing of that is ever refused for it.
"""

from __future__ import annotations

from enum import Enum, auto

from sidecar.domain.access import Groups
from sidecar.domain.report import Kind, Report
from sidecar.runtime import Runtime
from sidecar.store import roster, timetable


class Naming(Enum):
    """What is known of whom a report names."""

    FINE = auto()
    NOT_HERE = auto()  # nobody of the course
    NOT_THEIRS = auto()  # of the course, and of none of the sender's groups


def naming(runtime: Runtime, report: Report, groups: Groups) -> Naming:
    """Whether the sender may name whom the report is about.

    Args:
        groups: whose people alone the sender sees; None: the LMS limits nothing, or does not say.
    """
    about, course = report.about, report.place.course
    if report.kind is not Kind.CERTIFICATE_GAP or about is None or about.id == report.reporter.id:
        return Naming.FINE
    if groups is not None and not groups:
        return Naming.NOT_THEIRS
    if course is None:
        return Naming.FINE
    place = (report.site_id, course.id)
    with runtime.db.read() as conn:
        listed = roster.one(conn, place, about.id) is not None
        if not listed and timetable.lists(conn, place, about.id) is False:
            return Naming.NOT_HERE
        if listed and groups is not None and not roster.of_people(conn, place, [about.id], groups):
            return Naming.NOT_THEIRS
    return Naming.FINE
