"""The number of identity in a trainee's form: only where the house enters it, sealed until then, read by nobody."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sidecar.api.limits import REPORTS
from sidecar.journey import write_back
from sidecar.store import schema, sent_data
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_own_certificate import MINE, PAGE, lacking, trainee
from tests.sidecar.pages.visiting import TRAINEE, TRAINER, Visitor
from tests.staff import all_cases, timeline
from tests.worlds import SITE

NUMBER, TYPED, ODD = "1000000008", "١٠٠٠ ٠٠٠٠ ٠٨", "1000000009"
KEY = b"k" * 32


@pytest.fixture
def lets(house: Callers) -> Callers:
    """A site that lets the house enter the number, and a trainee who lacks it."""
    lacking(house)
    lms = rostered.lms_of(house.world)
    lms.writes, lms.id_key = frozenset({"national_id"}), KEY
    for name in ("id_key", "seal_key"):
        object.__setattr__(house.world.runtime, name, KEY)
    return house


def row(house: Callers) -> Any:
    with house.world.runtime.db.read() as conn:
        return conn.execute(select(sent_data.sent_data).order_by(sent_data.sent_data.c.id.desc())).first()


def everywhere(house: Callers) -> str:
    """All that stands in the database."""
    with house.world.runtime.db.read() as conn:
        return " ".join(str(tuple(r)) for t in schema.metadata.sorted_tables for r in conn.execute(select(t)))


def press(comes: Comes, what: str) -> Visitor:
    trainer = comes("roster", TRAINER, role="trainer", name="خالد الحربي")
    page = trainer.get(PAGE).text
    assert "••••08" in page
    assert NUMBER not in page
    number = re.search(rf'value="({what}-\d+)"', page).group(1)
    assert trainer.post(f"{PAGE}/confirm", PAGE, sent=number).status_code == 303
    return trainer


def test_it_is_entered_once_confirmed_and_erased_and_nobody_reads_it(
    lets: Callers, comes: Comes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    visitor = trainee(comes)
    page = visitor.get(f"{MINE}?lang=en").text
    assert 'name="national_id"' in page
    assert "never sent through this page" not in page
    assert visitor.post(f"{MINE}/send", MINE, national_id=TYPED).status_code == 303
    lets.world.drain()
    kept = row(lets)
    assert (kept.value, kept.state) == ("••••••••08", "sent")
    assert kept.sealed
    assert NUMBER not in everywhere(lets)
    assert TYPED not in everywhere(lets)
    press(comes, "right")
    lets.world.drain()
    assert rostered.lms_of(lets.world).written == [(TRAINEE, "national_id", NUMBER)]
    kept = row(lets)
    assert (kept.writing, kept.sealed, kept.before) == ("written", None, None)
    assert NUMBER not in everywhere(lets)
    (case,) = all_cases(lets.world)
    assert "written" in [event.reason for event in timeline(lets.world, case.id)]
    assert NUMBER not in visitor.get(MINE).text
    assert NUMBER not in caplog.text + "".join(capfd.readouterr())


def test_a_check_digit_that_does_not_fit_is_a_warning_and_the_number_comes_back_on_no_page(
    lets: Callers, comes: Comes
) -> None:
    visitor = trainee(comes)
    for wrong in ("123", "abc", "12345678901"):
        refused = visitor.post(f"{MINE}/send", MINE, national_id=wrong)
        assert refused.status_code == 422
        assert 'name="anyway"' not in refused.text
        assert f'value="{wrong}"' not in refused.text
    warned = visitor.post(f"{MINE}/send", MINE, national_id=ODD)
    assert warned.status_code == 422
    assert 'name="anyway"' in warned.text
    assert ODD not in warned.text
    assert row(lets) is None
    assert visitor.post(f"{MINE}/send", MINE, national_id=ODD, anyway="1").status_code == 303
    assert row(lets).value == "••••••••09"


def test_what_the_trainer_does_not_confirm_is_erased(lets: Callers, comes: Comes) -> None:
    trainee(comes).post(f"{MINE}/send", MINE, national_id=NUMBER)
    lets.world.drain()
    press(comes, "wrong")
    assert (row(lets).state, row(lets).sealed) == ("refused", None)


def test_a_newer_answer_and_a_month_erase_it(lets: Callers, comes: Comes) -> None:
    visitor = trainee(comes)
    visitor.post(f"{MINE}/send", MINE, national_id=ODD, anyway="1")
    visitor.post(f"{MINE}/send", MINE, national_id=NUMBER)
    with lets.world.runtime.db.read() as conn:
        sealed = [r.sealed is not None for r in conn.execute(select(sent_data.sent_data).order_by("id"))]
    assert sealed == [False, True]
    assert write_back.tidy(lets.world.runtime) == 0
    lets.world.clock.at += timedelta(days=31)
    assert write_back.tidy(lets.world.runtime) == 1
    assert (row(lets).state, row(lets).sealed) == ("refused", None)


@pytest.mark.parametrize("trouble", ["refusing", "other_key", "deaf"])
def test_what_cannot_be_entered_is_erased_too(lets: Callers, comes: Comes, trouble: str) -> None:
    trainee(comes).post(f"{MINE}/send", MINE, national_id=NUMBER)
    lets.world.drain()
    press(comes, "right")
    lms = rostered.lms_of(lets.world)
    if trouble == "refusing":
        lms.mood = "refusing"
    elif trouble == "deaf":
        lms.deaf = frozenset({"national_id"})
    else:
        object.__setattr__(lets.world.runtime, "seal_key", b"n" * 32)
    lets.world.drain()
    code = {"refusing": "invalidtoken", "other_key": "unsealed", "deaf": "not_kept"}[trouble]
    assert (row(lets).writing, row(lets).code, row(lets).sealed) == ("refused", code, None)


def test_where_the_site_does_not_list_it_nothing_is_taken(house: Callers, comes: Comes) -> None:
    lacking(house)
    visitor = trainee(comes)
    assert "never sent through this page" in visitor.get(f"{MINE}?lang=en").text
    assert visitor.post(f"{MINE}/send", MINE, national_id=NUMBER).status_code == 422
    assert row(house) is None


def test_at_the_limit_the_number_is_asked_for_again_and_given_back_by_no_page(lets: Callers, comes: Comes) -> None:
    visitor, now = trainee(comes), lets.world.clock()
    for _ in range(REPORTS):
        lets.app.extensions["nidaa_reports"].limits.count(SITE, TRAINEE, now)
    refused = visitor.post(f"{MINE}/send", MINE, national_id=TYPED)
    assert refused.status_code == 429
    assert "فيُرجى كتابته مرة أخرى" in refused.text
    assert (NUMBER in refused.text, TYPED in refused.text, NUMBER in everywhere(lets)) == (False, False, False)
