"""Calls that are owed, each by a moment: nothing else reaches them, one was promised, or an alert says so (P7, P8).

Whom a delivery needs a call for is said by the delivery (`store/calls.py`); a row here says by when, how often it was
tried, and how it ended.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    and_,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import Viewer
from sidecar.domain.calendar import NeverOpens, add_working
from sidecar.domain.case import OPEN_STATES, State
from sidecar.domain.policy import Policy
from sidecar.store import timetable
from sidecar.store.accused import accused
from sidecar.store.alerts import alerts
from sidecar.store.base import Number, UtcTime, chosen, insert_ignoring, metadata, numbered
from sidecar.store.cases import cases
from sidecar.store.people import people
from sidecar.store.tellings import NEEDS_CALL, deliveries, tellings
from sidecar.store.visible import visible

Why = Literal["told", "promised", "alert"]
WHY: Final = ("told", "promised", "alert")
_AHEAD: Final = timedelta(days=14)

callbacks = Table(
    "callbacks",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False, index=True),
    chosen("why", WHY),
    Column("site_id", String(64), nullable=False),  # of an alert: which
    Column("person_id", String(300), nullable=False),  # of an alert: whom the policy named, as a key
    Column("alert_id", Number, ForeignKey("alerts.id"), index=True),
    chosen("state", ("open", "done", "given_up")),
    Column("since", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("not_before", UtcTime),  # nobody answered: not to be called again sooner
    Column("asked_by", String(130), nullable=False),
    Column("alerted_at", UtcTime),  # it was late, and somebody was told
    Column("ended_at", UtcTime),
    Column("ended_by", String(130)),
    Index(
        "uq_callbacks_open", "case_id", "why", "site_id", "person_id", unique=True,
        sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
    ),
    Index("ix_callbacks_due", "due_at", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
)  # fmt: skip


def due_of(conn: Connection, policy: Policy, now: datetime) -> datetime:
    """By when somebody is to be called who can be told by telephone alone."""
    rules = policy.desk.calls
    sessions = timetable.windows(conn, now, now + _AHEAD)
    try:
        return add_working(policy.calendars[rules.calendar], now, rules.within, sessions)
    except (KeyError, NeverOpens):
        return now + rules.within


def need(
    conn: Connection, case_id: int, why: Why, whom: tuple[str, str], due_at: datetime, now: datetime, *, by: str,
    alert_id: int | None = None,
) -> bool:  # fmt: skip
    """A call is owed; one that is owed already stays as it is. Whether it is new."""
    row = {
        "case_id": case_id, "why": why, "site_id": whom[0], "person_id": whom[1], "alert_id": alert_id, "state": "open",
        "since": now, "due_at": due_at, "tries": 0, "asked_by": by,
    }  # fmt: skip
    return conn.execute(insert_ignoring(conn, callbacks).returning(callbacks.c.id), row).one_or_none() is not None


def promise(
    conn: Connection, case_id: int, whom: tuple[str, str], at: datetime, now: datetime, *, by: str
) -> None:  # fmt: skip
    """Somebody was promised a call at a moment; a promise that stands is moved to it."""
    if not need(conn, case_id, "promised", whom, at, now, by=by):
        which = and_(_of(case_id), _whose(whom), callbacks.c.why == "promised")
        conn.execute(update(callbacks).where(which).values(due_at=at, not_before=None, alerted_at=None, asked_by=by))


def get(conn: Connection, number: int) -> Row[Any] | None:
    """One that is still owed."""
    query = select(callbacks).where(callbacks.c.id == number, callbacks.c.state == "open").with_for_update()
    return conn.execute(query).one_or_none()


def of_case(conn: Connection, case_id: int) -> Sequence[Row[Any]]:
    """What is owed to the people of a case and of those merged into it."""
    return conn.execute(select(callbacks).where(_of(case_id)).order_by(callbacks.c.id)).all()


def spoken(conn: Connection, case_id: int, whom: tuple[str, str], by: str, now: datetime) -> None:
    """Somebody was spoken with: nothing is owed to them on this case any more."""
    done = {"state": "done", "ended_at": now, "ended_by": by}
    conn.execute(update(callbacks).where(and_(_of(case_id), _whose(whom))).values(done))


def tried(
    conn: Connection, case_id: int, whom: tuple[str, str], policy: Policy, by: str, now: datetime, *, wrong: bool
) -> bool:
    """A call reached nobody; whether this person is given up now.

    Args:
        wrong: the number is none of theirs: there is nothing to try again.
    """
    rules = policy.desk.calls
    which = and_(_of(case_id), _whose(whom))
    conn.execute(update(callbacks).where(which).values(tries=callbacks.c.tries + 1, not_before=now + rules.apart))
    most = conn.scalar(select(func.max(callbacks.c.tries)).where(which)) or 0
    if not wrong and most < rules.tries:
        return False
    conn.execute(update(callbacks).where(which).values(state="given_up", ended_at=now, ended_by=by))
    return True


def end_alerts(conn: Connection, case_id: int, causes: Collection[str], by: str, now: datetime) -> None:
    """Whom these alerts tell has taken note, or what they waited for has happened: nobody is called about them."""
    of = exists().where(alerts.c.id == callbacks.c.alert_id, alerts.c.cause.in_(list(causes)))
    which = and_(callbacks.c.case_id == case_id, callbacks.c.why == "alert", callbacks.c.state == "open", of)
    conn.execute(update(callbacks).where(which).values(state="done", ended_at=now, ended_by=by))


def alert_told(conn: Connection, row: Row[Any], by: str, now: datetime) -> None:
    """Whom an alert tells was reached by telephone: the alert is taken note of, and not raised again (P8)."""
    taken = {"acknowledged_at": now, "acknowledged_by": by, "raise_again_at": None}
    which = and_(alerts.c.id == row.alert_id, alerts.c.acknowledged_at.is_(None))
    conn.execute(update(alerts).where(which).values(taken))
    conn.execute(update(callbacks).where(callbacks.c.id == row.id).values(state="done", ended_at=now, ended_by=by))


def not_reached(conn: Connection, number: int, policy: Policy, now: datetime) -> None:
    """Whom an alert tells did not answer: to be tried again, for as long as nobody has taken note."""
    again = {"tries": callbacks.c.tries + 1, "not_before": now + policy.desk.calls.apart}
    conn.execute(update(callbacks).where(callbacks.c.id == number).values(again))


def waiting(conn: Connection, viewer: Viewer, limit: int = 200) -> Sequence[Any]:
    """Whom to call, what is due first: columns of `callbacks`, `stands_in`, `cause`, `tell`, `name`, `phone`, `seen`.

    Calls of alerts show a number and nothing else, so that whoever is at the desk can make them; those of a case about
    somebody are never that person's.
    """
    same = and_(people.c.site_id == callbacks.c.site_id, people.c.person_id == callbacks.c.person_id)
    stands_in = func.coalesce(cases.c.merged_into, cases.c.id)
    query = (
        select(
            *callbacks.c, stands_in.label("stands_in"), alerts.c.cause, alerts.c.tell, people.c.name, people.c.phone,
            visible(viewer).label("seen"),
        )
        .join(cases, cases.c.id == callbacks.c.case_id)
        .outerjoin(people, same)
        .outerjoin(alerts, alerts.c.id == callbacks.c.alert_id)
        .where(callbacks.c.state == "open", _owed(), _shown_to(viewer))
    )  # fmt: skip
    return conn.execute(query.order_by(callbacks.c.due_at, callbacks.c.id).limit(limit)).all()


def may_make(conn: Connection, viewer: Viewer, number: int) -> bool:
    """Whether somebody sees this call in their list."""
    query = select(callbacks.c.id).join(cases, cases.c.id == callbacks.c.case_id)
    return conn.scalar(query.where(callbacks.c.id == number, _shown_to(viewer))) is not None


def _owed() -> ColumnElement[bool]:
    """Whether it still is: nobody is called about a case that is over, nor to hear what reached them since."""
    alive = cases.c.state.in_([*OPEN_STATES, State.RESOLVED, State.MERGED])
    waits = exists().where(
        tellings.c.case_id == callbacks.c.case_id, deliveries.c.telling_id == tellings.c.id,
        deliveries.c.site_id == callbacks.c.site_id, deliveries.c.person_id == callbacks.c.person_id,
        deliveries.c.state == "failed", deliveries.c.error == NEEDS_CALL,
    )  # fmt: skip
    return or_(and_(callbacks.c.why != "told", alive), and_(callbacks.c.why == "told", waits))


def _shown_to(viewer: Viewer) -> ColumnElement[bool]:
    about_me = exists().where(accused.c.case_id == cases.c.id, accused.c.key.in_(sorted(viewer.keys)))
    return or_(visible(viewer), and_(callbacks.c.why == "alert", ~about_me))


def late(conn: Connection, now: datetime, limit: int = 50) -> Sequence[Row[Any]]:
    """What is owed, is late, and nobody was told of."""
    which = and_(callbacks.c.state == "open", callbacks.c.due_at <= now, callbacks.c.alerted_at.is_(None), _owed())
    query = select(callbacks).join(cases, cases.c.id == callbacks.c.case_id).where(which)
    return conn.execute(query.order_by(callbacks.c.due_at).limit(limit)).all()


def told_late(conn: Connection, number: int, now: datetime) -> bool:
    """Keep that somebody was told that it is late; once."""
    which = and_(callbacks.c.id == number, callbacks.c.state == "open", callbacks.c.alerted_at.is_(None))
    return conn.execute(update(callbacks).where(which).values(alerted_at=now)).rowcount == 1


def promised(conn: Connection, case_ids: Collection[int]) -> dict[int, datetime]:
    """Of these cases, when a call was promised; the soonest."""
    which = and_(callbacks.c.case_id.in_(list(case_ids)), callbacks.c.why == "promised", callbacks.c.state == "open")
    query = select(callbacks.c.case_id, func.min(callbacks.c.due_at).label("at")).where(which)
    return {row.case_id: row.at for row in conn.execute(query.group_by(callbacks.c.case_id))}


def _of(case_id: int) -> ColumnElement[bool]:
    merged = select(cases.c.id).where(cases.c.merged_into == case_id)
    return and_(
        or_(callbacks.c.case_id == case_id, callbacks.c.case_id.in_(merged)),
        callbacks.c.state == "open",
        callbacks.c.why != "alert",
    )


def _whose(whom: tuple[str, str]) -> ColumnElement[bool]:
    return and_(callbacks.c.site_id == whom[0], callbacks.c.person_id == whom[1])
