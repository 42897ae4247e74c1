"""One case as whoever handles it reads it; a look at a complaint is kept before anything is shown (P16)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from sidecar.domain.access import Involved, Viewer, may
from sidecar.domain.case import Action, Case, CaseKind, follows
from sidecar.domain.facts import Facts, FactsStatus
from sidecar.domain.policy import Policy
from sidecar.domain.report import Report
from sidecar.domain.targets import Step
from sidecar.runtime import Runtime
from sidecar.store import (
    alerts,
    cases,
    clocks,
    deadlines,
    facts,
    looks,
    named,
    permitted,
    reports,
    resolutions,
    rota,
    tellings,
)
from sidecar.store.cases import case_reports
from sidecar.store.messages import messages
from sidecar.store.reports import Addition
from sidecar.store.visible import visible

_REPORTS = 50  # of a room of three hundred the page shows the first
_RECENT = 50  # of somebody's reports, among which their earlier cases are looked for


@dataclass(frozen=True, slots=True)
class Reading:
    """What the page of a case shows.

    Attributes:
        about: what the person is called whose certificate it is; empty for every other case.
        people: the policy with whom the rota puts where.
    """

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
    changed: dict[uuid.UUID, dict[str, Any]]
    told: Sequence[tuple[Any, Sequence[Any]]]
    alerts: Sequence[Any]
    proposed: Any
    earlier: Sequence[Case]
    children: Sequence[Case]
    keys: frozenset[str]
    about: str
    people: Policy


def read(runtime: Runtime, viewer: Viewer, case_id: int, how: str = "page") -> Reading:
    """Read a case.

    Raises:
        Unseen: no such case, or none this person may know of.
    """
    with runtime.db.read() as conn:
        case, relation = permitted.seen(conn, viewer, case_id)
        if not case.confidential and case.kind is not CaseKind.COMPLAINT:
            return _reading(conn, runtime, viewer, case, relation)
    # First the row, then the page: a look that cannot be kept is not given.
    with runtime.db.write() as conn:
        looks.note(conn, case_id, viewer.key, how, runtime.clock())
    with runtime.db.read() as conn:
        # It may have been named meanwhile whom the complaint is about.
        return _reading(conn, runtime, viewer, *permitted.seen(conn, viewer, case_id))


def _reading(conn: Connection, runtime: Runtime, viewer: Viewer, case: Case, relation: Involved) -> Reading:
    keys = cases.report_keys(conn, case.id)[:_REPORTS]
    said = conn.execute(select(messages).where(messages.c.case_id == case.id).order_by(messages.c.id)).all()
    events = cases.timeline(conn, case.id)
    looked = looks.of_case(conn, case.id)
    people = {event.actor for event in events} | {row.author for row in said} | {row.viewer_key for row in looked}
    by_due = sorted(clocks.of_case(conn, case.id), key=lambda one: one.due_at)
    asked = facts.of_reports(conn, keys)
    told = tellings.of_cases(conn, [case.id])
    reached = tellings.recipients_of(conn, [one.id for one in told])
    return Reading(
        case=case,
        actions=frozenset(a for a in Action if may(viewer, a, case, relation) and follows(case.state, a)),
        reports=reports.load(conn, keys), references=reports.references(conn, keys),
        additions=reports.additions_of(conn, *keys), messages=said, events=events,
        clocks=deadlines.explain_all(conn, by_due, runtime.policy, runtime.clock()),
        facts={key: (one.status, one.facts) for key, one in asked.items()}, looks=looked,
        changed={key: dict(one.before) for key, one in asked.items()},
        told=[(one, reached[one.id]) for one in told],
        alerts=alerts.of_case(conn, case.id), proposed=resolutions.latest(conn, case.id),
        earlier=_earlier(conn, viewer, case), children=cases.children(conn, case.id),
        keys=frozenset(people | ({case.owner} if case.owner else set())),
        about=named.of_cases(conn, [case]).get(case.id, ""), people=rota.on_duty(conn, runtime.policy),
    )  # fmt: skip


class _Reporter(NamedTuple):
    """Somebody whose reports are looked for, as a report names its sender."""

    site_id: str
    reporter_id: str | None
    sender: str = ""


def _earlier(conn: Connection, viewer: Viewer, case: Case) -> list[Case]:
    """Other cases of the same reporters that this person may see, the newest first; of a certificate, those of the one
    whose it is, who need not have reported it."""
    said, numbers = reports.reports.c, set[int]()
    whose = named.of_case(case)
    if whose is not None:
        people: Sequence[Any] = [_Reporter(case.site_id, case.person_id)]
        about = select(cases.cases.c.id).where(cases.cases.c.incident_key.in_(named.gap_keys(conn, whose)))
        numbers |= set(conn.scalars(about.order_by(cases.cases.c.id.desc()).limit(_RECENT)))
    else:
        here = select(said.site_id, said.sender, said.reporter_id).join(
            case_reports, case_reports.c.report_key == said.key
        )
        people = conn.execute(here.where(case_reports.c.case_id == case.id).limit(5)).all()
    # One after the other, the newest of each: together, a database reads every report there is.
    for one in people:
        theirs = (
            (said.reporter_id == one.reporter_id)
            if one.reporter_id
            else (and_(said.reporter_id.is_(None), said.sender == one.sender))
        )
        newest = select(said.key).where(said.site_id == one.site_id, theirs).order_by(said.received_at.desc())
        stand = select(case_reports.c.case_id).where(case_reports.c.report_key.in_(newest.limit(_RECENT)))
        numbers |= set(conn.scalars(stand))
    query = select(cases.cases).where(cases.cases.c.id.in_(numbers - {case.id}), visible(viewer))
    return [cases.from_row(row) for row in conn.execute(query.order_by(cases.cases.c.id.desc()).limit(5))]
