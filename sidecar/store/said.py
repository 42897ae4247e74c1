"""The words of a telling for one reader, from its row: read by the journey that sends it and by pages that show it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Row

from sidecar.domain import wording
from sidecar.domain.policy import Policy
from sidecar.domain.report import Symptom


def words(policy: Policy, told: Row[Any], row: Row[Any], locale: str) -> str:
    """What this reader was told.

    Args:
        told: the telling.
        row: the delivery, or the telling, with what `tellings` adds to it for its words.
    """
    what = wording.Telling(told.cause, told.message, told.text, told.link, of_room=told.room_key is not None)
    return wording.told(policy.rooms, what, about(policy, told, row), locale)


def subject(policy: Policy, told: Row[Any], row: Row[Any], locale: str) -> str:
    """What stands above the message."""
    return wording.subject(policy.rooms, about(policy, told, row), locale)


def about(policy: Policy, told: Row[Any], row: Row[Any]) -> wording.About:
    """What a telling is about, for one of its readers. Its length is as it was when it was told: words never change."""
    symptom = row.symptom or row.case_symptom
    body = row.body or {}
    course, activity = body.get("course"), body.get("activity")
    return wording.About(
        reference=row.reference,
        symptom=policy.symptoms[Symptom(symptom)].label if symptom else None,
        lasted=told.at - row.opened_at if row.opened_at else timedelta(0),
        room=activity[1] if activity else "",
        course=(course[1] if course else "") or row.course_name or "",
    )
