"""Supervisors see how many of which course are ready for the certificate, and no number that points at anybody (C3)."""

from __future__ import annotations

import csv
import io
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from sidecar.casework import oversee_readiness
from sidecar.domain.access import StaffRole
from sidecar.domain.roster import Standing
from sidecar.journey import roster as fetching
from sidecar.store import pack_views, roster, roster_courses, timetable
from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.visiting import Visitor
from tests.staff import viewer
from tests.worlds import SITE, World
from tests.worlds import world as make_world

PAGE = "/desk/oversight/readiness"
SUPERVISOR = viewer("900", StaffRole.SUPERVISOR)


def course(world: World, key: str, name: str, *, ends: float = 20, **people: int) -> None:
    """A course that was fetched, with so many `ready`, `unknown`, and so many of each gap alone."""
    now = world.clock()
    told = [
        {"site_id": SITE, "course_id": key, "name": name, "idnumber": f"CRS-{key}",
         "starts_at": now - timedelta(days=90), "ends_at": now + timedelta(days=ends)}
    ]  # fmt: skip
    rows = []
    for what, number in people.items():
        gaps = [{"gap": one} for one in what.split("__")] if what not in {"ready", "unknown"} else []
        standing = Standing.GAP if gaps else Standing(what)
        for n in range(number):
            person = f"{what}{n}"
            rows.append(
                roster.row_of(
                    (SITE, key), person, f"متدرب {person}", taken_at=now, snapshot={}, items=gaps, standing=standing,
                    rate=None, never_in=False, digest="x",
                )
            )  # fmt: skip
    with world.runtime.db.write() as conn:
        timetable.note_running(conn, told)
        roster_courses.want(conn, SITE, key, now)
        roster.keep(conn, rows)
        roster_courses.fetched(conn, (SITE, key), now, now)


def unfetched(world: World, key: str, name: str) -> None:
    row = {
        "site_id": SITE,
        "course_id": key,
        "name": name,
        "idnumber": None,
        "starts_at": world.clock(),
        "ends_at": None,
    }
    with world.runtime.db.write() as conn:
        timetable.note_running(conn, [row])


@pytest.fixture
def seen(house: Callers) -> Callers:
    course(house.world, "501", "دورة السلامة", ready=12, phone_missing=7, national_id_missing=4, unknown=3)
    course(house.world, "502", "دورة الشبكات", ready=9, phone_missing=1, unknown=1)
    course(house.world, "503", "دورة صغيرة", ready=1, national_id_missing=1)
    unfetched(house.world, "504", "دورة جديدة")
    return house


def row_of(text: str, name: str) -> str:
    found = re.search(rf"<tr><th scope=\"row\"><bdi>{name}</bdi>.*?</tr>", text, re.DOTALL)
    assert found, name
    return " ".join(re.sub(r"<[^>]*>", " ", found.group(0)).split())


def by(at_desk: AtDesk, role: StaffRole = StaffRole.SUPERVISOR) -> Visitor:
    return at_desk(role)


@pytest.mark.parametrize("role", [StaffRole.SUPERVISOR, StaffRole.ADMINISTRATIVE_MANAGER])
def test_course_by_course_in_numbers_and_who_mends_what(seen: Callers, at_desk: AtDesk, role: StaffRole) -> None:
    text = by(at_desk, role).get(f"{PAGE}?lang=en").text
    safety = row_of(text, "دورة السلامة")
    assert "CRS-501" in safety
    assert re.search(r"CRS-501 ends on 2026-\d\d-\d\d 26 12 11 3 ", safety), safety
    assert "Mobile number is not entered: 7 (Trainee)" in safety
    assert "iqama number is not entered: 4 (Trainee)" in safety
    assert f"{seen.world.clock().astimezone(seen.world.runtime.zone):%Y-%m-%d %H:%M}" in safety
    assert "Manar: never imported" in text
    assert "متدرب" not in text.split("<main")[1]


