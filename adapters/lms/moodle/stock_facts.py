"""Facts about pairs, composed from stock functions when the plugin is not there.

What it costs: one bulk call for the accounts of all pairs, and per course (kept for half a minute) two for people, one
for activities, one for each attendance list and certificate. At most `COURSES_IN_DEPTH` courses that nobody has read
lately are opened in a call. Completion and grade take a call a person each and are asked for at most `PEOPLE_IN_DEPTH`:
so a burst stays a handful of calls, and a person looked at alone is looked at thoroughly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from adapters.deadlines import Budget
from adapters.lms.moodle import stock_wire
from adapters.lms.moodle.course_reading import (
    ATTENDANCE,
    CONTENTS,
    CUSTOMCERT,
    ENROLLED,
    ClassHeld,
    CourseReadings,
    People,
)
from adapters.lms.moodle.notes import ACCOUNT, COURSE_FACTS, Notebook
from adapters.lms.moodle.notes import ATTENDANCE as ATTENDANCE_FACTS
from adapters.lms.moodle.notes import CERTIFICATE as CERTIFICATE_FACTS
from adapters.lms.moodle.notes import COMPLETION as COMPLETION_FACTS
from adapters.lms.moodle.notes import ENROLMENT as ENROLMENT_FACTS
from adapters.lms.moodle.notes import GRADE as GRADE_FACTS
from adapters.lms.moodle.profiles import NATIONAL_ID, Profiles, Seen
from adapters.lms.moodle.user_records import COURSES_IN_DEPTH, PROFILES, USERS, Records, UserRecords
from adapters.lms.moodle.web_service import NotRead, WebService
from adapters.lms.port import Pair, PairFacts

COMPLETION = "core_completion_get_course_completion_status"
GRADES = "gradereport_user_get_grade_items"
PEOPLE_IN_DEPTH = 5


class StockFacts:
    """Composes facts from what a token may call of Moodle's own."""

    def __init__(self, service: WebService, profiles: Profiles, readings: CourseReadings) -> None:
        self._service = service
        self._profiles = profiles
        self._readings = readings
        self._records = UserRecords(service, profiles)

    def facts(self, pairs: Sequence[Pair], budget: Budget) -> dict[Pair, PairFacts]:
        at = self._service.clock()
        rosters = self._rosters(pairs, budget)
        records = self._records.of(pairs, rosters, budget)
        thorough = len(pairs) <= PEOPLE_IN_DEPTH
        found: dict[Pair, PairFacts] = {}
        for pair in pairs:
            book = Notebook()
            self._note_person(book, pair, records, at)
            if pair.course_id is not None:
                roster = rosters[pair.course_id]
                self._note_enrolment(book, pair, roster, records, at)
                self._note_attendance(book, pair, roster, at, budget)
                self._note_certificates(book, pair, roster, at, budget)
                if thorough:
                    self._note_completion(book, pair, at, budget)
                    self._note_grade(book, pair, at, budget)
                book.unknown(COURSE_FACTS, "stock functions", at, "not_offered")
            found[pair] = PairFacts(pair, book.values)
        return found

    def _rosters(self, pairs: Sequence[Pair], budget: Budget) -> dict[str, People | NotRead]:
        """Rosters of the courses, those with most pairs first; beyond the bound only what is known already."""
        rosters: dict[str, People | NotRead] = {}
        opened = 0
        for course_id, _ in Counter(pair.course_id for pair in pairs if pair.course_id is not None).most_common():
            if not self._readings.knows_people(course_id):
                opened += 1
                if opened > COURSES_IN_DEPTH:
                    rosters[course_id] = NotRead("not_offered")
                    continue
            rosters[course_id] = self._readings.people(course_id, budget)
        return rosters

    def _note_person(self, book: Notebook, pair: Pair, records: Records, at: datetime) -> None:
        if pair in records:
            seen, shown, source = records[pair]
            self._profiles.note_account(book, seen, source, at)
            self._profiles.note_profile(book, seen, shown, source, at)
        else:  # unknown, deleted and "not for you" look alike
            book.unknown((*ACCOUNT, *self._profiles.names), USERS, at, "silently_empty")

    def _note_enrolment(
        self, book: Notebook, pair: Pair, roster: People | NotRead, records: Records, at: datetime
    ) -> None:
        record = records.get(pair)
        seen = record[0] if record and record[2] == PROFILES else None
        if isinstance(roster, People):
            self._note_from_roster(book, pair, roster, seen)
        elif seen is not None and seen.courses is not None and pair.course_id in seen.courses:
            book.tell("enrolment.status", "active", PROFILES, at)
        if seen is not None and seen.roles is not None:
            book.tell("enrolment.roles", list(seen.roles), PROFILES, at)
        if seen is not None and seen.groups is not None:
            book.tell("enrolment.groups", _groups(seen), PROFILES, at)
        book.unknown(("enrolment.method", "enrolment.starts_at", "enrolment.ends_at"), ENROLLED, at, "not_offered")
        book.unknown(
            ENROLMENT_FACTS, ENROLLED, at, roster.note if isinstance(roster, NotRead) else "capability_missing"
        )

    def _note_from_roster(self, book: Notebook, pair: Pair, roster: People, seen: Seen | None) -> None:
        person = roster.people.get(pair.person_id)
        if person is None:
            # No role in the course, and the sight of all: only then is an absence an absence.
            if seen is not None and seen.roles == () and roster.others_without_group:
                book.tell("enrolment.status", "not_enrolled", ENROLLED, roster.at)
            else:
                book.unknown(("enrolment.status",), ENROLLED, roster.at, "silently_empty")
            return
        if isinstance(roster.active, NotRead):
            book.unknown(("enrolment.status",), ENROLLED, roster.at, roster.active.note)
        elif pair.person_id in roster.active:
            book.tell("enrolment.status", "active", ENROLLED, roster.at)
        else:
            remark = "suspended, ended and not begun look alike here"
            book.tell("enrolment.status", "inactive", ENROLLED, roster.at, remark)
        if person.shows_last_course_access:
            book.tell("enrolment.last_access", person.last_course_access, ENROLLED, roster.at)
        if person.roles is not None:
            book.tell("enrolment.roles", list(person.roles), ENROLLED, roster.at)
        if person.groups is not None or any(other.groups for other in roster.people.values()):
            book.tell("enrolment.groups", _groups(person), ENROLLED, roster.at)
        self._note_duplicate(book, person, roster)

    def _note_duplicate(self, book: Notebook, person: Seen, roster: People) -> None:
        """Only the course is compared: no stock function searches by national id, so "no duplicate" is never told."""
        others = (other.id_digest for other in roster.people.values() if other.person_id != person.person_id)
        if NATIONAL_ID in self._profiles.mapping and person.id_digest is not None and person.id_digest in set(others):
            remark = "somebody else of this course carries the same number"
            book.tell("profile.national_id_duplicate", value=True, source=ENROLLED, at=roster.at, note=remark)

    def _note_attendance(
        self, book: Notebook, pair: Pair, roster: People | NotRead, at: datetime, budget: Budget
    ) -> None:
        held = self._classes(pair, roster, budget)
        if isinstance(held, NotRead):
            book.unknown(ATTENDANCE_FACTS, ATTENDANCE, at, held.note)
            return
        mine = [each for each in held if each.taken and (pair.person_id in each.listed or pair.person_id in each.marks)]
        if not mine:
            book.unknown(ATTENDANCE_FACTS, ATTENDANCE, at, "silently_empty")
            return
        met = [
            each.statuses[each.marks[pair.person_id]]
            for each in mine
            if each.marks.get(pair.person_id) in each.statuses
        ]
        at = min(each.read_at for each in mine)
        attended = sum(1 for _, points in met if points > 0)
        book.tell("attendance.held", len(mine), ATTENDANCE, at)
        book.tell("attendance.attended", attended, ATTENDANCE, at)
        book.tell("attendance.rate", round(attended / len(mine), 4), ATTENDANCE, at)
        definition = {
            "sessions": "taken so far, with this person on the list",
            "attended": "a status worth more than 0 points; no status counts as absent",
            "statuses": {name: {"times": n, "points": points} for (name, points), n in Counter(met).items()},
        }
        book.tell("attendance.definition", definition, ATTENDANCE, at)

    def _classes(self, pair: Pair, roster: People | NotRead, budget: Budget) -> list[ClassHeld] | NotRead:
        """All classes of the course; half of them would give a wrong rate, so one list unread is all unread."""
        instances = self._instances(pair, roster, "attendance", budget)
        if isinstance(instances, NotRead):
            return instances
        classes: list[ClassHeld] = []
        for instance in instances:
            told = self._readings.attendance(instance, budget)
            if isinstance(told, NotRead):
                return told
            classes += told
        return classes

    def _instances(self, pair: Pair, roster: People | NotRead, module: str, budget: Budget) -> list[str] | NotRead:
        if isinstance(roster, NotRead):
            return roster
        activities = self._readings.activities(pair.course_id or "", budget)
        if isinstance(activities, NotRead):
            return activities
        found = [activity.instance for activity in activities if activity.module == module and activity.instance]
        return found or NotRead("not_offered")

    def _note_certificates(
        self, book: Notebook, pair: Pair, roster: People | NotRead, at: datetime, budget: Budget
    ) -> None:
        instances = self._instances(pair, roster, "customcert", budget)
        if isinstance(instances, NotRead):
            book.unknown(CERTIFICATE_FACTS, CONTENTS, at, instances.note)
            return
        mine = []
        for instance in instances:
            told = self._readings.certificates(instance, budget)
            if isinstance(told, NotRead):
                book.unknown(CERTIFICATE_FACTS, CUSTOMCERT, at, told.note)
                return
            at = min(at, told.read_at)
            mine += [each for each in told.issued if each.person_id == pair.person_id]
        other_kind = self._instances(pair, roster, "coursecertificate", budget)
        if not mine and not isinstance(other_kind, NotRead):  # no stock function reads that kind
            book.unknown(CERTIFICATE_FACTS, CUSTOMCERT, at, "function_missing")
            return
        listed = [
            {"source": "customcert", "code": each.code, "at": each.issued_at and each.issued_at.isoformat()}
            for each in mine
        ]
        remark = "" if mine else "customcert writes a row only when the trainee opens the certificate or its task ran"
        book.tell("certificate.issued", listed, CUSTOMCERT, at, remark)

    def _note_completion(self, book: Notebook, pair: Pair, at: datetime, budget: Budget) -> None:
        asked = {"courseid": pair.course_id, "userid": pair.person_id}
        told = self._service.part(COMPLETION, asked, stock_wire.COMPLETION, budget)
        if isinstance(told, NotRead):  # also: not enrolled, or a course without criteria
            book.unknown(COMPLETION_FACTS, COMPLETION, at, told.note)
        else:
            book.tell("completion.completed", told["completionstatus"]["completed"], COMPLETION, at)

    def _note_grade(self, book: Notebook, pair: Pair, at: datetime, budget: Budget) -> None:
        """What is needed to pass, and whether the course shows grades to its people, this function does not tell."""
        status = book.values.get("enrolment.status")
        if status is not None and status.value == "not_enrolled":  # Moodle answers then, too: with no grade yet
            book.unknown(GRADE_FACTS, GRADES, at, "not_offered")
            return
        told = self._service.part(
            GRADES, {"courseid": pair.course_id, "userid": pair.person_id}, stock_wire.GRADES, budget
        )
        if isinstance(told, NotRead):
            book.unknown(GRADE_FACTS, GRADES, at, told.note)
            return
        items = [item for row in told["usergrades"] if row["userid"] == pair.person_id for item in row["gradeitems"]]
        total = next((item for item in items if item["itemtype"] == "course"), None)
        if total is None or total["scaleid"] or total["grademax"] <= total["grademin"]:
            book.unknown(GRADE_FACTS, GRADES, at, "not_offered")
        elif any(item["gradeishidden"] or item["gradehiddenbydate"] for item in items):  # a total would give it away
            book.unknown(GRADE_FACTS, GRADES, at, "hidden")
        elif total["gradeneedsupdate"]:
            book.unknown(GRADE_FACTS, GRADES, at, "recalculating")
        elif total["graderaw"] is None:
            book.tell("grade.course", None, GRADES, at)
            book.tell("grade.max", total["grademax"], GRADES, at)
        else:
            book.grade(total["graderaw"], total["grademin"], total["grademax"], GRADES, at)
        book.unknown(GRADE_FACTS, GRADES, at, "not_offered")


def _groups(seen: Seen) -> list[dict[str, str]]:
    return [{"id": group_id, "name": name} for group_id, name in seen.groups or ()]
