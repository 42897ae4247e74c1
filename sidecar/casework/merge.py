"""Two cards that are one failure become one; one person's report becomes a case of its own (A3).

A report stands in one case at a time, by its own key: whatever is merged or split, its reporter's link leads to where
it stands now.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import update
from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case, CaseKind, after
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import accused, cases, deadlines, permitted, referral, splits
from sidecar.store.cases import cases as table


class Different(ValueError):
    """Cases of different sites, kinds or confidentiality are never one, nor complaints of people about each other.

    Nor are certificates of different people or courses: the case's checklist is one person's.
    """


def pair(runtime: Runtime, viewer: Viewer, case_id: int, other_id: int, *, version: int | None = None) -> list[Case]:
    """The case that would stay and the one that would go into it; nothing is done.

    Raises:
        Different, NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    if case_id == other_id:
        raise Different("a case is not merged with itself")
    with runtime.db.read() as conn:
        one, other = (permitted.look(conn, viewer, number, Action.MERGE) for number in (case_id, other_id))
        cases.expect(one, version)
        stays, goes = _in_order(conn, one, other)
    after(goes.state, Action.MERGE)
    after(stays.state, Action.GATHER)
    return [stays, goes]


def merge(
    runtime: Runtime, viewer: Viewer, case_id: int, other_id: int, *, version: int | None = None,
    others_version: int | None = None,
) -> Case:  # fmt: skip
    """Make one of two: the one whose clock began first stays, so that no deadline is lengthened by merging.

    Args:
        version: of the first as its reader saw it.
        others_version: of the other.

    Raises:
        Different, NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    with runtime.db.write() as conn:
        return merging(conn, runtime, viewer, case_id, other_id, version=version, others_version=others_version)


def merging(
    conn: Connection, runtime: Runtime, viewer: Viewer, case_id: int, other_id: int, *, version: int | None = None,
    others_version: int | None = None,
) -> Case:  # fmt: skip
    """`merge` within a transaction."""
    if case_id == other_id:
        raise Different("a case is not merged with itself")
    now = runtime.clock()
    # Locked in one order, so that two people merging the same pair at once take turns.
    first, second = (permitted.take(conn, viewer, one, Action.MERGE) for one in sorted({case_id, other_id}))
    for one in (first, second):
        cases.expect(one, version if one.id == case_id else others_version)
    stays, goes = _in_order(conn, first, second)
    cases.children(conn, goes.id, lock=True)
    keys = cases.report_keys(conn, goes.id)
    cases.move_reports(conn, keys, stays.id, "merged", now)
    cases.change(conn, goes, Action.MERGE, merged_into=stays.id, join_key=None, reports=0, touched=True)
    cases.record(conn, goes.id, Action.MERGE, now, actor=viewer.key, data={"into": stays.id})
    for one in (stays, goes):
        deadlines.happened(conn, one.id, Happening.SEEN, now)
    deadlines.inherit(conn, goes, stays)
    deadlines.happened(conn, goes.id, Happening.MERGED, now)
    _lead_on(conn, goes, stays)
    accused.copy(conn, goes.id, stays.id)
    accused.copy(conn, stays.id, goes.id)  # what was merged shows where it went
    cases.record(conn, stays.id, Action.GATHER, now, actor=viewer.key, public=True,
                 data={"from": goes.id, "reports": len(keys)})  # fmt: skip
    grown: dict[str, Any] = {
        "reports": stays.reports + len(keys),
        "severity": min(stays.severity, goes.severity),
        "last_report_at": max(stays.last_report_at, goes.last_report_at),
        "affected": max((n for n in (stays.affected, goes.affected) if n is not None), default=None),
        "bars_room": stays.bars_room or goes.bars_room,
        "declared": stays.declared or goes.declared,
        "parent_id": stays.parent_id or goes.parent_id,
    }
    stays = cases.change(conn, stays, Action.GATHER, touched=True, **grown)
    # Whom the other one was about may hold or answer for the one that stays (P16).
    return (
        referral.climb(conn, stays, runtime.policy, now, actor=viewer.key)
        if stays.kind is CaseKind.COMPLAINT
        else stays
    )


def _in_order(conn: Connection, first: Case, second: Case) -> list[Case]:
    """The one that stays, and the one that goes; raises `Different` where they are never one."""
    if _nature(first) != _nature(second):
        raise Different("these cases cannot be one")
    if first.kind is CaseKind.COMPLAINT and _accuse_each_other(conn, first, second):
        raise Different("one of them is about who wrote the other")
    return sorted((first, second), key=lambda case: (case.clock_started_at, case.id))


def _nature(case: Case) -> tuple[object, ...]:
    """What two cases must share to be one. A major incident gathers rooms and is none itself."""
    gathers_rooms = case.kind is CaseKind.ROOM_INCIDENT and case.incident_key is not None and case.room_key is None
    whose: tuple[object, ...] = ()
    if case.kind is CaseKind.CERTIFICATE_GAP:
        # Of whom or of what nobody knows is nobody's but its own.
        whose = (case.person_id or case.id, case.course_id or case.id)
    return case.site_id, case.kind, case.confidential, gathers_rooms, whose


def _accuse_each_other(conn: Connection, first: Case, second: Case) -> bool:
    """Whether a complainant would come to stand in a case about that very person, and read of it by the own link."""
    one, two = permitted.involved(conn, first), permitted.involved(conn, second)
    return not (one.reporters.isdisjoint(two.about) and two.reporters.isdisjoint(one.about))


def _lead_on(conn: Connection, goes: Case, stays: Case) -> None:
    """What led to the case that goes leads to the one that stays: its rooms, and what was merged into it before."""
    for led in (table.c.parent_id, table.c.merged_into):
        conn.execute(update(table).where(led == goes.id).values({led.name: stays.id}))


def split(runtime: Runtime, viewer: Viewer, case_id: int, report_key: uuid.UUID, *, version: int | None = None) -> Case:
    """Take one report out into a case of its own, whose clocks count from that report's receipt.

    Out of a room's incident its person goes, with everything that stands there by or about that person.

    Raises:
        ValueError: the report does not stand in this case, or is the only one's in it.
        NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    with runtime.db.write() as conn:
        return splitting(conn, runtime, viewer, case_id, report_key, version=version)


def splitting(
    conn: Connection, runtime: Runtime, viewer: Viewer, case_id: int, report_key: uuid.UUID, *,
    version: int | None = None,
) -> Case:  # fmt: skip
    """`split` within a transaction."""
    now = runtime.clock()
    case = permitted.take(conn, viewer, case_id, Action.SPLIT)
    cases.expect(case, version)
    return splits.take_out(conn, case, report_key, runtime.policy, by=viewer.key, now=now)
