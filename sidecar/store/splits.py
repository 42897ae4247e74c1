"""One reporter's part of a case, taken out into a case of its own: by hand, or because that reporter withdraws."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from sidecar.domain.case import Action, Case, CaseKind, State
from sidecar.domain.policy import Policy, Start, Tier
from sidecar.domain.report import Kind, Report
from sidecar.domain.targets import Happening
from sidecar.store import accused, board, cases, checklists, deadlines, reports, tellings


def take_out(conn: Connection, case: Case, report_key: uuid.UUID, policy: Policy, *, by: str, now: datetime) -> Case:
    """Let a report of a locked case stand in a case of its own.

    Raises:
        ValueError: the report does not stand in this case, or is the only one's in it.
    """
    standing = cases.report_keys(conn, case.id)
    leaving = going(conn, case, report_key) if report_key in standing else {}
    if not 0 < len(leaving) < len(standing):
        raise ValueError("only one of several reports of this case can be split out")
    named = _named_by_hand(conn, case, standing)
    new_id = cases.open_case(conn, _own(case, leaving, leaving[report_key], now))
    cases.move_reports(conn, list(leaving), new_id, "split", now)
    tellings.cancel_solved(conn, case.id, list(leaving), now)  # what is taken out of a solved case is not solved
    left = _left(conn, case, [key for key in standing if key not in leaving])
    cases.change(conn, case, Action.SPLIT, reports=case.reports - len(leaving), touched=True, **left)
    deadlines.happened(conn, case.id, Happening.SEEN, now)
    data = {"report": str(report_key)}
    cases.record(conn, case.id, Action.SPLIT, now, actor=by, data=data | {"into": new_id})
    cases.record(conn, new_id, Action.SPLIT, now, actor=by, public=True, data=data | {"from": case.id})
    new = cases.get(conn, new_id)
    assert new is not None  # noqa: S101  # inserted in this transaction
    accused.note(conn, new_id, named)
    if new.kind is CaseKind.COMPLAINT and new.person_id:
        accused.note(conn, new_id, [f"{new.site_id}:{new.person_id}"])
    deadlines.begin(conn, new, policy, Start.RECEIVED, new.clock_started_at)
    deadlines.happened(conn, new_id, Happening.SEEN, now)
    if new.state is State.REFERRED:
        deadlines.happened(conn, new_id, Happening.REFERRED, now)
        deadlines.begin(conn, new, policy, Start.REFERRED, now)
    return new


def _named_by_hand(conn: Connection, case: Case, standing: Sequence[uuid.UUID]) -> frozenset[str]:
    """Whom staff named, not a report: that person is kept out of each part. A report accuses for itself alone."""
    if case.kind is not CaseKind.COMPLAINT:
        return frozenset()
    reported = {f"{one.site_id}:{one.about.id}" for one in reports.load(conn, standing).values() if one.about}
    return accused.of_case(conn, case.id) - reported - {f"{case.site_id}:{case.person_id}"}


def _left(conn: Connection, case: Case, staying: Sequence[uuid.UUID]) -> dict[str, Any]:
    """What changes of a certificate case out of which goes whose certificate it is: it is theirs who stay.

    Such cases were merged of several people before that was refused.
    """
    of_staying = reports.load(conn, staying)
    if case.kind is not CaseKind.CERTIFICATE_GAP or any(checklists.fits(case, one) for one in of_staying.values()):
        return {}
    return _whose(of_staying[staying[0]]) | {"join_key": None, "incident_key": None}


def _whose(report: Report) -> dict[str, str | None]:
    return {"person_id": report.concerns, "course_id": report.place.course.id if report.place.course else None}


def going(conn: Connection, case: Case, report_key: uuid.UUID) -> dict[uuid.UUID, Report]:
    """What leaves the case with a report: whoever pressed twice in a room would else stand on both cards."""
    report = reports.load(conn, [report_key])[report_key]
    person = (report.about.id if report.about else None) if report.kind is Kind.ROOM_LOG else report.sender
    if case.kind is not CaseKind.ROOM_INCIDENT or person is None:
        return {report_key: report}
    return dict(reports.load(conn, board.of_person(conn, case.id, person)))


def _own(case: Case, going: Mapping[uuid.UUID, Report], report: Report, now: datetime) -> dict[str, object]:
    """The values of the new case: what the old one is, about this one reporter, joined by nobody."""
    copied = asdict(case)
    for name in ("id", "join_key", "incident_key", "parent_id", "owner", "affected", "solved_at", "solved_by",
                 "paused_at", "closed_at"):  # fmt: skip
        copied.pop(name)
    return copied | {
        # With a department's head it stays with the head (P7).
        "state": State.REFERRED if case.tier is Tier.DEPARTMENT else State.RECEIVED,
        "person_id": report.about.id if report.about else None,
        **(_whose(report) if case.kind is CaseKind.CERTIFICATE_GAP else {}),
        "opened_at": now,
        "clock_started_at": min(one.received_at for one in going.values()),
        "last_report_at": max(one.occurred_at for one in going.values()),
        "version": 1,
        "touched": True,
        "declared": False,
        "reports": len(going),
        "overdue": False,
        "escalated": False,
    }
