"""The board in process: one card per incident, the quick log, one key each, and what they answer to bad input."""

from __future__ import annotations

import re
import uuid

import pytest

from sidecar.domain.case import Action, State
from sidecar.domain.policy import Tier
from sidecar.domain.report import Kind, Symptom
from sidecar.store import reports, tellings
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import BOARD, MANAGER, Visitor, pressed
from tests.staff import actions, all_cases, arrive, case, send


@pytest.fixture
def manager(comes: Comes) -> Visitor:
    return comes("room", MANAGER)


def cards(page: str) -> list[str]:
    """The numbers of the cards on a board, as they stand."""
    return re.findall(r'id="card-(\d+)"', page)


def test_seventeen_reports_are_one_card_that_says_who_and_how_many(house: Callers, manager: Visitor) -> None:
    found = arrive(house.world, *(pressed(str(number)) for number in range(21, 38)))
    page = manager.get(BOARD).text
    assert cards(page) == [str(found.id)]
    assert re.search(r'nd-incident__n"><b>17</b>', page)
    assert "أحمد القحطاني" in page
    assert "و13 غيرهم" in page
    assert "من 17" not in page, "how many are in the room is not known, and not shown"


def test_a_report_stands_on_the_board_before_any_worker_has_seen_it(house: Callers, manager: Visitor) -> None:
    send(house.world, pressed())
    assert "قيد الفرز" in manager.get(f"{BOARD}?part=cards").text


def test_words_of_people_are_data(house: Callers, manager: Visitor) -> None:
    arrive(house.world, pressed("55", text='<img src=x onerror="alert(1)">', locale="en"))
    page = manager.get(BOARD).text
    assert "<img" not in page
    assert "&lt;img src=x" in page


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ({"symptom": "4", "who": ""}, None),
        ({"symptom": "٤", "who": "نورة"}, "22"),
        ({"symptom": "cannot_join", "who": "mari"}, "24"),
        ({"symptom": "4", "who": "نور", "person": "23"}, "23"),
    ],
)
def test_a_log_is_a_digit_and_the_beginning_of_a_name(
    house: Callers, manager: Visitor, form: dict, kind: str | None
) -> None:
    answer = manager.post(f"{BOARD}/log", BOARD, id=str(uuid.uuid4()), affected="٥", action="أعدت إرسال الرابط", **form)
    assert (answer.status_code, answer.location) == (303, BOARD)
    house.world.drain()
    found = all_cases(house.world)[0]
    with house.world.runtime.db.read() as conn:
        row = conn.execute(reports.reports.select()).one()
    assert (row.kind, row.symptom, row.reporter_id) == (Kind.ROOM_LOG, Symptom.CANNOT_JOIN, MANAGER)
    assert (row.body["about"] and row.body["about"][0], row.body["affected"]) == (kind, 5)
    assert (found.declared, found.affected, found.platform) == (kind is None, 5, "bigbluebuttonbn")


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"symptom": ""}, "يُرجى اختيار العَرَض"),
        ({"symptom": "10"}, "يُرجى اختيار العَرَض"),
        ({"symptom": "2", "who": "سين"}, "لا أحد في هذه الدورة"),
        ({"symptom": "2", "who": "نور"}, "أكثر من شخص"),
        ({"symptom": "2", "affected": "many"}, "عدد صحيح"),
        ({"symptom": "2", "affected": "0"}, "عدد صحيح"),
        ({"symptom": "2", "ended": "25:00"}, "وقت من اليوم"),
        ({"symptom": "2", "ended": "23:59"}, "لم يحن"),
        ({"symptom": "2", "action": "x" * 1001}, "1000"),
        ({"symptom": "2", "id": "no"}, "قديم"),
    ],
)
def test_a_log_that_cannot_be_taken_names_its_field_and_keeps_what_was_typed(
    house: Callers, manager: Visitor, form: dict, says: str
) -> None:
    sent = {"id": str(uuid.uuid4()), "who": "", "action": "أعدت الإرسال"} | form
    answer = manager.post(f"{BOARD}/log", BOARD, **sent)
    assert answer.status_code == 422
    assert says in answer.text
    assert sent["who"] in answer.text
    assert sent["action"][:900] in answer.text
    house.world.drain()
    assert all_cases(house.world) == []


def test_a_name_that_several_have_offers_them(manager: Visitor) -> None:
    text = manager.post(f"{BOARD}/log", BOARD, id=str(uuid.uuid4()), symptom="2", who="نور").text
    assert re.findall(r'name="person" value="(\d+)"', text) == ["23", "22"]


def test_the_same_form_twice_is_one_log(house: Callers, manager: Visitor) -> None:
    form = {"id": str(uuid.uuid4()), "symptom": "2", "who": ""}
    for _ in range(2):
        assert manager.post(f"{BOARD}/log", BOARD, **form).status_code == 303
    assert manager.post(f"{BOARD}/log", BOARD, **(form | {"symptom": "3"})).status_code == 422
    house.world.drain()
    assert len(all_cases(house.world)) == 1


