"""The register of cases without names (P9): when each was received, referred, told, answered and closed, and whether in
time. No words of people, no names, and of a confidential case not even what it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain.case import Action, CaseKind
from sidecar.domain.policy import Measure
from sidecar.store.accused import accused
from sidecar.store.cases import cases, events
from sidecar.store.clocks import clocks

_MEASURES: Final = (Measure.REFERRAL, Measure.TOLD, Measure.FIRST_ANSWER, Measure.ESCALATION, Measure.RESOLUTION)
_ACTIONS: Final = (Action.REPLY, Action.PROPOSE, Action.REFER)
MOST: Final = 20_000  # rows; a month of an institute has some hundreds


@dataclass(frozen=True, slots=True)
class Entry:
    """One case in the register.

    Attributes:
        category: None where the case is confidential.
        met: for each measure that the case has, when what it measures happened (None: not yet) and whether in time
            (None: it is not yet late).
    """

    number: int
    kind: CaseKind
    category: str | None
    channel: str
    state: str
    received_at: datetime
    referred_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    decision: str | None
    met: dict[Measure, tuple[datetime | None, bool | None]]


def entries(
    conn: Connection, since: datetime, until: datetime, now: datetime, *, hidden_from: Sequence[str] = ()
) -> list[Entry]:
    """The cases received in [since, until), by number.

    Args:
        hidden_from: keys of who reads: what is complained about them is not there.
    """
    own = exists().where(accused.c.case_id == cases.c.id, accused.c.key.in_(list(hidden_from)))
    which = (cases.c.clock_started_at >= since, cases.c.clock_started_at < until, cases.c.parent_id.is_(None), ~own)
    found = conn.execute(select(cases).where(*which).order_by(cases.c.id).limit(MOST)).all()
    numbers = select(cases.c.id).where(*which)
    happened = _happened(conn, events.c.case_id.in_(numbers))
    met = _met(conn, clocks.c.case_id.in_(numbers), now)
    return [_entry(row, happened[row.id], met[row.id]) for row in found]


def _entry(row: Row[Any], happened: list[Any], met: dict[Measure, tuple[datetime | None, bool | None]]) -> Entry:
    def first(action: Action) -> datetime | None:
        return next((one.at for one in happened if one.action == action), None)

    decided = [one.data["decision"] for one in happened if one.action == Action.PROPOSE and one.data.get("decision")]
    return Entry(
        number=row.id,
        kind=CaseKind(row.kind),
        category=None if row.confidential else row.category,
        channel=row.channel,
        state=row.state,
        received_at=row.clock_started_at,
        referred_at=first(Action.REFER),
        answered_at=first(Action.REPLY),
        closed_at=row.closed_at,
        decision=decided[-1] if decided else None,
        met=met,
    )


def _happened(conn: Connection, which: ColumnElement[bool]) -> defaultdict[int, list[Any]]:
    query = select(events.c.case_id, events.c.action, events.c.at, events.c.data)
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in conn.execute(query.where(which, events.c.action.in_(_ACTIONS)).order_by(events.c.id)):
        found[row.case_id].append(row)
    return found


def _met(
    conn: Connection, which: ColumnElement[bool], now: datetime
) -> defaultdict[int, dict[Measure, tuple[datetime | None, bool | None]]]:
    query = select(clocks.c.case_id, clocks.c.measure, clocks.c.target_due_at, clocks.c.stopped_at)
    found: defaultdict[int, dict[Measure, tuple[datetime | None, bool | None]]] = defaultdict(dict)
    for row in conn.execute(query.where(which, clocks.c.measure.in_(_MEASURES)).order_by(clocks.c.id)):
        ended = row.stopped_at or now
        in_time = False if ended > row.target_due_at else True if row.stopped_at else None
        found[row.case_id][Measure(row.measure)] = (row.stopped_at, in_time)
    return found
