"""What the person is called whom a certificate's gap is about: as the course's roster has it, or as they wrote.

Of certificates alone. Whom a complaint is about is no list's to say, and nobody's to search for (P16).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import String, literal, select, tuple_, union_all
from sqlalchemy.engine import Connection

from sidecar.domain.case import Case, CaseKind
from sidecar.domain.incident import gap_key
from sidecar.domain.report import Kind, Report
from sidecar.store import timetable
from sidecar.store.people import people
from sidecar.store.roster import roster_people
from sidecar.store.timetable import rosters

Whose = tuple[str, str, str]
"""A site, a course's id there, a person's."""
_AT_ONCE: Final = 100


def of_case(case: Case) -> Whose | None:
    """Whom a case is about, where that may be said: a certificate's."""
    if case.kind is not CaseKind.CERTIFICATE_GAP or not case.person_id:
        return None
    return case.site_id, case.course_id or "", case.person_id


def of_report(report: Report) -> Whose | None:
    """Whom a report of a gap names, where it is not its sender."""
    if report.kind is not Kind.CERTIFICATE_GAP or report.about is None or report.about.id == report.reporter.id:
        return None
    return report.site_id, report.place.course.id if report.place.course else "", report.about.id


def names(conn: Connection, whose: Collection[Whose]) -> dict[Whose, str]:
    """The names of these people, by one question for a page of them; who is not known is absent."""
    wanted = sorted(set(whose))
    found: dict[Whose, str] = {}
    for some in (wanted[i : i + _AT_ONCE] for i in range(0, len(wanted), _AT_ONCE)):
        of_site: dict[tuple[str, str], str] = {}
        every = literal("", String())
        anywhere, in_roster, in_course = people.c, rosters.c, roster_people.c
        rows = union_all(
            select(literal(0).label("rank"), anywhere.site_id, every.label("course_id"), anywhere.person_id,
                   anywhere.name)
            .where(tuple_(anywhere.site_id, anywhere.person_id).in_(sorted({(one[0], one[2]) for one in some}))),
            select(literal(1), in_roster.site_id, in_roster.course_id, in_roster.person_id, in_roster.name)
            .where(tuple_(in_roster.site_id, in_roster.course_id, in_roster.person_id).in_(some)),
            select(literal(2), in_course.site_id, in_course.course_id, in_course.person_id, in_course.name)
            .where(tuple_(in_course.site_id, in_course.course_id, in_course.person_id).in_(some)),
        )  # fmt: skip
        for row in sorted(conn.execute(rows), key=lambda row: row.rank):  # the last one is the surest
            if row.name and row.rank == 0:
                of_site[row.site_id, row.person_id] = row.name
            elif row.name:
                found[row.site_id, row.course_id, row.person_id] = row.name
        for one in some:
            if one not in found and (one[0], one[2]) in of_site:
                found[one] = of_site[one[0], one[2]]
    return found


def of_cases(conn: Connection, listed: Iterable[Case]) -> dict[int, str]:
    """By the numbers of cases, the names of the people whom their gaps are about."""
    whose = {case.id: one for case in listed if (one := of_case(case)) is not None}
    known = names(conn, whose.values())
    return {number: known[one] for number, one in whose.items() if one in known}


def gap_keys(conn: Connection, whose: Whose) -> list[str]:
    """The keys of all certificate cases that there may be about a person, in whatever course of theirs."""
    site, course, person = whose
    courses = {course, *timetable.courses_of(conn, site, person, "trainee")}
    return [gap_key(site, one, person) for one in sorted(courses) if one]