def test_an_incident_that_is_over_is_logged_as_over(house: Callers, manager: Visitor) -> None:
    manager.post(f"{BOARD}/log", BOARD, id=str(uuid.uuid4()), symptom="2", who="", ended="17:01")
    house.world.drain()
    assert all_cases(house.world)[0].state is State.RESOLVED


def test_one_key_each_with_time_to_undo(house: Callers, manager: Visitor) -> None:
    found = arrive(house.world, pressed("21"), pressed("22"))
    answer = manager.post(f"{BOARD}/cases/{found.id}/solve", BOARD, part=True)
    assert "ستُعلَن محلولة" in answer.text
    undo = re.search(rf'action="({BOARD}/undo/\d+)"', answer.text)
    assert undo
    assert "ستُعلَن محلولة" not in manager.post(undo.group(1), BOARD, part=True).text
    house.world.clock.forward(seconds=6)
    house.world.drain()
    assert case(house.world, found.id).state is State.RECEIVED

    manager.post(f"{BOARD}/cases/{found.id}/hand", BOARD)
    manager.post(f"{BOARD}/cases/{found.id}/tell", BOARD)
    house.world.clock.forward(seconds=6)
    house.world.drain()
    assert case(house.world, found.id).tier is Tier.ONE
    with house.world.runtime.db.read() as conn:
        (told,) = tellings.of_cases(conn, [found.id])
    assert (told.message, told.author) == ("ready", f"academy:{MANAGER}")
    assert "لدى مركز الاتصال" in manager.get(BOARD).text
    assert manager.post(f"{BOARD}/undo/1", BOARD).location.endswith("note=too_late")


def test_own_words_a_person_and_another_card_are_asked_for(house: Callers, manager: Visitor) -> None:
    slow = arrive(house.world, pressed("30", Symptom.SLOW))
    found = arrive(house.world, pressed("21"), pressed("22"))
    at = f"{BOARD}/cases/{found.id}"
    for what in ("tell", "split", "merge", "people"):
        assert manager.get(f"{at}/{what}").status_code == 200
    assert manager.post(f"{at}/tell", BOARD, text="  ").status_code == 422
    assert "x" * 1001 in manager.post(f"{at}/tell", BOARD, text="x" * 1001).text
    assert manager.post(f"{at}/split", BOARD).status_code == 422
    assert manager.post(f"{at}/split", BOARD, report=str(uuid.uuid4())).status_code == 422
    assert manager.post(f"{at}/merge", BOARD, other="999").status_code == 422
    assert manager.post(f"{at}/merge", BOARD).status_code == 303, "with one other card there is nothing to choose"
    house.world.clock.forward(seconds=6)
    house.world.drain()
    assert State.MERGED in {case(house.world, one).state for one in (slow.id, found.id)}
    assert manager.get(f"{BOARD}/cases/999/people").status_code == 404
    assert manager.get(f"{at}/dance").status_code == 404
    assert manager.post(f"{at}/dance", BOARD).status_code == 404


def test_looking_at_a_card_stops_its_ringing(house: Callers, manager: Visitor) -> None:
    found = arrive(house.world, pressed())
    assert manager.post(f"{BOARD}/cases/{found.id}/see", BOARD, part=True).status_code == 204
    assert Action.SEE in actions(house.world, found.id)


def test_a_backup_room_is_kept_and_sent(house: Callers, manager: Visitor) -> None:
    for bad in ("javascript:alert(1)", "http://meet.example/x", "https://user:pw@meet.example/", "", "https://"):
        answer = manager.post(f"{BOARD}/link", BOARD, url=bad)
        assert answer.status_code == 422, bad
    assert manager.post(f"{BOARD}/link", BOARD, url="https://meet.example/room-2").status_code == 303
    arrive(house.world, pressed("21"), pressed("22"))
    assert "https://meet.example/room-2" in manager.get(BOARD).text
    sent = manager.post(f"{BOARD}/backup", BOARD, part=False, to="reporters")
    assert sent.status_code == 303
    manager.post(f"{BOARD}/backup", BOARD, to="everybody")
    with house.world.runtime.db.read() as conn:
        counts = [sum(one.values()) for one in tellings.counted(conn, [1, 2]).values()]
    assert counts == [2, 2], "who reported; then the rest of the roster: nobody is sent it twice"


