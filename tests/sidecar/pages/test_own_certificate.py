"""A trainee's own certificate: conditions read, what is missing, sending it, and the trainer who confirms it (P3)."""

import re
import uuid

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from sidecar.api.limits import REPORTS, WINDOW
from sidecar.casework.own_certificate import checked
from sidecar.domain.case import CaseKind
from sidecar.journey import conditions
from sidecar.store import roster_notes, sent_data, timetable
from sidecar.store.messages import messages
from sidecar.store.reports import additions
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import COURSE, TRAINEE, TRAINER, Visitor
from tests.staff import all_cases, arrive
from tests.worlds import SITE, report

MINE, PAGE = f"/mine/courses/{COURSE}", f"/roster/{COURSE}"


def trainee(comes: Comes) -> Visitor:
    return comes("mine", TRAINEE, role="trainee", name="أحمد القحطاني")


def lacking(house: Callers) -> None:
    rostered.fetched(house.world)
    rostered.knows(house.world, TRAINEE, profile__national_id=None, profile__phone=None, profile__name_en=None)
    rostered.fetch(house.world)


def rows(house: Callers) -> list[tuple[str, str, str]]:
    with house.world.runtime.db.read() as conn:
        return [(r.field, r.value, r.state) for r in conn.execute(select(sent_data.sent_data).order_by("id"))]


def test_it_says_what_is_missing_and_who_mends_it(house: Callers, comes: Comes) -> None:
    lacking(house)
    text = trainee(comes).get(f"{MINE}?lang=en").text
    assert "Mobile number is not entered" in text
    assert "iqama number is not entered" in text
    assert "never sent through this page" in text
    assert 'name="national_id"' not in text
    assert 'name="name_ar"' not in text, "what is there is not asked for"


def test_what_is_sent_is_checked_and_goes_to_the_persons_case(house: Callers, comes: Comes) -> None:
    lacking(house)
    visitor = trainee(comes)
    refused = visitor.post(f"{MINE}/send", MINE, phone="123", name_en="أحمد")
    assert refused.status_code == 422
    assert refused.text.count('aria-invalid="true"') == 2
    assert 'value="123"' in refused.text
    sent = visitor.post(f"{MINE}/send", MINE, phone="٠٥٠ ١٢٣ ٤٥٦٧", name_en="Ahmad Al-Qahtani")
    assert sent.status_code == 303
    assert rows(house) == [("name_en", "Ahmad Al-Qahtani", "sent"), ("phone", "+966501234567", "sent")]
    house.world.drain()
    (case,) = all_cases(house.world)
    assert (case.kind, case.person_id) == (CaseKind.CERTIFICATE_GAP, TRAINEE)
    # A trainer's flag joins the same case.
    comes("roster", TRAINER, role="trainer").post(f"{PAGE}/flag", PAGE, person=[TRAINEE])
    house.world.drain()
    assert [one.reports for one in all_cases(house.world)] == [2]


def test_who_reported_in_a_course_reads_that_it_is_being_fetched_until_its_roster_is_known(
    house: Callers, comes: Comes
) -> None:
    with house.world.runtime.db.write() as conn:
        timetable.replace_roster(conn, SITE, COURSE, [])  # of a course that the LMS has not told of yet
    arrive(house.world, report(by=TRAINEE))
    visitor = trainee(comes)
    text = visitor.get(f"{MINE}?lang=en").text
    assert "It is being fetched from the learning platform" in text
    assert "<form" not in text.partition("<main")[2]
    other = comes("mine", "22", role="trainee", name="نورة")
    assert other.get(MINE).status_code == 404, "nobody learns of a course that is not theirs"
    assert visitor.get("/mine/courses/77").status_code == 404
    rostered.course(house.world, {"22": "نورة الشمري"})
    rostered.fetch(house.world)
    assert visitor.get(MINE).status_code == 404, "the roster names others alone"


