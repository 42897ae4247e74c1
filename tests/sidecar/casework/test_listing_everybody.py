"""Who is not in a file that lists everybody: missing only where no row may be about them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sidecar.casework import import_registry
from sidecar.domain.plain_text import unturned
from sidecar.registered import entries
from sidecar.store import identities, registry, registry_whole, timetable
from tests.sidecar.casework.importing import REGISTRAR, said, take
from tests.worlds import SITE, World

WELL = "1000000008,أحمد,CRS-1,صدرت,,"
SAME = "دورة الأمن"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (["1000000016,نورة,CRS-1,حالة غريبة,,"], "fault"),
        (["1000000016,نورة,CRS-1,صدرت,,", "1000000016,نورة,CRS-1,مرفوضة,,"], "contradicts"),
        ([",نوره محمد الشمري,CRS-1,صدرت,,"], "lost"),
        (["1000000099,نورة الشمري,CRS-1,صدرت,,"], "lost"),  # her name, another number
        (["1000000016,نورة,,صدرت,,"], "fault"),  # of which course nobody can say
        (["1000000016,نورة,CRS-77,حالة غريبة,,"], "fault"),  # nor here: it is called so nowhere
        (["10000016,نورة,دورة الامن,صدرت,,"], "fault"),  # the same course by its other name
    ],
)
def test_nobody_is_missing_who_may_stand_in_a_row_that_is_not_understood(
    desk: World, rows: list[str], why: str
) -> None:
    number = take(desk, WELL, *rows, everybody=True)
    assert said(desk, "22") == ("unknown", "not_in_export")
    assert said(desk, "21") == ("issued", "")
    with desk.runtime.db.read() as conn:
        assert {one[1] for one in registry_whole.in_doubt(conn, registry.get(conn, number), 10)} == {why}


def test_a_row_of_a_misspelt_course_is_about_whom_it_names(desk: World) -> None:
    take(desk, WELL, "1000000016,نورة,CRS1,صدرت,,", everybody=True)
    assert said(desk, "22") == ("unknown", "not_in_export")


def test_a_doubt_about_another_course_is_none_about_this_one(desk: World) -> None:
    now = desk.clock()
    with desk.runtime.db.write() as conn:
        timetable.note_running(conn, [{"site_id": SITE, "course_id": "9", "name": "أخرى", "idnumber": "CRS-9",
                                       "starts_at": now, "ends_at": now}])  # fmt: skip
    take(desk, WELL, "1000000032,من لا نعرف,CRS-9,صدرت,,", "1000000040,آخر,CRS-9,حالة غريبة,,", everybody=True)
    assert said(desk, "22") == ("not_submitted", "")


def test_a_later_import_that_is_not_understood_takes_the_earlier_ones_word_back(desk: World) -> None:
    take(desk, WELL, everybody=True)
    assert said(desk, "22")[0] == "not_submitted"
    later = take(desk, "1000000016,نورة,CRS-1,حالة غريبة,,", WELL.replace("صدرت", "مرفوضة"))
    assert said(desk, "22")[0] == "unknown"
    import_registry.undo(desk.runtime, REGISTRAR, later)
    assert said(desk, "22")[0] == "not_submitted"
    take(desk, WELL, "1000000016,نورة,CRS-1,حالة غريبة,,")
    take(desk, WELL.replace(",,", ",ثانية,"), everybody=True)  # a whole one again, and nothing after it
    assert said(desk, "22")[0] == "not_submitted"


def test_an_import_of_an_earlier_release_with_rows_that_stayed_out_lists_nobody_whole(desk: World) -> None:
    number = take(desk, WELL, everybody=True)
    with desk.runtime.db.write() as conn:
        counts = dict(registry.get(conn, number).counts)  # type: ignore[union-attr]
        del counts["doubts"], counts["newest"]
        registry.change(conn, number, ("taken",), counts=counts | {"faults": 1})
    assert said(desk, "22")[0] == "unknown"
    with desk.runtime.db.write() as conn:
        registry.change(conn, number, ("taken",), counts=counts)
    assert said(desk, "22")[0] == "not_submitted"


def another_of_the_name(desk: World, *people: str) -> None:
    now = desk.clock()
    with desk.runtime.db.write() as conn:
        timetable.note_running(conn, [{"site_id": SITE, "course_id": "9", "name": SAME, "idnumber": "CRS-9",
                                       "starts_at": now, "ends_at": now}])  # fmt: skip
        timetable.record_course(conn, SITE, "2", now, name=SAME, idnumber="CRS-1", starts_at=now, ends_at=now)
        timetable.replace_roster(conn, SITE, "9", [
            {"person_id": one, "role": "trainee", "name": f"متدرب {one}", "fetched_at": now} for one in people
        ])  # fmt: skip


def test_a_row_counts_for_neither_of_two_courses_of_one_name_whose_trainee_it_is_about(desk: World) -> None:
    another_of_the_name(desk, "21")
    number = take(desk, f"1000000008,أحمد,{SAME},صدرت,,")
    with desk.runtime.db.read() as conn:
        assert registry.by_match(conn, number) == {"several": 1}
    found = entries(desk.runtime, [(SITE, "21", "2"), (SITE, "21", "9")])
    told = {(e.state, e.reason) for place in found.values() for e in place if e.source == "manar"}
    assert told == {("unknown", "several")}
    take(desk, "1000000008,أحمد,CRS-9,صدرت,,")  # by its code it is one of them
    found = entries(desk.runtime, [(SITE, "21", "9")])
    assert [e.state for e in found[SITE, "21", "9"] if e.source == "manar"] == ["issued"]


def test_whose_row_was_matched_to_the_one_has_none_in_the_other_of_that_name(desk: World) -> None:
    another_of_the_name(desk, "30")
    take(desk, f"1000000008,أحمد,{SAME},صدرت,,")
    assert said(desk, "21") == ("issued", "")  # on the roster of one of them alone
    with desk.runtime.db.read() as conn:
        assert registry.by_match(conn, 1) == {"id": 1}
    found = entries(desk.runtime, [(SITE, "21", "9")])[SITE, "21", "9"]
    assert [(e.state, e.reason) for e in found if e.source == "manar"] == [("unknown", "several")]


def test_a_name_that_two_courses_bear_lists_everybody_of_neither(desk: World) -> None:
    another_of_the_name(desk, "30")
    number = take(desk, f"1000000008,أحمد,{SAME},صدرت,,", everybody=True)
    assert said(desk, "22")[0] == "unknown"
    with desk.runtime.db.read() as conn:
        assert registry_whole.in_doubt(conn, registry.get(conn, number), 10) == [(SAME, "same_name", 1)]


def test_a_name_that_a_later_course_bears_too_lists_everybody_of_neither(desk: World) -> None:
    take(desk, f"1000000008,أحمد,{SAME},صدرت,,", everybody=True)
    assert said(desk, "22")[0] == "not_submitted"
    another_of_the_name(desk, "30")
    assert said(desk, "22")[0] == "unknown"


def test_what_would_turn_a_line_round_is_not_imported(desk: World) -> None:
    take(desk, "1000000008,أحمد,CRS-1,مرفوضة,الاسم \u202egnorw\u2069 x,")
    reason = said(desk, "21")[1]
    assert reason == unturned(reason) == "الاسم gnorw x"


def test_the_word_of_an_export_is_as_old_as_its_newest_row(desk: World) -> None:
    take(desk, "1000000008,أحمد,CRS-1,صدرت,,20/11/2026", "1000000016,نورة,CRS-1,صدرت,,")
    number = take(desk, "1000000008,أحمد,CRS-1,قيد المعالجة,,01/10/2026", "1000000016,نورة,CRS-1,مرفوضة,,")
    told = entries(desk.runtime, [(SITE, "22", "2")])[SITE, "22", "2"][0]
    october = datetime(2026, 9, 30, 21, tzinfo=UTC)
    assert (told.state, told.as_of, told.updated_at) == ("rejected", october, october)
    with desk.runtime.db.read() as conn:
        last = registry.last(conn, "manar")
        assert last is not None
        assert (last.id, registry.told_at(last)) == (number, october)
    take(desk, "1000000008,أحمد,CRS-1,صدرت,,01/01/2099")  # a slip: nothing is newer than when it was taken over
    assert entries(desk.runtime, [(SITE, "21", "2")])[SITE, "21", "2"][0].updated_at == desk.clock().replace(day=24)


def test_what_the_lms_did_not_say_is_not_wiped(world: World) -> None:
    known = {"profile.national_id": "present", "profile.national_id_key": "k", "profile.national_id_end": "08",
             "profile.national_id_sealed": "s", "profile.name_ar": "أحمد", "profile.name_en": "Ahmad"}  # fmt: skip

    def after(**values: object) -> tuple[str | None, str, str | None, str, str]:
        told = {f"profile.{name}": value for name, value in values.items()}
        with world.runtime.db.write() as conn:
            identities.note(conn, SITE, [("21", known, world.clock())])
            identities.note(conn, SITE, [("21", told, world.clock())])
            row = identities.of(conn, SITE, ["21"])["21"]
        return row.number_key, row.number_end, row.sealed, row.name_ar, row.name_en

    whole = ("k", "08", "s", "احمد", "ahmad")
    assert after(national_id="present") == whole
    assert after(name_ar="أحمد") == whole
    assert after(national_id="invalid", national_id_key=None) == whole
    assert after(national_id="present", national_id_key="k", national_id_end="08") == whole
    assert after(national_id=None) == (None, "", None, "احمد", "ahmad")
    assert after(national_id="present", national_id_key="l", national_id_end="16") == ("l", "16", None, "احمد", "ahmad")
    assert after(national_id="present", national_id_end="16") == (None, "16", None, "احمد", "ahmad")
    assert after(name_ar=None, name_en="A\ud800") == ("k", "08", "s", "", "ahmad")
    with world.runtime.db.write() as conn:
        identities.note(conn, SITE, [("22", {"profile.name_ar": "نورة"}, world.clock())])
        assert identities.of(conn, SITE, ["22"]) == {}  # whose number nobody could read is asked about again
