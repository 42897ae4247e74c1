"""Logging what happens in a live room: for all of it or for one trainee, before anybody has reported (B1, B2)."""

from __future__ import annotations

import uuid
from datetime import datetime

from sidecar.domain.access import Viewer, may_work_room
from sidecar.domain.report import (
    About,
    Activity,
    Channel,
    Course,
    Kind,
    Page,
    Place,
    Report,
    Reporter,
    Role,
    SessionRef,
    Symptom,
)
from sidecar.runtime import Runtime
from sidecar.store import permitted
from sidecar.store.cards import Room

AFFECTED_AT_MOST = 10_000


class EndsFirst(ValueError):
    """What would begin after it ended."""


def logged(
    runtime: Runtime,
    viewer: Viewer,
    room: Room,
    *,
    log_id: uuid.UUID,
    symptom: Symptom,
    by: str,
    locale: str,
    about: str | None = None,
    affected: int | None = None,
    action_taken: str = "",
    began_at: datetime | None = None,
    ended_at: datetime | None = None,
) -> Report:
    """A room manager's log as the report that it is; it travels the way of every other from here.

    Args:
        log_id: made with the form, so that one sent twice is one.
        by: the manager's name.
        about: the trainee whom it concerns; None for the whole room.
        began_at: None with an end means what is likeliest (`began`), else now.

    Raises:
        permitted.Unseen: it is not this person's room.
        EndsFirst: it would begin after it ended.
    """
    if not may_work_room(viewer, room.key, room.course_id):
        raise permitted.Unseen(room.key)
    now = runtime.clock()
    if began_at is None:
        began_at = now if ended_at is None else began(room, ended_at)
    elif began_at > (ended_at or now):
        raise EndsFirst
    session = SessionRef(room.session_key, room.starts_at, room.ends_at) if room.session_key else None
    return Report(
        site_id=room.site_id,
        id=log_id,
        kind=Kind.ROOM_LOG,
        locale=locale,
        channel=Channel.IN_ROOM,
        reporter=Reporter(viewer.key.partition(":")[2], Role.ROOM_MANAGER, by),
        place=Place(
            page=Page.CLASSROOM,
            course=Course(room.course_id, room.idnumber, room.course_name) if room.course_id else None,
            activity=Activity(room.activity_id, room.platform, room.name),
            group=room.group_id,
            session=session,
        ),
        occurred_at=min(began_at, now),
        received_at=now,
        symptom=symptom,
        about=About(about, Role.TRAINEE) if about else None,
        affected=affected,
        action_taken=action_taken,
        ended_at=ended_at,
    )


def began(room: Room, ended_at: datetime, since: datetime | None = None) -> datetime:
    """When something that is over began, as far as nobody says: with the card it stands on, or with the class.

    Args:
        since: when the open card of this failure began, where there is one.
    """
    known = (at for at in (since, room.starts_at) if at is not None and at <= ended_at)
    return next(known, ended_at)