@pytest.mark.parametrize(
    ("press", "state", "shown"), [("right", "confirmed", "Confirmed"), ("wrong", "refused", "Not confirmed")]
)
def test_the_trainer_says_whether_it_is_right_once(
    house: Callers, comes: Comes, press: str, state: str, shown: str
) -> None:
    lacking(house)
    visitor = trainee(comes)
    visitor.post(f"{MINE}/send", MINE, phone="0501234567")
    house.world.drain()
    trainer = comes("roster", TRAINER, role="trainer", name="خالد الحربي")
    page = trainer.get(PAGE).text
    assert "+966501234567" in page
    pressed = re.search(rf'value="({press}-\d+)"', page).group(1)
    assert trainer.post(f"{PAGE}/confirm", PAGE, sent=pressed).status_code == 303
    assert rows(house) == [("phone", "+966501234567", state)]
    other = "wrong" if press == "right" else "right"
    trainer.post(f"{PAGE}/confirm", PAGE, sent=pressed.replace(press, other))
    assert rows(house) == [("phone", "+966501234567", state)]
    assert shown in visitor.get(f"{MINE}?lang=en").text
    house.world.drain()
    with house.world.runtime.db.read() as conn:
        (noted,) = conn.execute(select(messages)).all()
        assert conn.execute(select(additions)).all() == []  # it is no word of the trainee's
    assert "خالد الحربي" in noted.text
    assert (noted.kind, noted.author) == ("note", f"{SITE}:{TRAINER}")


@pytest.mark.parametrize("name", ["محمد علي 1000000008", "محمد علي ١٠٠٠٠٠٠٠٠٨"])
def test_a_number_in_a_name_is_kept_nowhere(name: str) -> None:
    values, doubts = checked(("name_ar",), {"name_ar": name})
    assert values == {}
    assert set(doubts) == {"name_ar"}


def test_another_courses_trainer_confirms_nothing(house: Callers, comes: Comes) -> None:
    lacking(house)
    trainee(comes).post(f"{MINE}/send", MINE, phone="0501234567")
    stranger = comes("roster", "88", role="trainer", ctx={"course": "55"})
    assert stranger.post(f"{PAGE}/confirm", "/roster/", sent="right-1").status_code == 404
    assert stranger.post("/roster/55/confirm", "/roster/", sent="right-1").status_code == 404
    assert rows(house) == [("phone", "+966501234567", "sent")]


def test_who_is_not_in_the_course_finds_nothing(house: Callers, comes: Comes) -> None:
    lacking(house)
    stranger = comes("mine", "500", role="trainee")
    assert stranger.get(MINE).status_code == 404
    for what in ("read", "send"):
        assert stranger.post(f"{MINE}/{what}", "/mine/", phone="0501234567").status_code == 404


def test_the_conditions_come_before_the_first_class_and_reading_them_is_kept(both: Callers) -> None:
    world = both.world
    rostered.fetched(world)
    soon = world.clock.forward(days=-1)
    assert conditions.send(world.runtime) == 4
    assert conditions.send(world.runtime) == 0, "each once"
    world.drain()
    told = [one for one in rostered.lms_of(world).told if one.person_id == TRAINEE]
    assert len(told) == 1
    assert "٧٥" in told[0].text
    assert told[0].url == f"https://nidaa.example{MINE}"
    # Whoever is enrolled later gets them before the next class.
    with world.runtime.db.write() as conn:
        row = {"person_id": "25", "role": "trainee", "name": "سلمى", "fetched_at": soon}
        timetable.replace_roster(conn, SITE, COURSE, [row, {**row, "person_id": TRAINEE, "name": "أحمد"}])
    assert conditions.send(world.runtime) == 1
    visitor = Visitor(both)
    visitor.launch("mine", TRAINEE, role="trainee")
    assert "75%" in visitor.get(f"{MINE}?lang=en").text
    assert visitor.post(f"{MINE}/read", MINE).status_code == 303
    assert "I have read this" not in visitor.get(MINE).text
    with world.runtime.db.read() as conn:
        receipts = roster_notes.receipts(conn, (SITE, COURSE))
    assert receipts[TRAINEE].read_at == world.clock()
    assert receipts["22"].read_at is None


def test_no_conditions_without_a_class_soon(house: Callers) -> None:
    rostered.fetched(house.world)
    house.world.clock.forward(days=-5)
    assert conditions.send(house.world.runtime) == 0


