"""A reporter's own pages, by launch and by link; the trainer's queue; tier 1's major incident."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from sidecar.casework.resolve import solve
from sidecar.domain.case import State
from sidecar.domain.report import Activity, Course, Kind, Page, Place, Symptom
from sidecar.store import reports, tellings
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import MANAGER, NAMES, TRAINEE, TRAINER, Visitor, pressed
from tests.staff import MANAGER as ACTING
from tests.staff import all_cases, arrive, case
from tests.worlds import report


def question(by: str = "22", text: str = "ما الفرق بين التصيّد والاحتيال؟", course: str = "2"):
    """A trainee asks about the subject matter."""
    return report(
        by=by, kind=Kind.INQUIRY, symptom=None, category="content_question", text=text,
        place=Place(page=Page.COURSE, course=Course(course, "CRS-1", "دورة الأمن")),
    )  # fmt: skip


def link_of(house: Callers, said) -> str:
    return house.world.runtime.link_of(said.key).removeprefix(house.world.runtime.base_url)


@pytest.mark.parametrize("way", ["launch", "link"])
def test_state_what_was_said_and_the_question_whether_it_works(house: Callers, comes: Comes, way: str) -> None:
    said = pressed(TRAINEE)
    found = arrive(house.world, said, pressed("22"), pressed("23"))
    if way == "launch":
        trainee, path = comes("mine", TRAINEE, role="trainee"), f"/mine/{said.id}"
        assert path in trainee.get("/mine/").text
    else:
        trainee, path = Visitor(house), link_of(house, said)
    page = trainee.get(path).text
    assert "أبلغ شخصان آخران في قاعتك" in page
    assert "هل عادت تعمل عندك" not in page
    house.world.clock.forward(minutes=3)
    solve(house.world.runtime, ACTING, found.id)
    page = trainee.get(path).text
    assert "حُلّت المشكلة" in page
    assert "هل عادت تعمل عندك؟" in page
    with house.world.runtime.db.read() as conn:
        told = tellings.recipients(conn, 1)
    assert {row.person_id: row.state for row in told} == {TRAINEE: "shown", "22": "waiting", "23": "waiting"}
    assert trainee.post(path, path, works="no", id=str(uuid.uuid4())).status_code == 303
    house.world.drain()
    assert case(house.world, found.id).state is State.REOPENED
    assert "أعدنا فتح البلاغ" in trainee.get(f"{path}?thanks=no").text


def test_a_detail_is_added_once_and_an_empty_one_is_refused_with_words(house: Callers) -> None:
    said = pressed(TRAINEE)
    arrive(house.world, said)
    path, visitor, form = link_of(house, said), Visitor(house), {"text": "والصورة أيضاً", "id": str(uuid.uuid4())}
    assert visitor.post(path, path, text=" ").status_code == 422
    long = visitor.post(path, path, text="س" * 4001)
    assert (long.status_code, "س" * 4001 in long.text) == (422, True)
    for _ in range(2):
        assert visitor.post(path, path, **form).status_code == 303
    with house.world.runtime.db.read() as conn:
        assert [one.text for one in reports.additions_of(conn, said.key)] == ["والصورة أيضاً"]


def test_a_link_is_good_for_its_report_alone(house: Callers) -> None:
    said, other = pressed(TRAINEE), pressed("22")
    arrive(house.world, said, other)
    path = link_of(house, said)
    token = path.removeprefix("/t/")
    for bad in (
        token[:-1],
        token + "A",
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "x",
        link_of(house, other)[3:10],
    ):
        assert Visitor(house).get(f"/t/{bad}").status_code == 404
        assert Visitor(house).post(f"/t/{bad}", "/t/x", text="x").status_code == 404
    assert str(other.id) not in Visitor(house).get(path).text
    page = Visitor(house).get(f"{path}?lang=en")
    assert 'lang="en"' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_trainers_queue_by_deadline_answered_to_one_or_all(house: Callers, comes: Comes) -> None:
    late = question("23", "متى الاختبار؟")
    arrive(house.world, late)
    house.world.clock.forward(hours=1)
    first = arrive(house.world, question())
    arrive(house.world, question("24", "سؤال دورة أخرى", course="9"))
    trainer = comes("questions", TRAINER, role="trainer")
    page = trainer.get("/questions/").text
    assert [int(n) for n in re.findall(r'id="q(\d+)"', page)] == [first.id - 1, first.id]
    assert "سؤال دورة أخرى" not in page
    refused = trainer.post(f"/questions/{first.id}", "/questions/", text="  ")
    assert refused.status_code == 422
    assert trainer.post(f"/questions/{first.id}", "/questions/", text="الأول أعم.", to="one").status_code == 303
    assert (
        trainer.post(f"/questions/{first.id - 1}", "/questions/", text="يوم الأحد.", to="everybody").status_code == 303
    )
    with house.world.runtime.db.read() as conn:
        told = [{row.person_id for row in tellings.recipients(conn, number)} for number in (1, 2)]
    assert told == [{"22"}, set(NAMES)]
    assert {one.state for one in all_cases(house.world) if one.course_id == "2"} == {State.RESOLVED}
    answers = Visitor(house).get(link_of(house, late)).text
    assert "يوم الأحد." in answers


def test_a_question_of_another_course_is_not_there(house: Callers, comes: Comes) -> None:
    foreign = arrive(house.world, question("24", course="9"))
    trainer = comes("questions", TRAINER, role="trainer")
    assert trainer.post(f"/questions/{foreign.id}", "/questions/", text="x").status_code == 404


def fail_everywhere(house: Callers):
    """Four rooms of one platform fail at once."""
    for activity in ("3", "4", "5", "6"):
        arrive(house.world, pressed(f"2{activity}", activity=activity))
        house.world.clock.forward(seconds=20)
    (parent,) = [one for one in all_cases(house.world) if one.room_key is None]
    return parent


def test_one_message_and_one_solved_reach_every_room_of_a_major_incident(house: Callers, comes: Comes) -> None:
    parent = fail_everywhere(house)
    watcher, manager = comes("desk", "90"), comes("room", MANAGER)
    assert "عطل عام" in watcher.get("/desk/watch/").text
    assert "عطل عام" in manager.get("/rooms/3/-").text, "the board sees its major incident, too"
    at = f"/desk/watch/majors/{parent.id}"
    assert watcher.post(f"{at}/tell", "/desk/watch/", text="").status_code == 422
    assert watcher.post(f"{at}/tell", "/desk/watch/", text="نعمل على العطل").status_code == 303
    assert watcher.post(f"{at}/solve", "/desk/watch/").status_code == 303
    assert "تراجع" in watcher.get("/desk/watch/").text
    house.world.clock.at += timedelta(seconds=6)
    house.world.drain()
    assert {one.state for one in all_cases(house.world)} == {State.RESOLVED}
    with house.world.runtime.db.read() as conn:
        told = {row.cause: {one.person_id for one in tellings.recipients(conn, row.id)}
                for row in tellings.of_cases(conn, [parent.id])}  # fmt: skip
    everybody = {"23", "24", "25", "26"}
    assert told == {"told": everybody, "solved": everybody}
    assert watcher.post(f"{at}/dance", "/desk/watch/").status_code == 404


def test_the_trainer_absent_is_a_card_by_itself_with_its_own_message(house: Callers, comes: Comes) -> None:
    arrive(house.world, pressed("21"), pressed("22", Symptom.TRAINER_ABSENT))
    manager = comes("room", MANAGER)
    page = manager.get("/rooms/3/-").text
    assert len(re.findall(r'id="card-\d+"', page)) == 2
    (absent,) = [one for one in all_cases(house.world) if one.symptom == Symptom.TRAINER_ABSENT]
    assert "تأخر المدرب" in manager.get(f"/rooms/3/-/cases/{absent.id}/tell").text
    assert Activity("3").id == absent.activity_id
