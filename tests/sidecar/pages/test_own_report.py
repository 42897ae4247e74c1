"""One's own report: what it was, the trainee's line, and that state, steps and notes never contradict each other."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select, update

from sidecar.casework.merge import merge
from sidecar.casework.pick_up import pick_up, see
from sidecar.casework.reply import reply
from sidecar.casework.resolve import refuse, solve
from sidecar.domain.case import Action, State
from sidecar.domain.report import (
    About,
    Activity,
    Course,
    Kind,
    Page,
    Place,
    Reporter,
    Role,
    Symptom,
    grouped,
    reference_of,
)
from sidecar.journey.status import status
from sidecar.store import tellings
from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_own_pages import link_of, question
from tests.sidecar.pages.visiting import BOARD, MANAGER, TRAINEE, TRAINER, Visitor, pressed
from tests.staff import AGENT, arrive
from tests.staff import MANAGER as ACTING
from tests.staff import TRAINER as TEACHING
from tests.worlds import SITE, World, report
from tests.worlds import world as make_world

LINE = ["Your report arrived", "Seen by the room manager", "In hand", "The problem is solved"]


def by_token(by: str = TRAINEE, **changes):
    """What a person's own token brings: where, but no names."""
    place = Place(page=Page.CLASSROOM, course=Course("2"), activity=Activity("3"))
    return report(by=by, place=place, reporter=Reporter(id=by, role=Role.TRAINEE), **changes)


def logged(text: str = "نسخة من المدير"):
    who = Reporter(id=MANAGER, role=Role.ROOM_MANAGER, name="منى")
    about = About(id=TRAINEE, role=Role.TRAINEE)
    return pressed(MANAGER, kind=Kind.ROOM_LOG, reporter=who, text=text, about=about)


def steps(page: str) -> tuple[list[str], str]:
    """The line, and the step that is now."""
    found = re.findall(r'<li class="(\w*)"[^>]*>([^<]+)</li>', page)
    return [name for _, name in found], next(name for how, name in found if how == "now")


def state(page: str) -> str:
    found = re.search(r'nd-state">([^<·]+)', page)
    assert found
    return found.group(1).strip()


def test_what_was_reported_stands_there(house: Callers, comes: Comes) -> None:
    arrive(house.world, pressed("22"))
    place = Place(page=Page.COURSE, course=Course("2", "CRS-1", "دورة الأمن"))
    said = report(
        by=TRAINEE, kind=Kind.SUPPORT_REQUEST, symptom=None, category="payment", text="دفعت مرتين", place=place
    )
    arrive(house.world, said)
    page = Visitor(house).get(link_of(house, said)).text
    assert "دفعت مرتين" in page
    assert "دورة الأمن" in page
    mine = by_token()
    arrive(house.world, mine)
    trainee = comes("mine", TRAINEE, role="trainee")
    page = trainee.get(f"/mine/{mine.id}").text
    for words in ("لا أسمع الصوت", "القاعة المباشرة", "دورة الأمن"):
        assert words in page
    listed = trainee.get("/mine/").text
    assert listed.count("<span><bdi>دورة الأمن</bdi></span>") == 2, "the list falls back, too"
    assert listed.count('href="/mine/courses/2"') == 1, "and the course has its own page"


def test_where_no_page_named_the_course_the_lms_does(house: Callers, comes: Comes) -> None:
    arrive(house.world, by_token())
    trainee = comes("mine", TRAINEE, role="trainee")
    assert "دورة الأمن" in trainee.get("/mine/").text


def test_one_press_does_not_take_the_rooms_name(house: Callers, comes: Comes) -> None:
    arrive(house.world, pressed("22"))
    house.world.clock.forward(minutes=1)
    later = house.world.clock()
    arrive(house.world, by_token("23", received_at=later, occurred_at=later))
    assert "<h1><bdi>القاعة المباشرة</bdi></h1>" in comes("room", MANAGER).get(BOARD).text


def test_a_managers_words_are_not_read_by_whom_the_log_is_about(house: Callers) -> None:
    said = logged()
    arrive(house.world, said)
    assert "نسخة من المدير" not in Visitor(house).get(link_of(house, said)).text


def test_the_line_is_the_glossarys_and_the_state_says_the_same_step(house: Callers) -> None:
    said = pressed(TRAINEE)
    found = arrive(house.world, said)
    path = link_of(house, said) + "?lang=en"
    expected = [(lambda: None, LINE[0]), (lambda: see(house.world.runtime, ACTING, found.id), LINE[1]),
                (lambda: pick_up(house.world.runtime, ACTING, found.id), LINE[2])]  # fmt: skip
    for act, step in expected:
        house.world.clock.forward(minutes=1)
        act()
        page = Visitor(house).get(path).text
        assert (steps(page), state(page)) == ((LINE, step), step)
    solve(house.world.runtime, ACTING, found.id)
    assert steps(Visitor(house).get(path).text)[1] == LINE[3]


