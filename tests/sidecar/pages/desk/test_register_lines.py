"""A register's word wherever its line stands: on a case, a roster, a trainee's own pages; each with its age."""

from __future__ import annotations

import csv
import io
import re

import pytest

from adapters.certificates.fake import FakeRegistry
from adapters.lms.national_id import known_by
from adapters.lms.port import UNKNOWN
from sidecar.casework import import_registry, read_registry
from sidecar.domain.access import StaffRole
from sidecar.domain.registry import Column
from sidecar.domain.report import Report
from sidecar.journey import roster
from sidecar.journey.registry_reading import read_waiting
from sidecar.pages import register_words
from sidecar.pages.roster import words as roster_words
from sidecar.store import roster as store
from tests.sidecar.api.callers import Callers
from tests.sidecar.journey.test_certificate_answers import answers, asks
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.visiting import COURSE, NAMES, TRAINEE, TRAINER, Visitor
from tests.sidecar.registers import KEY, with_atlas
from tests.staff import arrive, viewer
from tests.worlds import SITE, World

REGISTRAR = viewer("local:registrar", StaffRole.REGISTRAR)
MANAR, NELC = "رقم الهوية,الدورة,الحالة", "actor,object,verb,timestamp,status,error"


def take(world: World, source: str, head: str, *lines: str) -> int:
    def run(work):  # type: ignore[no-untyped-def]
        return work()

    file = io.BytesIO("\n".join((head, *lines)).encode())
    number = import_registry.upload(world.runtime, REGISTRAR, source, "e.csv", file, run)
    row = import_registry.one(world.runtime, REGISTRAR, number, "uploaded")
    look, columns = read_registry.look(world.runtime, row, run)
    read_registry.want(
        world.runtime, REGISTRAR, row, look, {Column(one): place for one, place in columns.items()}, course="",
        lists_everybody=False,
    )  # fmt: skip
    assert read_waiting(world.runtime) == 1
    import_registry.take_over(world.runtime, REGISTRAR, number)
    return number


@pytest.fixture
def three(house: Callers) -> FakeRegistry:
    """Manar, the record of NELC and a register with an interface that only explains; everybody has a certificate."""
    world = house.world
    atlas = with_atlas(world, nelc=True, explains=True)
    rostered.fetched(world)
    key = (known_by(KEY, "1000000008") or ("", ""))[0]
    rostered.knows(world, TRAINEE, profile__national_id_key=key, profile__national_id_end="08", **rostered.ISSUED)
    rostered.fetch(world)
    return atlas


def everywhere(house: Callers, comes: Comes, at_desk: AtDesk, locale: str, sent: Report) -> dict[str, str]:
    """The pages on which a register's line stands."""
    case = arrive(house.world, sent)
    desk = at_desk(StaffRole.REGISTRAR, departments=["registration"])
    mine, trainer = comes("mine", TRAINEE, role="trainee"), comes("roster", TRAINER, role="trainer")
    return {
        "case": desk.get(f"/desk/cases/{case.id}?lang={locale}").text,
        "report": mine.get(f"/mine/{sent.id}?lang={locale}").text,
        "own": mine.get(f"/mine/courses/{COURSE}?lang={locale}").text,
        "roster": trainer.get(f"/roster/{COURSE}?show=all&lang={locale}").text,
        "print": trainer.get(f"/roster/{COURSE}/print?show=all&lang={locale}").text,
    }


def test_each_register_has_its_line_and_nelc_only_explains(
    house: Callers, comes: Comes, at_desk: AtDesk, three: FakeRegistry
) -> None:
    world = house.world
    take(world, "manar", MANAR, "1000000008,CRS-1,مرفوعة")
    take(world, "nelc", NELC, "1000000008,CRS-1,registered,2026-11-01,200,")
    three.set_entry(SITE, TRAINEE, COURSE, "issued", as_of=world.clock())
    rostered.fetch(world)
    with world.runtime.db.read() as conn:
        row = store.one(conn, (SITE, COURSE), TRAINEE)
    assert row is not None
    assert [item["gap"] for item in row.checklist if item["gap"]] == ["registry_pending"]
    sent = asks(TRAINEE)
    pages = everywhere(house, comes, at_desk, "en", sent)
    for name, page in pages.items():
        assert "Record of what was sent to NELC" in page, name
        assert "the enrolment was sent, the certificate was not" in page, name
        assert "the Atlas register" in page, name
    for name in ("case", "report"):
        assert "In hand at Manar" in pages[name], name
    (answer,) = answers(world, sent)
    assert "sent to Manar and is not confirmed" in answer
    assert "NELC: the enrolment was sent, the certificate was not (Sunday 1 November 2026)" in answer
    assert "the Atlas register: recorded" in answer


