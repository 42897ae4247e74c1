"""The trainee's form answers while it is typed: by the check of sending, keeping nothing, giving no number back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from sidecar.api import limits
from sidecar.store import reports, sent_data
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_national_id_form import NUMBER, ODD, everywhere, lets
from tests.sidecar.pages.test_own_certificate import MINE, lacking, trainee
from tests.sidecar.pages.visiting import TRAINEE, Visitor
from tests.worlds import SITE

__all__ = ["lets"]  # a fixture
CHECK = f"{MINE}/check"


def says(visitor: Visitor, **typed: str) -> str:
    answer = visitor.post(f"{CHECK}?lang=en", f"{MINE}?lang=en", **typed)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    return str(answer.text)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("phone", "123", "This is no telephone number"), ("phone", "٠٥٠ ١٢٣ ٤٥٦٧", "+966501234567"),
        ("phone", "", ""), ("name_en", "أحمد", "English letters"), ("name_en", "Ahmad", "your whole name"),
        ("name_en", "Ahmad Al-Qahtani", "Looks right"), ("name_en", "A" * 101, "At most 100 letters"),
        ("name_en", "<b>Ahmad</b> Q", "Looks right"),
    ],
)  # fmt: skip
def test_each_field_is_checked_as_when_it_is_sent(
    house: Callers, comes: Comes, field: str, text: str, said: str
) -> None:
    lacking(house)
    visitor = trainee(comes)
    found = says(visitor, **{field: text})
    assert said in found
    assert ("data-wrong" in found) is bool(said and "right" not in said and "+966" not in said)
    assert (found.strip() == "") is (said == "")
    assert "<input" not in found
    assert "<html" not in found
    with house.world.runtime.db.read() as conn:
        assert conn.execute(select(sent_data.sent_data)).all() == []
        assert conn.execute(select(reports.reports)).all() == []


def test_a_number_of_identity_comes_back_nowhere(
    lets: Callers, comes: Comes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    visitor = trainee(comes)
    assert "Ten digits" in says(visitor, national_id="12345")
    assert "Looks right" in says(visitor, national_id=NUMBER)
    warned = says(visitor, national_id=ODD)
    assert "does not fit the others" in warned
    assert 'name="anyway"' in warned
    assert "data-wrong" in warned
    for text in (warned, everywhere(lets), caplog.text + "".join(capfd.readouterr())):
        assert ODD not in text
        assert NUMBER not in text


def test_only_what_can_be_sent_is_checked_and_only_for_whom_it_is(house: Callers, comes: Comes) -> None:
    lacking(house)
    visitor = trainee(comes)
    assert visitor.post(CHECK, MINE, national_id=NUMBER).status_code == 404, "this site does not take it"
    assert visitor.post(CHECK, MINE, name_ar="أحمد القحطاني").status_code == 404, "it is there"
    assert visitor.post(CHECK, MINE).status_code == 404
    assert comes("mine", "500", role="trainee").post(CHECK, "/mine/", phone="1").status_code == 404
    assert Visitor(house).post(CHECK, "/mine/", csrf="x", phone="1").status_code == 401
    forged = visitor.post(CHECK, MINE, csrf="x", phone="1")
    assert forged.status_code == 400
    nul = visitor.post(CHECK, MINE, phone="\x00")
    assert nul.status_code == 422


def test_whoever_types_without_end_is_not_answered_and_may_send(house: Callers, comes: Comes) -> None:
    lacking(house)
    visitor = trainee(comes)
    counted = house.app.extensions["nidaa_checks"]
    for _ in range(limits.CHECKS):
        counted.count(SITE, TRAINEE, house.world.clock())
    refused = visitor.post(CHECK, MINE, phone="1")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert visitor.post(f"{MINE}/send", MINE, phone="0501234567").status_code == 303
    house.world.clock.forward(minutes=10)
    assert visitor.post(CHECK, MINE, phone="1").status_code == 200


def test_the_page_works_without_it_and_says_where_to_ask(lets: Callers, comes: Comes) -> None:
    page = trainee(comes).get(f"{MINE}?lang=en").text
    for field in ("phone", "name_en", "national_id"):
        assert re.search(rf'id="{field}-e"[^>]*aria-live="polite"', page)
        (tag,) = re.findall(rf'<input[^>]*id="{field}"[^>]*>', page)
        assert f'hx-post="{CHECK}"' in tag
        assert f'aria-describedby="{field}-e"' in tag
        assert f'hx-params="{field}' in tag, "one field alone is sent"
    assert page.count("data-wrong") == 0
    assert re.search(r'<form[^>]*method="post"[^>]*action="[^"]*/send"', page)


def test_names_that_do_not_fit_stand_side_by_side_with_their_source_in_words(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    rostered.knows(house.world, TRAINEE, profile__name_ar="أحمد القحطاني", profile__name_en="Omar Khan")
    rostered.fetch(house.world)
    page = trainee(comes).get(f"{MINE}?lang=en").text
    sides = re.search(r'<dl class="nd-sides">(.*?)</dl>', page, re.DOTALL).group(1)
    for said in ("Name in Arabic", "Name in English", "أحمد القحطاني", "Omar Khan", "your profile"):
        assert said in sides
    assert sides.count('<bdi dir="auto">') == 2