def test_a_summary_is_confirmed_once(house: Callers, manager: Visitor) -> None:
    arrive(house.world, pressed("21"), pressed("22"))
    house.world.clock.forward(minutes=20)
    page = manager.get(f"{BOARD}/summary").text
    assert "<b>40</b>" in page, "twenty minutes of two people"
    assert 'name="note"' not in page, "the class is still on"
    early = manager.post(f"{BOARD}/summary", f"{BOARD}/summary", session="s1", note="انقطع الصوت")
    assert (early.status_code, ">انقطع الصوت</textarea>" in early.text, "nd-err" in early.text) == (409, True, True)
    house.world.clock.forward(minutes=100)
    assert manager.post(f"{BOARD}/summary", f"{BOARD}/summary", session="s1", note="x" * 2001).status_code == 422
    assert manager.post(f"{BOARD}/summary", f"{BOARD}/summary", session="s1", note="انقطع الصوت").status_code == 303
    again = manager.get(f"{BOARD}/summary").text
    assert "انقطع الصوت" in again
    assert 'name="note"' not in again
    assert manager.get(f"{BOARD}/summary?session=another").status_code == 404


def test_three_rooms_at_once_the_most_troubled_first(house: Callers, manager: Visitor) -> None:
    arrive(house.world, pressed("21", activity="5"))
    for number in range(21, 30):
        arrive(house.world, pressed(str(number), activity="6"))
    arrive(house.world, pressed("21", Symptom.TRAINER_ABSENT, activity="7"))
    page = manager.get("/rooms/").text
    assert re.findall(r'href="/rooms/(\d+)/-"', page) == ["7", "6", "5", "3"]
    assert "5" not in re.findall(r'href="/rooms/(\d+)/-"', manager.get("/rooms/?part=list").text)[:2]


def test_a_room_that_nothing_names_yet_is_its_launchs(house: Callers, comes: Comes) -> None:
    fresh = comes("room", MANAGER, ctx={"course": "44", "activity": "440"})
    assert fresh.get("/rooms/440/-").status_code == 200
    assert fresh.post("/rooms/440/-/log", "/rooms/440/-", id=str(uuid.uuid4()), symptom="2", who="").status_code == 303
    assert fresh.post("/rooms/440/-/link", "/rooms/440/-", url="https://meet.example/x").status_code == 303
    house.world.drain()
    assert all_cases(house.world)[0].course_id == "44"
    assert comes("room", "90", ctx={"course": "45"}).get("/rooms/440/-").status_code == 404


def test_everything_wrong_with_a_log_is_said_at_once_and_the_first_of_it_has_the_focus(manager: Visitor) -> None:
    form = {"symptom": "2", "who": "", "affected": "many", "ended": "25:00"}
    text = manager.post(f"{BOARD}/log", BOARD, id=str(uuid.uuid4()), **form).text
    assert re.findall(r'id="err-(\w+)"', text) == ["affected", "ended"]
    assert re.findall(r'name="(\w+)"[^>]*aria-describedby="err-(\w+)" aria-invalid="true"', text) == [
        ("affected", "affected"), ("ended", "ended"),
    ]  # fmt: skip
    assert re.findall(r'name="(\w+)"[^>]* autofocus', text) == ["affected"]


def test_the_ready_message_is_read_before_it_is_sent_and_after(house: Callers, manager: Visitor) -> None:
    ready = house.world.runtime.policy.rooms.messages["ready"].ar
    found = arrive(house.world, pressed("21"))
    page = manager.post(f"{BOARD}/cases/{found.id}/tell", BOARD, part=True).text
    pending = re.search(r'<form class="nd-pending".*?</form>', page, re.DOTALL)
    assert pending
    assert ready in pending.group()
    house.world.clock.forward(seconds=6)
    house.world.drain()
    told = re.search(r'<p class="nd-told">.*?</p>', manager.get(BOARD).text, re.DOTALL)
    assert told
    assert ready in told.group()
    assert f'<bdi class="nd-quote">{ready}</bdi>' in manager.get(f"{BOARD}/cases/{found.id}/people").text


def test_a_card_of_the_whole_room_is_no_card_of_nobody_where_it_can_be_merged(house: Callers, manager: Visitor) -> None:
    found = arrive(house.world, pressed("21"))
    manager.post(f"{BOARD}/log", BOARD, id=str(uuid.uuid4()), symptom="4", who="")
    house.world.drain()
    offered = manager.get(f"{BOARD}/cases/{found.id}/merge").text
    assert "القاعة كلها" in offered
    assert "لا أحد" not in re.findall(r'class="nd-pickrow">.*?</label>', offered, re.DOTALL)[0]


def test_a_day_without_a_timetable_has_no_hours(house: Callers, manager: Visitor) -> None:
    arrive(house.world, pressed("21", activity="5"))
    page = manager.get("/rooms/5/-/summary").text
    assert "00:00" not in page
    local = house.world.clock().astimezone(house.world.runtime.zone)
    assert f"<span>{local.day} " in page


def test_counts_are_written_in_the_digits_of_the_page(house: Callers, manager: Visitor) -> None:
    arrive(house.world, *(pressed(str(number)) for number in range(21, 38)))
    manager.post(f"{BOARD}/log", BOARD, id=str(uuid.uuid4()), symptom="٤", who="", affected="١٢")
    house.world.drain()
    page = manager.get(BOARD).text
    assert "<b>12</b>" in page
    assert re.findall("[٠-٩]+", page) == []
