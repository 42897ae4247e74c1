"""A telephone call is logged: it tells, it may answer, and it is kept with its time (P6.3, P7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case
from sidecar.domain.escalation import Addressee, told_now
from sidecar.domain.policy import Policy
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import callbacks, calls, cases, deadlines, messages, permitted, referral, rota

RESULTS = ("answered", "spoken", "no_answer", "wrong_number")
"""`answered`: the reporter was given the answer; `spoken`: told where it stands; the others reached nobody."""
_FURTHEST: Final = timedelta(days=30)


class WithWhom(ValueError):
    """Several wait for a call, and one call tells one of them."""


class NoSuchMoment(ValueError):
    """A call is promised for a moment to come, within a month."""


OTHER = "other"
"""Somebody who was not waiting for a call."""


def log(
    runtime: Runtime,
    viewer: Viewer,
    case_id: int,
    result: str,
    text: str,
    *,
    whom: str = "",
    version: int | None = None,
) -> Case:
    """Keep that somebody was called, or called. One call tells one person: the case is told when nobody waits any more.

    Args:
        result: one of `RESULTS`.
        text: what was said; of an answer, the answer itself.
        whom: `<site>:<person>` of one who waits for a call, or `OTHER`; may be empty where only one waits, or nobody.

    Raises:
        ValueError: no such result, or nothing was said.
        WithWhom: it is not said which of those who wait was spoken with.
        NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    text = text.strip()
    if result not in RESULTS or (not text and result in {"answered", "spoken"}):
        raise ValueError("a call needs its result, and what was said")
    now = runtime.clock()
    with runtime.db.write() as conn:
        waits = {_key(one): one for one in _waiting(conn, case_id)}
        if (not whom and len(waits) > 1) or whom not in {"", OTHER, *waits}:
            raise WithWhom
        called = waits.get(whom) if whom else next(iter(waits.values()), None)
        case = permitted.take(conn, viewer, case_id, Action.REPLY if result == "answered" else Action.CALL)
        case = cases.change(conn, case, Action.CALL, version=version, touched=True)
        still = 0
        kind = "reply" if result == "answered" else "note"
        data: dict[str, Any] = {"means": "phone"}
        if text:
            data["message"] = messages.say(conn, case_id, kind, viewer.key, text, now)
        if result in {"answered", "spoken"}:
            still = data["still_to_call"] = calls.reached(conn, case_id, called, now)
            if called:
                callbacks.spoken(conn, case_id, called, viewer.key, now)
            if not still:
                deadlines.happened(conn, case_id, Happening.TOLD_BY_PHONE, now)
        elif called and callbacks.tried(
            conn, case_id, called, runtime.policy, viewer.key, now, wrong=result == "wrong_number"
        ):
            # They are not told, and the case says so; P7's clock goes on until somebody says why (`resolve.verify`).
            data["given_up"] = True
            calls.give_up(conn, case_id, called, "wrong_number" if result == "wrong_number" else "not_answered", now)
        cases.record(conn, case_id, Action.CALL, now, actor=viewer.key, reason=result, data=data)
        if result == "answered":
            case = cases.change(conn, case, Action.REPLY)
            cases.record(conn, case_id, Action.REPLY, now, actor=viewer.key, reason="by_phone", public=True, data=data)
            if not still:
                deadlines.happened(conn, case_id, Happening.ANSWERED, now)
        return case


