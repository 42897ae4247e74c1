"""An LMS in memory, for the tests of the rest of the house and for working without one.

It answers like the real one where that matters: it knows only what it was told, an unknown person is `UNKNOWN` and
never "does not exist", an unknown course is absent, more than 50 pairs are a ValueError, and nobody who is unknown can
be notified, nor led to what is no page of the web. It can be told to misbehave, and it counts.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from adapters.errors import Malformed, Refused, Unavailable
from adapters.lms.national_id import known_by, state_of
from adapters.lms.port import (
    ROOMS_AT_MOST,
    RUNS_SOON,
    UNKNOWN,
    CourseInfo,
    Finding,
    LiveRoom,
    LiveSession,
    Notice,
    NoticeOutcome,
    Pair,
    PairFacts,
    Sessions,
    Told,
)

# `answer_lost`: it does what it is asked, and the answer does not arrive.
Mood = Literal["well", "down", "breaker_open", "maintenance", "refusing", "malformed", "answer_lost"]

PAIRS_AT_MOST = 50
# As `local_nidaa_notify` refuses them (lms_plugin, notice/letter and notice/sender).
_PAGE = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_PERSON = re.compile(r"[1-9][0-9]{0,14}")
_URL, _KEY = 1333, 1000  # bytes
_SOURCE = "fake"


class FakeLms:
    """Set what it knows, ask it through `port.Lms`, look at what happened. Safe for threads.

    Args:
        clock: gives the time at which facts were "read".
        sleep: what being slow is done with (seconds as argument); a test may pass a recorder.

    Attributes:
        mood: how it behaves from now on.
        slow: seconds that each answer takes.
        calls: how often each question was asked, failures included.
        told: notices that were delivered, in order; a key is delivered once, unless it `keeps_keys` no more.
        keeps_keys: whether it knows a key again; an LMS without our plugin does not, and tells twice who is sent twice.
        writes: the fields that may be written; none until a test says so.
        deaf: fields that it takes and does not keep, as Moodle does with a custom field that it has not.
        id_key: by which it tells of national ids.
        address: where it is on the web; nowhere until a test says so.
        written: what was written, in order: person, field, value.
        tries: how many notices of a call it tries at most; the keys of the others are absent from its answer.
    """

    def __init__(
        self,
        site_id: str = "demo",
        *,
        clock: Callable[[], datetime],
        deadline: float = 10.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.site_id = site_id
        self.deadline = deadline
        self.mood: Mood = "well"
        self.slow = 0.0
        self.calls: Counter[str] = Counter()
        self.told: list[Notice] = []
        self.keeps_keys = True
        self.tries: int | None = None
        self.writes: frozenset[str] = frozenset()
        self.deaf: frozenset[str] = frozenset()
        self.id_key = b""
        self.address = ""
        self.written: list[tuple[str, str, str]] = []
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._facts: dict[Pair, dict[str, Any]] = {}
        self._courses: dict[str, CourseInfo] = {}
        self._sessions: dict[str, list[LiveSession]] = {}
        self._barred: set[str] = set()
        self._present: dict[LiveRoom, int | None] = {}

    def set_facts(self, person_id: str, course_id: str | None, **facts: Any) -> None:
        """Let it know facts of a pair. Names as in `PairFacts` with `__` for the dot: `enrolment__status="active"`.

        Later calls add to earlier ones; `UNKNOWN` is a value like another.
        """
        with self._lock:
            known = self._facts.setdefault(Pair(person_id, course_id), {})
            known.update({name.replace("__", ".", 1): value for name, value in facts.items()})

    def set_course(self, course: CourseInfo) -> None:
        """Let it know a course and its people."""
        with self._lock:
            self._courses[course.course_id] = course

    def known_course(self, course_id: str) -> CourseInfo | None:
        """What it knows of a course; no call, whatever its mood."""
        with self._lock:
            return self._courses.get(course_id)

    def set_sessions(self, course_id: str, sessions: Iterable[LiveSession]) -> None:
        """Let it know all sessions of a course; none at all is knowledge too. Unset courses are unknown."""
        with self._lock:
            self._sessions[course_id] = list(sessions)

    def bar(self, *person_ids: str) -> None:
        """Refuse notices to these people."""
        with self._lock:
            self._barred.update(person_ids)

    def facts(self, pairs: Sequence[Pair]) -> Mapping[Pair, PairFacts]:
        if len(pairs) > PAIRS_AT_MOST:
            raise ValueError(f"at most {PAIRS_AT_MOST} pairs a call")
        self._behave("facts")
        at = self._clock()
        with self._lock:
            return {pair: self._facts_of(pair, at) for pair in pairs}

    def sessions(self, course_ids: Sequence[str], since: datetime, until: datetime) -> Sessions:
        self._behave("sessions")
        with self._lock:
            found = [
                session
                for course_id in dict.fromkeys(course_ids)
                for session in self._sessions.get(course_id, ())
                if session.starts_at < until and session.ends_at > since
            ]
            unknown = frozenset(course_ids) - self._sessions.keys()
        return Sessions(tuple(sorted(found, key=lambda session: (session.starts_at, session.key))), frozenset(unknown))

    def courses(self, course_ids: Sequence[str]) -> Mapping[str, CourseInfo]:
        self._behave("courses")
        with self._lock:
            return {one: self._courses[one] for one in course_ids if one in self._courses}

    def running_courses(self) -> Sequence[CourseInfo]:
        self._behave("running_courses")
        now = self._clock()
        with self._lock:
            return [
                replace(one, members=None)
                for one in self._courses.values()
                if one.starts_at is not None
                and one.starts_at <= now + RUNS_SOON
                and (one.ends_at is None or one.ends_at > now)
            ]

    def set_presence(self, room: LiveRoom, people: int | None) -> None:
        """Let it know how many are in a room. Of a room that was never set it knows nothing."""
        with self._lock:
            self._present[room] = people

    def presence(self, rooms: Sequence[LiveRoom]) -> Mapping[LiveRoom, int | None]:
        if len(rooms) > ROOMS_AT_MOST:
            raise ValueError(f"at most {ROOMS_AT_MOST} rooms a call")
        self._behave("presence")
        with self._lock:
            return {room: self._present.get(room) for room in rooms}

    def notify(self, notices: Sequence[Notice]) -> Mapping[str, NoticeOutcome]:
        self._behave("notify")
        with self._lock:
            outcomes = {notice.key: self._deliver(notice) for notice in notices[: self.tries]}
            lost = self.mood == "answer_lost"
        if lost:
            raise Unavailable("fake: the connection failed before the answer")
        return outcomes

    def write(self, person_id: str, values: Mapping[str, str]) -> None:
        if not self.writes.issuperset(values):
            raise ValueError("a field that is not written at this site")
        self._behave("write")
        with self._lock:
            mine = [known for pair, known in self._facts.items() if pair.person_id == person_id]
            if not mine:
                raise Refused("fake: invaliduserid", code="invaliduserid")
            kept: dict[str, Any] = {f"profile.{name}": value for name, value in values.items() if name not in self.deaf}
            if number := kept.get("profile.national_id"):
                key, end = known_by(self.id_key, number) or (UNKNOWN, UNKNOWN)
                told = {"profile.national_id_key": key, "profile.national_id_end": end}
                kept = {**kept, **told, "profile.national_id": state_of(number)}
            for known in mine:
                known.update(kept)
            self.written += [(person_id, name, value) for name, value in values.items()]
            lost = self.mood == "answer_lost"
        if lost:
            raise Unavailable("fake: the connection failed before the answer")

    def way_in(self, target: str, course_id: str | None) -> str | None:
        return f"{self.address}/launch?target={target}&course={course_id or ''}" if self.address else None

    def check(self) -> Sequence[Finding]:
        try:
            self._behave("check")
        except (Unavailable, Refused, Malformed) as error:
            return [Finding("error", error.reason, "nothing can be read from this LMS and nobody told in it")]
        return [Finding("ok", "an LMS in memory")]

    def _behave(self, question: str) -> None:
        with self._lock:
            self.calls[question] += 1
            mood, slow = self.mood, self.slow
        if slow:
            self._sleep(min(slow, self.deadline))
            if slow > self.deadline:
                raise Unavailable("fake: no complete answer within the deadline")
        if mood == "down":
            raise Unavailable("fake: the connection failed")
        if mood == "breaker_open":
            raise Unavailable("fake: not called, it failed repeatedly", retry_after=2.0, attempted=False)
        if mood == "maintenance":
            raise Unavailable("fake: sitemaintenance", code="sitemaintenance")
        if mood == "refusing":
            raise Refused("fake: invalidtoken", code="invalidtoken")
        if mood == "malformed":
            raise Malformed("fake: a web page instead of JSON")

    def _facts_of(self, pair: Pair, at: datetime) -> PairFacts:
        known = self._facts.get(pair)
        if known is None:
            return PairFacts(pair, {"account.exists": Told(UNKNOWN, _SOURCE, at, "silently_empty")})
        values = {
            name: Told(value, _SOURCE, at, "not_offered" if value is UNKNOWN else "") for name, value in known.items()
        }
        values.setdefault("account.exists", Told(True, _SOURCE, at))  # noqa: FBT003 - a fact's value
        return PairFacts(pair, values)

    def _deliver(self, notice: Notice) -> NoticeOutcome:
        if not self._can_read(notice.person_id) or not _leads_to_a_page(notice.url):
            return "refused"
        if not 0 < len(notice.key.encode()) <= _KEY:
            return "refused"
        if self.keeps_keys and any(earlier.key == notice.key for earlier in self.told):
            return "already"
        if notice.person_id in self._barred:
            return "refused"
        self.told.append(notice)
        return "sent"

    def _can_read(self, person_id: str) -> bool:
        """Whether there is such a person, who can sign in."""
        accounts = [facts for pair, facts in self._facts.items() if pair.person_id == person_id]
        if any(one.get("account.suspended") is True or one.get("account.exists") is False for one in accounts):
            return False
        members = (member.person_id for course in self._courses.values() for member in course.members or ())
        return _PERSON.fullmatch(person_id) is not None and (bool(accounts) or person_id in members)


def _leads_to_a_page(url: str | None) -> bool:
    return not url or (len(url.encode()) <= _URL and _PAGE.fullmatch(url) is not None)
