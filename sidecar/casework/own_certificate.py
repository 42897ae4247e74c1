"""What a trainee sees and sends about the own certificate: the conditions, what is missing, and the data for it (P3).

What is sent goes to the person's certificate case and a trainer confirms it; then a registrar enters it in the LMS, or
where the site lets us it is written there (`journey/write_back`). A number of identity is taken only
there, and stays sealed until it is written (`store/sealed`); else it is entered in the LMS itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import phonenumbers
from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import Viewer
from sidecar.domain.folding import digits_of_one_kind
from sidecar.domain.identity_documents import is_sound
from sidecar.domain.names import Script, script_of
from sidecar.domain.plain_text import storable, unturned
from sidecar.domain.registry import number_of
from sidecar.domain.report import Channel, Gap, Kind, Page, Place, Report, Reporter, Role
from sidecar.domain.report import Course as Named
from sidecar.runtime import Runtime
from sidecar.store import (
    permitted,
    registry,
    reports,
    roster,
    roster_courses,
    roster_notes,
    sealed,
    sent_data,
    timetable,
)

_ID: Final = "national_id"
LONGEST: Final = 100  # letters of a name
_REGION: Final = "SA"  # of numbers without a country
_ASKED: Final = {
    "name_ar": {Gap.NAME_AR_MISSING, Gap.NAME_MISMATCH}, "name_en": {Gap.NAME_EN_MISSING, Gap.NAME_MISMATCH},
    "phone": {Gap.PHONE_MISSING}, "national_id": {Gap.NATIONAL_ID_MISSING, Gap.NATIONAL_ID_INVALID},
}  # fmt: skip


class Doubt(StrEnum):
    """Why a value is not taken."""

    TOO_LONG = "too_long"
    NO_NUMBER = "no_number"
    NOT_ARABIC = "not_arabic"
    NOT_ENGLISH = "not_english"
    ONE_WORD = "one_word"
    NO_ID = "no_id"
    ODD_ID = "odd_id"  # a warning: sent all the same where its sender says so


@dataclass(frozen=True, slots=True)
class Own:
    """A trainee in a course.

    Attributes:
        person: how the trainee stands (`store/roster.one`); None: nothing is fetched yet, perhaps not even the roster.
        conditions: the conditions as they were sent: sent_at, read_at; None: not sent.
        sent: what was sent before, the latest first.
        asked: the fields that the trainee can send now.
        writes: the fields that are written to the LMS once a trainer has confirmed them; a registrar enters the others.
    """

    course_id: str
    course: Row[Any] | None
    person: Row[Any] | None
    conditions: Row[Any] | None
    sent: Sequence[Row[Any]]
    asked: tuple[str, ...]
    writes: frozenset[str] = frozenset()


def courses(runtime: Runtime, viewer: Viewer) -> list[Own]:
    """Every course in which somebody has something to read, or stands on the roster."""
    site, _, person = viewer.key.partition(":")
    with runtime.db.read() as conn:
        told = {row.course_id: row for row in roster_notes.conditions_of(conn, site, person)}
        ids = sorted({*told, *timetable.courses_of(conn, site, person, "trainee")})
        here = [(one, (site, one)) for one in ids]
        rows = [
            (one, roster_notes.course(conn, key), roster.one(conn, key, person), sent_data.of_person(conn, key, person))
            for one, key in here
        ]
    return [Own(one, about, row, told.get(one), sent, ()) for one, about, row, sent in rows]


def one(runtime: Runtime, viewer: Viewer, course_id: str) -> Own:
    """One of them.

    Raises:
        permitted.Unseen: it is none of this person's.
    """
    site, _, person = viewer.key.partition(":")
    course = (site, course_id)
    with runtime.db.read() as conn:
        if not timetable.has_roster(conn, *course) and reports.names_course(conn, site, person, course_id):
            # It is on its way; until then nothing is told of the course, not its name.
            return Own(course_id, None, None, None, (), ())
        conditions = _be_in(conn, site, person, course_id)
        row = roster.one(conn, course, person)
        found = Own(
            course_id, roster_notes.course(conn, course), row, conditions,
            sent_data.of_person(conn, course, person), _asked(row, sealable=_sealable(runtime, site)),
            runtime.lms[site].writes if site in runtime.lms else frozenset(),
        )  # fmt: skip
        state = roster_courses.state(conn, course)
        stale = runtime.clock() - runtime.policy.roster.stale_after
        stale = max(stale, registry.changed_at(conn) or stale)  # of a register, too
        old = state is None or (not state.wanted_at and not state.failed and (state.fetched_at or stale) <= stale)
    if old and site in runtime.lms:
        with runtime.db.write() as conn:
            roster_courses.want(conn, *course, runtime.clock())
    return found


def fields(runtime: Runtime, viewer: Viewer, course_id: str) -> tuple[str, ...]:
    """The fields that a trainee can send now; nothing is kept, nor fetched.

    Raises:
        permitted.Unseen: the course is none of this person's.
    """
    site, _, person = viewer.key.partition(":")
    with runtime.db.read() as conn:
        _be_in(conn, site, person, course_id)
        return _asked(roster.one(conn, (site, course_id), person), sealable=_sealable(runtime, site))


def _be_in(conn: Connection, site: str, person: str, course_id: str) -> Row[Any] | None:
    """What the person got of the course's conditions; raises `permitted.Unseen` for who is not in it."""
    told = {row.course_id: row for row in roster_notes.conditions_of(conn, site, person)}
    if course_id not in told and course_id not in timetable.courses_of(conn, site, person, "trainee"):
        raise permitted.Unseen((site, course_id))
    return told.get(course_id)


