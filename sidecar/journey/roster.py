"""The facts of a course's whole roster, fetched fifty people a call, and the readiness computed from them.

Whoever opens a roster, and the sweep before certificates are due, only says that a course is wanted; here it is
fetched, once, whoever asked. A course of five hundred costs eleven calls: one for its people, ten for their facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.exc import DataError, IntegrityError

from adapters.errors import AdapterError
from adapters.lms.port import UNKNOWN as UNREAD
from adapters.lms.port import Lms, Pair, PairFacts
from sidecar import registered
from sidecar.domain import roster as rules
from sidecar.domain.facts import UNKNOWN, Fact, Facts, snapshot
from sidecar.domain.plain_text import unturned
from sidecar.domain.readiness import readiness
from sidecar.domain.registry import RegistryEntry
from sidecar.runtime import Runtime
from sidecar.store import facts as snapshots
from sidecar.store import identities, register_answers, rooms, roster, roster_courses, roster_notes, timetable

log = structlog.get_logger(__name__)

PAIRS_A_CALL: Final = 50
CALLS_AT_ONCE: Final = 8
_TOGETHER: Final = 25  # rows a transaction: each is some kilobytes, and intake waits behind it
_LEASE: Final = timedelta(minutes=3)
_AGAIN: Final = timedelta(minutes=1)
_NAME, _IDNUMBER = 300, 128  # as long as the columns


def refresh(runtime: Runtime, courses: int = 4) -> int:
    """Fetch what somebody waits for, up to so many courses; returns how many were fetched."""
    done = 0
    for _ in range(courses):
        now = runtime.clock()
        with runtime.db.read() as conn:
            waits = roster_courses.waits(conn, runtime.lms, now)
        if not waits:
            return done
        with runtime.db.write() as conn:
            course = roster_courses.claim(conn, list(runtime.lms), now, now - _LEASE)
        if course is None:
            return done
        done += _fetch(runtime, runtime.lms[course[0]], course, now)
    return done


def _fetch(runtime: Runtime, lms: Lms, course: roster.Course, began: datetime) -> bool:
    try:
        people = _people(runtime, lms, course)
        told = _ask(lms, [Pair(person, course[1]) for person in people])
    except AdapterError as error:
        log.warning("roster_not_fetched", site=course[0], course=course[1], error=type(error).__name__, code=error.code)
        with runtime.db.write() as conn:
            roster_courses.not_fetched(conn, course, error.code or "unavailable", runtime.clock() + _AGAIN)
        return False
    with runtime.db.write() as conn:
        identities.note(conn, course[0], registered.known_by(told.values(), runtime.clock()))
    places = {(course[0], person, course[1]): person for person in people}
    asked = registered.ask(runtime, dict.fromkeys(places, runtime.clock()))
    said = {places[place]: entries for place, entries in registered.entries(runtime, list(places)).items()}
    rows = _rows(runtime, course, people, told, said)
    with runtime.db.read() as conn:
        gone = roster.person_ids(conn, course) - people.keys()
    lost = 0
    for some in (rows[i : i + _TOGETHER] for i in range(0, len(rows), _TOGETHER)):
        if not _kept(runtime, some):
            lost += sum(not _kept(runtime, [one]) for one in some)
    if lost:
        log.warning("roster_not_stored", site=course[0], course=course[1], people=lost)
    if lost and lost == len(rows):
        with runtime.db.write() as conn:
            roster_courses.not_fetched(conn, course, "unstorable", None)
        return False
    with runtime.db.write() as conn:
        roster.leave_out(conn, course, gone)
        roster_courses.fetched(conn, course, began, runtime.clock())
        if asked.failed:  # judged by what was known; the LMS is not asked anew for a register that was away
            register_answers.wait(conn, course, runtime.clock() + _AGAIN)
    return True


def _kept(runtime: Runtime, rows: Sequence[dict[str, Any]]) -> bool:
    """Keep some people's rows; False where one holds what no database takes, and none of them is kept."""
    try:
        with runtime.db.write() as conn:
            roster.keep(conn, rows)
    except (DataError, IntegrityError):
        return False
    return True