def test_what_is_small_is_told_no_otherwise_than_what_is_not_there(seen: Callers, at_desk: AtDesk) -> None:
    text = by(at_desk).get(f"{PAGE}?lang=en").text
    assert "9 or more 9 fewer than 3 fewer than 3 nothing that many have in common" in row_of(text, "دورة الشبكات")
    small = row_of(text, "دورة صغيرة")
    assert "fewer than 3 fewer than 3 fewer than 3 fewer than 3" in small
    assert "missing" not in small.lower()
    course(seen.world, "503", "دورة صغيرة", ready=2)
    with seen.world.runtime.db.write() as conn:
        roster.leave_out(conn, (SITE, "503"), ["national_id_missing0"])
    assert row_of(by(at_desk).get(f"{PAGE}?lang=en").text, "دورة صغيرة") == small
    together = re.sub(r"<[^>]*>", " ", text.split('id="sm"')[1].split("<table")[0])
    assert re.findall(r"\d+ or more", together) == ["21 or more", "11 or more", "3 or more"]


def test_a_course_that_nobody_fetched_is_not_known_and_is_fetched_on_request(seen: Callers, at_desk: AtDesk) -> None:
    visitor = by(at_desk)
    page = visitor.get(f"{PAGE}?lang=en")
    assert "Not known" in row_of(page.text, "دورة جديدة")
    assert f'value="{SITE}|504"' in page.text
    lms = seen.world.runtime.lms[SITE]
    asked = dict(lms.calls)  # type: ignore[attr-defined]
    answer = visitor.post(f"{PAGE}/fetch?lang=en", PAGE, course=f"{SITE}|504")
    assert answer.status_code == 303
    assert dict(lms.calls) == asked, "nobody waits for it"  # type: ignore[attr-defined]
    again = visitor.get(answer.location.removeprefix("https://nidaa.example"))
    assert "1 course is being asked about." in again.text
    assert "It is being fetched" in row_of(again.text, "دورة جديدة")
    with seen.world.runtime.db.read() as conn:
        assert roster_courses.waits(conn, [SITE], seen.world.clock())
    assert fetching.refresh(seen.world.runtime) == 1


def test_only_what_was_never_fetched_is_asked_for_and_no_course_that_is_none(seen: Callers, at_desk: AtDesk) -> None:
    visitor = by(at_desk)
    for course_id in ("999", "", "5 0 1"):
        assert visitor.post(f"{PAGE}/fetch", PAGE, course=f"{SITE}|{course_id}").status_code == 404
    assert visitor.post(f"{PAGE}/fetch", PAGE, course="elsewhere|504").status_code == 404
    assert "fetched=0" in visitor.post(f"{PAGE}/fetch", PAGE, course=f"{SITE}|501").location
    unfetched(seen.world, "505", "دورة أخرى")
    # The course of the tests' own world is one, too.
    assert "fetched=3" in visitor.post(f"{PAGE}/fetch", PAGE).location
    assert "fetched=0" in visitor.post(f"{PAGE}/fetch", PAGE).location


def test_the_filter_is_by_month_and_by_the_courses_name_or_number(seen: Callers, at_desk: AtDesk) -> None:
    course(seen.world, "506", "دورة مضت", ends=-60, ready=5)
    visitor = by(at_desk)
    assert "دورة مضت" not in visitor.get(PAGE).text
    assert "دورة مضت" in visitor.get(f"{PAGE}?month=all").text
    month = f"{seen.world.clock() - timedelta(days=60):%Y-%m}"
    assert "دورة مضت" in visitor.get(f"{PAGE}?month={month}").text
    assert "دورة السلامة" not in visitor.get(f"{PAGE}?month=2026-01").text
    for words in ("السلامه", "CRS-501", "crs 501"):
        text = visitor.get(f"{PAGE}?q={words}").text
        assert "دورة السلامة" in text
        assert "دورة الشبكات" not in text
    for wrong in ("month=2026-13", "month=x", "page=0", "page=x"):
        assert visitor.get(f"{PAGE}?{wrong}").status_code == 404
    assert "No course runs in this month" in visitor.get(f"{PAGE}?q=لايوجد&lang=en").text


