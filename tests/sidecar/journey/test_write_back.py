"""What a trainer confirmed is written to the LMS once, whoever dies on the way, and only what the site lets us."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from adapters.lms.fake import FakeLms
from adapters.lms.port import UNKNOWN, Pair
from sidecar.casework import own_certificate
from sidecar.domain.access import StaffRole
from sidecar.domain.registry import number_key
from sidecar.domain.report import Course, Gap, Kind, Page, Place
from sidecar.domain.steps import Lane, Step
from sidecar.journey import write_back
from sidecar.store import roster_courses, sealed, sent_data
from sidecar.store.outbox import outbox, put
from sidecar.tasks.drain import drain
from tests.sidecar.journey.test_crashes import Killed, Mortal
from tests.sidecar.pages import rostered
from tests.sidecar.pages.visiting import COURSE, TRAINEE
from tests.staff import all_cases, send, timeline, viewer
from tests.worlds import SITE, World, report

NUMBER = "+966501234567"
REASONS = {"written", "stood", "not_written", "overtaken"}


def lms_of(world: World) -> FakeLms:
    return rostered.lms_of(world)


@pytest.fixture
def asked(world: World) -> World:
    """A trainee without a telephone number has sent one; the site lets us write it, and names."""
    rostered.knows(world, TRAINEE, profile__phone=None, profile__national_id=None)
    lms_of(world).writes = frozenset({"phone", "name_en"})
    sent(world, NUMBER)
    world.drain()
    return world


def sent(world: World, value: str, field: str = "phone") -> int:
    key = uuid.uuid4()
    one = report(
        id=key, by=TRAINEE, kind=Kind.CERTIFICATE_GAP, symptom=None, gaps=frozenset({Gap.PHONE_MISSING}),
        place=Place(Page.COURSE, Course(COURSE, "CRS-1", "دورة الأمن")), text=f"{field}: {value}",
        occurred_at=world.clock(), received_at=world.clock(),
    )  # fmt: skip
    send(world, one)
    with world.runtime.db.write() as conn:
        sent_data.send(conn, (SITE, COURSE), TRAINEE, {field: value}, one.key, world.clock())
        return conn.scalars(select(sent_data.sent_data.c.id).order_by(sent_data.sent_data.c.id.desc())).first()


def confirm(world: World, *numbers: int, right: bool = True) -> None:
    trainer = viewer(f"{SITE}:8", StaffRole.TRAINER, courses=(f"{SITE}:{COURSE}",))
    with world.runtime.db.read() as conn:
        ids = numbers or tuple(conn.scalars(select(sent_data.sent_data.c.id)))
    own_certificate.judge(world.runtime, trainer, (SITE, COURSE), ids, right=right)


def row(world: World) -> Any:
    with world.runtime.db.read() as conn:
        return conn.execute(select(sent_data.sent_data).order_by(sent_data.sent_data.c.id)).all()[-1]


def said(world: World) -> list[tuple[str, dict[str, Any]]]:
    (case,) = all_cases(world)
    return [(e.reason, dict(e.data)) for e in timeline(world, case.id) if e.reason in REASONS]


def stands(world: World, field: str = "phone") -> Any:
    pair = Pair(TRAINEE, COURSE)
    return lms_of(world).facts([pair])[pair].values[f"profile.{field}"].value


def test_what_is_confirmed_is_written_once_with_before_and_after_and_the_gap_goes(asked: World) -> None:
    assert row(asked).writing is None, "nobody has confirmed it"
    assert lms_of(asked).written == []
    confirm(asked)
    assert asked.woken[-1] is Lane.WRITE
    asked.drain()
    assert lms_of(asked).written == [(TRAINEE, "phone", NUMBER)]
    kept = row(asked)
    assert (kept.writing, kept.before, kept.value, kept.code) == ("written", None, NUMBER, None)
    assert said(asked) == [("written", {"sent": kept.id, "field": "phone"})]
    (case,) = all_cases(asked)
    assert "gap_gone" in [event.reason for event in timeline(asked, case.id)], "the facts were asked anew"
    with asked.runtime.db.read() as conn:
        assert roster_courses.state(conn, (SITE, COURSE)).wanted_at, "and so is the roster"


def test_what_stood_there_before_is_kept(asked: World) -> None:
    lms_of(asked).set_facts(TRAINEE, COURSE, profile__phone="0500000000")
    confirm(asked)
    asked.drain()
    assert (row(asked).before, stands(asked)) == ("0500000000", NUMBER)


def test_what_stands_there_already_is_not_written(asked: World) -> None:
    lms_of(asked).set_facts(TRAINEE, COURSE, profile__phone=NUMBER)
    confirm(asked)
    asked.drain()
    assert (lms_of(asked).written, row(asked).writing) == ([], "stood")


def test_what_the_trainer_does_not_confirm_or_the_site_does_not_list_is_not_written(asked: World) -> None:
    confirm(asked, right=False)
    name = sent(asked, "أحمد القحطاني", "name_ar")
    asked.drain()
    confirm(asked, name)
    asked.drain()
    assert lms_of(asked).written == []
    assert row(asked).writing is None
    assert said(asked) == []


def test_an_lms_that_is_away_gets_it_when_it_is_back(asked: World) -> None:
    lms_of(asked).mood = "down"
    confirm(asked)
    for _ in range(40):  # far more than a row that kills its worker is given
        asked.clock.forward(seconds=61)
        asked.drain()
    assert row(asked).writing == "wanted"
    lms_of(asked).mood = "well"
    asked.clock.forward(seconds=61)
    asked.drain()
    assert row(asked).writing == "written"
    assert lms_of(asked).written == [(TRAINEE, "phone", NUMBER)]


def test_an_answer_that_is_lost_does_not_lose_what_stood_before(asked: World) -> None:
    lms_of(asked).set_facts(TRAINEE, COURSE, profile__phone="0500000000")
    lms_of(asked).mood = "answer_lost"
    confirm(asked)
    asked.drain()
    assert stands(asked) == NUMBER
    lms_of(asked).mood = "well"
    asked.clock.forward(seconds=61)
    asked.drain()
    assert (row(asked).writing, row(asked).before) == ("written", "0500000000")
    assert len(lms_of(asked).written) == 1


@pytest.mark.parametrize("trouble", ["refusing", "deaf", "unreadable", "forbidden", "nobody"])
def test_what_is_refused_is_a_registrars_and_says_why(asked: World, trouble: str) -> None:
    lms = lms_of(asked)
    confirm(asked)
    if trouble == "refusing":
        lms.mood = "refusing"
    elif trouble == "deaf":
        lms.deaf = frozenset({"phone"})
    elif trouble == "unreadable":
        lms.set_facts(TRAINEE, COURSE, profile__phone=UNKNOWN)
    elif trouble == "forbidden":
        lms.writes = frozenset()
    else:
        asked.runtime.lms.pop(SITE)  # type: ignore[attr-defined]
    asked.drain()
    code = {"refusing": "invalidtoken", "deaf": "not_kept", "unreadable": "unreadable"}.get(trouble, "not_allowed")
    kept = row(asked)
    assert (kept.writing, kept.code) == ("refused", code)
    assert said(asked) == [("not_written", {"sent": kept.id, "field": "phone", "code": code})]
    with asked.runtime.db.read() as conn:
        assert conn.scalar(select(outbox.c.id).where(outbox.c.step == Step.WRITE)) is None


def test_an_answer_that_is_none_is_asked_again_and_then_given_to_a_registrar(asked: World) -> None:
    lms_of(asked).mood = "malformed"
    confirm(asked)
    asked.drain()
    assert row(asked).writing == "wanted"
    for _ in range(6):
        asked.clock.forward(seconds=61)
        asked.drain()
    assert (row(asked).writing, row(asked).code) == ("refused", "malformed")


def test_a_later_answer_is_what_stands(asked: World) -> None:
    first = row(asked).id
    lms_of(asked).mood = "down"
    confirm(asked, first)
    asked.drain()
    confirm(asked, sent(asked, "+966507654321"))
    asked.drain()
    lms_of(asked).mood = "well"
    asked.clock.forward(seconds=61)
    asked.drain()
    assert lms_of(asked).written == [(TRAINEE, "phone", "+966507654321")]
    assert sorted(reason for reason, _ in said(asked)) == ["overtaken", "written"]


@pytest.mark.parametrize("moment", ["before", "within", "after"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_worker_that_dies_anywhere_writes_it_once(asked: World, moment: str, at: int) -> None:
    lms_of(asked).set_facts(TRAINEE, COURSE, profile__phone="0500000000")
    confirm(asked)
    mortal = replace(asked.runtime, db=Mortal(asked.runtime.db, moment, at))  # claim, "trying", record
    with pytest.raises(Killed):
        drain(mortal, Lane.WRITE)
    asked.clock.forward(seconds=67)
    asked.drain()
    kept = row(asked)
    assert (kept.writing, kept.before) == ("written", "0500000000")
    assert [reason for reason, _ in said(asked)] == ["written"]
    assert lms_of(asked).written == [(TRAINEE, "phone", NUMBER)]


IDENTITY, KEY = "1000000008", b"k" * 32


@pytest.fixture
def sealed_number(world: World) -> World:
    """A trainee whose number needs review has sent another."""
    rostered.knows(world, TRAINEE, profile__national_id="invalid", profile__national_id_end="77")
    lms = lms_of(world)
    lms.writes, lms.id_key = frozenset({"national_id"}), KEY
    world.runtime = replace(world.runtime, id_key=KEY, seal_key=KEY)
    number = sent(world, "••••••••08", "national_id")
    with world.runtime.db.write() as conn:
        change = update(sent_data.sent_data).where(sent_data.sent_data.c.id == number)
        conn.execute(change.values(sealed=sealed.close(KEY, IDENTITY)))
    world.drain()
    return world


def test_of_a_number_of_identity_before_and_after_are_its_state_and_last_digits(sealed_number: World) -> None:
    confirm(sealed_number)
    sealed_number.drain()
    kept = row(sealed_number)
    assert lms_of(sealed_number).written == [(TRAINEE, "national_id", IDENTITY)]
    assert (kept.writing, kept.before, kept.value, kept.sealed) == ("written", "invalid 77", "••••••••08", None)
    assert IDENTITY not in repr(said(sealed_number))


def test_a_number_that_stands_is_known_by_its_hash(sealed_number: World) -> None:
    key = number_key(KEY, IDENTITY)
    lms_of(sealed_number).set_facts(TRAINEE, COURSE, profile__national_id="present", profile__national_id_key=key)
    confirm(sealed_number)
    sealed_number.drain()
    assert (lms_of(sealed_number).written, row(sealed_number).writing) == ([], "stood")


def test_it_waits_sealed_while_the_lms_is_away(sealed_number: World) -> None:
    lms_of(sealed_number).mood = "down"
    confirm(sealed_number)
    sealed_number.drain()
    assert row(sealed_number).sealed
    assert write_back.tidy(sealed_number.runtime) == 0
    sealed_number.clock.forward(days=31)
    assert write_back.tidy(sealed_number.runtime) == 1
    assert (row(sealed_number).code, row(sealed_number).sealed) == ("too_late", None)
    lms_of(sealed_number).mood = "well"
    sealed_number.drain()
    assert lms_of(sealed_number).written == []


@pytest.mark.parametrize(("end", "state"), [("08", "written"), ("77", "refused")])
def test_a_number_that_is_erased_is_looked_at_again_by_its_end(sealed_number: World, end: str, state: str) -> None:
    confirm(sealed_number)
    sealed_number.drain()
    lms_of(sealed_number).set_facts(TRAINEE, COURSE, profile__national_id="present", profile__national_id_end=end)
    with sealed_number.runtime.db.write() as conn:  # an earlier answer may have come to the LMS after it
        put(conn, Step.WRITE, [str(row(sealed_number).id)], sealed_number.clock())
    sealed_number.drain()
    kept = row(sealed_number)
    assert (kept.writing, kept.code) == (state, None if state == "written" else "unsealed")
    assert len(lms_of(sealed_number).written) == 1


@pytest.mark.parametrize("trouble", ["unreadable", "forbidden"])
def test_what_stood_is_not_doubted_where_it_cannot_be_looked_at_again(asked: World, trouble: str) -> None:
    confirm(asked)
    asked.drain()
    if trouble == "unreadable":
        lms_of(asked).set_facts(TRAINEE, COURSE, profile__phone=UNKNOWN)
    else:
        lms_of(asked).writes = frozenset()
    with asked.runtime.db.write() as conn:
        put(conn, Step.WRITE, [str(row(asked).id)], asked.clock())
    asked.drain()
    assert row(asked).writing == "written"
    assert [reason for reason, _ in said(asked)] == ["written"]
