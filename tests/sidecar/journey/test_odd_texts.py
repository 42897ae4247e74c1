"""A text that no database takes is a fact that was not read: nobody else's waits for it, and the person stays."""

from __future__ import annotations

import pytest

from sidecar.domain.facts import UNKNOWN, FactsStatus
from sidecar.domain.report import Channel, Course, Kind, Page, Place, Reporter, Role
from sidecar.domain.steps import Lane
from sidecar.journey import reassessment, roster
from sidecar.store import facts, identities, registry_match, roster_courses, timetable
from sidecar.store import roster as rosters
from sidecar.tasks.drain import drain
from tests.sidecar.pages import rostered
from tests.staff import send
from tests.worlds import SITE, World, report

ODD = [{"profile__name_ar": "أحمد\x00 القحطاني"}, {"profile__name_ar": "أحمد \ud800"}]


@pytest.mark.parametrize("odd", ODD)
def test_a_roster_is_fetched_though_a_name_in_it_cannot_be_stored(world: World, odd: dict[str, str]) -> None:
    rostered.course(world)
    rostered.knows(world, "21", profile__national_id_key="k", profile__national_id_end="08", **odd)
    for person in ("22", "23", "24"):
        rostered.knows(world, person)
    with world.runtime.db.write() as conn:
        roster_courses.want(conn, SITE, "2", world.clock())
    assert roster.refresh(world.runtime) == 1
    with world.runtime.db.read() as conn:
        assert rosters.person_ids(conn, (SITE, "2")) == {"21", "22", "23", "24"}
        known = identities.of(conn, SITE, ["21", "22"])
        row = rosters.one(conn, (SITE, "2"), "21")
    assert (known["21"].number_key, known["21"].name_ar, known["21"].name_en) == ("k", "", "ahmad alqahtani")
    assert known["22"].name_ar == "احمد القحطاني"
    assert row is not None
    assert [item["sure"] for item in row.checklist if item["what"] == "name_ar"] == ["unknown"]  # and never missing


@pytest.mark.parametrize("odd", ODD)
def test_facts_of_a_report_come_though_one_of_them_cannot_be_stored(world: World, odd: dict[str, str]) -> None:
    rostered.knows(world, "21", **odd)
    rostered.knows(world, "22")
    sent = [gap(person) for person in ("21", "22")]
    send(world, *sent)
    drain(world.runtime, Lane.ENRICH)
    with world.runtime.db.read() as conn:
        told = {one.reporter.id: facts.get(conn, one.key) for one in sent}
    assert {status for status, _ in told.values()} == {FactsStatus.COMPLETE}
    found = told["21"][1]
    assert found is not None
    assert (found.get("profile.name_ar"), found.get("profile.name_en")) == (UNKNOWN, "Ahmad Alqahtani")


def gap(person: str):  # type: ignore[no-untyped-def]
    return report(
        by=person, kind=Kind.CERTIFICATE_GAP, symptom=None, channel=Channel.WEB,
        reporter=Reporter(person, Role.TRAINEE, "t"), place=Place(Page.COURSE, Course("2", "c", "n")),
    )  # fmt: skip


def test_registers_are_read_once_for_a_claim_however_many_are_flagged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    entries = reassessment.registered.entries

    def counted(runtime, people):  # type: ignore[no-untyped-def]
        asked.append(len(people))
        return entries(runtime, people)

    for person in ("21", "22", "23"):
        rostered.knows(world, person)
    send(world, *[gap(person) for person in ("21", "22", "23")])
    drain(world.runtime, Lane.ASSESS)
    drain(world.runtime, Lane.ENRICH)
    monkeypatch.setattr(reassessment.registered, "entries", counted)
    drain(world.runtime, Lane.ASSESS)
    assert asked == [3]


def test_a_name_counts_where_one_of_the_course_alone_bears_it(world: World) -> None:
    now = world.clock()
    people = {"1": "أحمد القحطاني", "2": "احمد  القحطانى", "3": "نورة", "4": "Sara", "5": "نوره"}
    rows = [{"person_id": one, "role": "trainee", "name": name, "fetched_at": now} for one, name in people.items()]
    with world.runtime.db.write() as conn:
        timetable.replace_roster(conn, SITE, "2", rows)
        told = [
            ("3", "Noura"),
            ("4", "Sara Ali"),
            ("5", "SARA"),
        ]
        identities.note(
            conn, SITE, [(p, {"profile.national_id": "present", "profile.name_en": v}, now) for p, v in told]
        )
        asked = [(SITE, one, "2") for one in ("1", "3", "4")]
        assert registry_match.own_names(conn, asked) == {(SITE, "3", "2"): ("noura",), (SITE, "4", "2"): ("sara ali",)}
        whole = registry_match.roster(conn, (SITE, "2")).by_name
        alone = {name for name, who in whole.items() if who == ("3",) or who == ("4",)}
        assert alone == {"noura", "sara ali"}
