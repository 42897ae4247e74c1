"""A case, locked, for somebody who may do something to it; and the people of a roster who are somebody's to act for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import null, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import Involved, Sight, Viewer, may, may_see, roster_sight
from sidecar.domain.case import Action, Case, CaseKind
from sidecar.domain.roster import Standing
from sidecar.store import accused, cases, roster
from sidecar.store.cases import case_reports
from sidecar.store.reports import reports


class Unseen(Exception):
    """There is no such thing for this person: absent and forbidden look the same (P16)."""


class NotPermitted(Exception):
    """The person may see the case, but not do this to it."""

    def __init__(self, action: Action) -> None:
        super().__init__(str(action))
        self.action = action


def involved(conn: Connection, case: Case) -> Involved:
    """Who reported the case and whom it is about, as `Viewer.key`s."""
    # Of a room of three hundred nobody needs the bodies, and everybody waits for who reads them with a case locked.
    body = reports.c.body if case.kind is CaseKind.COMPLAINT else null().label("body")
    query = (
        select(reports.c.site_id, reports.c.reporter_id, body)
        .join(case_reports, case_reports.c.report_key == reports.c.key)
        .where(case_reports.c.case_id == case.id)
    )
    reporters: set[str] = set()
    about = {f"{case.site_id}:{case.person_id}"} if case.person_id else set()
    for row in conn.execute(query):
        if row.reporter_id:
            reporters.add(f"{row.site_id}:{row.reporter_id}")
        # Every report of a merged complaint may name somebody else.
        if case.kind is CaseKind.COMPLAINT and row.body["about"]:
            about.add(f"{row.site_id}:{row.body['about'][0]}")
    if case.kind is CaseKind.COMPLAINT:
        about |= accused.of_case(conn, case.id)
    return Involved(frozenset(reporters), frozenset(about))


def seen(conn: Connection, viewer: Viewer, case_id: int) -> tuple[Case, Involved]:
    """The case and who stands in which relation to it.

    Raises:
        Unseen: no such case, or none this person may know of.
    """
    case = cases.get(conn, case_id)
    if case is None:
        raise Unseen(case_id)
    relation = involved(conn, case)
    if not may_see(viewer, case, relation):
        raise Unseen(case_id)
    return case, relation


def take(conn: Connection, viewer: Viewer, case_id: int, action: Action) -> Case:
    """The case, locked until the transaction ends, if the viewer may do this to it.

    Raises:
        Unseen: no such case, or none this person may know of.
        NotPermitted: seen, but not allowed.
    """
    return _permitted(conn, viewer, cases.get(conn, case_id, lock=True), case_id, action)


def look(conn: Connection, viewer: Viewer, case_id: int, action: Action) -> Case:
    """The same, not locked: before work that is worth nothing to somebody who may not do this; raises as `take`."""
    return _permitted(conn, viewer, cases.get(conn, case_id), case_id, action)


def on_roster(
    conn: Connection, viewer: Viewer, course: roster.Course, person_ids: Collection[str] | None, most: int
) -> tuple[Sight, Sequence[Row[Any]]]:
    """Whom of a course the viewer sees, and of these people, or with None of all with a gap, those who are among them.

    Raises:
        Unseen: it is no course of the viewer's, or none of the people is.
    """
    sight = roster_sight(viewer, *course)
    if sight is None:
        raise Unseen(course)
    if person_ids is None:
        wanted = roster.Wanted(standing=(Standing.GAP,), groups=sight.groups)
        return sight, roster.people(conn, course, wanted, limit=most)
    rows = roster.of_people(conn, course, sorted(person_ids)[:most], sight.groups)
    if person_ids and not rows:
        raise Unseen(course)
    return sight, rows


def _permitted(conn: Connection, viewer: Viewer, case: Case | None, case_id: int, action: Action) -> Case:
    if case is None:
        raise Unseen(case_id)
    relation = involved(conn, case)
    if not may_see(viewer, case, relation):
        raise Unseen(case_id)
    if not may(viewer, action, case, relation):
        raise NotPermitted(action)
    return case
