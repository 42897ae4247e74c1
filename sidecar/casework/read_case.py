"""One case as whoever handles it reads it; a look at a complaint is kept before anything is shown (P16)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sidecar.domain.access import Viewer, may, may_see
from sidecar.domain.calendar import NeverOpens
from sidecar.domain.case import Action, Case, CaseKind, NotAllowed, after
from sidecar.domain.facts import Facts, FactsStatus
from sidecar.domain.report import Report
from sidecar.domain.targets import Step
from sidecar.runtime import Runtime
from sidecar.store import cases, clocks, deadlines, facts, looks, permitted, reports, staff
from sidecar.store.messages import messages
from sidecar.store.reports import Addition

_REPORTS = 50  # of a room of three hundred the page shows the first


@dataclass(frozen=True, slots=True)
class Reading:
    """What the page of a case shows."""

    case: Case
    actions: frozenset[Action]
    reports: dict[uuid.UUID, Report]
    references: dict[uuid.UUID, str]
    additions: Sequence[Addition]
    messages: Sequence[Any]
    events: Sequence[cases.Event]
    clocks: Sequence[tuple[clocks.Clock, Sequence[Step]]]
    facts: dict[uuid.UUID, tuple[FactsStatus, Facts | None]]
    looks: Sequence[Any]
    names: dict[str, str]


def read(runtime: Runtime, viewer: Viewer, case_id: int, how: str = "page") -> Reading:
    """Read a case.

    Raises:
        Unseen: no such case, or none this person may know of.
    """
    now = runtime.clock()
    with runtime.db.read() as conn:
        case = cases.get(conn, case_id)
        if case is None or not may_see(viewer, case, permitted.involved(conn, case)):
            raise permitted.Unseen(case_id)
    if case.confidential or case.kind is CaseKind.COMPLAINT:
        # First the row, then the page: a look that cannot be kept is not given.
        with runtime.db.write() as conn:
            looks.note(conn, case_id, viewer.key, how, now)
    with runtime.db.read() as conn:
        found = cases.get(conn, case_id)
        relation = permitted.involved(conn, found) if found else None
        # It may have been named meanwhile whom the complaint is about.
        if found is None or relation is None or not may_see(viewer, found, relation):
            raise permitted.Unseen(case_id)
        case = found
        keys = cases.report_keys(conn, case_id)[:_REPORTS]
        said = conn.execute(select(messages).where(messages.c.case_id == case_id).order_by(messages.c.id)).all()
        events = cases.timeline(conn, case_id)
        looked = looks.of_case(conn, case_id)
        people = {event.actor for event in events} | {row.author for row in said} | {row.viewer_key for row in looked}
        running = []
        for clock in sorted(clocks.of_case(conn, case_id), key=lambda one: one.due_at):
            try:
                until = now if clock.state == "paused" else clock.stopped_at
                steps = deadlines.explain(conn, clock, runtime.policy, until=until)
            except (KeyError, NeverOpens):
                steps = []  # the policy has changed since; the deadline stands
            running.append((clock, steps))
        return Reading(
            case=case,
            actions=frozenset(a for a in Action if may(viewer, a, case, relation) and _allowed(case, a)),
            reports=reports.load(conn, keys), references=reports.references(conn, keys),
            additions=reports.load_additions(conn, keys), messages=said, events=events, clocks=running,
            facts={key: facts.get(conn, key) for key in keys}, looks=looked,
            names=staff.names(conn, people | ({case.owner} if case.owner else set())),
        )  # fmt: skip


def _allowed(case: Case, action: Action) -> bool:
    try:
        after(case.state, action)
    except NotAllowed:
        return False
    return True
