"""Who is on duty at this moment, by the policy: leads, heads or their deputies, on call, and when each desk is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sidecar.domain.contact import Hours, hours_of
from sidecar.domain.escalation import (
    MANAGEMENT,
    Addressee,
    NobodyToTell,
    Reason,
    contact_for,
    quiet_window_containing,
)
from sidecar.domain.escalation import on_call as listed_on_call
from sidecar.domain.institute import Label
from sidecar.domain.policy import Policy
from sidecar.runtime import Runtime
from sidecar.store import rota, timetable

_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Post:
    """Something that somebody must answer for now; `who` is None where nobody can be reached."""

    label: Label
    who: Addressee | None
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class OnDuty:
    """This moment. `quiet_until` is when nobody is rung any more to spare their sleep; None outside quiet hours."""

    offices: Sequence[Post]
    departments: Sequence[Post]
    on_call: Sequence[Post]
    quiet_until: datetime | None


def now(runtime: Runtime) -> OnDuty:
    """Who answers for what at this moment."""
    at = runtime.clock()
    with runtime.db.read() as conn:
        policy = rota.on_duty(conn, runtime.policy)
        sessions = timetable.windows(conn, at, at + _AHEAD)
    offices = []
    for key in ("contact_centre", "operations", MANAGEMENT):
        office = policy.offices[key]
        tell = "management" if key == MANAGEMENT else f"lead:{key}"
        hours = hours_of(policy.calendars[office.calendar], at, sessions)
        offices.append(Post(office.label, _who(policy, tell, None, at), hours))
    departments = [Post(one.label, _who(policy, "head:department", one.key, at)) for one in policy.departments.values()]
    on_call = [
        Post(entry.person.name, Addressee(key, entry.person.name, entry.person.contact, Reason.ON_CALL))
        for key, entry in listed_on_call(policy)
        if entry.covers(at.astimezone(runtime.zone).date())
    ]
    quiet = quiet_window_containing(policy.quiet_hours, policy.timezone, at)
    return OnDuty(offices, departments, on_call, quiet.end if quiet else None)


def _who(policy: Policy, tell: str, department: str | None, at: datetime) -> Addressee | None:
    try:
        return contact_for(policy, tell, department, at)
    except NobodyToTell:
        return None
