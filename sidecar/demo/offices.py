"""Who works at the demo's institute: the offices through which its start page opens the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy.engine import Connection

from sidecar.demo import cast
from sidecar.demo.cast import ACTORS, AGENT, AGENT_LMS, LEAD, OPERATIONS, OPERATIONS_TOO, Person
from sidecar.demo.home import SITE
from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.institute import Label
from sidecar.store import staff


@dataclass(frozen=True, slots=True)
class Desk:
    """One office: who sits there, and what the institute has given them."""

    who: Person
    role: StaffRole
    label: Label
    department: str = ""
    body: str = ""


OFFICES: Final[Mapping[str, Desk]] = MappingProxyType(
    {
        "1": Desk(AGENT_LMS, StaffRole.AGENT_1, Label("مركز الاتصال", "Contact centre")),
        "2": Desk(Person("91", "trainee", "فيصل الحمدان"), StaffRole.LEAD, Label("قائد المناوبة", "Shift lead")),
        "3": Desk(Person("92", "trainee", "هند السالم"), StaffRole.AGENT_2, Label("القسم التشغيلي", "Operations")),
        "4": Desk(
            Person("93", "trainee", "منى العبدالله"), StaffRole.DEPARTMENT_HEAD,
            Label("مدير قسم التدريب", "Head of training"), department="training",
        ),
        "5": Desk(
            Person("94", "trainee", "عبدالرحمن الفهد"), StaffRole.ADMINISTRATIVE_MANAGER,
            Label("المدير الإداري", "Administrative manager"),
        ),
        "6": Desk(
            Person("95", "trainee", "سعد المطيري"), StaffRole.SUPERVISOR,
            Label("مشرف الجهة الحكومية", "Government supervisor"), body="tvtc",
        ),
        "8": Desk(
            Person("97", "trainee", "وليد الأحمد"), StaffRole.DEPUTY,
            Label("المكلَّف بقسم التدريب", "Deputy head of training"), department="training",
        ),
        "9": Desk(
            Person("98", "trainee", "نوف الخالدي"), StaffRole.DEPARTMENT_HEAD,
            Label("مدير قسم التسجيل والشهادات", "Head of registration"), department="registration",
        ),
        "10": Desk(
            Person("99", "trainee", "ماجد السبيعي"), StaffRole.REGISTRAR,
            Label("مسؤول التسجيل والشهادات", "Registrar"), department="registration",
        ),
        "7": Desk(
            Person("96", "trainee", "ريم العتيبي"), StaffRole.ADMINISTRATOR,
            Label("مسؤول النظام", "System administrator"),
        ),
    }
)  # fmt: skip


def _viewer(desk: Desk) -> Viewer:
    return Viewer(
        f"{SITE}:{desk.who.id}", frozenset({desk.role}),
        departments=frozenset({desk.department} if desk.department else ()),
    )  # fmt: skip


HEAD: Final = _viewer(OFFICES["4"])
DEPUTY: Final = _viewer(OFFICES["8"])
MANAGEMENT: Final = _viewer(OFFICES["5"])
"""Who act in the desk's day."""


def appoint(conn: Connection, now: datetime) -> None:
    """Give everybody their office, as an administrator would by the page of accounts."""
    for desk in OFFICES.values():
        values = {
            "key": f"{SITE}:{desk.who.id}", "name": desk.who.name, "email": None, "phone": None, "locale": "ar",
            "roles": [desk.role], "departments": [desk.department] if desk.department else [],
            "body": desk.body or None, "lms_user": None, "active": True,
        }  # fmt: skip
        staff.put(conn, values, "demo", now)
    for viewer in (AGENT, LEAD, OPERATIONS, OPERATIONS_TOO, cast.HEAD):  # who act in the play itself
        values = {
            "key": viewer.key, "name": ACTORS[viewer.key].ar, "email": None, "phone": None, "locale": "ar",
            "roles": sorted(viewer.roles), "departments": sorted(viewer.departments), "body": None, "lms_user": None,
            "active": True,
        }  # fmt: skip
        staff.put(conn, values, "demo", now)
