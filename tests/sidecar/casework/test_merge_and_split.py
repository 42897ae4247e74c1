"""Two cards become one, one report becomes a case of its own, and every reporter's link keeps working (A3)."""

from datetime import timedelta

import pytest

from sidecar.casework.merge import Different, merge, split
from sidecar.casework.pick_up import pick_up
from sidecar.casework.reply import reply
from sidecar.casework.resolve import solve
from sidecar.domain.case import Action, NotAllowed, State
from sidecar.domain.report import About, Kind, Reporter, Role, Symptom
from sidecar.journey.status import status
from sidecar.store import cases, permitted
from tests.staff import (
    ADMINISTRATIVE,
    AGENT,
    HEAD,
    LEAD,
    MANAGER,
    actions,
    all_cases,
    arrive,
    case,
    case_of,
    clock_of,
    place,
    running,
    standing,
    timeline,
)
from tests.worlds import NOON, SITE, World, report


def later(minutes: float, **changes):
    at = NOON + timedelta(minutes=minutes)
    return report(occurred_at=at, received_at=at, **changes)


def link(world: World, sent) -> tuple[int | None, State]:
    """What the reporter's own link says."""
    found = status(world.runtime, SITE, sent.id, sent.reporter.id)
    assert found is not None
    return found.case, found.state


@pytest.fixture
def pair(world: World):
    """Two cards of one room: (world, the older's report, the younger's report)."""
    sound, video = report(by="1"), later(1, by="2", symptom=Symptom.NO_VIDEO, affected=5)
    arrive(world, sound)
    world.clock.forward(minutes=1)
    arrive(world, video)
    return world, sound, video


@pytest.mark.parametrize("turned", [False, True])
def test_merging_keeps_the_older_clock_and_every_link(pair, turned: bool) -> None:
    world, sound, video = pair
    older, younger = case_of(world, sound), case_of(world, video)
    order = (younger.id, older.id) if turned else (older.id, younger.id)
    stays = merge(world.runtime, MANAGER, *order)
    assert (stays.id, stays.clock_started_at, stays.reports, stays.affected) == (older.id, NOON, 2, 5)
    assert standing(world, stays.id) == 2
    assert link(world, sound) == link(world, video) == (older.id, State.RECEIVED)
    gone = case(world, younger.id)
    assert (gone.state, gone.merged_into, gone.join_key, gone.reports) == (State.MERGED, older.id, None, 0)
    assert running(world, younger.id) == set()
    assert actions(world, younger.id)[-1] is Action.MERGE
    assert timeline(world, older.id)[-1].data == {"from": younger.id, "reports": 1}
    assert "room_seen" not in running(world, older.id)  # who merges it has seen it


def test_later_reports_of_a_merged_failure_join_the_case_it_went_into(pair) -> None:
    world, sound, video = pair
    stays = merge(world.runtime, MANAGER, case_of(world, sound).id, case_of(world, video).id)
    world.clock.forward(minutes=4)
    more = later(5, by="3", symptom=Symptom.NO_VIDEO)
    arrive(world, more)
    assert case_of(world, more).id == stays.id
    assert case(world, stays.id).reports == standing(world, stays.id) == 3


def test_they_join_it_too_when_that_case_was_merged_once_more(pair) -> None:
    world, sound, video = pair
    mic = later(-1, by="4", symptom=Symptom.NO_MIC)
    arrive(world, mic)
    oldest = case_of(world, mic).id
    merge(world.runtime, MANAGER, case_of(world, sound).id, case_of(world, video).id)
    merge(world.runtime, MANAGER, oldest, case_of(world, sound).id)
    more = later(2, by="3", symptom=Symptom.NO_VIDEO)
    arrive(world, more)
    assert case_of(world, more).id == oldest
    assert [one.reports for one in all_cases(world) if one.is_open] == [4]


