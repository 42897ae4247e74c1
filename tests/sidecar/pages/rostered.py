"""A course whose roster is fetched: who lacks what, by the LMS's own facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from adapters.lms.fake import FakeLms
from adapters.lms.port import UNKNOWN, CourseInfo, Member
from sidecar.journey import roster
from sidecar.store import roster_courses
from tests.sidecar.pages.visiting import COURSE, MANAGER, NAMES, TRAINER
from tests.worlds import SITE, World

SOUND = {
    "account__exists": True, "account__last_login": "2026-11-20T10:00:00+00:00", "enrolment__status": "active",
    "attendance__rate": 0.92, "completion__completed": False, "certificate__issued": [], "course__ended": False,
    "profile__national_id": "present", "profile__national_id_duplicate": UNKNOWN,
    "profile__name_ar": "أحمد القحطاني", "profile__name_en": "Ahmad Alqahtani", "profile__phone": "+966501234567",
}  # fmt: skip
ISSUED = {
    "completion__completed": True,
    "certificate__issued": [{"source": "customcert", "code": "ABC", "at": "2026-11-20T10:00:00+00:00"}],
}


def lms_of(world: World) -> FakeLms:
    fake = world.runtime.lms[SITE]
    assert isinstance(fake, FakeLms)
    return fake


def knows(world: World, person: str, **changes: Any) -> None:
    """The LMS's facts of a trainee, all in order but for the changes."""
    lms_of(world).set_facts(person, COURSE, **(SOUND | changes))


def course(world: World, people: dict[str, str] | None = None, *, days: float = 5) -> None:
    """The course as the LMS tells of it."""
    now = world.clock()
    members = [Member(key, "trainee", name) for key, name in (NAMES if people is None else people).items()]
    members += [Member(TRAINER, "trainer", "خالد الحربي"), Member(MANAGER, "room_manager", "سارة العتيبي")]
    info = CourseInfo(
        COURSE, "دورة الأمن", "CRS-1", now - timedelta(days=20), now + timedelta(days=days), tuple(members)
    )
    lms_of(world).set_course(info)


def fetched(world: World) -> None:
    """What is missing in the class: a number, a telephone, attendance; of one nothing can be read."""
    course(world)
    knows(world, "21", profile__national_id=None, profile__phone=None)
    knows(world, "22", attendance__rate=0.68, profile__name_ar="نورة الشمري", profile__name_en="Noura Alshammari")
    knows(world, "23", profile__name_ar="نورا الغامدي", profile__name_en="Nora Alghamdi", **ISSUED)
    lms_of(world).set_facts("24", COURSE, account__exists=True, enrolment__status=UNKNOWN)
    fetch(world)


def fetch(world: World) -> None:
    """Have it fetched now."""
    with world.runtime.db.write() as conn:
        roster_courses.want(conn, SITE, COURSE, world.clock())
    assert roster.refresh(world.runtime) == 1
