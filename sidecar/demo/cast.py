"""Who is in the class and where: the invented people of the recorded Moodle, and the institute's own desks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sidecar.demo.home import SITE
from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.incident import room_of
from sidecar.domain.institute import Label


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who reports, as the LMS names them."""

    id: str
    role: str
    name: str
    phone: str = ""

    def on_wire(self) -> dict[str, Any]:
        """As `reporter` of a report; who gives a number wants to be called."""
        called = {"phone": self.phone, "contact_preference": "call"} if self.phone else {"contact_preference": "lms"}
        return {"id": self.id, "role": self.role, "name": self.name} | called


@dataclass(frozen=True, slots=True)
class Room:
    """A live room: an activity, and a group where it is one group's."""

    label: Label
    activity: str
    module: str
    name: str
    group: str | None = None

    @property
    def key(self) -> str:
        """As the house keys it."""
        return room_of(SITE, self.activity, self.group)


_NAMES: Final = {
    "t01": ("6", "أحمد القحطاني"),
    "t02": ("7", "نورة الدوسري"),
    "t03": ("8", "عبدالله الغامدي"),
    "t04": ("9", "فاطمة الزهراني"),
    "t05": ("10", "محمد المطيري"),
    "t06": ("11", "ريم السبيعي"),
    "t07": ("12", "يوسف العنزي"),
    "t08": ("13", "هند الشهري"),
    "t09": ("14", "سلطان البقمي"),  # whose enrolment has expired
    "t10": ("15", "لطيفة الرشيدي"),  # suspended
}
TRAINEES: Final[Mapping[str, Person]] = MappingProxyType(
    {short: Person(id_, "trainee", name) for short, (id_, name) in _NAMES.items()}
)
TRAINER: Final = Person("4", "trainer", "خالد الشمري")
MANAGER: Final = Person("5", "room_manager", "منى الحربي")
AGENT_LMS: Final = Person("90", "trainee", "ماجد الشهري")  # has the desk's capability at the LMS, and teaches nobody

COURSE: Final = {"id": "2", "idnumber": "CRS-CYB-101-R7", "name": "دورة الأمن السيبراني التأسيسية"}
_BBB = ("3", "bigbluebuttonbn", "القاعة الافتراضية - المحاضرة اليومية")
HALL: Final = Room(Label("القاعة الرئيسة", "Main hall"), *_BBB)
ROOM_A: Final = Room(Label("المجموعة أ", "Group A"), *_BBB, group="1")
ROOM_B: Final = Room(Label("المجموعة ب", "Group B"), *_BBB, group="2")
ZOOM: Final = Room(Label("قاعة زوم", "Zoom room"), "7", "zoom", "محاضرة زوم المباشرة")
ROOMS: Final = (HALL, ROOM_A, ROOM_B, ZOOM)
ROOM_LABELS: Final[Mapping[str, Label]] = MappingProxyType({room.key: room.label for room in ROOMS})


def place(room: Room | None, page: str, class_start: datetime) -> dict[str, Any]:
    """Where somebody is, as `place` of a report; without a room, on a page of the course."""
    if room is None:
        return {"page": page, "course": COURSE}
    starts, ends = class_start, class_start + timedelta(hours=2)
    return {
        "page": page,
        "course": COURSE,
        "activity": {"id": room.activity, "module": room.module, "name": room.name},
        "group": room.group,
        "session": {"key": None, "starts_at": starts.isoformat(), "ends_at": ends.isoformat()},
    }


def _staff(key: str, role: StaffRole, *, departments: Iterable[str] = ()) -> Viewer:
    return Viewer(key, frozenset({role}), departments=frozenset(departments))


# Those who act on cases. People of the LMS act under its ids, the institute's desks under local accounts.
IN_ROOM: Final = Viewer(
    f"{SITE}:{MANAGER.id}", frozenset({StaffRole.ROOM_MANAGER}), rooms=frozenset(room.key for room in ROOMS)
)
TEACHING: Final = Viewer(
    f"{SITE}:{TRAINER.id}", frozenset({StaffRole.TRAINER}), courses=frozenset({f"{SITE}:{COURSE['id']}"})
)
AGENT: Final = _staff("local:agent-1", StaffRole.AGENT_1)
LEAD: Final = _staff("local:shift-lead", StaffRole.LEAD)
OPERATIONS: Final = _staff("local:operations-1", StaffRole.AGENT_2)
OPERATIONS_TOO: Final = _staff("local:operations-2", StaffRole.AGENT_2)
HEAD: Final = _staff("local:training-head", StaffRole.DEPARTMENT_HEAD, departments=["training"])

ACTORS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "nidaa": Label("نداء", "Nidaa"),
        "reporter": Label("المُبلِّغ", "reporter"),
        IN_ROOM.key: Label("مدير القاعة", "room manager"),
        TEACHING.key: Label("المدرب", "trainer"),
        AGENT.key: Label("مركز الاتصال", "contact centre"),
        LEAD.key: Label("قائد المناوبة", "shift lead"),
        OPERATIONS.key: Label("القسم التشغيلي", "operations"),
        OPERATIONS_TOO.key: Label("القسم التشغيلي (آخر)", "operations (another)"),
        HEAD.key: Label("مدير قسم التدريب", "head of training"),
    }
)