def test_a_late_report_of_a_merged_failure_is_known_when_both_were_solved(pair) -> None:
    world, sound, video = pair
    stays = merge(world.runtime, MANAGER, case_of(world, sound).id, case_of(world, video).id)
    world.clock.forward(minutes=5)
    solve(world.runtime, MANAGER, stays.id)
    slow = later(4, by="3", symptom=Symptom.NO_VIDEO)
    arrive(world, slow)
    assert link(world, slow) == (stays.id, State.RESOLVED)


@pytest.mark.parametrize(
    "other",
    [
        {"kind": Kind.SUPPORT_REQUEST, "symptom": None},
        {"kind": Kind.CERTIFICATE_GAP, "symptom": None},
        {"site_id": "other"},
    ],
    ids=["kind", "gap", "site"],
)
def test_different_cases_are_never_one(world: World, other) -> None:
    one, two = arrive(world, report()), arrive(world, report(by="22", **other))
    with pytest.raises(Different):
        merge(world.runtime, LEAD, one.id, two.id)
    assert case(world, two.id).reports == 1


def test_a_case_is_not_merged_with_itself(world: World) -> None:
    one = arrive(world, report())
    with pytest.raises(Different):
        merge(world.runtime, MANAGER, one.id, one.id)


def test_a_major_incident_is_not_merged_with_one_of_its_rooms(world: World) -> None:
    arrive(world, *(report(by=room, place=place(room)) for room in "345"))
    parent = next(one for one in all_cases(world) if one.room_key is None)
    child = next(one for one in all_cases(world) if one.parent_id)
    with pytest.raises(Different):
        merge(world.runtime, LEAD, parent.id, child.id)


def test_a_solved_case_is_merged_with_nothing(pair) -> None:
    world, sound, video = pair
    solve(world.runtime, MANAGER, case_of(world, video).id)
    with pytest.raises(NotAllowed):
        merge(world.runtime, MANAGER, case_of(world, sound).id, case_of(world, video).id)


def test_nobody_merges_what_they_may_not_see(world: World) -> None:
    here, elsewhere = arrive(world, report()), arrive(world, report(by="2", place=place("9")))
    with pytest.raises(permitted.Unseen):
        merge(world.runtime, MANAGER, here.id, elsewhere.id)


def complain(world: World, minutes: float, by: str, accused: str):
    sent = later(minutes, by=by, kind=Kind.COMPLAINT, symptom=None, category="content", channel="web",
                 about=About(accused, Role.TRAINER))  # fmt: skip
    return sent, arrive(world, sent)


def test_a_complainant_who_was_not_answered_is_owed_an_answer_after_merging_too(world: World) -> None:
    _, first = complain(world, 0, "1", "8")
    _, second = complain(world, 60, "2", "8")
    reply(world.runtime, HEAD, first.id, "الجواب للأول")
    assert "escalation" not in running(world, first.id)
    merge(world.runtime, HEAD, first.id, second.id)
    clock = clock_of(world, first.id, "escalation_management")
    assert (clock.state, clock.target_due_at) == ("running", NOON + timedelta(hours=25))


@pytest.mark.parametrize("turned", [False, True])
def test_complaints_of_people_about_each_other_are_never_one(world: World, turned: bool) -> None:
    mine, first = complain(world, 0, "1", "8")
    _, second = complain(world, 1, "8", "9")
    with pytest.raises(Different):
        merge(world.runtime, HEAD, *((second.id, first.id) if turned else (first.id, second.id)))
    assert {case(world, one.id).state for one in (first, second)} == {first.state}
    assert link(world, mine)[0] == first.id
    _, third = complain(world, 2, "3", "8")
    assert merge(world.runtime, HEAD, first.id, third.id).reports == 2, "two complaints about one person are"
    with pytest.raises(Different):
        merge(world.runtime, HEAD, first.id, second.id)


def test_merging_never_lengthens_a_deadline(world: World) -> None:
    _, first = complain(world, 0, "1", "8")
    _, second = complain(world, 60, "2", "8")
    merge(world.runtime, HEAD, first.id, second.id)
    assert clock_of(world, first.id, "escalation_management").target_due_at == NOON + timedelta(hours=24)


