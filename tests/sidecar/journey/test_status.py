"""What a reporter reads back: state, what was said, and whether it is asked if it works again (A2, P14)."""

import threading
import uuid
from datetime import timedelta

import pytest

from sidecar.casework.merge import merge, split
from sidecar.casework.resolve import refuse, solve
from sidecar.casework.tell import tell
from sidecar.domain.report import About, Kind, Reporter, Role, Symptom
from sidecar.domain.tracking import token_of
from sidecar.journey.intake import Intake
from sidecar.journey.status import Status, mark_shown, status, tracked
from sidecar.store import tellings
from sidecar.store.database import Database
from sidecar.store.reports import Addition
from tests.staff import AGENT, MANAGER, arrive, case_of, place
from tests.worlds import NOON, SITE, World, report
from tests.worlds import world as make_world


def read(world: World, of, by: str | None = None) -> Status:
    found = status(world.runtime, SITE, of.id, by)
    assert found is not None
    return found


def says(world: World, of, works: bool | None) -> None:
    """The reporter answers whether it works again."""
    added = Addition(uuid.uuid4(), of.key, uuid.uuid4(), "", {"x": 1}, world.clock(), works)
    Intake(world.runtime).add(added)


def states(world: World) -> list[str]:
    with world.runtime.db.read() as conn:
        return sorted(row.state for row in conn.execute(tellings.deliveries.select()))


def test_what_was_said_is_read_in_order_and_in_both_languages(world: World) -> None:
    mine = report(by="21")
    opened = arrive(world, mine)
    assert not read(world, mine).said
    tell(world.runtime, MANAGER, opened.id, message="ready")
    world.clock.forward(minutes=4)
    solve(world.runtime, MANAGER, opened.id)
    told, solved = read(world, mine).said
    assert (told.cause, told.at, solved.cause, solved.at) == ("told", NOON, "solved", NOON + timedelta(minutes=4))
    assert world.runtime.policy.rooms.messages["ready"].ar in told.text.ar
    assert world.runtime.policy.rooms.messages["ready"].en in told.text.en


def test_what_was_said_before_somebody_came_is_read_by_that_person_too(world: World) -> None:
    opened = arrive(world, report(by="21"))
    tell(world.runtime, MANAGER, opened.id, text="نعالجها")
    late = report(by="22")
    arrive(world, late)
    found = read(world, late, "22")
    assert ["نعالجها" in one.text.ar for one in found.said] == [True]
    assert not found.unread, "nothing was about to be sent"


def test_who_joins_what_has_been_open_for_a_minute_learns_since_when(world: World) -> None:
    first, at_once = report(by="21"), report(by="22", received_at=NOON + timedelta(seconds=59))
    opened = arrive(world, first)
    world.clock.forward(minutes=8)
    late = report(by="23", received_at=world.clock(), occurred_at=world.clock())
    arrive(world, at_once, late)
    found = {by: read(world, one, by) for by, one in (("21", first), ("22", at_once), ("23", late))}
    assert {by: one.joined_known for by, one in found.items()} == {"21": False, "22": False, "23": True}
    assert (found["23"].since, found["23"].already_known) == (opened.opened_at, False)


def test_what_was_solved_before_is_already_known_and_nothing_that_was_joined(world: World) -> None:
    opened = arrive(world, report(by="21"))
    world.clock.forward(minutes=8)
    solve(world.runtime, MANAGER, opened.id)
    world.clock.forward(minutes=1)
    late = report(by="22", received_at=world.clock(), occurred_at=world.clock() - timedelta(minutes=2))
    arrive(world, late)
    found = read(world, late, "22")
    assert (found.already_known, found.joined_known) == (True, False)


def test_reading_is_not_being_shown_until_the_answer_goes_out(world: World) -> None:
    mine = report(by="21")
    solve(world.runtime, MANAGER, arrive(world, mine).id)
    found = read(world, mine, "21")
    assert (len(found.unread), states(world)) == (1, ["waiting"])
    mark_shown(world.runtime, found)
    assert states(world) == ["shown"]
    assert not read(world, mine, "21").unread