def test_the_trainer_sees_of_how_many_data_waits_and_finds_them(house: Callers, comes: Comes) -> None:
    lacking(house)
    trainer = comes("roster", TRAINER, role="trainer")
    assert "for you" not in trainer.get(f"{PAGE}?lang=en").text
    trainee(comes).post(f"{MINE}/send", MINE, phone="0501234567", name_en="Ahmad Al-Qahtani")
    assert "1 waits for you" in trainer.get("/roster/").text
    page = trainer.get(f"{PAGE}?show=ready").text
    assert "1 trainee has sent data that waits for you" in page
    assert "+966501234567" not in page
    page = trainer.get(f"{PAGE}?show=waiting").text
    assert page.count('class="nd-sent nd-small"') == 2
    assert "نورة" not in page
    for number in re.findall(r'value="(right-\d+)"', page):
        trainer.post(f"{PAGE}/confirm", PAGE, sent=number, show="waiting")
    assert "for you" not in trainer.get(PAGE).text + trainer.get("/roster/").text
    assert "Nobody on this roster is so" in trainer.get(f"{PAGE}?show=waiting").text


def test_the_form_has_the_limit_of_reports_and_loses_nothing_typed(house: Callers, comes: Comes) -> None:
    lacking(house)
    visitor, forms = trainee(comes), [str(uuid.uuid4()) for _ in range(REPORTS + 1)]
    csrf = visitor.csrf(MINE)

    def send(number: int, phone: str) -> TestResponse:
        return visitor.post(f"{MINE}/send", MINE, csrf=csrf, form=forms[number], phone=phone)

    for number in range(REPORTS):
        assert send(number, f"05012345{number:02}").status_code == 303
    refused = send(REPORTS, "0501239999")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= WINDOW
    assert 'value="0501239999"' in refused.text
    assert "ما كتبته" in refused.text
    assert send(REPORTS - 1, f"05012345{REPORTS - 1:02}").status_code == 303, "the same again is no other report"
    assert len(rows(house)) == REPORTS
    house.world.clock.forward(seconds=WINDOW)
    assert send(REPORTS, "0501239999").status_code == 303


@pytest.mark.parametrize(
    ("writes", "said"),
    [
        ((), "Your trainer confirms it, and the registration office enters it."),
        (("phone",), "a part is entered on the learning platform by itself"),
        (("phone", "name_en"), "it is entered on the learning platform by itself"),
    ],
)
def test_it_says_who_enters_what_was_sent(house: Callers, comes: Comes, writes: tuple[str, ...], said: str) -> None:
    lacking(house)
    rostered.lms_of(house.world).writes = frozenset(writes)
    visitor = trainee(comes)
    sent = visitor.post(f"{MINE}/send", MINE, phone="0501234567", name_en="Ahmad Alqahtani")
    assert said in visitor.get(f"{sent.location}&lang=en").text


def test_what_was_replaced_meanwhile_is_not_confirmed_and_that_is_said(house: Callers, comes: Comes) -> None:
    lacking(house)
    visitor = trainee(comes)
    visitor.post(f"{MINE}/send", MINE, phone="0501234567")
    trainer = comes("roster", TRAINER, role="trainer")
    visitor.post(f"{MINE}/send", MINE, phone="0501239999")
    for press in ("right-1", "wrong-1"):
        answer = trainer.post(f"{PAGE}/confirm", PAGE, sent=press)
        assert "something newer" in trainer.get(f"{answer.location}&lang=en").text
    assert rows(house) == [("phone", "+966501234567", "replaced"), ("phone", "+966501239999", "sent")]
    answer = trainer.post(f"{PAGE}/confirm", PAGE, sent="right-2")
    assert "something newer" not in trainer.get(f"{answer.location}?lang=en").text


def test_the_conditions_and_a_reminder_lead_by_the_platform_where_its_address_is_known(
    house: Callers, comes: Comes
) -> None:
    rostered.fetched(house.world)
    house.world.clock.forward(days=-1)
    rostered.lms_of(house.world).address = "https://lms.example"
    assert conditions.send(house.world.runtime) == 4
    comes("roster", TRAINER, role="trainer").post(f"{PAGE}/remind", PAGE, person=[TRAINEE])
    house.world.drain()
    urls = [one.url for one in rostered.lms_of(house.world).told if one.person_id == TRAINEE]
    assert urls == [f"https://lms.example/launch?target=mine&course={COURSE}"] * 2
