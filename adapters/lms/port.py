"""What the house asks of an LMS, and the shapes of the answers.

Every value that an LMS tells is a `Told`: the value itself, where it was read (`source`, the LMS function), and when.
`UNKNOWN` is a value of its own and never means "missing": an LMS that answers nothing, or hides a field for want of a
capability, leaves `UNKNOWN`; a field that was readable and is empty is `None`. Times are aware UTC datetimes.
Ids are strings, as everything that comes from outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, Literal, Protocol


class Unknown(Enum):
    """The type of `UNKNOWN`: "could not be read", which is neither present nor missing."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN

WRITABLE: Final = ("name_ar", "name_en", "national_id", "phone")
"""Certificate fields that a site may let us write, if it says so."""
RUNS_SOON: Final = timedelta(days=21)
RUNNING_AT_MOST: Final = 2000
ROOMS_AT_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Told:
    """One value as an LMS told it.

    Attributes:
        value: a JSON-able value (str, bool, int, float, None, list, dict of those), or `UNKNOWN`.
        source: the function that told it, such as `core_user_get_course_user_profiles`.
        at: when it was read.
        note: for `UNKNOWN`, why (`function_missing`, `capability_missing`, `silently_empty`, `not_offered`, `failed`);
            otherwise an optional remark.
    """

    value: Any
    source: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A person in a course; `course_id` None asks for the account alone."""

    person_id: str
    course_id: str | None


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What the LMS knows of one pair: dotted fact names to values.

    Names, all optional (an absent name is as good as `UNKNOWN`):
        account.exists  account.suspended  account.confirmed  account.auth  account.last_login  account.locked_out
        account.email_bouncing  account.language
        profile.<field> for every field mapped for certificates: `profile.national_id`, `profile.name_ar`,
            `profile.name_en`, `profile.phone`, `profile.email`. A national id is never carried in clear: its value is
            one of `present`, `invalid` (needs review), None (empty) or `UNKNOWN`.
        profile.national_id_key, profile.national_id_end: the number's keyed hash (the key is wiring's) and its last two
            digits, by which registers outside are asked; absent or unknown where the number is. No page shows them.
        profile.national_id_sealed: the number as only this house reads it again; only where wiring says how it is
            sealed, and where the adapter reads the number itself. It stands in no snapshot.
        profile.national_id_duplicate: whether somebody else at this LMS has the same number; a function that sees only
            some people may say True or `UNKNOWN`, never False
        enrolment.status (`active` `suspended` `ended` `not_started` `not_enrolled` `inactive` when a reason is not
            tellable)  enrolment.method  enrolment.starts_at  enrolment.ends_at  enrolment.roles  enrolment.groups
            enrolment.last_access
        attendance.held  attendance.attended  attendance.rate (0..1)  attendance.definition
        completion.completed  completion.completed_at
        grade.course: the course's total as a share of what can be had (0..1); None where it is not graded yet
        grade.points  grade.max  grade.pass_mark (None where nothing is needed)  grade.passed (None likewise)
        grade.shown: True where this LMS shows that grade to the person; a grade that it hides is `UNKNOWN` everywhere
        certificate.issued: list of {source, code, at}
        course.ended: whether the course's end has passed; absent where the course has no end, or nobody tells
    """

    pair: Pair
    values: Mapping[str, Told]