@pytest.mark.parametrize("drained", [False, True])
def test_after_no_state_steps_and_note_agree_at_once(house: Callers, drained: bool) -> None:
    said = pressed(TRAINEE)
    found = arrive(house.world, said)
    house.world.clock.forward(minutes=1)
    solve(house.world.runtime, ACTING, found.id)
    path = link_of(house, said)
    house.world.clock.forward(minutes=1)
    Visitor(house).post(path, path, works="no", id=str(uuid.uuid4()))
    if drained:
        house.world.drain()
    page = Visitor(house).get(f"{path}?thanks=no&lang=en").text
    assert (steps(page)[1], state(page)) == (LINE[2], house.world.runtime.policy.states[State.REOPENED].en)
    assert "We have opened it again" in page
    assert "Is it working for you?" not in page
    house.world.drain()
    house.world.clock.forward(minutes=1)
    solve(house.world.runtime, ACTING, found.id)
    page = Visitor(house).get(f"{path}?thanks=no&lang=en").text
    assert steps(page)[1] == LINE[3]
    assert "We have opened it again" not in page, "an old note does not contradict what happened since"


def test_what_a_verifier_refused_is_not_solved(house: Callers) -> None:
    said = pressed(TRAINEE)
    found = arrive(house.world, said)
    house.world.clock.forward(minutes=1)
    solve(house.world.runtime, ACTING, found.id)
    refuse(house.world.runtime, AGENT, found.id, reason="يتكرر")
    assert steps(Visitor(house).get(link_of(house, said) + "?lang=en").text)[1] == LINE[2]


def test_only_who_was_merged_reads_of_it(house: Callers) -> None:
    stayed, went = pressed("21"), pressed("22", Symptom.NO_VIDEO)
    first, second = arrive(house.world, stayed), arrive(house.world, went)
    house.world.clock.forward(minutes=1)
    kept = merge(house.world.runtime, ACTING, first.id, second.id)
    told = {}
    for said in (stayed, went):
        found = status(house.world.runtime, SITE, said.id, said.reporter.id)
        assert found is not None
        told[said.id] = Action.GATHER in [what for _at, what in found.timeline]
    assert kept.id == first.id
    assert told == {stayed.id: False, went.id: True}


def test_a_managers_own_log_is_nobody_in_the_room(database: Database) -> None:
    world: World = make_world(database)
    log, mine = logged(), pressed("22")
    arrive(world, log)
    arrive(world, pressed("21"), mine)

    def others(of) -> int | None:
        found = status(world.runtime, SITE, of.id, None)
        assert found is not None
        return found.same_in_room

    assert others(mine) == 1, "the card counts two people, and the reader is one of them"
    assert others(log) == 2


def test_a_question_that_was_answered_anywhere_waits_no_longer(house: Callers, comes: Comes) -> None:
    found = arrive(house.world, question())
    trainer = comes("questions", TRAINER, role="trainer")
    assert f'id="q{found.id}"' in trainer.get("/questions/").text
    house.world.clock.forward(minutes=1)
    reply(house.world.runtime, TEACHING, found.id, "الأول أعم.")
    page = trainer.get("/questions/").text
    assert f'id="q{found.id}"' not in page
    assert "الأول أعم." in page


@pytest.mark.parametrize("way", ["launch", "link"])
def test_a_page_that_asks_again_is_sent_only_what_has_changed(house: Callers, comes: Comes, way: str) -> None:
    said = pressed(TRAINEE)
    found = arrive(house.world, said)
    if way == "launch":
        trainee, path = comes("mine", TRAINEE, role="trainee"), f"/mine/{said.id}?part=status&lang=ar"
    else:
        trainee, path = Visitor(house), f"{link_of(house, said)}?part=status&lang=ar"
    solve(house.world.runtime, ACTING, found.id)
    first = trainee.get(path)
    assert 'name="id"' in first.text, "the form's own id is new each time, and is no news"
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = trainee.get(path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.text, again.headers["ETag"]) == (304, "", first.headers["ETag"])
    refuse(house.world.runtime, AGENT, found.id, reason="يتكرر")
    assert trainee.get(path, **{"If-None-Match": first.headers["ETag"]}).status_code == 200
    whole = trainee.get(path.replace("part=status&", ""))
    assert (whole.headers["Cache-Control"], "ETag" in whole.headers) == ("private, no-store", False)


def test_what_is_asked_again_is_marked_as_read_though_nothing_is_sent(house: Callers) -> None:
    said = pressed(TRAINEE)
    found = arrive(house.world, said)
    path = f"{link_of(house, said)}?part=status&lang=ar"
    solve(house.world.runtime, ACTING, found.id)
    etag = Visitor(house).get(path).headers["ETag"]
    with house.world.runtime.db.write() as conn:
        conn.execute(update(tellings.deliveries).values(state="waiting"))
    assert Visitor(house).get(path, **{"If-None-Match": etag}).status_code == 304
    with house.world.runtime.db.read() as conn:
        assert [row.state for row in conn.execute(select(tellings.deliveries.c.state))] == ["shown"]


def test_who_comes_late_reads_since_when_it_is_known_and_under_which_number(house: Callers) -> None:
    first = pressed("22")
    arrive(house.world, first)
    house.world.clock.forward(minutes=8)
    now = house.world.clock()
    late = pressed(TRAINEE, received_at=now, occurred_at=now)
    arrive(house.world, late)
    page = Visitor(house).get(link_of(house, late) + "?lang=en").text
    assert "Known to us since 17:03." in page
    known = page[page.index("Known to us since 17:03.") :]
    assert known.index(grouped(reference_of(late.id))) < known.index("</p>")
    assert "Known to us since" not in Visitor(house).get(link_of(house, first) + "?lang=en").text
