"""A class that begins soon and has no room manager signed in: tier 1's lead is told, and so are its managers (P1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy.engine import Connection, Row

from sidecar.domain.escalation import Addressee, NobodyToTell, contact_for
from sidecar.domain.incident import room_of
from sidecar.domain.launch import Target
from sidecar.domain.staffing import Here, minded
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import (
    alerts,
    attachments,
    blobs,
    board,
    credentials,
    desk_presence,
    logins,
    outbox,
    public_limits,
    recipients,
    rooms,
    rota,
    tellings,
)

log = structlog.get_logger(__name__)

_CAUSE: Final = "no_manager"
_LATE: Final = timedelta(minutes=15)  # a class that began so lately without one still lacks one
_STANDS: Final = timedelta(days=1)  # an alert that is older than this is of a class long over
_COUNTED: Final = timedelta(hours=1)  # the longest that a try or a public form counts
_LAUNCHES_KEPT: Final = timedelta(hours=1)  # a launch lives for a minute


def watch(runtime: Runtime) -> int:
    """Raise what is missing, once a session, and end what was mended; returns how many were raised."""
    now, rules = runtime.clock(), runtime.policy.rooms
    with runtime.db.read() as conn:
        # Those that have long begun, too: whoever comes late ends what was raised before them.
        classes = board.classes(conn, board.Scope(everywhere=True), now - _LATE, now + rules.manager_before)
        stands = {(one.site_id, one.session_key) for one in rooms.standing_alerts(conn, now - _STANDS)}
        rows = logins.here(conn, Target.ROOM, now - rules.manager_seen_within)
    here = [Here.of(f"{row.site_id}:{row.person_id}", row.grants) for row in rows]
    raised = 0
    for one in classes:
        if not one.activity_id:
            continue
        key = room_of(one.site_id, one.activity_id, one.group_id)
        lacks, told = not minded(key, one.course_id, here), (one.site_id, one.key) in stands
        # What is as it should be takes nobody's turn at the database's one lock.
        if lacks and not told and one.starts_at >= now - _LATE:
            with runtime.db.write() as conn:
                raised += _raise(conn, runtime, one, key)
        elif told and not lacks:
            with runtime.db.write() as conn:
                rooms.alert_over(conn, one.site_id, [one.key], _CAUSE, now)
    if raised:
        runtime.wake(Lane.NOTIFY)
    return raised


def _raise(conn: Connection, runtime: Runtime, session: Row[Any], room_key: str) -> int:
    now, told_to = runtime.clock(), _told(runtime, conn)
    tell = told_to.who if told_to else alerts.NOBODY
    values = {"site_id": session.site_id, "session_key": session.key, "cause": _CAUSE, "tell": tell, "raised_at": now,
              "over_at": None}  # fmt: skip
    if not rooms.raise_alert(conn, values):
        return 0
    lead = _lms_user(told_to)
    who = [lead] if lead else []
    who += [
        (session.site_id, row.person_id)
        for row in board.roster(conn, session.site_id, session.course_id)
        if row.role == "room_manager"
    ]
    if who:
        told = {"room_key": room_key, "course_id": session.course_id, "cause": "staff", "message": _CAUSE, "text": "",
                "author": "nidaa"}  # fmt: skip
        number, _people = tellings.tell(conn, told, recipients.of_staff(conn, who), now)
        outbox.put(conn, Step.TELL, [str(number)], now)
    return 1


def _told(runtime: Runtime, conn: Connection) -> Addressee | None:
    try:
        people, tells = rota.on_duty(conn, runtime.policy), runtime.policy.rooms.manager_missing_tells
        return contact_for(people, tells, None, runtime.clock(), office="contact_centre")
    except NobodyToTell:
        log.error("nobody_to_tell", what=_CAUSE)
        return None


def _lms_user(told_to: Addressee | None) -> tuple[str, str] | None:
    """Who is told, where the policy names that person's account at an LMS; by other means they are told by the desk."""
    if told_to is None or told_to.contact.lms_user is None:
        return None
    site_id, _, person_id = told_to.contact.lms_user.partition(":")
    return site_id, person_id


def tidy(runtime: Runtime) -> None:
    """Forget logins that are over, launches that were used, and what was counted or seen too long ago to matter."""
    now = runtime.clock()
    _sweep_files(runtime)
    with runtime.db.write() as conn:
        credentials.tidy(conn, now - _COUNTED)
        public_limits.tidy(conn, now - _COUNTED)
        desk_presence.tidy(conn, now)
        logins.tidy(conn, logins_before=now, launches_before=now - _LAUNCHES_KEPT)


def _sweep_files(runtime: Runtime) -> None:
    """Remove files that have lain for a day and that no row names: forms that were refused, workers that were ended."""
    lying = list(blobs.orphans(runtime.files, runtime.clock()))
    with runtime.db.read() as conn:
        named = attachments.named(conn, {digest for digest, _file in lying if digest})
    for digest, file in lying:
        if digest not in named:
            file.unlink(missing_ok=True)
