"""Everybody tries every route and action of the room: who is let through, and for whom there is nothing there (P16).

The table is walked: a route of the room that it does not name fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from sidecar.domain.report import About, Kind, Role
from sidecar.pages import session
from sidecar.store import cases
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import BOARD, COURSE, MANAGER, TRAINEE, TRAINER, Visitor, pressed
from tests.staff import all_cases, arrive
from tests.worlds import report

# Who comes, and by which door.
PEOPLE: Mapping[str, Callable[[Comes, Callers], Visitor]] = {
    "manager": lambda comes, _: comes("room", MANAGER),
    "manager of another room": lambda comes, _: comes("room", "77", ctx={"course": COURSE, "activity": "99"}),
    "manager of another course": lambda comes, _: comes("room", "78", ctx={"course": "55"}),
    "trainee": lambda comes, _: comes("mine", TRAINEE, role="trainee"),
    "trainer": lambda comes, _: comes("questions", TRAINER, role="trainer"),
    "trainer at the roster": lambda comes, _: comes("roster", TRAINER, role="trainer"),
    "room manager at the roster": lambda comes, _: comes("roster", MANAGER),
    "trainer of one group at the roster": lambda comes, _: comes(
        "roster", "79", role="trainer", ctx={"course": COURSE, "group": "7", "groups": ["7"]}
    ),
    "another course's at the roster": lambda comes, _: comes("roster", "78", role="trainer", ctx={"course": "55"}),
    "tier 1": lambda comes, _: comes("desk", "90"),
    "stranger": lambda _, house: Visitor(house),
}
_NOT_THERE = {"manager of another room": 404, "manager of another course": 404}
_OF_THE_COURSE = ("trainer at the roster", "room manager at the roster", "trainer of one group at the roster")
_AT_THE_ROSTER = (*_OF_THE_COURSE, "another course's at the roster")
_ELSEWHERE = {"trainee": 401, "trainer": 401, "tier 1": 401, "stranger": 401} | dict.fromkeys(_AT_THE_ROSTER, 401)
_MANAGERS = _NOT_THERE | _ELSEWHERE
_ANY_MANAGER = {"manager of another room": 200, "manager of another course": 200} | _ELSEWHERE
_TIER_1 = dict.fromkeys(PEOPLE, 401) | {"tier 1": 200}
_TRAINERS = dict.fromkeys(PEOPLE, 401) | {"trainer": 200}
_TRAINEES = dict.fromkeys(PEOPLE, 401) | {"trainee": 200}
_ANY_ROSTER = dict.fromkeys(PEOPLE, 401) | dict.fromkeys(_AT_THE_ROSTER, 200)
_ROSTER = _ANY_ROSTER | {"another course's at the roster": 404}
_ROSTER_FORM = _ROSTER | dict.fromkeys(_OF_THE_COURSE, 303)

# (method, route) → who gets what.
TABLE: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("GET", "/rooms/"): {"manager": 200} | _ANY_MANAGER,
    ("GET", "/rooms/live"): {"manager": 200} | _ANY_MANAGER,
    ("GET", "/rooms/{activity}/{group}"): {"manager": 200} | _MANAGERS,
    ("POST", "/rooms/{activity}/{group}/log"): {"manager": 422} | _MANAGERS,
    ("GET", "/rooms/{activity}/{group}/cases/{number}/{what}"): {"manager": 200} | _MANAGERS,
    ("POST", "/rooms/{activity}/{group}/cases/{number}/{what}"): {"manager": 303} | _MANAGERS,
    ("POST", "/rooms/{activity}/{group}/undo/{intent}"): {"manager": 404} | _MANAGERS,
    ("GET", "/rooms/{activity}/{group}/tellings/{telling}"): {"manager": 404} | _MANAGERS,
    ("POST", "/rooms/{activity}/{group}/tellings/{telling}/again"): {"manager": 404} | _MANAGERS,
    ("POST", "/rooms/{activity}/{group}/link"): {"manager": 422} | _MANAGERS,
    ("POST", "/rooms/{activity}/{group}/backup"): {"manager": 303} | _MANAGERS,
    ("GET", "/rooms/{activity}/{group}/summary"): {"manager": 200} | _MANAGERS,
    ("POST", "/rooms/{activity}/{group}/summary"): {"manager": 409} | _MANAGERS,
    ("POST", "/rooms/leave"): {"manager": 200} | _ANY_MANAGER,
    ("GET", "/desk/watch/"): _TIER_1,
    ("GET", "/desk/watch/live"): _TIER_1,
    ("GET", "/desk/watch/{site}/{activity}/{group}"): _TIER_1,
    ("POST", "/desk/watch/majors/{number}/{what}"): _TIER_1 | {"tier 1": 404},
    ("POST", "/desk/watch/undo/{intent}"): _TIER_1 | {"tier 1": 404},
    ("GET", "/desk/watch/tellings/{telling}"): _TIER_1 | {"tier 1": 404},
    ("POST", "/desk/watch/tellings/{telling}/again"): _TIER_1 | {"tier 1": 404},
    ("POST", "/desk/leave"): _TIER_1,
    ("GET", "/questions/"): _TRAINERS,
    ("GET", "/questions/live"): _TRAINERS,
    ("POST", "/questions/{number}"): _TRAINERS | {"trainer": 422},
    ("POST", "/questions/leave"): _TRAINERS,
    ("GET", "/mine/"): _TRAINEES,
    ("GET", "/mine/{report}"): _TRAINEES,
    ("POST", "/mine/{report}"): _TRAINEES | {"trainee": 422},
    ("POST", "/mine/{report}/{what}"): _TRAINEES | {"trainee": 404},
    ("POST", "/mine/{report}/files"): _TRAINEES | {"trainee": 422},
    ("GET", "/mine/{report}/files/{file}"): _TRAINEES | {"trainee": 404},
    ("GET", "/mine/courses/{course}"): _TRAINEES,
    ("POST", "/mine/courses/{course}/read"): _TRAINEES | {"trainee": 404},
    ("POST", "/mine/courses/{course}/check"): _TRAINEES | {"trainee": 404},
    ("POST", "/mine/courses/{course}/send"): _TRAINEES | {"trainee": 422},
    ("POST", "/mine/leave"): _TRAINEES,
    ("GET", "/roster/"): _ANY_ROSTER,
    ("GET", "/roster/{course}"): _ROSTER,
    ("GET", "/roster/{course}/csv"): _ROSTER,
    ("GET", "/roster/{course}/print"): _ROSTER,
    ("GET", "/roster/{course}/receipts"): _ROSTER,
    ("POST", "/roster/{course}/flag"): _ROSTER_FORM,
    ("POST", "/roster/{course}/remind"): _ROSTER_FORM,
    ("POST", "/roster/{course}/again"): _ROSTER_FORM,
    ("POST", "/roster/{course}/confirm"): _ROSTER | dict.fromkeys(_AT_THE_ROSTER, 404),
    ("POST", "/roster/leave"): _ANY_ROSTER,
}


def of_desk(path: str) -> bool:
    """Whether a page is for roles of the desk, whom `desk/test_doors.py` lets try them."""
    return path.startswith("/desk/") and not path.startswith(("/desk/watch/", "/desk/leave"))


def routes_of_pages(house: Callers) -> set[tuple[str, str]]:
    """Every method and path of the pages that a cookie opens."""
    return {
        (method, re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule))
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(tuple(session.PATHS.values())) and not of_desk(rule.rule)
    }


def test_the_table_names_every_route(house: Callers) -> None:
    assert routes_of_pages(house) == set(TABLE)
    assert all(set(PEOPLE) == set(outcome) for outcome in TABLE.values())


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_tries_everything(house: Callers, comes: Comes, who: str) -> None:
    own = pressed(TRAINEE)
    found = arrive(house.world, own, pressed("22"))
    visitor = PEOPLE[who](comes, house)
    homes = (*session.PATHS.values(), "/desk/watch/")
    home = next((path for path in homes if visitor.get(path).status_code == 200), "/rooms/")
    proof = visitor.csrf(home)
    places = {
        "activity": "3", "group": "-", "number": str(found.id), "what": "tell", "intent": "999", "telling": "999",
        "site": "academy", "report": str(own.id), "file": str(own.key), "course": COURSE,
    }  # fmt: skip
    # Leaving comes last.
    for (method, route), outcome in sorted(TABLE.items(), key=lambda row: "leave" in row[0][1]):
        path = route.format(**places)
        answer = visitor.get(path) if method == "GET" else visitor.post(path, home, csrf=proof)
        assert answer.status_code == outcome[who], (who, method, path, answer.text[:200])
        if outcome[who] in {401, 404}:
            assert "القحطاني" not in answer.text
        answer.close()


@pytest.mark.parametrize("what", ["see", "solve", "hand", "tell", "split", "merge"])
@pytest.mark.parametrize("who", [one for one in PEOPLE if one != "manager"])
def test_nobody_else_changes_anything(house: Callers, comes: Comes, who: str, what: str) -> None:
    found = arrive(house.world, pressed(TRAINEE), pressed("22"))
    visitor = PEOPLE[who](comes, house)
    before = [(one.id, one.version, one.state) for one in all_cases(house.world)]
    for path in (f"{BOARD}/cases/{found.id}/{what}", f"/rooms/99/-/cases/{found.id}/{what}"):
        answer = visitor.post(path, "/rooms/", text="x")
        assert answer.status_code in {401, 404}, answer.text
    house.world.clock.forward(seconds=6)
    house.world.drain()
    assert [(one.id, one.version, one.state) for one in all_cases(house.world)] == before


def test_tier_1_looks_and_changes_nothing(house: Callers, comes: Comes) -> None:
    found = arrive(house.world, pressed(TRAINEE))
    watcher = comes("desk", "90")
    page = watcher.get("/desk/watch/academy/3/-").text
    assert "أحمد القحطاني" in page
    assert f"/cases/{found.id}/" not in page
    assert 'name="symptom"' not in page
    assert watcher.post(f"/desk/watch/majors/{found.id}/solve", "/desk/watch/").status_code == 404


def test_whoever_is_complained_about_sees_nothing_of_it_anywhere(house: Callers, comes: Comes) -> None:
    arrive(house.world, pressed(TRAINEE))
    rooms_before = comes("room", MANAGER).get(BOARD).text
    for accused, role in ((MANAGER, Role.ROOM_MANAGER), (TRAINER, Role.TRAINER)):
        complaint = report(
            by="22", kind=Kind.COMPLAINT, symptom=None, category="conduct", about=About(accused, role),
            text="سرّ لا يراه أحد", place=pressed().place,
        )  # fmt: skip
        arrive(house.world, complaint)
    manager, trainer, watcher = comes("room", MANAGER), comes("questions", TRAINER), comes("desk", "90")
    pages = [manager.get(path) for path in (BOARD, "/rooms/", f"{BOARD}/summary")]
    pages += [trainer.get("/questions/"), watcher.get("/desk/watch/"), watcher.get("/desk/watch/academy/3/-")]
    for page in pages:
        assert page.status_code == 200
        assert "سرّ" not in page.text
    counted = re.findall(r'id="card-(\d+)"', manager.get(BOARD).text)
    assert counted == re.findall(r'id="card-(\d+)"', rooms_before)
    with house.world.runtime.db.read() as conn:
        assert conn.execute(cases.cases.select()).all(), "they are there"
    feed = house.app.extensions["nidaa_feed"]
    told = [news.room_key for news in feed._look()]
    assert len(told) == len([one for one in told if one is None or one.startswith("academy|3")])


def test_another_trainees_report_is_not_there(house: Callers, comes: Comes) -> None:
    other = pressed("22")
    arrive(house.world, other)
    trainee = comes("mine", TRAINEE, role="trainee")
    assert trainee.get(f"/mine/{other.id}").status_code == 404
    assert trainee.post(f"/mine/{other.id}", "/mine/", text="x").status_code == 404
    assert "نورة" not in trainee.get("/mine/").text
