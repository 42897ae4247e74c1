"""Facts: what the LMS says, and what it does not (A5). Whatever the LMS does delays facts and nothing else."""

import threading
from datetime import timedelta

import pytest

from adapters.errors import Malformed
from adapters.lms.fake import FakeLms
from adapters.lms.port import UNKNOWN as NOT_TOLD
from sidecar.domain.case import State
from sidecar.domain.facts import UNKNOWN, FactsStatus
from sidecar.domain.report import About, Kind, Reporter, Role
from sidecar.domain.steps import Lane, Step
from sidecar.journey.status import status
from sidecar.store import facts, outbox
from sidecar.tasks.drain import drain
from tests.staff import arrive, case_of, place, send
from tests.worlds import NOON, SITE, World, report
from tests.worlds import world as make_world


def lms(world: World) -> FakeLms:
    fake = world.runtime.lms[SITE]
    assert isinstance(fake, FakeLms)
    return fake


def known(world: World, sent):
    with world.runtime.db.read() as conn:
        return facts.get(conn, sent.key)


def rows(world: World, state: str | None = None) -> list[outbox.Waiting]:
    with world.runtime.db.read() as conn:
        return outbox.listing(conn, state=state, limit=1000)


def test_a_snapshot_keeps_every_value_with_its_source_and_its_time(world: World) -> None:
    lms(world).set_facts("21", "2", enrolment__status="active", attendance__rate=0.8, profile__phone=None)
    pressed = report()
    world.clock.forward(seconds=1)
    arrive(world, pressed)
    how, found = known(world, pressed)
    assert how is FactsStatus.COMPLETE
    assert found is not None
    assert (found.person_id, found.course_id) == ("21", "2")
    told = found.values["attendance.rate"]
    assert (told.value, told.source, told.at, told.known) == (0.8, "fake", NOON + timedelta(seconds=1), True)
    assert found.get("profile.phone") is None  # readable, and empty
    assert found.taken_at == NOON + timedelta(seconds=1)


def test_what_could_not_be_read_is_unknown_and_says_why(world: World) -> None:
    lms(world).set_facts("21", "2", enrolment__status=NOT_TOLD)
    pressed = report()
    arrive(world, pressed)
    _, found = known(world, pressed)
    assert found.get("enrolment.status") == UNKNOWN
    assert (found.values["enrolment.status"].known, found.values["enrolment.status"].note) == (False, "not_offered")


def test_a_person_whom_the_lms_does_not_know_is_unknown_and_never_absent(world: World) -> None:
    pressed = report()
    arrive(world, pressed)
    how, found = known(world, pressed)
    assert how is FactsStatus.COMPLETE
    assert found.get("account.exists") == UNKNOWN


@pytest.mark.parametrize(
    "sent",
    [report(reporter=Reporter(None, Role.VISITOR, "زائر")), report(site_id="other")],
    ids=["a visitor", "a site without an LMS"],
)
def test_where_there_is_nobody_to_ask_facts_are_not_applicable(world: World, sent) -> None:
    arrive(world, sent)
    assert known(world, sent) == (FactsStatus.NOT_APPLICABLE, None)
    assert lms(world).calls["facts"] == 0
    assert rows(world) == []


def test_facts_are_pending_until_the_lms_has_answered(world: World) -> None:
    pressed = report()
    send(world, pressed)
    drain(world.runtime, Lane.ASSESS)
    assert known(world, pressed) == (FactsStatus.PENDING, None)
    found = status(world.runtime, SITE, pressed.id, None)
    assert found is not None
    assert found.facts is FactsStatus.PENDING


@pytest.mark.parametrize(
    ("sent", "person"),
    [
        ({"kind": Kind.CERTIFICATE_GAP, "symptom": None, "about": About("50", Role.TRAINEE)}, "50"),
        ({"kind": Kind.ROOM_LOG, "about": About("50", Role.TRAINEE)}, "50"),
        ({"kind": Kind.COMPLAINT, "symptom": None, "about": About("8", Role.TRAINER)}, "21"),
    ],
    ids=["a gap", "a log", "a complaint"],
)
def test_the_lms_is_asked_about_whom_it_concerns_and_never_about_the_accused(world: World, sent, person: str) -> None:
    flagged = report(**sent)
    arrive(world, flagged)
    _, found = known(world, flagged)
    assert found.person_id == person


@pytest.mark.parametrize("courses", [1, 50])
def test_five_hundred_reports_cost_at_most_twenty_calls(world: World, courses: int) -> None:
    pressed = [report(by=str(n), place=place(str(n % 5), course=str(n % courses))) for n in range(500)]
    send(world, *pressed)
    drain(world.runtime, Lane.ENRICH)
    assert lms(world).calls["facts"] <= 20
    assert all(known(world, one)[0] is FactsStatus.COMPLETE for one in pressed)


def test_fifty_pairs_are_asked_in_one_call_and_eight_calls_at_once(world: World) -> None:
    together = threading.Barrier(8)
    lms(world).slow = 0.001
    lms(world)._sleep = lambda _seconds: together.wait(10)
    send(world, *(report(by=str(n)) for n in range(400)))
    assert drain(world.runtime, Lane.ENRICH) == 400  # the barrier opens for eight calls only
    assert lms(world).calls["facts"] == 8


def test_twenty_presses_of_one_person_are_one_pair(world: World) -> None:
    send(world, *(report() for _ in range(20)))
    drain(world.runtime, Lane.ENRICH)
    assert lms(world).calls["facts"] == 1