def _asked(row: Row[Any] | None, *, sealable: bool) -> tuple[str, ...]:
    gaps = {item["gap"] for item in row.checklist} if row is not None else set()
    return tuple(field for field, of in _ASKED.items() if gaps & of and (sealable or field != _ID))


def _sealable(runtime: Runtime, site: str) -> bool:
    """Whether a number of identity may be sent here: only where the house enters it, so that nobody reads it."""
    lms = runtime.lms.get(site)
    return lms is not None and _ID in lms.writes and bool(runtime.seal_key)


def fields_for(gap: str) -> tuple[str, ...]:
    """The fields that a trainee sends where this is missing."""
    return tuple(field for field, of in _ASKED.items() if gap in of)


def read(runtime: Runtime, viewer: Viewer, course_id: str) -> None:
    """Keep that the conditions were read; raises permitted.Unseen."""
    found = one(runtime, viewer, course_id)
    if found.conditions is None:
        raise permitted.Unseen(course_id)
    site, _, person = viewer.key.partition(":")
    with runtime.db.write() as conn:
        roster_notes.has_read(conn, (site, course_id), person, runtime.clock())


def checked(
    asked: Sequence[str], typed: Mapping[str, str], *, anyway: bool = False
) -> tuple[dict[str, str], dict[str, Doubt]]:
    """What was typed as it is sent, and what of it is not taken, by field; what is empty is left out.

    Args:
        anyway: a number of identity whose check digit does not fit is meant as it stands.
    """
    values: dict[str, str] = {}
    doubts: dict[str, Doubt] = {}
    for field in asked:
        text = " ".join(unturned(typed.get(field, "")).split())
        if not text:
            continue
        if len(text) > LONGEST or not storable(text):
            doubts[field] = Doubt.TOO_LONG
        elif field == "phone":
            number = _number(text)
            values |= {field: number} if number else {}
            doubts |= {} if number else {field: Doubt.NO_NUMBER}
        elif field == _ID:
            identity = number_of(text)
            if identity is None:
                doubts[field] = Doubt.NO_ID
            elif not anyway and not is_sound(identity):
                doubts[field] = Doubt.ODD_ID
            else:
                values[field] = identity
        elif doubt := _doubtful(field, text):
            doubts[field] = doubt
        else:
            values[field] = text
    return values, doubts


def shown(field: str, value: str) -> str:
    """What people may read of a value: of a number of identity its last two digits."""
    return "•" * 8 + value[-2:] if field == _ID else value


def _doubtful(field: str, name: str) -> Doubt | None:
    wanted, wrong = (Script.ARABIC, Doubt.NOT_ARABIC) if field == "name_ar" else (Script.LATIN, Doubt.NOT_ENGLISH)
    if script_of(name) is not wanted or any(letter.isdecimal() for letter in name):
        return wrong  # no name has a digit; a number of identity may stand there by mistake, and is kept nowhere
    return None if " " in name else Doubt.ONE_WORD


def _number(text: str) -> str | None:
    try:
        number = phonenumbers.parse(digits_of_one_kind(text), _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def report_of(
    runtime: Runtime, viewer: Viewer, found: Own, values: Mapping[str, str], words: str, *, key: uuid.UUID, by: str,
    locale: str,
) -> Report:  # fmt: skip
    """What was sent as the report that it is: it joins the person's open certificate case.

    Args:
        key: its id.
        words: the same, as a registrar reads it.
    """
    site, _, person = viewer.key.partition(":")
    now = runtime.clock()
    gaps = {item["gap"] for item in found.person.checklist} if found.person is not None else set()
    of = {gap for field in values for gap in _ASKED[field]} & {Gap(one) for one in gaps if one}
    about = found.course
    named = Named(found.course_id, (about and about.idnumber) or "", (about and about.name) or "")
    return Report(
        site_id=site, id=key, kind=Kind.CERTIFICATE_GAP, locale=locale, channel=Channel.WEB,
        reporter=Reporter(person, Role.TRAINEE, by),
        place=Place(Page.COURSE, named),
        occurred_at=now, received_at=now, text=words, gaps=frozenset(of),
    )  # fmt: skip


def next_answer(
    runtime: Runtime, viewer: Viewer, course_id: str, form: uuid.UUID, values: Mapping[str, str]
) -> int | None:
    """The number of the answer that a form brings now; None where it said the very same last.

    Who goes back, mends a value and sends the same form again means what is written there now.
    """
    site, _, person = viewer.key.partition(":")
    with runtime.db.read() as conn:
        number, last = sent_data.of_form(conn, (site, course_id), person, form)
    return None if last == _digest(runtime, values) else number


def keep(
    runtime: Runtime, viewer: Viewer, course_id: str, values: Mapping[str, str], report: Report, form: uuid.UUID
) -> None:
    """Keep what was sent, for the trainer to confirm; once, however often the form arrives."""
    site, _, person = viewer.key.partition(":")
    course, digest, now = (site, course_id), _digest(runtime, values), runtime.clock()
    with runtime.db.write() as conn:
        roster_courses.in_turn(conn, course)  # the same form at the same moment waits, and finds what was kept
        if sent_data.of_form(conn, course, person, form)[1] != digest:
            seal = {field: sealed.close(runtime.seal_key, value) for field, value in values.items() if field == _ID}
            read = {field: shown(field, value) for field, value in values.items()}
            sent_data.send(conn, course, person, read, report.key, now, sealed=seal, form=form, digest=digest)


def _digest(runtime: Runtime, values: Mapping[str, str]) -> str:
    said = json.dumps(sorted(values.items()), ensure_ascii=False).encode()
    return hmac.new(runtime.seal_key + b"form", said, hashlib.sha256).hexdigest()
