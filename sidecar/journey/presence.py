"""How many are in each live room, asked of the LMS once a minute; where it cannot tell, nothing is shown (P1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog

from adapters.errors import AdapterError
from adapters.lms.port import ROOMS_AT_MOST, LiveRoom
from sidecar.domain.incident import room_of
from sidecar.runtime import Runtime
from sidecar.store import board, presence

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(seconds=55)
_SOURCE: Final = "lms"


def refresh(runtime: Runtime) -> int:
    """Ask about rooms with a class on or an open failure that were not asked about lately; returns how many."""
    now = runtime.clock()
    with runtime.db.read() as conn:
        everywhere = board.Scope(everywhere=True)
        wanted = {
            (one.site_id, LiveRoom(one.course_id, one.activity_id, one.group_id))
            for one in board.classes(conn, everywhere, now, now)
            if one.activity_id
        }
        wanted |= {
            (case.site_id, LiveRoom(case.course_id, case.activity_id, case.group_id))
            for case in board.incidents(conn, everywhere, now)
            if case.is_open and case.course_id and case.activity_id
        }
        keys = {(site, room): room_of(site, room.activity_id, room.group_id) for site, room in wanted}
        fresh = presence.asked_since(conn, set(keys.values()), now - EVERY)
    asked = 0
    for site_id, lms in sorted(runtime.lms.items()):
        due = sorted(
            (room for site, room in wanted if site == site_id and keys[(site, room)] not in fresh),
            key=lambda room: (room.course_id, room.activity_id, room.group_id or ""),
        )
        for start in range(0, len(due), ROOMS_AT_MOST):
            some = due[start : start + ROOMS_AT_MOST]
            try:
                told = lms.presence(some)
            except AdapterError as error:
                log.warning("presence_not_told", site=site_id, error=type(error).__name__, code=error.code)
                break  # the others' turn comes with the next sweep
            with runtime.db.write() as conn:
                for room in some:
                    row = {"site_id": site_id, "room_key": keys[(site_id, room)], "present": told.get(room),
                           "source": _SOURCE, "at": runtime.clock()}  # fmt: skip
                    presence.keep(conn, row)
            asked += len(some)
    return asked
