"""A reporter says how content they are, once, after their case was closed; and what they may still do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sidecar.domain.case import OPEN_STATES, Action, CaseKind, State
from sidecar.runtime import Runtime
from sidecar.store import cases, permitted, ratings, reports

LONGEST = 1000  # letters
SCORES = range(1, 6)


class NotNow(ValueError):
    """It is rated when it has been closed, and once."""


@dataclass(frozen=True, slots=True)
class Turns:
    """What a report's sender may do with it now.

    Attributes:
        rated: what they said, if they have been asked.
    """

    withdraw: bool
    reopen: bool
    rate: bool
    rated: int | None


def turns(runtime: Runtime, report_key: uuid.UUID) -> Turns:
    """What the sender of a report may do now. A room's report is its manager's to end, and told by taps."""
    now = runtime.clock()
    with runtime.db.read() as conn:
        case, rated = cases.of_report(conn, report_key), ratings.of_report(conn, report_key)
    score = rated.score if rated is not None else None
    if case is None or case.kind is CaseKind.ROOM_INCIDENT:
        return Turns(withdraw=False, reopen=False, rate=False, rated=score)
    closed = case.state is State.CLOSED
    lately = closed and case.closed_at is not None and now - case.closed_at <= runtime.policy.reopen_within
    alive = case.state in OPEN_STATES or case.state is State.RESOLVED
    return Turns(withdraw=alive, reopen=lately, rate=closed and score is None, rated=score)


def rate(runtime: Runtime, report_key: uuid.UUID, score: int, text: str) -> None:
    """Keep what a reporter says, with proof of being the reporter that the caller has checked.

    Raises:
        ValueError: no score from 1 to 5, or too many words.
        NotNow
        permitted.Unseen: the report stands in no case yet.
    """
    text = text.strip()
    if score not in SCORES or len(text) > LONGEST:
        raise ValueError("a score from 1 to 5")
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = cases.of_report(conn, report_key, lock=True)
        if case is None:
            raise permitted.Unseen(report_key)
        if case.state is not State.CLOSED or not ratings.rate(conn, report_key, case.id, score, text, now):
            raise NotNow
        report = reports.load(conn, [report_key])[report_key]
        by = f"{report.site_id}:{report.reporter.id}" if report.reporter.id else cases.ITSELF
        cases.change(conn, case, Action.RATE)
        cases.record(conn, case.id, Action.RATE, now, actor=by, public=True, data={"score": score})