def test_what_only_explains_leaves_somebody_ready(house: Callers, comes: Comes, three: FakeRegistry) -> None:
    world = house.world
    take(world, "manar", MANAR, "1000000008,CRS-1,صادرة")
    take(world, "nelc", NELC, "1000000008,CRS-1,earned,2026-11-21,409,duplicate")
    for state in ("rejected", "unknown"):
        three.set_entry(SITE, TRAINEE, COURSE, state, reason="x")  # type: ignore[arg-type]
        rostered.knows(world, TRAINEE, profile__national_id_duplicate=False)
        rostered.fetch(world)
        with world.runtime.db.read() as conn:
            row = store.one(conn, (SITE, COURSE), TRAINEE)
        assert row is not None
        assert (row.standing, [item["gap"] for item in row.checklist if item["gap"]]) == ("ready", [])
        assert roster_words.menders(row.checklist) == ""
        assert (
            "could not be read"
            not in comes("mine", TRAINEE, role="trainee").get(f"/mine/courses/{COURSE}?lang=en").text
        )


@pytest.mark.parametrize(("locale", "fresh", "old", "nothing"), [
    ("en", "Last update from Manar: 22 November 2026", "more than 14 days ago", "Nothing has come from Manar yet"),
    ("ar", "آخر تحديث من منار: 22 نوفمبر 2026", "مضى عليه أكثر من 14 يوماً", "لم يرد شيء من منار بعد"),
])  # fmt: skip
def test_its_age_stands_wherever_a_line_of_manar_does(
    house: Callers, comes: Comes, at_desk: AtDesk, three: FakeRegistry, locale: str, fresh: str, old: str, nothing: str
) -> None:
    world = house.world
    for name, page in everywhere(house, comes, at_desk, locale, asks(TRAINEE)).items():
        assert nothing in page, name
    take(world, "manar", MANAR, "1000000008,CRS-1,مرفوعة")
    for name, page in everywhere(house, comes, at_desk, locale, asks(TRAINEE)).items():
        assert fresh in page, name
        assert old not in page, name
    world.clock.forward(days=15)
    for name, page in everywhere(house, comes, at_desk, locale, asks(TRAINEE)).items():
        assert fresh in page, name
        assert old in page, name


def test_the_sheet_names_what_is_missing_at_which_register(house: Callers, comes: Comes) -> None:
    world = house.world
    atlas = with_atlas(world)
    atlas.set_entry(SITE, TRAINEE, COURSE, "rejected")
    rostered.fetched(world)
    rostered.knows(world, TRAINEE, **rostered.ISSUED)
    rostered.fetch(world)
    sheet = (
        comes("roster", TRAINER, role="trainer").get(f"/roster/{COURSE}/csv?show=all&lang=en").data.decode("utf-8-sig")
    )
    row = next(row for row in csv.DictReader(io.StringIO(sheet)) if row["LMS user"] == TRAINEE)
    assert row["Certificate"] == "the Atlas register: sent back"
    assert "the Atlas register: sent back" in row["What is missing"]
    assert "Manar" not in row["What is missing"]


def test_a_page_waits_for_no_register(house: Callers, comes: Comes, at_desk: AtDesk, three: FakeRegistry) -> None:
    asked = len(three.asked)
    sent = asks(TRAINEE)
    case = arrive(house.world, sent)
    after = len(three.asked)
    assert after > asked
    three.down = True
    desk, mine = at_desk(StaffRole.REGISTRAR, departments=["registration"]), comes("mine", TRAINEE, role="trainee")
    for visitor, path in (
        (desk, f"/desk/cases/{case.id}"), (mine, f"/mine/{sent.id}"), (mine, f"/mine/courses/{COURSE}"),
        (comes("roster", TRAINER, role="trainer"), f"/roster/{COURSE}"),
    ):  # fmt: skip
        assert visitor.get(path).status_code == 200
    assert len(three.asked) == after


