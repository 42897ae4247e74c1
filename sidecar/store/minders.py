"""Who minds the room of a case: its managers by the roster, who of them is here, and who has worked in it today."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from sidecar.domain.case import Case
from sidecar.domain.launch import Target
from sidecar.domain.staffing import Here
from sidecar.store import board, logins
from sidecar.store.cases import cases, events

_TODAY: Final = timedelta(hours=12)


def of_case(conn: Connection, case: Case, here_since: datetime) -> tuple[set[str], set[str], set[str]]:
    """Person ids: the room's managers, who of them is signed in, and who of them has acted in the room lately."""
    if case.course_id is None or case.room_key is None:
        return set(), set(), set()
    managers = {row.person_id for row in board.roster(conn, case.site_id, case.course_id) if row.role == "room_manager"}
    here = {
        row.person_id
        for row in logins.here(conn, Target.ROOM, here_since)
        if row.site_id == case.site_id and Here.of(row.person_id, row.grants).minds(case.room_key, case.course_id)
    }
    query: Select[Any] = (
        select(events.c.actor)
        .join(cases, cases.c.id == events.c.case_id)
        .where(cases.c.room_key == case.room_key, events.c.at >= case.opened_at - _TODAY)
        .distinct()
    )
    keys = {f"{case.site_id}:{person}": person for person in managers}
    acted = {keys[actor] for actor in conn.scalars(query) if actor in keys}
    return managers, here & managers, acted