SessionSource = Literal["attendance", "meeting", "calendar", "zoom"]


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A live class with its true times (never an activity's opening window)."""

    key: str
    course_id: str
    activity_id: str | None
    group_id: str | None
    starts_at: datetime
    ends_at: datetime
    platform: str
    source: SessionSource


@dataclass(frozen=True, slots=True)
class Member:
    """One person on a course's roster.

    Attributes:
        sees: of staff, the ids of the groups whose people alone the LMS shows them; None where it shows them everybody,
            `UNKNOWN` where nobody tells.
    """

    person_id: str
    role: Literal["trainee", "trainer", "room_manager"]
    name: str | None = None
    sees: frozenset[str] | Unknown | None = None


@dataclass(frozen=True, slots=True)
class CourseInfo:
    """Dates and people of a course. `members` is None when the LMS would not say (never an empty roster instead)."""

    course_id: str
    name: str | None
    idnumber: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    members: tuple[Member, ...] | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveRoom:
    """A live room: an activity of a course, and a group where each has its own."""

    course_id: str
    activity_id: str
    group_id: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to a person inside the LMS. `key` makes it idempotent where the LMS keeps keys."""

    key: str
    person_id: str
    subject: str
    text: str
    url: str | None = None


NoticeOutcome = Literal["sent", "already", "refused"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `nidaa check`: a function or capability that is missing, and what its absence costs."""

    level: Literal["ok", "warning", "error"]
    subject: str
    costs: str = ""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Answer to `sessions`: what was found, and for which courses no source could tell (so old rows stay)."""

    found: tuple[LiveSession, ...]
    unknown_courses: frozenset[str] = field(default_factory=frozenset)


class Lms(Protocol):
    """An LMS as the house sees it. Every method raises `adapters.errors.AdapterError` and nothing else.

    Calls are safe to make from many threads. Each has a total deadline; `deadline` (seconds) is the longest one call
    of this object may take from first byte sent to last byte read, and lanes derive their leases from it.
    `writes` names the fields that the site lets us write: of `WRITABLE`, and none unless its settings say so.
    """

    site_id: str
    deadline: float
    writes: frozenset[str]

    def facts(self, pairs: Sequence[Pair]) -> Mapping[Pair, PairFacts]:
        """Facts for at most 50 pairs; an answer for every pair asked, with `UNKNOWN` where nothing could be read."""
        ...

    def sessions(self, course_ids: Sequence[str], since: datetime, until: datetime) -> Sessions:
        """Live sessions of the courses that overlap [since, until)."""
        ...

    def courses(self, course_ids: Sequence[str]) -> Mapping[str, CourseInfo]:
        """Dates and roster of each course that the LMS would tell of; a course it would not tell of is absent."""
        ...

    def running_courses(self) -> Sequence[CourseInfo]:
        """Courses that run, or begin within `RUNS_SOON`, latest start first, at most `RUNNING_AT_MOST`; no `members`.

        It only ever adds: an LMS that tells of none may not be willing to tell, and a course that is not told of is
        not thereby over.
        """
        ...

    def presence(self, rooms: Sequence[LiveRoom]) -> Mapping[LiveRoom, int | None]:
        """How many people are in each room now; None where nobody can tell, which never means an empty room.

        Args:
            rooms: at most `ROOMS_AT_MOST`; more are a ValueError.
        """
        ...

    def notify(self, notices: Sequence[Notice]) -> Mapping[str, NoticeOutcome]:
        """Tell people inside the LMS; an outcome per key. A key that is absent was not tried."""
        ...

    def write(self, person_id: str, values: Mapping[str, str]) -> None:
        """Write certificate fields of `writes` to a person's profile; the same again changes nothing.

        That it was taken does not say that it stands (an LMS may pass over a field that it does not have): ask the
        facts.

        Raises:
            ValueError: a field that the site does not let us write.
            Refused: of this person or this token it is not taken; `code` says why.
        """
        ...

    def way_in(self, target: str, course_id: str | None) -> str | None:
        """The LMS's page that sends whoever opens it, signed in there, on to one of our pages (contract.md, `/launch`).

        Args:
            target: `mine`, `roster` or `desk`.
            course_id: of which course, where the page is one of a course.

        Returns:
            The address; where the LMS has no such page, that of the LMS; None where it has none at all.
        """
        ...

    def check(self) -> Sequence[Finding]:
        """What the token can and cannot do, for `nidaa check`."""
        ...
