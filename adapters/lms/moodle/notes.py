"""How a fact of Moodle is written down: JSON-able, with its source and time, and never a guess."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from adapters.lms.port import UNKNOWN, Told

ACCOUNT = (
    "account.exists",
    "account.suspended",
    "account.confirmed",
    "account.auth",
    "account.last_login",
    "account.locked_out",
    "account.email_bouncing",
    "account.language",
)
ENROLMENT = (
    "enrolment.status",
    "enrolment.method",
    "enrolment.starts_at",
    "enrolment.ends_at",
    "enrolment.roles",
    "enrolment.groups",
    "enrolment.last_access",
)
ATTENDANCE = ("attendance.held", "attendance.attended", "attendance.rate", "attendance.definition")
COMPLETION = ("completion.completed", "completion.completed_at")
GRADE = ("grade.course", "grade.points", "grade.max", "grade.pass_mark", "grade.passed", "grade.shown")
CERTIFICATE = ("certificate.issued",)
COURSE_FACTS = (*ENROLMENT, *ATTENDANCE, *COMPLETION, *GRADE, *CERTIFICATE)


def written(value: Any) -> Any:
    """A time as ISO 8601 text, since a `Told.value` can be stored as JSON; anything else as it is."""
    return value.isoformat() if isinstance(value, datetime) else value


class Notebook:
    """Collects the facts of one pair from one function, read at one time."""

    def __init__(self) -> None:
        self.values: dict[str, Told] = {}

    def tell(self, name: str, value: Any, source: str, at: datetime, note: str = "") -> None:
        self.values[name] = Told(written(value), source, at, note)

    def unknown(self, names: Iterable[str], source: str, at: datetime, note: str) -> None:
        """Say why nothing is known, for those of `names` that nobody has told yet."""
        for name in names:
            self.values.setdefault(name, Told(UNKNOWN, source, at, note))

    def grade(self, points: float, least: float, most: float, source: str, at: datetime) -> None:
        """A course's total, beside what can be had."""
        self.tell("grade.course", round((points - least) / (most - least), 4), source, at)
        self.tell("grade.points", points, source, at)
        self.tell("grade.max", most, source, at)
