"""Which queues somebody has, and what stands in one of them (P13, P14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.engine import Row

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.case import Case
from sidecar.domain.policy import Tier
from sidecar.runtime import Runtime
from sidecar.store import desk, gap_answers, looks, named, search
from sidecar.store.desk import ALL, ENDED, MINE, VERIFY, Filter, Line, Mark, Order, Place

TIER_1: Final = Place("tier-1", Tier.ONE)
TIER_2: Final = Place("tier-2", Tier.TWO)
MANAGEMENT: Final = Place("management", Tier.MANAGEMENT)
QUESTIONS: Final = Place("questions", Tier.TRAINER)

_VERIFIERS: Final = frozenset(
    {StaffRole.LEAD, StaffRole.AGENT_2, StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY, StaffRole.ADMINISTRATIVE_MANAGER}
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a queue.

    Attributes:
        reports: the first report of each case.
        about: whom the gap of a certificate case is about, by its number; of no other case.
        counts: of each queue, how many stand in it and how many of them are overdue.
        more: where the next page begins; None on the last.
        to_look: whether the page ends because enough was looked through; the next one looks further.
    """

    lines: Sequence[Line]
    reports: Mapping[int, Row[Any]]
    about: Mapping[int, str]
    counts: Mapping[str, tuple[int, int]]
    more: Mark | None
    to_look: bool


def places(viewer: Viewer, departments: Sequence[str]) -> list[Place]:
    """The queues of a person, the first being where the desk begins for them.

    Args:
        departments: every department of the policy, in its order.
    """
    found: list[Place] = []
    roles = viewer.roles
    if roles & {StaffRole.AGENT_1, StaffRole.LEAD}:
        found.append(TIER_1)
    if StaffRole.ADMINISTRATIVE_MANAGER in roles:
        found.append(MANAGEMENT)
    if roles & {StaffRole.AGENT_2, StaffRole.LEAD}:
        found.append(TIER_2)
    own = departments if StaffRole.ADMINISTRATIVE_MANAGER in roles else sorted(viewer.departments)
    found += [Place(f"department-{name}", Tier.DEPARTMENT, name) for name in own]
    if StaffRole.REGISTRAR in roles:
        found.append(TIER_2)
    found.append(MINE)
    if roles & _VERIFIERS:
        found.append(VERIFY)
    if roles & {StaffRole.LEAD, StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY, StaffRole.ADMINISTRATIVE_MANAGER}:
        found.append(QUESTIONS)
    return list(dict.fromkeys([*found, ALL, ENDED]))


def listed(
    runtime: Runtime,
    viewer: Viewer,
    place: Place,
    narrowed: Filter,
    *,
    order: Order = Order.DUE,
    after: Mark | None = None,
) -> Listed:
    """One page of a queue, with the counts of all the person's queues."""
    counted = [one for one in places(viewer, list(runtime.policy.departments)) if one != ENDED]
    with runtime.db.read() as conn:
        found = desk.page(conn, viewer, place, narrowed, order=order, after=after)
        counts = desk.counted(conn, viewer, counted)
        gone = gap_answers.gone_of(conn, [line.case for line in found.lines])
        shown = [replace(line, gone=line.case.id in gone) for line in found.lines]
        first = desk.first_reports(conn, [line.case.id for line in shown])
        about = named.of_cases(conn, [line.case for line in shown])
    return Listed(shown, first, about, counts, found.more, found.to_look)


def arrived(
    runtime: Runtime, viewer: Viewer, place: Place, narrowed: Filter, since: datetime, among: Collection[int] = ()
) -> int:
    """How many cases have come into somebody's queue since a moment, by what others did.

    Args:
        among: of these alone; empty means of all.
    """
    with runtime.db.read() as conn:
        return desk.arrived(conn, viewer, place, narrowed, since, among)


def searched(runtime: Runtime, viewer: Viewer, asked: str) -> tuple[Sequence[Line], Mapping[int, Row[Any]], bool]:
    """The cases that a search finds, the first report of each, and whether these are all."""
    with runtime.db.read() as conn:
        found = search.find(conn, viewer, asked)
    if secret := [case.id for case in found.cases if case.confidential]:
        # First the row, then the page (P16): who searched for somebody and found their complaint has looked at it.
        with runtime.db.write() as conn:
            looks.note_all(conn, secret, viewer.key, "search", runtime.clock())
    with runtime.db.read() as conn:
        ids = [case.id for case in found.cases]
        dues, gone = desk.dues(conn, ids), gap_answers.gone_of(conn, found.cases)
        lines = [Line(case, dues.get(case.id), case.id in gone) for case in found.cases]
        return lines, desk.first_reports(conn, ids), found.all


def lines_of(runtime: Runtime, listed: Sequence[Case]) -> tuple[list[Line], Mapping[int, Row[Any]]]:
    """Cases that somebody sees already as lines, and the first report of each."""
    with runtime.db.read() as conn:
        ids = [case.id for case in listed]
        dues = desk.dues(conn, ids)
        return [Line(case, dues.get(case.id)) for case in listed], desk.first_reports(conn, ids)


def about(runtime: Runtime, lines: Sequence[Line]) -> dict[int, str]:
    """Whom the gaps of the certificate cases among these are about, by number; of no other case."""
    with runtime.db.read() as conn:
        return named.of_cases(conn, [line.case for line in lines])


def found(runtime: Runtime, viewer: Viewer, asked: str) -> tuple[Sequence[Line], Mapping[int, Row[Any]]]:
    """The same, for who picks one of them."""
    lines, first, _all = searched(runtime, viewer, asked)
    return lines, first