@pytest.mark.parametrize("mood", ["down", "breaker_open", "maintenance", "malformed", "refusing"])
def test_whatever_is_wrong_with_the_lms_delays_facts_and_nothing_else(world: World, mood) -> None:
    lms(world).mood = mood
    pressed = report()
    opened = arrive(world, pressed)
    assert opened.state is State.RECEIVED
    how, _ = known(world, pressed)
    assert how is (FactsStatus.UNAVAILABLE if mood == "refusing" else FactsStatus.PENDING)
    lms(world).mood = "well"
    with world.runtime.db.write() as conn:
        outbox.replay(conn, world.clock())
    world.clock.forward(minutes=2)
    world.drain()
    assert known(world, pressed)[0] is FactsStatus.COMPLETE
    assert rows(world) == []


def test_an_lms_that_is_away_for_hours_parks_nothing_and_is_asked_once_a_minute(world: World) -> None:
    lms(world).mood = "down"
    pressed = report()
    arrive(world, pressed)
    for _ in range(4 * 60):
        world.clock.forward(minutes=1)
        drain(world.runtime, Lane.ENRICH)
    (left,) = rows(world)
    assert (left.state, left.step) == ("waiting", "enrich")
    assert 4 * 60 - 10 <= lms(world).calls["facts"] <= 4 * 60 + 10
    lms(world).mood = "well"
    world.clock.forward(minutes=1)
    world.drain()
    assert known(world, pressed)[0] is FactsStatus.COMPLETE


def test_a_breaker_that_stands_open_spends_no_attempt(world: World) -> None:
    lms(world).mood = "breaker_open"
    send(world, report())
    for _ in range(30):
        drain(world.runtime, Lane.ENRICH)
        world.clock.forward(seconds=2)
    assert [row.attempts for row in rows(world) if row.step == "enrich"] == [0]


def test_nonsense_is_asked_again_a_few_times_and_then_shown_to_a_person(world: World) -> None:
    lms(world).mood = "malformed"
    pressed = report()
    arrive(world, pressed)
    for _ in range(20):
        world.clock.forward(minutes=1)
        drain(world.runtime, Lane.ENRICH)
    assert lms(world).calls["facts"] == 8
    assert [(row.state, row.last_error) for row in rows(world)] == [("parked", "Malformed")]
    assert known(world, pressed)[0] is FactsStatus.UNAVAILABLE


def test_a_refusal_faster_than_assessment_is_still_shown(world: World) -> None:
    lms(world).mood = "refusing"
    pressed = report()
    send(world, pressed)
    drain(world.runtime, Lane.ENRICH)
    drain(world.runtime, Lane.ASSESS)
    assert known(world, pressed)[0] is FactsStatus.UNAVAILABLE
    assert case_of(world, pressed).reports == 1


def test_one_call_that_fails_does_not_lose_what_the_others_brought(world: World, monkeypatch) -> None:
    answer = lms(world).facts

    def partly(pairs):
        if any(pair.person_id == "7" for pair in pairs):
            raise Malformed("half an answer")
        return answer(pairs)

    monkeypatch.setattr(lms(world), "facts", partly)
    pressed = [report(by=str(n)) for n in range(120)]
    send(world, *pressed)
    drain(world.runtime, Lane.ENRICH)
    found = [known(world, one)[0] for one in pressed].count(FactsStatus.COMPLETE)
    assert found in {70, 100}  # in whichever call of 50, 50 and 20 that person was
    assert len([row for row in rows(world) if row.step == "enrich"]) == 120 - found


def test_the_other_site_is_not_made_to_wait_by_one_that_is_down(database) -> None:
    world = make_world(database)
    sites = {SITE: FakeLms(SITE, clock=world.clock), "other": FakeLms("other", clock=world.clock)}
    world = make_world(database, lms=sites)
    sites[SITE].mood = "down"
    here, there = report(), report(site_id="other")
    arrive(world, here, there)
    assert [known(world, one)[0] for one in (here, there)] == [FactsStatus.PENDING, FactsStatus.COMPLETE]


def test_facts_and_assessment_of_the_same_reports_at_once_get_in_nobodys_way(postgres_world: World) -> None:
    world = postgres_world
    pressed = [report(by=str(n), place=place(str(n % 7))) for n in range(300)]
    send(world, *pressed)
    lanes = [Lane.ASSESS, Lane.ENRICH, Lane.ASSESS, Lane.ENRICH]
    start = threading.Barrier(len(lanes))

    def work(lane: Lane) -> None:
        start.wait()
        drain(world.runtime, lane)

    workers = [threading.Thread(target=work, args=(lane,)) for lane in lanes]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert lms(world).calls["facts"] <= 8
    assert [row for row in rows(world) if row.last_error and row.step != Step.REASSESS] == []
    assert all(known(world, one)[0] is FactsStatus.COMPLETE for one in pressed)


def test_a_late_refusal_does_not_hide_what_another_worker_found(world: World, monkeypatch) -> None:
    pressed = report()
    send(world, pressed)
    fake, answer = lms(world), lms(world).facts

    def slow_refusal(pairs):
        monkeypatch.setattr(fake, "facts", answer)
        world.clock.forward(seconds=31)
        drain(world.runtime, Lane.ENRICH)  # the lease has ended: another worker is asked, and answered
        fake.mood = "refusing"
        return answer(pairs)

    monkeypatch.setattr(fake, "facts", slow_refusal)
    drain(world.runtime, Lane.ENRICH)
    assert known(world, pressed)[0] is FactsStatus.COMPLETE
