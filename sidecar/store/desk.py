"""What the desk's lists read: the cases that somebody may see, in the order that was chosen, a page at a time.

Nothing here reads more than some thousands of rows, however many there are (decision 0024): each order is one index's,
a count ends at `COUNTED`, and a filter looks through `LOOKED` cases, after which the reader asks it to go on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, FromClause, and_, func, literal, or_, select, tuple_, union_all
from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import OPEN_STATES, Action, Case, CaseKind, State
from sidecar.domain.policy import Tier
from sidecar.store.base import UtcTime
from sidecar.store.cases import ENDED_STATES, NEVER, case_reports, cases, events, from_row
from sidecar.store.reports import reports
from sidecar.store.states import is_in, queued
from sidecar.store.visible import visible

PAGE: Final = 50
LOOKED: Final = 5_000
COUNTED: Final = 1_000
_MOMENT: Final = timedelta(microseconds=1)
_BEGIN: Final = datetime.fromtimestamp(0, UTC)

Mark = tuple[int, ...]
"""Where a line stands in its order, as whole numbers; times in microseconds."""


ARRIVALS: Final = frozenset(
    {Action.OPEN, Action.TRANSFER, Action.REFER, Action.ESCALATE, Action.SPLIT, Action.REOPEN, Action.REFUSE,
     Action.PROPOSE}
)  # fmt: skip
"""What brings a case into somebody's queue."""


class Order(StrEnum):
    """By what a list is sorted."""

    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"
    SEVERITY = "severity"


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
    """What a list is narrowed to; empty means any.

    Attributes:
        since, until: opened from the one on, and before the other.
    """

    kind: CaseKind | None = None
    state: State | None = None
    category: str = ""
    channel: str = ""
    department: str = ""
    severity: int | None = None
    overdue: bool = False
    escalated: bool = False
    unowned: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list; `due` is None where no clock of it runs, `gone` that facts say its gap is gone."""

    case: Case
    due: datetime | None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a list.

    Attributes:
        more: where the next one begins; None on the last.
        to_look: whether it ends because enough was looked through, rather than because it is full.
    """

    lines: Sequence[Line]
    more: Mark | None = None
    to_look: bool = False


_COLUMNS: Final[Mapping[Order, tuple[str, ...]]] = {
    Order.DUE: ("due_at", "id"), Order.NEWEST: ("opened_at", "id"), Order.OLDEST: ("opened_at", "id"),
    Order.SEVERITY: ("severity", "due_at", "id"),
}  # fmt: skip


def orders(place: Place) -> Sequence[Order]:
    """The orders of a queue, its own first: what has ended is due no more."""
    return (Order.NEWEST, Order.OLDEST) if place == ENDED else tuple(Order)


def page(
    conn: Connection, viewer: Viewer, place: Place, narrowed: Filter, *, order: Order = Order.DUE,
    after: Mark | None = None,
) -> Lines:  # fmt: skip
    """A page of a queue.

    Args:
        order: the queue's own where it has not this one.
        after: the mark of the last line that was shown.
    """
    if order not in orders(place):
        order = orders(place)[0]
    if narrowed.state and narrowed.state not in _states(place):
        return Lines([])
    here = select(cases).where(visible(viewer), _of(place, viewer), *_opened(narrowed))
    if after is not None:
        here = here.where(_beyond(order, after))
    here = here.order_by(*_sorted(order, cases))
    conditions = _narrowed(narrowed, cases)
    if not conditions:
        return _page(conn.execute(here.limit(PAGE + 1)).all(), order)
    # The rows of the queue in their order, and of those the ones that fit: a filter that fits nothing ends, too.
    looked = here.limit(LOOKED).subquery()
    fitting = select(looked).where(*_narrowed(narrowed, looked)).order_by(*_sorted(order, looked)).limit(PAGE + 1)
    found = _page(conn.execute(fitting).all(), order)
    if found.more is not None:
        return found
    last = conn.execute(here.offset(LOOKED - 1).limit(1)).one_or_none()
    return found if last is None else Lines(found.lines, _mark(last, order), to_look=True)


def _page(rows: Sequence[Any], order: Order) -> Lines:
    lines = [Line(from_row(row), None if row.due_at >= NEVER else row.due_at) for row in rows[:PAGE]]
    return Lines(lines, _mark(rows[PAGE - 1], order) if len(rows) > PAGE else None)


def _sorted(order: Order, table: FromClause) -> list[ColumnElement[Any]]:
    columns = [table.c[name] for name in _COLUMNS[order]]
    return [column.desc() for column in columns] if order is Order.NEWEST else list(columns)


