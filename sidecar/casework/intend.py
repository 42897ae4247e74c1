"""Pressing a key, and taking it back: what one means to do is done when the time to undo it is over (decision 0015)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.engine import Row

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, NotAllowed, after
from sidecar.domain.launch import grants_of
from sidecar.domain.steps import Lane, Step
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import cases, deadlines, intents, outbox, permitted

_EACH_BY_ITSELF: Final = frozenset({Action.SPLIT, Action.TELL})
_STILL_SAID: Final = timedelta(minutes=2)  # for so long a page says that what was pressed was not done after all


def intend(runtime: Runtime, viewer: Viewer, case_id: int, action: Action, data: Mapping[str, Any]) -> int:
    """Keep what the viewer means to do to a case; it is carried out when the policy's seconds have passed.

    A second press of the same, by whomever, is the first one's. Two may be split out, and two things told, at once; a
    card that is about to be merged is not merged with another.

    Args:
        data: what the action needs: ids and codes, and the words of a telling.

    Returns:
        The intent's number.

    Raises:
        permitted.Unseen, permitted.NotPermitted, NotAllowed: as the action itself would.
    """
    now = runtime.clock()
    due_at = now + runtime.policy.rooms.undo
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, action)
        after(case.state, action)
        for standing in intents.waiting(conn, [case_id]):
            if standing.action != action:
                continue
            if standing.data == dict(data):
                return int(standing.id)
            if action not in _EACH_BY_ITSELF:
                raise NotAllowed(action, case.state)
        intent = intents.put(
            conn, case_id, action, data=data, actor=viewer.key, grants=grants_of(viewer), now=now, due_at=due_at
        )
        cases.change(conn, case, Action.INTEND, touched=True)
        cases.record(conn, case_id, Action.INTEND, now, actor=viewer.key, data={"intent": intent, "action": action})
        deadlines.happened(conn, case_id, Happening.SEEN, now)  # who acts on a card has seen it
        outbox.put(conn, Step.INTENT, [str(intent)], now, due_at=due_at)
    runtime.wake(Lane.CLOCKS)
    return intent


def undo(runtime: Runtime, viewer: Viewer, intent_id: int) -> bool:
    """Take back what the viewer pressed; False when it has been done, or undone, already.

    Raises:
        permitted.Unseen: it is somebody else's, or nobody's.
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        intent = intents.take(conn, intent_id)
        if intent is None or intent.actor != viewer.key:
            raise permitted.Unseen(intent_id)
        if not intents.settle(conn, intent_id, "undone"):
            return False
        data = {"intent": intent_id, "action": intent.action}
        cases.record(conn, intent.case_id, Action.INTEND, now, actor=viewer.key, reason="undone", data=data)
        return True


def of_person(runtime: Runtime, viewer: Viewer) -> Sequence[Row[Any]]:
    """What the viewer pressed lately that waits, or that could not be done: id, case_id, action, state, why."""
    with runtime.db.read() as conn:
        return intents.of_person(conn, viewer.key, runtime.clock() - _STILL_SAID)
