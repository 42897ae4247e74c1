"""How many of which course stand how, counted by the database in one index: no name, no id, no checklist is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.engine import Connection, Row

from sidecar.store.roster import Course, roster_people
from sidecar.store.roster_courses import roster_courses
from sidecar.store.timetable import courses


@dataclass(slots=True)
class Numbers:
    """How many of a course stand how, and how many have which gap."""

    standings: Counter[str] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)


def listed(conn: Connection, since: datetime | None, until: datetime | None) -> Sequence[Row[Any]]:
    """Courses that run between these, those that end first, first; and how far their facts are.

    Columns: site_id, course_id, name, idnumber, starts_at, ends_at, wanted_at, fetched_at, failed.
    """
    c, r = courses.c, roster_courses.c
    query: Select[Any] = select(
        c.site_id, c.course_id, c.name, c.idnumber, c.starts_at, c.ends_at, r.wanted_at, r.fetched_at, r.failed
    ).outerjoin(roster_courses, and_(r.site_id == c.site_id, r.course_id == c.course_id))
    if since is not None and until is not None:
        query = query.where(
            or_(c.starts_at.is_(None), c.starts_at < until), or_(c.ends_at.is_(None), c.ends_at >= since)
        )
    return conn.execute(query.order_by(c.ends_at.is_(None), c.ends_at, c.name, c.site_id, c.course_id)).all()


def counted(conn: Connection, which: Sequence[Course]) -> dict[Course, Numbers]:
    """The numbers of these courses; people with the same gaps are one row of the answer."""
    t = roster_people.c
    by_site: dict[str, list[str]] = {}
    for site, course in which:
        by_site.setdefault(site, []).append(course)
    found = {course: Numbers() for course in which}
    for site, ids in by_site.items():
        for some in (ids[i : i + 400] for i in range(0, len(ids), 400)):
            query: Select[Any] = (
                select(t.course_id, t.standing, t.gaps, func.count().label("people"))
                .where(t.site_id == site, t.course_id.in_(some))
                .group_by(t.course_id, t.standing, t.gaps)
            )
            for row in conn.execute(query):
                numbers = found[site, row.course_id]
                numbers.standings[row.standing] += row.people
                for gap in {one for one in row.gaps.split("|") if one}:
                    numbers.gaps[gap] += row.people
    return found


def known(conn: Connection, which: Course) -> bool:
    """Whether there is such a course."""
    c = courses.c
    return conn.scalar(select(c.course_id).where(c.site_id == which[0], c.course_id == which[1])) is not None
