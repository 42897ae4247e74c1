"""Who was alerted takes note: the alert is not raised again, and nobody calls about it (P8). It answers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer, alerted_as
from sidecar.domain.case import Action
from sidecar.domain.escalation import contact_of, on_call
from sidecar.domain.institute import Contact
from sidecar.domain.policy import Policy
from sidecar.runtime import Runtime
from sidecar.store import alerts, callbacks, cases, permitted, rota, staff, staff_messages
from sidecar.store.visible import visible


def mine(runtime: Runtime, viewer: Viewer) -> Sequence[Any]:
    """The alerts to this person that nobody has taken note of, the newest first."""
    with runtime.db.read() as conn:
        return alerts.standing(conn, visible(viewer), sorted(_own(runtime, conn, viewer)))


def reaches(runtime: Runtime, viewer: Viewer) -> bool:
    """Whether alerts reach this person elsewhere than on the page of alerts."""
    with runtime.db.read() as conn:
        row = staff.get(conn, viewer.key)
    contact = rota.person_of(row).contact if row is not None else Contact(key=viewer.key)
    return staff_messages.reaches(contact, runtime.lms, email_on=runtime.mailer is not None)


def _own(runtime: Runtime, conn: Connection, viewer: Viewer) -> set[str]:
    """The keys of addressees that this person is: by the post that they hold, or because the rota puts them there."""
    people, now = rota.on_duty(conn, runtime.policy), runtime.clock()
    keys = [f"office:{office}" for office in people.offices]
    keys += [f"{kind}:{office}" for kind in ("lead", "shift") for office in people.offices]
    keys += [f"{kind}:{department}" for kind in ("head", "deputy") for department in people.departments]
    keys += [key for key, _entry in on_call(people)]
    found = {key for key in keys if alerted_as(viewer, key) or _is(people, key, now, viewer)}
    return found | set(viewer.keys)


def _is(people: Policy, key: str, now: datetime, viewer: Viewer) -> bool:
    who = contact_of(people, key, now)
    return who is not None and who.contact.is_any_of(viewer.keys)


def take_note(runtime: Runtime, viewer: Viewer, alert_id: int) -> None:
    """Take note of one of them; of one that was taken note of already nothing changes.

    Raises:
        permitted.Unseen: no such alert, or none to this person.
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        row = alerts.get(conn, alert_id)
        if row is None or row.tell not in _own(runtime, conn, viewer):
            raise permitted.Unseen(alert_id)
        permitted.take(conn, viewer, row.case_id, Action.NOTE)
        if alerts.take_note(conn, alert_id, viewer.key, now):
            callbacks.end_alerts(conn, row.case_id, [row.cause], viewer.key, now)
            data = {"cause": row.cause}
            cases.record(conn, row.case_id, Action.NOTE, now, actor=viewer.key, reason="took_note", data=data)
