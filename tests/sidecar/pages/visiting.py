"""People who come to our pages in process: launched by the LMS, with a browser's cookies, forms and no more."""

from __future__ import annotations

import re
import time
import uuid
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sidecar.domain.report import Activity, Course, Page, Place, Reporter, Role, Symptom
from sidecar.store import timetable
from tests.sidecar.api.callers import Callers, token
from tests.worlds import SITE, World, report

COURSE, ACTIVITY = "2", "3"
BOARD = f"/rooms/{ACTIVITY}/-"
MANAGER, SUBSTITUTE, TRAINER, TRAINEE = "7", "70", "8", "21"
NAMES = {"21": "أحمد القحطاني", "22": "نورة الشمري", "23": "نورا الغامدي", "24": "Maria Santos"}


def launched(
    target: str, sub: str, *, name: str = "سارة العتيبي", role: str = "room_manager", life: int = 60, **changes: Any
) -> str:
    """A launch token; `changes` overwrite claims."""
    now = int(time.time())
    ctx = changes.pop("ctx", {"course": COURSE})
    plain = {
        "aud": "launch", "sub": sub, "name": name, "role": role, "scope": f"launch:{target}", "ctx": ctx, "iat": now,
        "exp": now + life, "jti": uuid.uuid4().hex,
    }  # fmt: skip
    return token(**(plain | changes))


class Visitor:
    """One person's browser."""

    def __init__(self, callers: Callers) -> None:
        self.client: FlaskClient = callers.app.test_client()

    def launch(self, target: str, sub: str, **changes: Any) -> TestResponse:
        """Come by the LMS's form."""
        given = changes.pop("token", None) or launched(target, sub, **changes)
        form = {"token": given, "target": target}
        return self.client.post("/launch", data=form, base_url="https://nidaa.example")

    def get(self, path: str, **headers: str) -> TestResponse:
        """Look at a page."""
        return self.client.get(path, base_url="https://nidaa.example", headers=headers)

    def csrf(self, path: str) -> str:
        """What a page gives its forms."""
        found = re.search(r'name="csrf" (?:value|content)="([^"]+)"', self.get(path).text)
        return found.group(1) if found else ""

    def post(self, path: str, home: str, *, csrf: str | None = None, part: bool = False, **form: Any) -> TestResponse:
        """Send a form of the page at `home`; with `part`, as its script does."""
        proof = self.csrf(home) if csrf is None else csrf
        headers = {"HX-Request": "true", "X-CSRF": proof} if part else {}
        data = form if part else {"csrf": proof, **form}
        return self.client.post(path, data=data, base_url="https://nidaa.example", headers=headers)


def with_people(world: World) -> None:
    """The course's roster, as the LMS told of it."""
    now = world.clock()
    people = [{"person_id": key, "role": "trainee", "name": name, "fetched_at": now} for key, name in NAMES.items()]
    for key, role in ((MANAGER, "room_manager"), (SUBSTITUTE, "room_manager"), (TRAINER, "trainer")):
        people.append({"person_id": key, "role": role, "name": role, "fetched_at": now})
    session = {
        "key": "s1", "course_id": COURSE, "activity_id": ACTIVITY, "group_id": None, "starts_at": now,
        "ends_at": now + timedelta(hours=2), "platform": "bigbluebuttonbn", "source": "meeting",
        "fetched_at": now,
    }  # fmt: skip
    with world.runtime.db.write() as conn:
        timetable.note_courses(conn, [{"site_id": SITE, "course_id": COURSE, "seen_at": now}])
        timetable.record_course(
            conn, SITE, COURSE, now, name="دورة الأمن", idnumber="CRS-1", starts_at=now, ends_at=None
        )
        timetable.replace_roster(conn, SITE, COURSE, people)
        timetable.replace_sessions(conn, SITE, [COURSE], since=now, until=session["ends_at"], found=[session])


def pressed(by: str = TRAINEE, symptom: Symptom = Symptom.NO_SOUND, activity: str = ACTIVITY, **changes: Any) -> Any:
    """A trainee's report from a room."""
    place = Place(page=Page.CLASSROOM, course=Course(changes.pop("course", COURSE), "CRS-1", "دورة الأمن"),
                  activity=Activity(activity, "bigbluebuttonbn", "القاعة المباشرة"))  # fmt: skip
    who = Reporter(id=by, role=Role.TRAINEE, name=NAMES.get(by, f"متدرب {by}"))
    return report(**({"by": by, "reporter": who, "symptom": symptom, "place": place} | changes))