def _mark(row: Any, order: Order) -> Mark:
    values = [getattr(row, name) for name in _COLUMNS[order]]
    return tuple((one - _BEGIN) // _MOMENT if isinstance(one, datetime) else int(one) for one in values)


def _beyond(order: Order, mark: Mark) -> ColumnElement[bool]:
    columns: list[Column[Any]] = [cases.c[name] for name in _COLUMNS[order]]
    here = tuple_(*columns)
    last = tuple_(*(literal(_value(column, one), column.type) for column, one in zip(columns, mark, strict=True)))
    return here < last if order is Order.NEWEST else here > last


def _value(column: Column[Any], number: int) -> Any:
    return _BEGIN + number * _MOMENT if isinstance(column.type, UtcTime) else number


def is_mark(order: Order, mark: Mark) -> bool:
    """Whether a mark, as it came from outside, is one of this order."""
    names = _COLUMNS[order]
    try:
        return len(mark) == len(names) and all(
            0 <= one < (2**31 if name == "severity" else 2**63)
            and (not name.endswith("_at") or _BEGIN + one * _MOMENT <= NEVER)
            for name, one in zip(names, mark, strict=True)
        )
    except OverflowError:
        return False


def counted(conn: Connection, viewer: Viewer, places: Sequence[Place]) -> dict[str, tuple[int, int]]:
    """How many cases stand in each queue, and how many of them are overdue, as far as `COUNTED`; in one question."""
    if not places:
        return {}
    each, seen = [], visible(viewer)  # the same for each queue, and dear to make
    for number, place in enumerate(places):
        here = select(cases.c.overdue).where(seen, _of(place, viewer))
        first = here.order_by(cases.c.due_at, cases.c.id).limit(COUNTED).subquery()
        late = func.count().filter(first.c.overdue).label("late")
        each.append(select(literal(number).label("place"), func.count().label("many"), late).select_from(first))
    found = {row.place: (row.many, row.late) for row in conn.execute(union_all(*each))}
    return {place.name: found[number] for number, place in enumerate(places)}


def _states(place: Place) -> Collection[State]:
    if place == VERIFY:
        return (State.RESOLVED,)
    return ENDED_STATES if place == ENDED else OPEN_STATES


def _of(place: Place, viewer: Viewer) -> ColumnElement[bool]:
    if place == MINE:
        return and_(queued(), cases.c.owner == viewer.key)
    if place == VERIFY:
        # A room incident is verified by its reporters or by quiet (P14), and by nobody here.
        mine = or_(cases.c.solved_by.is_(None), cases.c.solved_by.not_in(sorted(viewer.keys)))
        return and_(is_in([State.RESOLVED]), cases.c.kind != CaseKind.ROOM_INCIDENT, mine)
    if place == ENDED:
        return is_in(ENDED_STATES)
    which = [queued()]
    if place.tier is not None:
        which.append(cases.c.tier == place.tier)
    if place.department is not None:
        which.append(cases.c.department == place.department)
    return and_(*which)


def _opened(to: Filter) -> list[ColumnElement[bool]]:
    found = [cases.c.opened_at >= to.since] if to.since else []
    return [*found, cases.c.opened_at < to.until] if to.until else found


def _narrowed(to: Filter, table: FromClause) -> list[ColumnElement[bool]]:
    names = ("kind", "state", "category", "channel", "department", "severity")
    found: list[ColumnElement[bool]] = [table.c[name] == value for name in names if (value := getattr(to, name))]
    found += [table.c[name] for name in ("overdue", "escalated") if getattr(to, name)]
    return [*found, table.c.owner.is_(None)] if to.unowned else found


def arrived(
    conn: Connection, viewer: Viewer, place: Place, narrowed: Filter, since: datetime, among: Collection[int] = ()
) -> int:
    """How many cases others have brought into a queue since, as far as `PAGE`: what its reader may see of them, and no
    other, so that whoever is complained about learns nothing by it (P16)."""
    by_others = and_(events.c.action.in_(list(ARRIVALS)), events.c.actor.not_in(sorted(viewer.keys)))
    numbers = select(events.c.case_id).where(events.c.at >= since, by_others)
    which = [visible(viewer), _of(place, viewer), *_opened(narrowed), *_narrowed(narrowed, cases)]
    if among:
        which.append(cases.c.id.in_(sorted(among)))
    some = select(cases.c.id).where(cases.c.id.in_(numbers), *which).limit(PAGE).subquery()
    return conn.execute(select(func.count()).select_from(some)).scalar_one()


def first_reports(conn: Connection, case_ids: Collection[int]) -> dict[int, Any]:
    """For each case its first report: case_id, reference, who reported and as whom, body; whose name the list shows."""
    query = (
        select(
            case_reports.c.case_id, reports.c.reference, reports.c.reporter_id, reports.c.reporter_role,
            reports.c.site_id, reports.c.body,
        )
        .join(reports, reports.c.key == case_reports.c.report_key)
        .where(case_reports.c.case_id.in_(list(case_ids)))
        .order_by(reports.c.received_at.desc(), reports.c.key)
    )  # fmt: skip
    return {row.case_id: row for row in conn.execute(query)}


def dues(conn: Connection, case_ids: Collection[int]) -> dict[int, datetime]:
    """When these cases are due; one of which no clock runs is absent."""
    query = select(cases.c.id, cases.c.due_at).where(cases.c.id.in_(list(case_ids)), cases.c.due_at < NEVER)
    return {row.id: row.due_at for row in conn.execute(query)}
