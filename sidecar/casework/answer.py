"""A trainer answers a question on the subject matter: to who asked it, or to the whole class (P2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import Viewer
from sidecar.domain.case import OPEN_STATES, Action, Case, CaseKind
from sidecar.domain.policy import Measure, Tier
from sidecar.domain.roster import groups_of
from sidecar.domain.steps import Lane, Step
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import (
    board,
    cases,
    deadlines,
    messages,
    outbox,
    permitted,
    recipients,
    roster,
    roster_told,
    tellings,
)
from sidecar.store.cases import cases as table

LONGEST: Final = 4000  # letters
_STILL_SHOWN: Final = timedelta(days=7)  # an answered question


@dataclass(frozen=True, slots=True)
class Question:
    """A question, who asked it, and until when it is to be answered.

    Attributes:
        waits: nobody has answered it, or it was opened again since.
        unnamed: of who asked, those whose name is not told: the LMS shows the viewer other groups of the course alone.
    """

    case: Case
    asked: tuple[Row[Any], ...]
    answers: tuple[Row[Any], ...]
    due: datetime | None
    course: str
    waits: bool
    unnamed: frozenset[str] = frozenset()


def questions(runtime: Runtime, viewer: Viewer) -> Sequence[Question]:
    """The viewer's queue: what waits by its deadline, then what was answered lately, by whatever page."""
    now = runtime.clock()
    scope = board.Scope(courses=viewer.courses)
    query: Select[Any] = select(table).where(
        table.c.kind == CaseKind.INQUIRY,
        table.c.tier == Tier.TRAINER,
        ~table.c.confidential,
        scope.of_courses(table.c.site_id, table.c.course_id),
        (table.c.state.in_(OPEN_STATES)) | (table.c.solved_at >= now - _STILL_SHOWN),
    )
    with runtime.db.read() as conn:
        found = [cases.from_row(row) for row in conn.execute(query.order_by(table.c.id))]
        ids = [case.id for case in found]
        said, happened, due = board.said(conn, ids), board.happened(conn, ids), board.due(conn, ids)
        names = {case.course_id: board.course(conn, case.site_id, case.course_id) for case in found if case.course_id}
        places = {(case.site_id, case.course_id) for case in found if case.course_id}
        seen = {place: _seen(conn, viewer, place) for place in places}
    made = []
    for case in found:
        asked = tuple(row for row in said if row.case_id == case.id)
        told = names.get(case.course_id or "")
        course = (told.name if told else None) or ((asked[0].body["course"] or ("", ""))[1] if asked else "")
        until = next((row.target_due_at for row in due.get(case.id, ()) if row.measure == Measure.FIRST_ANSWER), None)
        own = [row for row in happened if row.case_id == case.id]
        answers = tuple(row for row in own if row.action == Action.REPLY)
        waits = case.is_open and _last(own, {Action.REPLY}) <= _last(own, _AGAIN)
        if waits or not case.is_open or answers[-1].at >= now - _STILL_SHOWN:
            people, own_people = {row.reporter_id for row in asked}, seen.get((case.site_id, case.course_id or ""))
            unnamed = frozenset() if own_people is None else frozenset(people - own_people)
            made.append(Question(case, asked, answers, until if waits else None, course or "", waits, unnamed))
    return sorted(made, key=lambda one: (not one.waits, one.due or now, one.case.id))


def _seen(conn: Connection, viewer: Viewer, course: roster.Course) -> set[str] | None:
    """Whom of a course the LMS shows the viewer, where it is known to be some groups alone; None: whoever asks."""
    sight = roster_told.sights(conn, course).get(viewer.key.removeprefix(f"{course[0]}:"))
    groups = groups_of(sight) if sight is not None else None
    return None if groups is None else roster.person_ids(conn, course, groups)


_AGAIN: Final = frozenset({Action.REOPEN, Action.REFUSE})


def _last(events: Sequence[Row[Any]], which: Collection[Action]) -> int:
    """The id of the last event of some kinds; 0 where there is none."""
    return max((row.id for row in events if row.action in which), default=0)


def answer(runtime: Runtime, viewer: Viewer, case_id: int, text: str, *, everybody: bool = False) -> int:
    """Answer a question: its asker is told, or everybody in the course; it is done unless that person asks on.

    Returns:
        How many are told; none by a form that is sent twice.

    Raises:
        ValueError: nothing is said, or more than `LONGEST` letters.
        permitted.Unseen, permitted.NotPermitted, NotAllowed
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise ValueError("an answer has between one letter and the most that is taken")
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.REPLY)
        if messages.last_of(conn, case_id, "reply") == (viewer.key, text):
            return 0  # the same form, sent twice: whoever was told is not told again
        case = cases.change(conn, case, Action.REPLY, touched=True)
        said = messages.say(conn, case_id, "reply", viewer.key, text, now)
        data: dict[str, Any] = {"message": said}
        cases.record(conn, case_id, Action.REPLY, now, actor=viewer.key, public=True, data=data)
        told = recipients.of_cases(conn, [case_id])
        if everybody and case.course_id:
            told = told + recipients.of_roster(conn, case.site_id, case.course_id)
        values = {
            "case_id": case_id, "room_key": None, "course_id": case.course_id, "cause": "answer", "message": "answer",
            "text": text, "link": None, "author": viewer.key,
        }  # fmt: skip
        number, people = tellings.tell(conn, values, told, now)
        outbox.put(conn, Step.TELL, [str(number)], now)
        cases.record(conn, case_id, Action.TELL, now, actor=viewer.key, data={"telling": number, "people": people})
        deadlines.happened(conn, case_id, Happening.ANSWERED, now)
        if case.is_open:
            cases.change(conn, case, Action.PROPOSE, solved_at=now, solved_by=viewer.key, join_key=None, paused_at=None)
            cases.record(conn, case_id, Action.PROPOSE, now, actor=viewer.key)
            deadlines.happened(conn, case_id, Happening.RESOLVED, now)
    runtime.wake(Lane.NOTIFY)
    return people
