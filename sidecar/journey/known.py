"""What a room knows already, for whoever is about to report it there (acceptance B1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sidecar.domain.incident import room_of
from sidecar.domain.report import Symptom
from sidecar.runtime import Runtime
from sidecar.store import known as store


@dataclass(frozen=True, slots=True)
class Known:
    """An open failure of a room.

    Attributes:
        people: how many have reported it; None where nobody has, and its manager alone says so.
        declared: its manager has logged it for the whole room.
    """

    symptom: Symptom
    since: datetime
    people: int | None
    declared: bool


def known(
    runtime: Runtime, site_id: str, activity_id: str, group_id: str | None, reader_id: str | None = None
) -> Sequence[Known]:
    """What the room's manager has declared, or enough of its people have reported, and the reader has not.

    Args:
        reader_id: who asks; None when the site asks for whoever opens the panel there.
    """
    room = room_of(site_id, activity_id, group_id)
    joined_since = runtime.clock() - runtime.policy.incidents.window
    with runtime.db.read() as conn:
        rows = store.open_in(conn, room, reader_id, joined_since, runtime.policy.rooms.known_from)
    return [Known(Symptom(row.symptom), row.opened_at, row.people or None, bool(row.declared)) for row in rows]
