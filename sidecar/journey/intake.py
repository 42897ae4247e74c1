"""A proven, validated report becomes durable together with its next two steps, in one grouped commit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain import incident
from sidecar.domain.case import CaseKind, State
from sidecar.domain.report import Kind, Report, reference_of
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import outbox, reports
from sidecar.store.base import insert_ignoring
from sidecar.store.cases import case_reports, cases
from sidecar.store.group_commit import GroupCommit

# How far back a room's unsolved reports are counted for "others in your room": no class lasts longer.
_CLASS_AT_MOST = timedelta(hours=12)
_TABLE = reports.reports


class Contradicts(Exception):
    """409: this id is known from another sender, or says something else."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the sender is told (contract.md, answer 202).

    Attributes:
        same_in_room: others of this room and symptom; None outside a room.
        stored_now: whether this very call stored it (a retry did not).
    """

    id: uuid.UUID
    reference: str
    state: State
    case: int | None
    same_in_room: int | None
    stored_now: bool


class Intake:
    """Accepts reports and additions durably, many in one commit."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._reports: GroupCommit[Report, Accepted | Contradicts] = GroupCommit(
            self._store_reports, order=lambda r: r.key, run=runtime.run_write
        )
        self._additions: GroupCommit[reports.Addition, Contradicts | None] = GroupCommit(
            self._store_additions, order=lambda a: a.key, run=runtime.run_write
        )

    def accept(self, report: Report) -> Accepted:
        """Store a report, or recognise one that is stored already.

        Raises:
            Contradicts, group_commit.Busy, group_commit.Unstorable
        """
        outcome = self._reports.submit(report)
        if isinstance(outcome, Contradicts):
            raise outcome
        if outcome.stored_now:
            self._runtime.wake(Lane.ASSESS)
            self._runtime.wake(Lane.ENRICH)
        return outcome

    def add(self, addition: reports.Addition) -> None:
        """Store what was added to a report, or recognise it; raises as `accept`."""
        outcome = self._additions.submit(addition)
        if outcome is not None:
            raise outcome
        self._runtime.wake(Lane.ASSESS)

    def known(self, report: Report) -> bool:
        """Whether this report is stored already, so that its retry is free."""
        with self._runtime.db.read() as conn:
            return conn.scalar(select(_TABLE.c.key).where(_TABLE.c.key == report.key)) is not None

    def _failure_key(self, report: Report) -> str | None:
        if report.symptom is None or report.kind not in {Kind.SESSION_PROBLEM, Kind.ROOM_LOG}:
            return None
        return incident.incident_key(report, self._runtime.policy.symptoms[report.symptom].failure)

    def _store_reports(self, batch: Sequence[Report]) -> list[Accepted | Contradicts]:
        attempt, now = uuid.uuid4(), self._runtime.clock()
        # The same id may come twice at once; the first says it, the others are compared with what is stored.
        distinct = {report.key: report for report in reversed(batch)}
        new = [distinct[key] for key in sorted(distinct)]
        with self._runtime.intake_db.write() as conn:
            self._insert(conn, new, attempt)
            stored = _stored(conn, list(distinct))
            fresh = [str(report.key) for report in new if stored[report.key].attempt == attempt]
            if fresh:
                rows = outbox.rows(Step.ASSESS, fresh, now) + outbox.rows(Step.ENRICH, fresh, now)
                conn.execute(insert(outbox.outbox), rows)
            tally = _same_in_room(conn, stored.values(), now)
        first = {id(report) for report in new}
        return [_answer(r, stored[r.key], tally, now_stored=id(r) in first, attempt=attempt) for r in batch]

    def _insert(self, conn: Connection, new: Sequence[Report], attempt: uuid.UUID) -> None:
        """Insert what is not there; a report whose reference is taken at its site gets the next number."""
        waiting, bump = list(new), 0
        while waiting:
            rows = [
                reports.row_of(
                    r, reference=reference_of(r.id, bump), incident_key=self._failure_key(r), attempt=attempt
                )
                for r in waiting
            ]
            conn.execute(insert_ignoring(conn, _TABLE), rows)
            there = set(conn.scalars(select(_TABLE.c.key).where(_TABLE.c.key.in_([r.key for r in waiting]))))
            waiting, bump = [r for r in waiting if r.key not in there], bump + 1

    def _store_additions(self, batch: Sequence[reports.Addition]) -> list[Contradicts | None]:
        now = self._runtime.clock()
        outcomes: list[Contradicts | None] = []
        with self._runtime.intake_db.write() as conn:
            for addition in batch:
                stored, is_new = reports.put_addition(conn, addition)
                if is_new:
                    outbox.put(conn, Step.ADDITION, [str(addition.key)], now)
                same = (stored.text, dict(stored.diagnostics)) == (addition.text, dict(addition.diagnostics))
                outcomes.append(None if same else Contradicts())
        return outcomes


