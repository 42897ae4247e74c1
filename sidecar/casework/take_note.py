"""Who was alerted takes note: the alert is not raised again, and nobody calls about it (P8). It answers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sidecar.domain.access import Viewer, alerted_as
from sidecar.domain.case import Action
from sidecar.runtime import Runtime
from sidecar.store import alerts, callbacks, cases, permitted
from sidecar.store.visible import visible


def mine(runtime: Runtime, viewer: Viewer) -> Sequence[Any]:
    """The alerts to this person that nobody has taken note of, the newest first."""
    with runtime.db.read() as conn:
        rows = alerts.standing(conn, visible(viewer))
    return [row for row in rows if alerted_as(viewer, row.tell)]


def take_note(runtime: Runtime, viewer: Viewer, alert_id: int) -> None:
    """Take note of one of them; of one that was taken note of already nothing changes.

    Raises:
        permitted.Unseen: no such alert, or none to this person.
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        row = alerts.get(conn, alert_id)
        if row is None or not alerted_as(viewer, row.tell):
            raise permitted.Unseen(alert_id)
        permitted.take(conn, viewer, row.case_id, Action.NOTE)
        if alerts.take_note(conn, alert_id, viewer.key, now):
            callbacks.end_alerts(conn, row.case_id, [row.cause], viewer.key, now)
            data = {"cause": row.cause}
            cases.record(conn, row.case_id, Action.NOTE, now, actor=viewer.key, reason="took_note", data=data)
