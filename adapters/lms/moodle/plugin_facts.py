"""Facts about pairs from `local_nidaa_get_facts`: one call, whatever the number of courses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.deadlines import Budget
from adapters.http import Secret
from adapters.lms.moodle import plugin_wire
from adapters.lms.moodle.notes import ACCOUNT, COURSE_FACTS, GRADE, Notebook
from adapters.lms.moodle.profiles import NATIONAL_ID, note_known_by
from adapters.lms.moodle.web_service import WebService
from adapters.lms.national_id import state_of
from adapters.lms.port import Pair, PairFacts

FACTS = "local_nidaa_get_facts"
HASHES_SINCE = 2026112701  # the plugin's version that takes `idkey`

# Fact name → key, for the sections that are a plain list of values.
_ACCOUNT = {
    "account.exists": "exists",
    "account.suspended": "suspended",
    "account.confirmed": "confirmed",
    "account.auth": "auth",
    "account.locked_out": "lockedout",
    "account.email_bouncing": "emailbouncing",
    "account.language": "lang",
}
_ENROLMENT = {"enrolment.method": "method", "enrolment.roles": "roles", "enrolment.groups": "groups"}
_ATTENDANCE = {
    "attendance.held": "held",
    "attendance.attended": "attended",
    "attendance.rate": "rate",
    "attendance.definition": "definition",
}


class PluginFacts:
    """Translates the plugin's answer.

    Args:
        names: the profile facts that are noted even when the plugin omits them.
        id_key: with which the plugin hashes national ids, so that the numbers stay in Moodle.
    """

    def __init__(self, service: WebService, names: Sequence[str], id_key: bytes | None = None) -> None:
        self._service = service
        self._id_key = id_key
        self._names = tuple(names)

    def facts(self, pairs: Sequence[Pair], budget: Budget) -> dict[Pair, PairFacts]:
        at = self._service.clock()
        asked: dict[str, Any] = {
            "pairs": [{"userid": pair.person_id, "courseid": pair.course_id or 0} for pair in pairs]
        }
        if self._id_key and self._service.is_newer(FACTS, HASHES_SINCE, budget):
            asked["idkey"] = Secret(self._id_key.hex())
        told = self._service.call(FACTS, asked, plugin_wire.FACTS, budget)
        by_pair = {Pair(row["userid"], row["courseid"]): row for row in told["facts"]}
        return {pair: self._of(pair, by_pair.get(pair), at) for pair in pairs}

    def _of(self, pair: Pair, row: Mapping[str, Any] | None, at: datetime) -> PairFacts:
        book = Notebook()
        wanted = (*ACCOUNT, *self._names, *(COURSE_FACTS if pair.course_id else ()))
        if row is None:
            book.unknown(wanted, FACTS, at, "silently_empty")
            return PairFacts(pair, book.values)
        unread = {each["fact"]: each["reason"] for each in row["unread"]}
        _note_account(book, row["account"], unread, at)
        _note_profile(book, row, at)
        if pair.course_id is not None:
            if row["courseended"] is not None:
                book.tell("course.ended", row["courseended"], FACTS, at)
            _note_enrolment(book, row["enrolment"], unread, at)
            _note_section(book, row["attendance"], _ATTENDANCE, at)
            _note_completion(book, row["completion"], unread, at)
            _note_grade(book, row["grade"], at)
            _note_certificates(book, row["certificates"], unread, at)
        for name in wanted:
            book.unknown((name,), FACTS, at, _reason(name, unread))
        return PairFacts(pair, book.values)


def _reason(name: str, unread: Mapping[str, str]) -> str:
    return unread.get(name) or unread.get(name.partition(".")[0]) or "not_offered"


def _note_section(book: Notebook, section: Mapping[str, Any] | None, keys: Mapping[str, str], at: datetime) -> None:
    for name, key in keys.items():
        if section is not None and section[key] is not None:
            book.tell(name, section[key], FACTS, at)


def _note_time(book: Notebook, name: str, value: datetime | None, unread: Mapping[str, str], at: datetime) -> None:
    """0 means "never" or "without limit", unless the plugin says that it could not read it."""
    if value is not None or (name not in unread and name.partition(".")[0] not in unread):
        book.tell(name, value, FACTS, at)


def _note_account(book: Notebook, section: Mapping[str, Any] | None, unread: Mapping[str, str], at: datetime) -> None:
    _note_section(book, section, _ACCOUNT, at)
    if section is not None:
        _note_time(book, "account.last_login", section["lastlogin"], unread, at)


def _note_profile(book: Notebook, row: Mapping[str, Any], at: datetime) -> None:
    for each in row["profile"]:
        name, state = each["field"], each["state"]
        if state == "unknown":
            book.unknown((f"profile.{name}",), FACTS, at, "capability_missing")
        elif state == "empty":
            book.tell(f"profile.{name}", None, FACTS, at)
        elif name == NATIONAL_ID:  # in clear it would only come from a plugin that is not ours: reduced here and now
            book.tell(f"profile.{name}", state_of(each["value"]) if each["value"] else state, FACTS, at)
        elif each["value"]:
            book.tell(f"profile.{name}", each["value"], FACTS, at)
    if row["national_id_key"] is not None:
        note_known_by(book, row["national_id_key"], row["national_id_end"] or "", FACTS, at)
    if row["national_id_duplicate"] is not None:
        book.tell("profile.national_id_duplicate", row["national_id_duplicate"], FACTS, at)


def _note_enrolment(book: Notebook, section: Mapping[str, Any] | None, unread: Mapping[str, str], at: datetime) -> None:
    _note_section(book, section, _ENROLMENT, at)
    if section is None:
        return
    if section["status"] is not None:
        book.tell("enrolment.status", section["status"], FACTS, at, section["reason"])
    if section["status"] != "not_enrolled":
        _note_time(book, "enrolment.starts_at", section["timestart"], unread, at)
        _note_time(book, "enrolment.ends_at", section["timeend"], unread, at)
        _note_time(book, "enrolment.last_access", section["lastaccess"], unread, at)


def _note_completion(
    book: Notebook, section: Mapping[str, Any] | None, unread: Mapping[str, str], at: datetime
) -> None:
    if section is not None and section["completed"] is not None:
        book.tell("completion.completed", section["completed"], FACTS, at)
        _note_time(book, "completion.completed_at", section["timecompleted"], unread, at)


def _note_grade(book: Notebook, section: Mapping[str, Any] | None, at: datetime) -> None:
    if section is None or section["max"] <= section["min"]:
        return
    state, points, needed = section["state"], section["points"], section["pass_mark"]
    if state == "graded" and points is not None:
        book.grade(points, section["min"], section["max"], FACTS, at)
        book.tell("grade.passed", None if needed is None else points >= needed, FACTS, at)
    elif state == "ungraded":
        for name in ("grade.course", "grade.points", "grade.passed"):
            book.tell(name, None, FACTS, at)
        book.tell("grade.max", section["max"], FACTS, at)
    else:  # hidden, or on its way
        book.unknown(GRADE, FACTS, at, state)
        return
    book.tell("grade.pass_mark", needed, FACTS, at)
    book.tell("grade.shown", value=True, source=FACTS, at=at)


def _note_certificates(
    book: Notebook, listed: Sequence[Mapping[str, Any]] | None, unread: Mapping[str, str], at: datetime
) -> None:
    if listed is None:
        return
    hole = unread.get("certificate") or unread.get("certificate.issued")
    if hole and not listed:  # it may be of the kind that could not be read
        return
    issued = [
        {"source": each["source"], "code": each["code"], "at": each["timecreated"] and each["timecreated"].isoformat()}
        for each in listed
    ]
    book.tell("certificate.issued", issued, FACTS, at, "another kind could not be read" if hole else "")
