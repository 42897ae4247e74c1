"""The demo's start page and classroom; its ways in are the LMS's own, and the sidecar takes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from sidecar.demo.campus.pages import create_campus
from sidecar.demo.cast import COURSE, Person
from sidecar.demo.home import SITE
from sidecar.demo.sending import Sender
from sidecar.domain.folding import fold
from sidecar.domain.registry import MANAR, RegistryState, guessed
from sidecar.policy.load import load, shipped
from sidecar.store.database import Database
from tests.sidecar.api.callers import NEW, Callers, bearer, body, dumps, settings_of, site_of
from tests.worlds import world as make_world


@pytest.fixture
def campus() -> FlaskClient:
    return create_campus("127.0.0.1:8080", NEW, datetime(2026, 11, 22, 14, 0, tzinfo=UTC)).test_client()


@pytest.fixture
def house(sqlite_database: Database) -> Callers:
    return Callers(make_world(sqlite_database), settings_of(site_of(SITE)))


def got(client: FlaskClient, path: str) -> tuple[int, bytes]:
    """Status and body; what was a file is closed."""
    with client.get(path) as answer:
        return answer.status_code, answer.get_data()


@pytest.mark.parametrize(("lang", "direction"), [("ar", "rtl"), ("en", "ltr"), ("xx", "rtl")])
def test_the_start_page_leads_everywhere(campus: FlaskClient, lang: str, direction: str) -> None:
    page = campus.get(f"/?lang={lang}").text
    assert f'dir="{direction}"' in page
    for way in re.findall(r'(?:href|src)="(/[^"]*)"', page):
        assert got(campus, way)[0] == 200, way
    assert set(re.findall(r"/go/(\w+)", page)) == {
        "room", "desk", "mine", "questions", "roster", "managed", "lacking",
    }  # fmt: skip
    assert {"9", "10"} <= set(re.findall(r"/go/desk\?office=(\d+)", page)), "registration's offices"


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("room", "/rooms/3/-"), ("desk", "/desk/"), ("mine", "/mine/"), ("questions", "/questions/"),
        ("roster", "/roster/2"), ("managed", "/roster/2"), ("lacking", "/mine/"),
    ],
)  # fmt: skip
def test_each_way_in_is_a_launch_that_the_sidecar_takes(
    campus: FlaskClient, house: Callers, target: str, leads_to: str
) -> None:
    form = dict(re.findall(r'name="(\w+)" value="([^"]+)"', campus.get(f"/go/{target}").text))
    answer = house.client.post("/launch", data=form)
    assert (answer.status_code, answer.location) == (303, leads_to)
    assert campus.get("/go/nowhere").status_code == 404
    assert campus.get("/go/desk?office=99").status_code == 404


def test_the_classroom_has_the_plugins_own_button_and_a_token_that_reports(campus: FlaskClient, house: Callers) -> None:
    page = campus.get("/classroom").text
    token = re.search(r'"token": "([^"]+)"', page)
    assert token
    answer = house.post(dumps(body()), bearer(token.group(1)))
    assert answer.status_code == 202
    core = Path(__file__).parents[3] / "lms_plugin/moodle/local_nidaa/amd/build/launcher.min.js"
    assert got(campus, "/campus/launcher.min.js") == (200, core.read_bytes())


def test_the_class_presses_what_there_is_to_press(campus: FlaskClient) -> None:
    assert campus.post("/everybody", data={"symptom": "<script>"}).status_code == 400


def test_the_start_page_says_what_it_shows(campus: FlaskClient) -> None:
    page = campus.get("/?lang=ar").text
    assert "بلاغاتها على اللوحات من قبل أن تضغط" in page, "the play has filled the boards"
    assert page.count("<figcaption>") == 2, "each frame says what it is"
    assert "كمتدربة" not in page


@pytest.mark.parametrize("door", ["room", "desk", "mine", "questions", "roster", "managed", "lacking"])
def test_a_door_without_script_says_where_it_leads(campus: FlaskClient, door: str) -> None:
    page = campus.get(f"/go/{door}?lang=en").text
    assert re.search(r"<h1>[^<]{5,}</h1>", page)
    assert "press “Enter”" in page


def test_the_classroom_without_script_leads_to_the_public_door(campus: FlaskClient) -> None:
    page = campus.get("/classroom?lang=en").text
    (without,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert 'href="http://127.0.0.1:8080/public/?lang=en"' in without


@pytest.mark.parametrize(("way", "rooms"), [("/everybody", {"-"}), ("/rooms", {"-", "1", "2"})])
def test_who_presses_is_answered_with_a_sentence_and_no_page(
    campus: FlaskClient, monkeypatch: pytest.MonkeyPatch, way: str, rooms: set[str]
) -> None:
    pressed: list[tuple[str, str]] = []

    def report(_self: Sender, who: Person, _kind: str, where: dict[str, object], **said: object) -> None:
        pressed.append((str(where["group"] or "-"), str(said["symptom"])))

    monkeypatch.setattr(Sender, "report", report)
    answer = campus.post(way, data={"symptom": "slow"}, headers={"Accept": "text/plain"})
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert {group for group, _ in pressed} == rooms
    assert len({symptom for _, symptom in pressed}) == 1
    plain = campus.post(way, data={"symptom": "slow", "lang": "en"})
    assert plain.status_code == 303
    said = re.search(r'id="said"[^>]*>([^<]*)<', campus.get(plain.location).text)
    assert said
    assert "board" in said.group(1)


def test_the_export_is_one_that_the_desk_can_import(campus: FlaskClient) -> None:
    status, raw = got(campus, "/manar.csv")
    head, *rows = [line.split(",") for line in raw.decode("utf-8-sig").splitlines()]
    assert status == 200
    assert set(guessed(head, MANAR)) == {"name", "course", "state"}
    rules = load(shipped()).registries[MANAR]
    assert {row[1] for row in rows} == {COURSE["idnumber"]}
    assert {rules.states[fold(row[2])] for row in rows} == {RegistryState.ISSUED, RegistryState.NOT_SUBMITTED}
