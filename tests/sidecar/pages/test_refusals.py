"""What a page refuses: never by failing itself, never with what somebody typed lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from adapters.lms.fake import FakeLms
from sidecar.casework import answer, summarise, tell
from sidecar.domain.report import Kind
from sidecar.store import tellings
from tests.sidecar.api.callers import Callers, body, faults
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.rostered import lms_of
from tests.sidecar.pages.visiting import BOARD, MANAGER, TRAINEE, TRAINER, Visitor, launched, pressed
from tests.staff import arrive
from tests.worlds import report

LARGEST = 2**63
WORDS = "كتبتُ هذا بيدي <b>"


@pytest.fixture
def manager(comes: Comes) -> Visitor:
    return comes("room", MANAGER)


@contextmanager
def away() -> Iterator[None]:
    """The database, gone in mid-action."""
    raise OperationalError("gone", {}, Exception("gone"))
    yield


@pytest.mark.parametrize(
    "path",
    [
        "/t/nobody?token=1", "/t/nobody?endpoint=1", "/t/nobody?_method=POST", f"{BOARD}?activity=1",
        f"{BOARD}?group=8&_external=1", f"{BOARD}?_anchor=x",
    ],
)  # fmt: skip
def test_no_name_in_an_address_breaks_a_page(house: Callers, manager: Visitor, path: str) -> None:
    assert manager.get(path).status_code in {200, 404}
    assert Visitor(house).get(path).status_code in {401, 404}


@pytest.mark.parametrize(
    "path",
    [
        f"{BOARD}/cases/{LARGEST}/see", f"{BOARD}/undo/{LARGEST}", f"{BOARD}/tellings/{LARGEST}/again",
        f"{BOARD}/undo/{'9' * 5000}",
    ],
)  # fmt: skip
def test_a_number_that_no_database_holds_names_nothing(manager: Visitor, path: str) -> None:
    assert manager.post(path, BOARD).status_code in {404, 405}


@pytest.mark.parametrize("field", ["symptom", "affected", "ended"])
def test_a_number_that_nobody_reads_is_a_fault_of_its_field(manager: Visitor, field: str) -> None:
    form = {"id": "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f", "symptom": "no_sound"} | {field: "9" * 5000}
    assert manager.post(f"{BOARD}/log", BOARD, **form).status_code == 422


def test_what_no_database_takes_is_said_and_what_was_typed_stands_there(house: Callers, manager: Visitor) -> None:
    found = arrive(house.world, pressed())
    refused = manager.post(f"{BOARD}/cases/{found.id}/tell", BOARD, text="abc\0def")
    assert refused.status_code == 422
    assert "abc" in refused.text
    assert manager.get("/rooms/3%00/-").status_code == 404
    assert manager.get(f"{BOARD}/summary?session=%00").status_code == 404


@pytest.mark.parametrize("what", ["tell", "answer", "note", "link"])
def test_words_outlive_a_database_that_goes_in_mid_action(
    house: Callers, comes: Comes, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    found = arrive(house.world, pressed())
    question = arrive(house.world, report(kind=Kind.INQUIRY, symptom=None, category="content_question", text="لماذا؟"))
    who, home, path, form = {
        "tell": (comes("room", MANAGER), BOARD, f"{BOARD}/cases/{found.id}/tell", {"text": WORDS}),
        "answer": (comes("questions", TRAINER), "/questions/", f"/questions/{question.id}",
                   {"text": WORDS, "to": "everybody"}),
        "note": (comes("room", MANAGER), BOARD, f"{BOARD}/summary", {"session": "s1", "note": WORDS}),
        "link": (comes("room", MANAGER), BOARD, f"{BOARD}/link", {"url": "https://meet.example/2"}),
    }[what]  # fmt: skip
    csrf = who.csrf(home)

    def gone(*_: object, **__: object) -> None:
        with away():
            pass

    with monkeypatch.context() as broken:
        broken.setattr("sidecar.casework.intend.intend", gone)
        for module, name in ((answer, "answer"), (summarise, "confirm"), (tell, "keep_link")):
            broken.setattr(module, name, gone)
        refused = who.post(path, home, csrf=csrf, **form)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    typed = next(value for name, value in form.items() if name in {"text", "note", "url"})
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in refused.text
    assert f'action="{path}"' in refused.text
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', refused.text))
    assert again["csrf"] == csrf
    sent = who.post(path, home, **(again | form))
    assert sent.status_code in {303, 409}, "the very same form is taken once the database is back"


def test_a_form_out_of_date_gives_back_what_was_typed(house: Callers, comes: Comes) -> None:
    question = arrive(house.world, report(kind=Kind.INQUIRY, symptom=None, category="content_question", text="لماذا؟"))
    refused = comes("questions", TRAINER).post(f"/questions/{question.id}", "/questions/", csrf="x", text=WORDS)
    assert refused.status_code == 400
    assert "كتبتُ هذا بيدي" in refused.text
    assert 'type="submit"' not in refused.text.split("<main")[1], "its proof is worth nothing: it can be copied only"


def test_looking_goes_on_where_nothing_can_be_written(
    house: Callers, manager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.world.clock.forward(seconds=61)
    monkeypatch.setattr(type(house.world.runtime.db), "write", lambda _self: away())
    assert manager.get(BOARD).status_code == 200


def test_the_same_answer_sent_twice_is_told_once(house: Callers, comes: Comes) -> None:
    question = arrive(house.world, report(kind=Kind.INQUIRY, symptom=None, category="content_question", text="لماذا؟"))
    trainer = comes("questions", TRAINER)
    for _ in range(2):
        answered = trainer.post(f"/questions/{question.id}", "/questions/", text="لأن", to="everybody")
        assert answered.status_code == 303
    with house.world.runtime.db.read() as conn:
        assert len(tellings.of_cases(conn, [question.id])) == 1


def test_too_late_to_undo_is_said_without_a_script_too(house: Callers, manager: Visitor) -> None:
    found = arrive(house.world, pressed())
    manager.post(f"{BOARD}/cases/{found.id}/solve", BOARD)
    house.world.clock.forward(seconds=6)
    house.world.drain()
    late = manager.post(f"{BOARD}/undo/1", BOARD)
    assert late.headers["Location"].endswith("?note=too_late")
    assert "too late to undo" in manager.get(f"{BOARD}?note=too_late&lang=en").text


def test_a_name_turns_nothing_round(house: Callers, manager: Visitor) -> None:
    name = {"id": "21", "role": "trainee", "name": "\u202eمحمد\u2069"}
    assert house.site(body(reporter=name, text="\u202eevil\u2069", symptom="other")).status_code == 202
    house.world.drain()
    board = manager.get(BOARD).text
    assert ">محمد<" in board
    assert 'title="evil"' in board


def test_an_id_with_a_bar_is_a_fault(house: Callers) -> None:
    """Parts of a room's key are joined by it."""
    for part in ("course", "activity"):
        place = body()["place"] | {part: {"id": "3|9"}}
        assert faults(house.site(body(place=place))) == {f"place.{part}.id": "has_a_bar"}
    assert house.person(body(), ctx={"course": "2", "activity": "3|9"}).status_code == 401


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/mine/courses/2", "/launch?target=mine&amp;course=2"),
        ("/mine/", "/launch?target=mine&amp;course="),
        ("/roster/2", "/launch?target=roster&amp;course=2"),
        (BOARD, "/launch?target=room&amp;course="),
    ],
)
def test_who_is_signed_out_is_led_to_the_platform_that_lets_people_in(house: Callers, path: str, leads: str) -> None:
    plain = Visitor(house).get(f"{path}?lang=en")
    assert plain.status_code == 401
    assert "learning platform (" not in plain.text, "where nobody knows its address"
    lms_of(house.world).address = "https://lms.example"
    said = Visitor(house).get(f"{path}?lang=en")
    assert said.status_code == 401
    assert f'href="https://lms.example{leads}"' in said.text
    assert "Open it from the learning platform (lms.example)" in said.text
    other = FakeLms("institute-2", clock=house.world.clock)
    other.address = "https://other.example"
    object.__setattr__(house.world.runtime, "lms", {**house.world.runtime.lms, "institute-2": other})
    assert "learning platform (" not in Visitor(house).get(f"{path}?lang=en").text, "nobody knows which of two"


