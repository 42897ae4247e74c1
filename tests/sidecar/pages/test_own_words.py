"""How the trainee's own page reads: one answer, then what is missing; what was sent; nothing after "issued"."""

import re

from adapters.lms.port import UNKNOWN
from sidecar.store import roster
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_own_certificate import MINE, lacking, rows, trainee
from tests.sidecar.pages.visiting import COURSE, TRAINEE
from tests.worlds import SITE


def test_one_answer_and_then_what_is_missing_without_the_platforms_function(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    rostered.knows(
        house.world, TRAINEE, profile__phone=None, completion__completed=UNKNOWN, certificate__issued=UNKNOWN,
        course__ended=UNKNOWN, profile__name_en="Omar Khan", enrolment__status=UNKNOWN,
    )  # fmt: skip
    rostered.fetch(house.world)
    text = trainee(comes).get(f"{MINE}?lang=en").text
    assert "These 2 things are missing for your certificate:" in text
    assert "could not tell the reason" not in text
    assert "This is missing, too" not in text
    assert text.count("Mobile number is not entered") == 1
    assert text.count("You can mend this below.") == 2, "the form asks for both"
    assert "The registration office mends this." not in text
    assert not re.search(r"(core|local)_\w+_get_", text)


def test_what_was_sent_is_marked_and_its_field_closed_until_another_is_wanted(house: Callers, comes: Comes) -> None:
    lacking(house)
    visitor = trainee(comes)
    visitor.post(f"{MINE}/send", MINE, phone="0501234567")
    text = visitor.get(f"{MINE}?lang=en").text
    assert re.search(r"Mobile number is not entered</span> <b[^>]*>Sent; waits for your trainer", text)
    assert re.search(
        r"<details><summary>[^<]*Send another value</summary>(?:(?!</details>).)*name=\"phone\"", text, re.DOTALL
    )
    assert not re.search(r"<details>(?:(?!</details>).)*name=\"name_en\"", text, re.DOTALL)
    own = visitor.get("/mine/").text
    assert "1 thing sent, waits for your trainer" in own
    assert "2 things missing" in own
    visitor.post(f"{MINE}/send", MINE, phone="0507654321", name_en="Ahmad Al-Qahtani")
    text = visitor.get(MINE).text
    assert '<details class="nd-card"><summary' in text, "all that it asks for is sent"
    assert [row for row in rows(house) if row[2] == "sent"] == [
        ("name_en", "Ahmad Al-Qahtani", "sent"), ("phone", "+966507654321", "sent")]  # fmt: skip
    wrong = visitor.post(f"{MINE}/send", MINE, phone="12")
    assert not re.search(r"<details[^>]*>(?:(?!</details>).)*aria-invalid", wrong.text, re.DOTALL), (
        "its fault is in sight"
    )


def test_pages_say_shares_in_latin_digits(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    rostered.knows(house.world, TRAINEE, attendance__rate=0.5, course__ended=True)
    rostered.fetch(house.world)
    text = trainee(comes).get(f"{MINE}?lang=ar").text
    assert "50%" in text
    assert not re.search("[٠-٩٪]", text)


def test_whom_manar_has_issued_one_is_told_of_nothing_missing(house: Callers, comes: Comes) -> None:
    lacking(house)
    with house.world.runtime.db.write() as conn:
        row = roster.one(conn, (SITE, COURSE), TRAINEE)
        assert row is not None
        line = {
            "what": "registry", "gap": None, "sure": "known", "mark": "in_order", "mender": None, "source": "manar",
            "detail": {"register": "manar", "state": "issued"}, "at": None,
        }  # fmt: skip
        conn.execute(
            roster.roster_people.update()
            .where(roster.roster_people.c.person_id == TRAINEE)
            .values(checklist=[*row.checklist, line])
        )
    text = trainee(comes).get(f"{MINE}?lang=en").text
    assert re.search("The certificate is issued at .?Manar.?", text)
    assert "missing, too" not in text
    assert "data-missing" not in text
