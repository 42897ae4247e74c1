"""What the desk's lists read: the cases that somebody may see, by the moment they are due, a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_, type_coerce
from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import OPEN_STATES, Case, CaseKind, State
from sidecar.domain.policy import Tier
from sidecar.store.base import UtcTime
from sidecar.store.cases import case_reports, cases, from_row
from sidecar.store.clocks import clocks
from sidecar.store.reports import reports
from sidecar.store.visible import visible

PAGE: Final = 50
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands for the moment of what is due at no time, so that it comes last."""


@dataclass(frozen=True, slots=True)
class Place:
    """One queue: where its cases stand.

    Attributes:
        name: as it stands in an address.
        tier: whose; None for those that are no tier's.
        department: of a department's queue.
    """

    name: str
    tier: Tier | None = None
    department: str | None = None


ALL: Final = Place("all")
MINE: Final = Place("mine")
VERIFY: Final = Place("verify")
ENDED: Final = Place("ended")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty means any."""

    kind: CaseKind | None = None
    state: State | None = None
    category: str = ""
    channel: str = ""
    department: str = ""
    severity: int | None = None
    overdue: bool = False
    escalated: bool = False
    unowned: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list; `due` is None where no clock of it runs, `gone` that facts say its gap is gone."""

    case: Case
    due: datetime | None
    gone: bool = False


_due: Final = (
    select(func.min(clocks.c.target_due_at))
    .where(clocks.c.case_id == cases.c.id, clocks.c.stopped_at.is_(None), clocks.c.state.in_(("running", "fired")))
    .correlate(cases)
    .scalar_subquery()
)


def page(
    conn: Connection, viewer: Viewer, place: Place, narrowed: Filter, *, after: tuple[datetime, int] | None = None
) -> list[Line]:
    """A page of a queue and one line more, by which the caller knows that there is another: what is due first.

    Args:
        after: the due moment and the number of the last line that was shown.
    """
    due = type_coerce(func.coalesce(_due, literal(_NEVER, UtcTime())), UtcTime()).label("due")
    ended = place == ENDED
    rows = select(cases, due).where(visible(viewer), _of(place, viewer), *_narrowed(narrowed))
    listed = rows.subquery()
    query = select(listed)
    # What has ended is listed by when it did: no clock of it runs.
    if ended:
        if after is not None:
            query = query.where(listed.c.id < after[1])
        query = query.order_by(listed.c.id.desc())
    else:
        if after is not None:
            last = tuple_(literal(after[0], UtcTime()), literal(after[1]))
            query = query.where(tuple_(listed.c.due, listed.c.id) > last)
        query = query.order_by(listed.c.due, listed.c.id)
    found = conn.execute(query.limit(PAGE + 1)).all()
    return [Line(from_row(row), None if row.due >= _NEVER else row.due) for row in found]


def counted(conn: Connection, viewer: Viewer, places: Sequence[Place]) -> dict[str, tuple[int, int]]:
    """How many cases stand in each queue, and how many of them are overdue; in one question."""
    columns = []
    for number, place in enumerate(places):
        here = _of(place, viewer)
        columns.append(func.count().filter(here).label(f"n{number}"))
        columns.append(func.count().filter(and_(here, cases.c.overdue)).label(f"late{number}"))
    if not columns:
        return {}
    # Only what is open or waits to be verified is counted: the rest would be read for nothing.
    alive = cases.c.state.in_([*OPEN_STATES, State.RESOLVED])
    row = conn.execute(select(*columns).where(visible(viewer), alive)).one()
    return {place.name: (row[2 * number], row[2 * number + 1]) for number, place in enumerate(places)}


def _of(place: Place, viewer: Viewer) -> ColumnElement[bool]:
    is_open = and_(cases.c.state.in_(OPEN_STATES), cases.c.parent_id.is_(None))
    if place == MINE:
        return and_(is_open, cases.c.owner == viewer.key)
    if place == VERIFY:
        # A room incident is verified by its reporters or by quiet (P14), and by nobody here.
        mine = or_(cases.c.solved_by.is_(None), cases.c.solved_by.not_in(sorted(viewer.keys)))
        return and_(cases.c.state == State.RESOLVED, cases.c.kind != CaseKind.ROOM_INCIDENT, mine)
    if place == ENDED:
        return cases.c.state.in_((State.CLOSED, State.WITHDRAWN))
    which = [is_open]
    if place.tier is not None:
        which.append(cases.c.tier == place.tier)
    if place.department is not None:
        which.append(cases.c.department == place.department)
    return and_(*which)


def _narrowed(to: Filter) -> list[ColumnElement[bool]]:
    equal: Mapping[Any, Any] = {
        cases.c.kind: to.kind, cases.c.state: to.state, cases.c.category: to.category, cases.c.channel: to.channel,
        cases.c.department: to.department, cases.c.severity: to.severity,
    }  # fmt: skip
    found: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value]
    found += [column for column, wanted in ((cases.c.overdue, to.overdue), (cases.c.escalated, to.escalated)) if wanted]
    if to.unowned:
        found.append(cases.c.owner.is_(None))
    return found


def first_reports(conn: Connection, case_ids: Collection[int]) -> dict[int, Any]:
    """For each case its first report: case_id, reference, reporter's body; whose name the list shows."""
    query = (
        select(
            case_reports.c.case_id, reports.c.reference, reports.c.reporter_id, reports.c.site_id, reports.c.body,
        )
        .join(reports, reports.c.key == case_reports.c.report_key)
        .where(case_reports.c.case_id.in_(list(case_ids)))
        .order_by(reports.c.received_at.desc(), reports.c.key)
    )  # fmt: skip
    return {row.case_id: row for row in conn.execute(query)}


def dues(conn: Connection, case_ids: Collection[int]) -> dict[int, datetime]:
    """When these cases are due; one of which no clock runs is absent."""
    query = select(cases.c.id, type_coerce(_due, UtcTime()).label("due")).where(cases.c.id.in_(list(case_ids)))
    return {row.id: row.due for row in conn.execute(query) if row.due is not None}