def test_nothing_is_written_when_there_is_nothing_new(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = report(by="21")
    arrive(world, mine)
    monkeypatch.setattr(type(world.runtime.intake_db), "write", lambda _: pytest.fail("a GET wrote"))
    mark_shown(world.runtime, read(world, mine, "21"))


def test_a_database_that_is_busy_hides_nothing_from_the_reader(sqlite_database: Database) -> None:
    hurried = Database(sqlite_database.url, busy_timeout=0.2)
    world = make_world(sqlite_database, intake_db=hurried)
    mine = report(by="21")
    solve(world.runtime, MANAGER, arrive(world, mine).id)
    found = read(world, mine, "21")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with world.runtime.db.write():
            held.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    try:
        mark_shown(world.runtime, found)
    finally:
        done.set()
        holder.join()
        hurried.dispose()
    assert states(world) == ["waiting"]


def test_a_second_report_of_the_same_person_reads_what_the_first_was_told(world: World) -> None:
    first, second = report(by="21"), report(by="21")
    solve(world.runtime, MANAGER, arrive(world, first, second).id)
    for one in (first, second):
        assert [said.cause for said in read(world, one, "21").said] == ["solved"]
    mark_shown(world.runtime, read(world, second, "21"))
    assert states(world) == ["shown"]


def test_who_is_asked_if_it_works_again(world: World) -> None:
    mine, other = report(by="21"), report(by="22")
    opened = arrive(world, mine, other)
    assert not read(world, mine).asks_works
    solve(world.runtime, MANAGER, opened.id)
    assert read(world, mine).asks_works
    world.clock.forward(seconds=5)
    says(world, mine, None)
    assert read(world, mine).asks_works, "a detail is no verdict"
    says(world, mine, works=False)
    assert (read(world, mine).asks_works, read(world, other).asks_works) == (False, True)


def test_a_verdict_on_the_last_solution_is_none_on_this_one(world: World) -> None:
    mine = report(by="21")
    opened = arrive(world, mine)
    solve(world.runtime, MANAGER, opened.id)
    world.clock.forward(seconds=30)
    says(world, mine, works=False)
    if case_of(world, mine).solved_at is not None:
        refuse(world.runtime, AGENT, opened.id, reason="reporter_refused")
    assert not read(world, mine).asks_works
    world.clock.forward(minutes=1)
    solve(world.runtime, MANAGER, opened.id)
    assert read(world, mine).asks_works


def test_what_is_no_room_incident_has_no_since_and_asks_nothing(world: World) -> None:
    mine = report(by="21", kind=Kind.SUPPORT_REQUEST, symptom=None, category="login", channel="web")
    arrive(world, mine)
    found = read(world, mine)
    assert (found.since, found.asks_works, found.already_known) == (None, False, False)
    assert [one.cause for one in found.said] == ["received"]


def test_since_is_when_the_failure_was_first_reported(world: World) -> None:
    arrive(world, report(by="21"))
    at = NOON + timedelta(minutes=5)
    late = report(by="22", occurred_at=at, received_at=at)
    arrive(world, late)
    assert read(world, late).since == NOON


def test_a_tracking_link_shows_its_report_and_marks_it_read(world: World) -> None:
    mine = report(by="21")
    solve(world.runtime, MANAGER, arrive(world, mine).id)
    token = token_of(world.runtime.tracking_secret, mine.key)
    found = tracked(world.runtime, token)
    assert found is not None
    assert (found.id, [one.cause for one in found.said], found.asks_works) == (mine.id, ["solved"], True)
    mark_shown(world.runtime, found)
    assert states(world) == ["shown"]
    assert tracked(world.runtime, token_of(b"another", mine.key)) is None
    assert tracked(world.runtime, token_of(world.runtime.tracking_secret, uuid.uuid4())) is None


def test_a_log_for_somebody_is_read_by_that_person_and_not_by_its_writer(world: World) -> None:
    manager = Reporter("7", Role.ROOM_MANAGER, "منى")
    log = report(kind=Kind.ROOM_LOG, reporter=manager, about=About("33", Role.TRAINEE))
    solve(world.runtime, MANAGER, arrive(world, log).id)
    written = read(world, log, "7")
    assert (list(written.said), list(written.unread), written.asks_works) == ([], [], False)
    found = tracked(world.runtime, token_of(world.runtime.tracking_secret, log.key))
    assert found is not None
    assert (len(found.said), len(found.unread), found.asks_works) == (1, 1, True)


def test_split_out_or_merged_a_report_still_reads_what_its_person_was_told(world: World) -> None:
    mine, other = report(by="21"), report(by="22")
    opened = arrive(world, mine, other)
    tell(world.runtime, MANAGER, opened.id, text="قيل للجميع")
    own = split(world.runtime, MANAGER, opened.id, mine.key)
    tell(world.runtime, MANAGER, opened.id, text="للباقين")
    assert ["قيل للجميع" in one.text.ar for one in read(world, mine).said] == [True]
    elsewhere = arrive(world, report(by="23", symptom=Symptom.NO_VIDEO, place=place()))
    merge(world.runtime, MANAGER, own.id, elsewhere.id)
    assert len(read(world, mine).said) == 1