def test_the_table_opens_in_arabic_and_holds_no_formula(seen: Callers, at_desk: AtDesk) -> None:
    course(seen.world, "507", '=HYPERLINK("http://x")', ready=4, unknown=4, phone_missing=9)
    answer = by(at_desk).get(f"{PAGE}.csv?lang=ar")
    assert answer.data.startswith("\ufeff".encode())
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    cells = {row[0]: row for row in rows}
    assert '\'=HYPERLINK("http://x")' in cells
    assert not any(cell.startswith(("=", "@", "+", "-")) for row in rows for cell in row)
    assert len({len(row) for row in rows}) == 1
    assert cells["دورة جديدة"][-1] == cells["دورة جديدة"][6]
    assert "9" in cells["دورة الشبكات"]
    assert "1" not in cells["دورة الشبكات"][5:]
    assert not any("متدرب " in cell for row in rows for cell in row)


def test_the_sheet_runs_right_to_left_and_sends_nothing(seen: Callers, at_desk: AtDesk) -> None:
    text = by(at_desk).get(f"{PAGE}/print?lang=ar").text
    assert 'dir="rtl"' in text
    assert "دورة السلامة" in text
    assert "/fetch" not in text
    assert "data-print" in text


def test_each_look_is_kept_and_shown_to_the_manager(seen: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.SUPERVISOR, name="سعد المتابع")
    for path in ("", ".csv", "/print", "?month=all"):
        visitor.get(f"{PAGE}{path}")
    with seen.world.runtime.db.read() as conn:
        rows = [(row.what, row.period) for row in conn.execute(select(pack_views.pack_views).order_by("id"))]
    month = f"{seen.world.clock():%Y-%m}"
    assert rows == [("readiness", month), ("readiness_csv", month), ("readiness_print", month), ("readiness", "")]
    page = at_desk(StaffRole.ADMINISTRATIVE_MANAGER).get("/desk/oversight/views?lang=en").text
    assert page.count("سعد المتابع") == 4
    assert "Certificate readiness as a file" in page


def test_where_a_look_cannot_be_kept_nothing_is_shown(
    seen: Callers, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("full")

    visitor = by(at_desk)
    monkeypatch.setattr(pack_views, "note", broken)
    answer = visitor.get(PAGE)
    assert answer.status_code == 500
    assert "دورة" not in answer.text


def test_a_hundred_courses_of_a_thousand_people_are_counted_at_once(database: Database) -> None:
    """Half of it here: fifty thousand rows as wide as real ones."""
    world = make_world(database)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    wide = [{"what": "attendance", "gap": None, "detail": {"text": "x" * 1500}}]
    with world.runtime.db.write() as conn:
        for key in range(100):
            about = {"site_id": SITE, "course_id": str(key), "name": f"دورة {key}", "idnumber": None, "starts_at": now}
            timetable.note_running(conn, [about | {"ends_at": now + timedelta(days=60)}])
            roster_courses.want(conn, SITE, str(key), now)
            roster_courses.fetched(conn, (SITE, str(key)), now, now)
    for key in range(100):
        rows = [
            {"site_id": SITE, "course_id": str(key), "person_id": str(n), "name": "م", "folded": "م", "taken_at": now,
             "snapshot": {"text": "x" * 1500}, "checklist": wide, "gaps": "|phone_missing|" if n % 3 else "",
             "number": n % 3 and 1, "standing": "gap" if n % 3 else "ready", "rate": None, "never_in": False,
             "digest": "x", "in_groups": ""}
            for n in range(500)
        ]  # fmt: skip
        with world.runtime.db.write() as conn:
            conn.execute(insert(roster.roster_people), rows)
    began = time.perf_counter()
    found = oversee_readiness.look(world.runtime, SUPERVISOR, None, (), "readiness")
    took = time.perf_counter() - began
    assert (len(found.courses), found.number) == (100, 100)
    assert found.gaps["phone_missing"].number == 100 * 331
    assert took < 1.5, took


def test_old_facts_say_so_and_are_fetched_on_request(seen: Callers, at_desk: AtDesk) -> None:
    seen.world.clock.forward(hours=25)
    visitor = at_desk(StaffRole.SUPERVISOR)
    text = visitor.get(f"{PAGE}?lang=en").text
    assert "This may have changed since." in row_of(text, "دورة السلامة")
    assert "fetched=0" not in visitor.post(f"{PAGE}/fetch", PAGE).location
    assert "It is being asked anew." in row_of(visitor.get(PAGE).text, "دورة السلامة")
