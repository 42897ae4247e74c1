"""Who holds a post, who is away, who leads when and who is on call is entered by page, and taken back (P5, P7, P13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from sidecar.domain import rota as rules
from sidecar.domain.access import StaffRole, Viewer, may_enter_duty
from sidecar.domain.institute import Contact, Label, OnCall, Person, Shift
from sidecar.domain.policy import Policy
from sidecar.domain.rota import Senseless
from sidecar.runtime import Runtime
from sidecar.store import rota, staff

_NOBODY = Person(Label("", ""), Contact())
_OF_POST = {
    "head": StaffRole.DEPARTMENT_HEAD, "deputy": StaffRole.DEPUTY, "lead": StaffRole.LEAD,
    "administrative_manager": StaffRole.ADMINISTRATIVE_MANAGER,
}  # fmt: skip
_LEADING = frozenset({StaffRole.LEAD, StaffRole.AGENT_1, StaffRole.AGENT_2})


class MayNot(PermissionError):
    """This part of the rota is for others to enter."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The rota's page.

    Attributes:
        policy: with the people who are there now.
        rows: what stands and is not over.
        people: the active staff.
        given: the posts that the rota gives to somebody, with that person's key.
    """

    policy: Policy
    rows: Sequence[Any]
    people: Sequence[Any]
    given: dict[str, str]


def entered(runtime: Runtime) -> Entered:
    """What has been entered."""
    with runtime.db.read() as conn:
        rows = rota.standing(conn, _today(runtime))
        people = [row for row in staff.everybody(conn) if row.active]
        given = {row.place: row.staff_key for row in rows if row.what == "post"}
        return Entered(rota.on_duty(conn, runtime.policy), rows, people, given)


def _today(runtime: Runtime) -> date:
    return runtime.clock().astimezone(runtime.zone).date()


def fitting(post: str, people: Sequence[Any]) -> list[Any]:
    """Who may hold a post: those of the role, and of a department's post, of the department."""
    kind, _, department = post.partition(":")
    within = department if kind in {"head", "deputy"} else None
    return [one for one in people if _OF_POST[kind] in one.roles and (not within or within in one.departments)]


def leading(people: Sequence[Any]) -> list[Any]:
    """Who may lead a shift or be on call."""
    return [one for one in people if _LEADING & {StaffRole(role) for role in one.roles}]


def give(runtime: Runtime, viewer: Viewer, post: str, staff_key: str) -> None:
    """Give a post to somebody; with an empty key, to whom the document names.

    Raises:
        MayNot, Senseless
    """
    if post not in rules.posts(runtime.policy):
        raise Senseless(post="unknown")
    if not may_enter_duty(viewer, "post", post):
        raise MayNot
    now = runtime.clock()
    with runtime.db.write() as conn:
        if staff_key:
            _known(conn, staff_key, post)
            rota.enter(conn, "post", {"place": post, "staff_key": staff_key}, viewer.key, now)
        else:
            for row in rota.standing(conn):
                if row.what == "post" and row.place == post:
                    rota.end(conn, row.id, viewer.key, now)


def leave(runtime: Runtime, viewer: Viewer, whose: str, first: date | None, last: date | None) -> None:
    """Somebody is away from one day to another.

    Args:
        whose: a post, or the key of a member of staff.

    Raises:
        MayNot, Senseless
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        is_post = whose in rules.posts(runtime.policy)
        held = {row.place: row.staff_key for row in rota.standing(conn) if row.what == "post"}
        key = held.get(whose) if is_post else whose
        row = staff.get(conn, key) if key else None
        if not is_post:
            row = _known(conn, whose)
        elif row is not None and not row.active:
            key = None  # whom the rota named works here no more: the document's holder is away
        post = whose if is_post else ""
        if not _may(runtime, conn, viewer, "absence", post, key):
            raise MayNot
        absence = rules.check_absence(first, last, _today(runtime))
        values = {"place": post, "staff_key": key, "first": absence.first, "last": absence.last}
        rota.enter(conn, "absence", values, viewer.key, now)


def lead(
    runtime: Runtime, viewer: Viewer, office: str, staff_key: str, shift: Shift
) -> None:  # fmt: skip
    """Somebody leads an office on these days and at these hours.

    Raises:
        MayNot, Senseless
    """
    if office not in rules.LED or office not in runtime.policy.offices:
        raise Senseless(office="unknown")
    if not may_enter_duty(viewer, "shift", f"lead:{office}"):
        raise MayNot
    now, today = runtime.clock(), _today(runtime)
    with runtime.db.write() as conn:
        rota.lock(conn)
        _known(conn, staff_key)
        others = [rota.shift_of(row, _NOBODY) for row in rota.standing(conn, today) if row.what == "shift"]
        rules.check_shift(shift, others)
        values = {
            "place": office, "staff_key": staff_key, "weekdays": sorted(shift.weekdays), "start": shift.start,
            "end": shift.end, "first": shift.first, "last": shift.last,
        }  # fmt: skip
        rota.enter(conn, "shift", values, viewer.key, now)


def be_on_call(runtime: Runtime, viewer: Viewer, staff_key: str, entry: OnCall) -> None:
    """Somebody is called for what cannot wait.

    Raises:
        MayNot, Senseless
    """
    if not may_enter_duty(viewer, "on_call", ""):
        raise MayNot
    if entry.first and entry.last and entry.last < entry.first:
        raise Senseless(last="before_first")
    if not 1 <= entry.max_severity <= 4:
        raise Senseless(severity="unknown")
    with runtime.db.write() as conn:
        person = _known(conn, staff_key)
        if not person.phone and not person.email:
            raise Senseless(who="unreachable")
        values = {"place": "", "staff_key": staff_key, "severity": entry.max_severity, "first": entry.first,
                  "last": entry.last}  # fmt: skip
        rota.enter(conn, "on_call", values, viewer.key, runtime.clock())


def take_back(runtime: Runtime, viewer: Viewer, number: int) -> None:
    """Take an entry back; one that is gone already stays so.

    Raises:
        MayNot
    """
    with runtime.db.write() as conn:
        row = rota.get(conn, number)
        if row is None:
            return
        place = f"lead:{row.place}" if row.what == "shift" else row.place
        if not _may(runtime, conn, viewer, row.what, place, row.staff_key):
            raise MayNot
        rota.end(conn, number, viewer.key, runtime.clock())


def _may(runtime: Runtime, conn: Connection, viewer: Viewer, what: str, post: str, key: str | None) -> bool:
    """Whether somebody may enter this: of an absence of a member of staff, for every post that this person holds."""
    posts = {post}
    row = staff.get(conn, key) if key and what == "absence" and key not in viewer.keys else None
    if row is not None:
        posts |= {one.place for one in rota.standing(conn) if one.what == "post" and one.staff_key == key}
        for role, kind in ((StaffRole.DEPARTMENT_HEAD, "head"), (StaffRole.DEPUTY, "deputy")):
            posts |= {f"{kind}:{one}" for one in row.departments if role in row.roles}
        posts |= {"administrative_manager"} if StaffRole.ADMINISTRATIVE_MANAGER in row.roles else set()
        posts |= {f"lead:{one}" for one in rules.LED} if StaffRole.LEAD in row.roles else set()
        posts -= {""} if len(posts) > 1 else set()
    return all(may_enter_duty(viewer, what, one, key) for one in posts)


def _known(conn: Connection, key: str, post: str = "") -> Any:
    row = staff.get(conn, key)
    if row is None or not row.active or (post and row not in fitting(post, [row])):
        raise Senseless(who="needed" if not key else "unknown")
    return row
