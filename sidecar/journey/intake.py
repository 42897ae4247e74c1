"""A proven, validated report becomes durable together with its next two steps, in one grouped commit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain import incident
from sidecar.domain.case import State
from sidecar.domain.report import Kind, Report, reference_of
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import outbox, reports, same_room
from sidecar.store.base import insert_ignoring
from sidecar.store.cases import case_reports, cases
from sidecar.store.group_commit import GroupCommit

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
            self._store_reports, order=lambda r: r.key
        )
        self._additions: GroupCommit[reports.Addition, Contradicts | bool] = GroupCommit(
            self._store_additions, order=lambda a: a.key
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

    def add(self, addition: reports.Addition) -> bool:
        """Store what was added to a report, or recognise it: whether it was stored now; raises as `accept`."""
        outcome = self._additions.submit(addition)
        if isinstance(outcome, Contradicts):
            raise outcome
        if outcome:
            self._runtime.wake(Lane.ASSESS)
        return outcome

    def known(self, report: Report) -> bool:
        """Whether this report is stored already, so that its retry is free."""
        with self._runtime.db.read() as conn:
            return conn.scalar(select(_TABLE.c.key).where(_TABLE.c.key == report.key)) is not None

    def added(self, addition: reports.Addition) -> bool:
        """Whether this addition is stored already, so that its retry is free."""
        with self._runtime.db.read() as conn:
            return bool(reports.load_additions(conn, [addition.key]))

    def _failure_key(self, report: Report) -> str | None:
        if report.symptom is None or report.kind not in {Kind.SESSION_PROBLEM, Kind.ROOM_LOG}:
            return None
        return incident.incident_key(report, self._runtime.policy.symptoms[report.symptom].failure)

    def _store_reports(self, batch: Sequence[Report]) -> list[Accepted | Contradicts]:
        attempt, now = uuid.uuid4(), self._runtime.clock()
        keys = [report.key for report in batch]  # each a hash, so made once
        # The same id may come twice at once; the first says it, the others are compared with what is stored.
        distinct = dict(sorted(dict(zip(reversed(keys), reversed(batch), strict=True)).items()))
        with self._runtime.intake_db.write() as conn:
            stored = self._insert(conn, distinct, attempt)
            fresh = [str(key) for key in distinct if stored[key].attempt == attempt]
            if fresh:
                rows = outbox.rows(Step.ASSESS, fresh, now) + outbox.rows(Step.ENRICH, fresh, now)
                conn.execute(insert(outbox.outbox), rows)
        # Counted when the lock is free again: what others said meanwhile is as true.
        with self._runtime.db.read() as conn:
            tally = same_room.said_the_same(conn, [_standing(row) for row in stored.values()], now)
        return [
            _answer(report, stored[key], tally, stored_now=stored[key].attempt == attempt and distinct[key] is report)
            for key, report in zip(keys, batch, strict=True)
        ]

    def _insert(
        self, conn: Connection, new: Mapping[uuid.UUID, Report], attempt: uuid.UUID
    ) -> dict[uuid.UUID, Row[Any]]:
        """Insert what is not there, and return what stands there then.

        A report whose reference is taken at its site gets the next number.
        """
        stored: dict[uuid.UUID, Row[Any]] = {}
        waiting, bump = list(new.values()), 0
        while waiting:
            rows = [
                reports.row_of(
                    r, reference=reference_of(r.id, bump), incident_key=self._failure_key(r), attempt=attempt
                )
                for r in waiting
            ]
            conn.execute(insert_ignoring(conn, _TABLE), rows)
            stored |= _stored(conn, [row["key"] for row in rows])
            waiting, bump = [report for key, report in new.items() if key not in stored], bump + 1
        return stored

    def _store_additions(self, batch: Sequence[reports.Addition]) -> list[Contradicts | bool]:
        now = self._runtime.clock()
        outcomes: list[Contradicts | bool] = []
        with self._runtime.intake_db.write() as conn:
            for addition in batch:
                stored, is_new = reports.put_addition(conn, addition)
                if is_new:
                    outbox.put(conn, Step.ADDITION, [str(addition.key)], now)
                said = (addition.text, dict(addition.diagnostics), addition.works)
                same = (stored.text, dict(stored.diagnostics), stored.works) == said
                outcomes.append(is_new if same else Contradicts())
        return outcomes


def _stored(conn: Connection, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Row[Any]]:
    """What stands in the database for these keys, with the case each report is in."""
    query = (
        select(
            _TABLE.c.key, _TABLE.c.attempt, _TABLE.c.reference, _TABLE.c.sender, _TABLE.c.fingerprint,
            _TABLE.c.kind, _TABLE.c.incident_key, case_reports.c.case_id, cases.c.state,
            cases.c.kind.label("case_kind"),
        )
        .outerjoin(case_reports, case_reports.c.report_key == _TABLE.c.key)
        .outerjoin(cases, cases.c.id == case_reports.c.case_id)
        .where(_TABLE.c.key.in_(keys))
    )  # fmt: skip
    found: Any = conn.execute(query)
    return {row.key: row for row in found}


def _standing(row: Row[Any]) -> same_room.Standing:
    return same_room.Standing(row.incident_key, row.case_id, row.case_kind, counted=row.kind != Kind.ROOM_LOG)


def _answer(report: Report, row: Row[Any], tally: same_room.Tally, *, stored_now: bool) -> Accepted | Contradicts:
    if not stored_now and (row.sender != report.sender or row.fingerprint != report.fingerprint()):
        return Contradicts()
    return Accepted(
        id=report.id,
        reference=row.reference,
        state=State(row.state) if row.state else State.RECEIVED,
        case=row.case_id,
        same_in_room=same_room.others(tally, _standing(row)),
        stored_now=stored_now,
    )