def test_a_report_split_out_stands_alone_with_a_clock_of_its_own_and_its_link(world: World) -> None:
    one, two = report(by="1"), later(2, by="2")
    old = arrive(world, one, two)
    new = split(world.runtime, MANAGER, old.id, two.key)
    assert (new.reports, new.clock_started_at, new.join_key, new.incident_key) == (1, two.received_at, None, None)
    assert case(world, old.id).reports == standing(world, old.id) == 1
    assert (link(world, one)[0], link(world, two)[0]) == (old.id, new.id)
    assert timeline(world, new.id)[0].data == {"report": str(two.key), "from": old.id}
    assert clock_of(world, new.id, "room_resolution_overdue").due_at == two.received_at + timedelta(minutes=15)
    assert "room_seen" not in running(world, new.id)
    found = status(world.runtime, SITE, two.id, "2")
    assert found is not None
    assert found.same_in_room == 0
    # The room's next report joins the room's incident, not the one set apart.
    more = later(3, by="3")
    arrive(world, more)
    assert case_of(world, more).id == old.id


def test_the_only_report_of_a_case_and_one_of_another_are_not_split_out(world: World) -> None:
    one, two = report(by="1"), report(by="2", symptom=Symptom.SLOW)
    alone = arrive(world, one, two)
    for key in (one.key, two.key):
        with pytest.raises(ValueError, match="split out"):
            split(world.runtime, MANAGER, alone.id, key)


def test_who_pressed_twice_leaves_the_rooms_card_altogether(world: World) -> None:
    first, again, other = report(by="1"), later(2, by="1"), later(1, by="2")
    manager = Reporter("7", Role.ROOM_MANAGER, "مدير القاعة")
    logged = later(3, kind=Kind.ROOM_LOG, reporter=manager, about=About("1", Role.TRAINEE))
    old = arrive(world, first, again, other, logged)
    new = split(world.runtime, MANAGER, old.id, again.key)
    assert (new.reports, standing(world, new.id), new.clock_started_at) == (3, 3, first.received_at)
    assert case(world, old.id).reports == standing(world, old.id) == 1
    assert {case_of(world, one).id for one in (first, again, logged)} == {new.id}
    with pytest.raises(ValueError, match="split out"):
        split(world.runtime, MANAGER, old.id, other.key)
    with pytest.raises(ValueError, match="split out"):
        split(world.runtime, MANAGER, new.id, first.key)


def test_a_complaint_split_out_stays_with_the_head_and_accuses_whom_it_accused(world: World) -> None:
    _, first = complain(world, 0, "1", "8")
    sent, second = complain(world, 1, "2", "80")
    merge(world.runtime, HEAD, first.id, second.id)
    new = split(world.runtime, HEAD, first.id, sent.key)
    assert (new.state, new.department, new.person_id, new.confidential) == (State.REFERRED, "training", "80", True)
    assert running(world, new.id) == {"escalation", "complaint_resolution", "told"}
    with world.runtime.db.read() as conn:
        involved = permitted.involved(conn, new)
    assert (involved.about, involved.reporters) == ({"academy:80"}, {"academy:2"})


def test_a_split_and_a_merge_back_leave_both_links_in_one_case(world: World) -> None:
    one, two = report(by="1"), report(by="2")
    old = arrive(world, one, two)
    new = split(world.runtime, MANAGER, old.id, two.key)
    merge(world.runtime, MANAGER, old.id, new.id)
    assert link(world, one)[0] == link(world, two)[0] == min(old.id, new.id)
    assert standing(world, old.id) == case(world, old.id).reports == 2


def test_a_case_edited_since_it_was_seen_is_not_overwritten(world: World) -> None:
    request = arrive(world, report(kind=Kind.SUPPORT_REQUEST, symptom=None))
    pick_up(world.runtime, AGENT, request.id, version=request.version)
    with pytest.raises(cases.Stale):
        reply(world.runtime, ADMINISTRATIVE, request.id, "الجواب", version=request.version)
    assert Action.REPLY not in actions(world, request.id)
