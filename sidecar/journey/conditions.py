"""The conditions of enrolment and attendance, sent to each trainee once, before the first class of theirs (P3)."""

from __future__ import annotations

from typing import Final

from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import outbox, recipients, roster_notes, tellings

_TOGETHER: Final = 100  # people a transaction


def send(runtime: Runtime) -> int:
    """Send them to who lacks them, in courses that have a class soon; returns to how many."""
    now = runtime.clock()
    if runtime.policy.certificate.conditions is None:
        return 0
    with runtime.db.read() as conn:
        waiting = roster_notes.lacking_conditions(conn, now, now + runtime.policy.roster.conditions_before)
    sent = 0
    for (site, course), people in waiting.items():
        if site not in runtime.lms:
            continue
        for some in (people[i : i + _TOGETHER] for i in range(0, len(people), _TOGETHER)):
            sent += _send(runtime, site, course, some)
    if sent:
        runtime.wake(Lane.NOTIFY)
    return sent


def _send(runtime: Runtime, site: str, course: str, people: list[str]) -> int:
    now = runtime.clock()
    with runtime.db.write() as conn:
        values = {
            "course_id": course, "cause": "staff", "message": "conditions", "text": "", "author": "nidaa",
            "link": runtime.way_in(site, "mine", course) or f"{runtime.base_url}/mine/courses/{course}",
        }  # fmt: skip
        whom = recipients.of_staff(conn, [(site, person) for person in people])
        number, _all = tellings.tell(conn, values, whom, now)
        told = roster_notes.send_conditions(conn, number, (site, course), people, now)
        if not told:
            tellings.forget(conn, number)
            return 0
        outbox.put(conn, Step.TELL, [str(number)], now)
    return told
