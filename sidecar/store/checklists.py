"""The checklist of a certificate case: its facts judged, what was claimed, and what a second look changed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.engine import Connection

from sidecar.domain.case import Case, CaseKind
from sidecar.domain.checklist import Item, changed, gone
from sidecar.domain.facts import Facts, FactsStatus
from sidecar.domain.policy import Policy
from sidecar.domain.readiness import Readiness, readiness
from sidecar.domain.registry import RegistryEntry
from sidecar.domain.report import Gap, Kind, Report
from sidecar.store import cases, facts, reports, rooms

_NEWEST: Final = 20  # reports of a case whose facts are looked at
_ASKED: Final = frozenset({Gap.CERTIFICATE_NOT_ISSUED})


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is known of whether somebody is ready for a certificate.

    Attributes:
        status: how far the facts are; `PENDING` while a second look is on its way, beside what the first one told.
        readiness: None where no LMS has told anything yet.
        claimed: gaps that reports named; where none did, that the certificate is not there.
        mended, new: lines whose gap went, and lines with a new one, since the look before.
        closes: facts prove that nothing that was claimed is missing any more.
    """

    status: FactsStatus
    readiness: Readiness | None
    claimed: frozenset[Gap] = frozenset()
    mended: tuple[Item, ...] = ()
    new: tuple[Item, ...] = ()
    closes: bool = False


def of_case(
    conn: Connection, policy: Policy, case: Case, now: datetime, registers: Sequence[RegistryEntry] = ()
) -> Checklist | None:
    """The checklist of a certificate case; None for any other case, and where it names no person and course.

    Args:
        registers: what each register says of the person, a line for each.
    """
    if case.kind is not CaseKind.CERTIFICATE_GAP or case.person_id is None or case.course_id is None:
        return None
    keys = cases.report_keys(conn, case.id)
    # Who names nothing asks for the certificate itself: somebody else's gap on the same case does not answer that.
    standing = reports.load(conn, keys).values()
    claimed = frozenset(gap for report in standing for gap in (report.gaps or _ASKED))
    status, told, key = _newest(conn, keys[-_NEWEST:], case.person_id, case.course_id)
    if told is None or key is None:
        return Checklist(status, None, claimed)
    after = _judged(conn, policy, case, told, now, registers)
    earlier = facts.before_whole(conn, key)
    mended, new = changed(_judged(conn, policy, case, earlier, now, registers), after) if earlier else ((), ())
    # Where others' reports stand there, too, this person's facts do not tell whether theirs are mended.
    closes = all(fits(case, report) for report in standing) and gone(claimed, after)
    return Checklist(status, after, claimed, mended, new, closes)


def fits(case: Case, report: Report) -> bool:
    """Whether a report is about the very person and course of a certificate case.

    Cases of several people were merged before that was refused: what stands there of one is no answer for another.
    """
    course = report.place.course.id if report.place.course else None
    return (
        (case.kind, report.kind) == (CaseKind.CERTIFICATE_GAP, Kind.CERTIFICATE_GAP)
        and None not in (case.person_id, case.course_id)
        and (case.site_id, case.person_id, case.course_id) == (report.site_id, report.concerns, course)
    )


def is_ones_own(case: Case, report: Report) -> bool:
    """Whether a report's sender may read the checklist of its case: only a person's own, sent by that person."""
    return fits(case, report) and report.reporter.id == case.person_id


def _newest(
    conn: Connection, keys: Collection[uuid.UUID], person_id: str, course_id: str
) -> tuple[FactsStatus, Facts | None, uuid.UUID | None]:
    """The last snapshot of this person there among the reports; pending where one of them is being asked about."""
    found = [(key, *facts.get(conn, key)) for key in keys]
    whose = (person_id, course_id)
    told = [
        (one.taken_at, key, one)
        for key, _status, one in found
        if one is not None and (one.person_id, one.course_id) == whose
    ]
    states = {status for _key, status, _one in found}
    status = next((one for one in FactsStatus if one in states), FactsStatus.PENDING)
    if not told:
        return status, None, None
    _at, key, newest = max(told, key=lambda one: (one[0], str(one[1])))
    return status, newest, key


def _judged(
    conn: Connection, policy: Policy, case: Case, told: Facts, now: datetime, registers: Sequence[RegistryEntry]
) -> Readiness:
    site, person, course = case.site_id, str(case.person_id), str(case.course_id)
    lost = sum(int(row["minutes"]) for row in rooms.lost_by(conn, site, course, person))
    return readiness(told, policy.certificate, registers=registers, minutes_lost=lost, now=now)