def test_a_message_s_launch_leads_to_the_course_and_a_button_s_to_all_of_one_s_own(house: Callers) -> None:
    for form, leads in ({"page": "course"}, "/mine/courses/2"), ({}, "/mine/"):
        given = launched("mine", "21", role="trainee", ctx={"course": "2"})
        answer = Visitor(house).client.post("/launch", data={"token": given, "target": "mine", **form})
        assert (answer.status_code, answer.location) == (303, leads)


def test_who_is_signed_out_reads_the_last_language_then_the_browsers_and_else_arabic(
    house: Callers, comes: Comes
) -> None:
    english = {"Accept-Language": "en-US,en;q=0.9"}
    visitor = comes("mine", TRAINEE, role="trainee", locale="ar")
    refused = visitor.get("/roster/", **english)
    assert (refused.status_code, refused.headers["Content-Language"]) == (401, "ar")
    assert 'dir="rtl"' in refused.text
    visitor.get("/mine/?lang=en")
    assert visitor.get("/roster/").headers["Content-Language"] == "en"
    assert Visitor(house).get("/roster/", **english).headers["Content-Language"] == "en"
    assert Visitor(house).get("/roster/").headers["Content-Language"] == "ar"
    odd = Visitor(house)
    odd.client.set_cookie("nidaa_language", "xx", domain="nidaa.example")
    assert odd.get("/roster/").headers["Content-Language"] == "ar"