def _stored(conn: Connection, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Row[Any]]:
    """What stands in the database for these keys, with the case each report is in."""
    query = (
        select(
            _TABLE.c.key, _TABLE.c.attempt, _TABLE.c.reference, _TABLE.c.sender, _TABLE.c.fingerprint,
            _TABLE.c.incident_key, case_reports.c.case_id, cases.c.state, cases.c.kind.label("case_kind"),
        )
        .outerjoin(case_reports, case_reports.c.report_key == _TABLE.c.key)
        .outerjoin(cases, cases.c.id == case_reports.c.case_id)
        .where(_TABLE.c.key.in_(keys))
    )  # fmt: skip
    found: Any = conn.execute(query)
    return {row.key: row for row in found}


def _same_in_room(conn: Connection, rows: Any, now: datetime) -> dict[Any, int]:
    """How many people said the same: by case for reports that stand in one, by room and failure for the rest."""
    rows = [row for row in rows if row.incident_key is not None]
    keys = {row.incident_key for row in rows if row.case_id is None}
    ids = {row.case_id for row in rows if row.case_id is not None and row.case_kind == CaseKind.ROOM_INCIDENT}
    people = func.count(_TABLE.c.sender.distinct())
    tally: dict[Any, int] = {}
    if keys:
        open_or_new = (case_reports.c.case_id.is_(None)) | (cases.c.join_key == _TABLE.c.incident_key)
        query = (
            select(_TABLE.c.incident_key, people)
            .outerjoin(case_reports, case_reports.c.report_key == _TABLE.c.key)
            .outerjoin(cases, cases.c.id == case_reports.c.case_id)
            .where(_TABLE.c.incident_key.in_(keys), _TABLE.c.received_at >= now - _CLASS_AT_MOST, open_or_new)
            .group_by(_TABLE.c.incident_key)
        )
        tally.update((row[0], row[1]) for row in conn.execute(query))
    if ids:
        by_case = (
            select(case_reports.c.case_id, people)
            .join(_TABLE, _TABLE.c.key == case_reports.c.report_key)
            .where(case_reports.c.case_id.in_(ids))
            .group_by(case_reports.c.case_id)
        )
        tally.update((row[0], row[1]) for row in conn.execute(by_case))
    return tally


def _answer(
    report: Report, row: Row[Any], tally: Mapping[Any, int], *, now_stored: bool, attempt: uuid.UUID
) -> Accepted | Contradicts:
    if row.sender != report.sender or row.fingerprint != report.fingerprint():
        return Contradicts()
    count = tally.get(row.incident_key if row.case_id is None else row.case_id)
    return Accepted(
        id=report.id,
        reference=row.reference,
        state=State(row.state) if row.state else State.RECEIVED,
        case=row.case_id,
        # Everyone but the sender, who is among the counted.
        same_in_room=None if row.incident_key is None else max((count or 1) - 1, 0),
        stored_now=now_stored and row.attempt == attempt,
    )