def test_an_import_that_is_taken_over_or_undone_has_the_roster_judged_anew(
    house: Callers, comes: Comes, three: FakeRegistry
) -> None:
    world = house.world
    world.clock.forward(minutes=1)
    trainer = comes("roster", TRAINER, role="trainer")
    trainer.get(f"/roster/{COURSE}")
    assert roster.refresh(world.runtime) == 0, "an hour has not passed"
    number = take(world, "manar", MANAR, "1000000008,CRS-1,مرفوعة")
    trainer.get(f"/roster/{COURSE}")
    assert roster.refresh(world.runtime) == 1
    world.clock.forward(minutes=1)
    trainer.get(f"/roster/{COURSE}")
    assert roster.refresh(world.runtime) == 0
    import_registry.undo(world.runtime, REGISTRAR, number)
    comes("mine", TRAINEE, role="trainee").get(f"/mine/courses/{COURSE}")
    assert roster.refresh(world.runtime) == 1


def test_every_reason_of_an_unknown_has_words_and_no_code_is_shown(house: Callers) -> None:
    with house.app.test_request_context("/"):
        for code in ("not_in_export", "not_imported", "no_number", "several", "unavailable", "not_asked"):
            assert register_words.why({"state": "unknown", "reason": code}) not in {"", code}
        assert register_words.why({"state": "unknown", "reason": "a_code_of_theirs"}) == ""
        assert register_words.why({"state": "rejected", "reason": "الاسم"}) == "\u2068الاسم\u2069"


def sheet_of(trainer: Visitor, person: str) -> dict[str, str]:
    table = trainer.get(f"/roster/{COURSE}/csv?show=all&lang=en").data.decode("utf-8-sig")
    return next(row for row in csv.DictReader(io.StringIO(table)) if row["LMS user"] == person)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("says", "wanted"), [("صادرة", "Manar: issued"), ("غير مرفوعة", "Manar: not submitted")])
def test_what_manar_says_stands_beside_the_certificate_whatever_the_lms_says(
    house: Callers, comes: Comes, at_desk: AtDesk, three: FakeRegistry, known: bool, says: str, wanted: str
) -> None:
    world = house.world
    changes = rostered.ISSUED if known else {"certificate__issued": UNKNOWN}
    key = (known_by(KEY, "1000000008") or ("", ""))[0]
    rostered.knows(world, TRAINEE, profile__national_id_key=key, profile__national_id_end="08", profile__phone=None,
                   **changes)  # fmt: skip
    take(world, "manar", f"{MANAR},التاريخ", f"1000000008,CRS-1,{says},2026-11-01")
    rostered.fetch(world)
    pages = everywhere(house, comes, at_desk, "en", asks(TRAINEE))
    trainer = comes("roster", TRAINER, role="trainer")
    row = re.search(rf"<tr>(?:(?!</tr>).)*<bdi>{NAMES[TRAINEE]}</bdi>.*?</tr>", pages["roster"], re.DOTALL)
    assert row is not None
    assert wanted in row.group(0)
    assert "Manar: unknown" not in row.group(0)
    assert wanted in pages["print"]
    said = sheet_of(trainer, TRAINEE)
    assert wanted in f"{said['Certificate']}; {said['Registers']}"
    state = wanted.partition(": ")[2]
    assert re.search(rf"Manar.*?(?i:{state})", pages["case"], re.DOTALL)
    with world.runtime.db.read() as conn:
        kept = store.one(conn, (SITE, COURSE), TRAINEE)
    assert kept is not None
    if state == "issued":
        assert "phone_missing" not in [item["gap"] for item in kept.checklist], "it is issued: nothing is to be mended"
        assert kept.standing != "gap"
    if state == "not submitted" and not known:
        assert "registry_not_submitted" not in [item["gap"] for item in kept.checklist], "an unknown is never a gap"
