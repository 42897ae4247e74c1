"""Flagging what is missing for many at once: each is a report of its own, and joins that person's open case (C1).

What is flagged is what facts say is missing, never what somebody typed; whoever's open case says all of it already is
left out, so that sending again repeats nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.report import About, Channel, Course, Kind, Page, Place, Report, Reporter, Role
from sidecar.domain.roster import Standing, to_flag
from sidecar.runtime import Runtime
from sidecar.store import permitted, roster, roster_notes

AT_MOST = 2000


@dataclass(frozen=True, slots=True)
class Flags:
    """The reports to be accepted; `known` were flagged already, `sound` lack nothing that is known."""

    reports: tuple[Report, ...]
    known: int
    sound: int


def flags(
    runtime: Runtime, viewer: Viewer, course: roster.Course, person_ids: Collection[str] | None, *, form: uuid.UUID,
    by: str, locale: str,
) -> Flags:  # fmt: skip
    """A report for each of these people who lacks something; they travel the way of every other from here.

    Args:
        person_ids: None for everybody who lacks something.
        form: made with the page, so that one sent twice says it once.

    Raises:
        permitted.Unseen: it is no course of the viewer's, or of these people nobody is theirs.
    """
    with runtime.db.read() as conn:
        sight, rows = permitted.on_roster(conn, viewer, course, person_ids, AT_MOST)
        flagged = roster_notes.flagged(conn, course, [row.person_id for row in rows])
        about = roster_notes.course(conn, course)
    now = runtime.clock()
    who = Reporter(
        viewer.key.partition(":")[2], Role.TRAINER if sight.office is StaffRole.TRAINER else Role.ROOM_MANAGER, by
    )
    place = Place(Page.COURSE, Course(course[1], (about and about.idnumber) or "", (about and about.name) or ""))
    found, known, sound = [], 0, 0
    for row in rows:
        gaps = to_flag(row.checklist, flagged.get(row.person_id, (0, "", set()))[2])
        if not gaps:
            known += bool(row.standing == Standing.GAP)
            sound += bool(row.standing != Standing.GAP)
            continue
        found.append(
            Report(
                site_id=course[0], id=uuid.uuid5(form, row.person_id), kind=Kind.CERTIFICATE_GAP, locale=locale,
                channel=Channel.WEB, reporter=who, place=place, occurred_at=now, received_at=now,
                about=About(row.person_id, Role.TRAINEE), gaps=gaps,
            )
        )  # fmt: skip
    return Flags(tuple(found), known, sound)