def _people(runtime: Runtime, lms: Lms, course: roster.Course) -> dict[str, str]:
    """The course's trainees by id, as the LMS tells of them now; as it told before where it does not say."""
    info = lms.courses([course[1]]).get(course[1])
    if info is not None and info.members is not None:
        now = runtime.clock()
        members = {
            (m.person_id, m.role): {
                "person_id": m.person_id, "role": m.role, "name": m.name and unturned(m.name)[:_NAME],
                "sees": None if m.sees is UNREAD else rules.sight_text(m.sees), "fetched_at": now,
            }
            for m in info.members
        }  # fmt: skip
        about: dict[str, Any] = {
            "name": info.name and unturned(info.name)[:_NAME], "idnumber": info.idnumber and info.idnumber[:_IDNUMBER],
            "starts_at": info.starts_at, "ends_at": info.ends_at,
        }  # fmt: skip
        with runtime.db.write() as conn:
            timetable.record_course(conn, *course, now, **about)  # an export that names it by its code finds it now
            timetable.replace_roster(conn, *course, list(members.values()))
    with runtime.db.read() as conn:
        return roster_notes.trainees(conn, course)


def _ask(lms: Lms, pairs: Sequence[Pair]) -> dict[Pair, PairFacts]:
    parts = [pairs[i : i + PAIRS_A_CALL] for i in range(0, len(pairs), PAIRS_A_CALL)]
    if not parts:
        return {}
    found: dict[Pair, PairFacts] = {}
    with ThreadPoolExecutor(min(len(parts), CALLS_AT_ONCE), thread_name_prefix="roster") as pool:
        for answer in pool.map(lms.facts, parts):
            found |= answer
    return found


def _rows(
    runtime: Runtime, course: roster.Course, people: Mapping[str, str], told: Mapping[Pair, PairFacts],
    said: Mapping[str, Sequence[RegistryEntry]],
) -> list[dict[str, Any]]:  # fmt: skip
    now, policy = runtime.clock(), runtime.policy
    with runtime.db.read() as conn:
        lost = rooms.lost_in(conn, *course)
        about = roster_notes.course(conn, course)
    rows = []
    for person, name in people.items():
        answer = told.get(Pair(person, course[1]))
        known = snapshot(person, course[1], answer.values if answer else {}, unread=UNREAD, now=now)
        known = _with_end(known, about.ends_at if about else None, now)
        ready = readiness(
            known, policy.certificate, registers=said.get(person, ()), minutes_lost=lost.get(person, 0), now=now
        )
        items = [rules.as_json(item) for item in ready.items]
        rate = known.get("attendance.rate")
        rows.append(
            roster.row_of(
                course, person, name or _named(known) or person, taken_at=known.taken_at,
                snapshot=snapshots.as_json(known), items=items,
                standing=rules.standing([str(i.gap) for i in ready.gaps], [i.what for i in ready.unknown]),
                rate=float(rate) if isinstance(rate, (int, float)) else None,
                never_in=rules.never_in(known.get("account.last_login"), known.get("enrolment.last_access"), UNKNOWN),
                digest=policy.digest, groups=_groups(known.get("enrolment.groups")),
            )
        )  # fmt: skip
    return rows


def _with_end(known: Facts, ends_at: datetime | None, now: datetime) -> Facts:
    """Whether the course is over, by the dates that the LMS told of it, where it tells none with the person."""
    if ends_at is None or known.get("course.ended") != UNKNOWN:
        return known
    ended = Fact(ends_at <= now, "course_dates", now)
    return replace(known, values={**known.values, "course.ended": ended})


def _groups(told: Any) -> list[str]:
    """The ids of the groups that somebody is in; of whom nobody tells them is in none, and so is hidden from others."""
    rows = told if isinstance(told, list) else []
    ids = (str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id") is not None)
    return [one for one in ids if one and "|" not in one]


def _named(known: Facts) -> str:
    names = (known.get("profile.name_ar"), known.get("profile.name_en"))
    return next((str(name) for name in names if name and name != UNKNOWN), "")