def promise(
    runtime: Runtime,
    viewer: Viewer,
    case_id: int,
    whom: str,
    at: datetime,
    *,
    note: str = "",
    version: int | None = None,
) -> Case:
    """Promise a reporter of a case to call them back at a moment; who promises again moves it.

    Raises:
        WithWhom: nobody of the case is called so.
        NoSuchMoment
        NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    now = runtime.clock()
    if not now < at <= now + _FURTHEST:
        raise NoSuchMoment
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.CALL)
        reporters = {_key(one): one for one in calls.reporters(conn, case_id)}
        if whom not in reporters:
            raise WithWhom
        case = cases.change(conn, case, Action.CALL, version=version, touched=True)
        data: dict[str, Any] = {"at": at.isoformat()}
        if note.strip():
            data["message"] = messages.say(conn, case_id, "note", viewer.key, note.strip(), now)
        callbacks.promise(conn, case_id, reporters[whom], at, now, by=viewer.key)
        cases.record(conn, case_id, Action.CALL, now, actor=viewer.key, reason="promised", data=data)
        return case


def waiting_of(conn: Connection, case_id: int) -> Sequence[tuple[str, str]]:
    """Who of a case waits for a call, as `log` takes them."""
    return list(_waiting(conn, case_id))


def expecting(runtime: Runtime, case_id: int) -> Sequence[tuple[str, str]]:
    """Who of a case waits for a call: what `log` takes, and their name. For who may see the case."""
    with runtime.db.read() as conn:
        return [(_key(one), name or one[1]) for one, name in _waiting(conn, case_id).items()]


def to_call(runtime: Runtime, case_id: int) -> Sequence[tuple[str, str]]:
    """Whom a call may be promised: the reporters of a case. For who may see the case."""
    with runtime.db.read() as conn:
        return [(_key(one), name or one[1]) for one, name in calls.reporters(conn, case_id).items()]


def _waiting(conn: Connection, case_id: int) -> dict[tuple[str, str], str]:
    waits = calls.of_case(conn, case_id)
    names = calls.reporters(conn, case_id)
    for row in callbacks.of_case(conn, case_id):
        one = (row.site_id, row.person_id)
        waits.setdefault(one, names.get(one, ""))
    return waits


def _key(one: tuple[str, str]) -> str:
    site_id, person_id = one
    return f"{site_id}:{person_id}"


@dataclass(frozen=True, slots=True)
class Owed:
    """The list of calls.

    Attributes:
        rows: what is owed, what is due first; of `callbacks.waiting`.
        causes: what somebody is to be told, by case, site and person.
        said: what they said of themselves, with the reference of their report; by the same.
        numbers: under which number they are called; by the same.
        alerted: whom to call about an alert, by the call's number; none whom the case is about.
    """

    rows: Sequence[Any]
    causes: Mapping[tuple[int, str, str], Sequence[str]]
    said: Mapping[tuple[int, str, str], Any]
    numbers: Mapping[tuple[int, str, str], str]
    alerted: Mapping[int, Addressee | None]


def waiting(runtime: Runtime, viewer: Viewer) -> Owed:
    """Whom to call."""
    with runtime.db.read() as conn:
        rows = callbacks.waiting(conn, viewer)
        causes: dict[tuple[int, str, str], list[str]] = {}
        for row in calls.waiting(conn, viewer):
            causes.setdefault((row.case_id, row.site_id, row.person_id), []).append(row.cause)
        said = calls.bodies(conn, {row.stands_in for row in rows if row.why != "alert"})
        numbers = dict(zip(said, calls.numbers(conn, list(said.values())), strict=True))
        people, now = rota.on_duty(conn, runtime.policy), runtime.clock()
        alerted = {row.id: _addressee(conn, people, row, now) for row in rows if row.why == "alert"}
        return Owed(rows, causes, said, numbers, alerted)


def _addressee(conn: Connection, people: Policy, row: Any, now: datetime) -> Addressee | None:
    case = cases.get(conn, row.case_id)
    if case is None:
        return None
    return told_now(
        people, row.tell, now, department=case.department, severity=case.severity, category=case.category,
        barred=referral.barred(conn, case),
    )  # fmt: skip


def about_alert(runtime: Runtime, viewer: Viewer, number: int, *, reached: bool) -> None:
    """Whom an alert tells was called: reached, they have taken note; else they are tried again.

    Raises:
        permitted.Unseen: no such call, or none of this person's list.
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        row = callbacks.get(conn, number)
        if row is None or row.why != "alert" or not callbacks.may_make(conn, viewer, number):
            raise permitted.Unseen(number)
        reason = "alert_told" if reached else "alert_no_answer"
        if reached:
            callbacks.alert_told(conn, row, viewer.key, now)
        else:
            callbacks.not_reached(conn, number, runtime.policy, now)
        cases.record(conn, row.case_id, Action.CALL, now, actor=viewer.key, reason=reason, data={"told": row.person_id})
