"""Minutes lost stand beside a gap in attendance whoever has named it: a trainer, or the trainee."""

from __future__ import annotations

import pytest

from sidecar.domain.case import Action
from sidecar.domain.report import About, Gap, Kind, Report, Reporter, Role
from sidecar.store import rooms
from tests.staff import ROOM, arrive, timeline
from tests.worlds import SITE, World, report

FLAGGED = {"reporter": Reporter("8", Role.TRAINER, "خالد"), "about": About("21", Role.TRAINEE)}


def lacking(**changes: object) -> Report:
    """Somebody says that trainee 21 lacks attendance; the trainee, unless told otherwise."""
    plain = {"kind": Kind.CERTIFICATE_GAP, "symptom": None, "gaps": frozenset({Gap.ATTENDANCE_BELOW})}
    return report(**(plain | changes))


def lost(world: World, session: str, person: str = "21", minutes: int = 12) -> None:
    """A confirmed class has cost somebody these minutes."""
    now = world.clock()
    common = {"site_id": SITE, "session_key": session, "room_key": ROOM, "course_id": "2", "starts_at": now}
    values = common | {"ends_at": now, "lines": [], "note": "", "confirmed_by": f"{SITE}:7", "confirmed_at": now}
    with world.runtime.db.write() as conn:
        assert rooms.confirm(conn, values, [common | {"person_id": person, "minutes": minutes, "cases": [1]}])


def shown(world: World, case_id: int) -> list[tuple[str, int]]:
    events = [event for event in timeline(world, case_id) if event.action is Action.EVIDENCE]
    return [(event.data["session"], event.data["minutes"]) for event in events]


@pytest.mark.parametrize("said", [lacking(), lacking(**FLAGGED)], ids=["trainee", "trainer"])
def test_a_gap_gets_the_minutes_of_whose_it_is(world: World, said: Report) -> None:
    lost(world, "s1")
    lost(world, "s2", person="8", minutes=40)
    case = arrive(world, said)
    assert (case.person_id, shown(world, case.id)) == ("21", [("s1", 12)])


def test_what_a_trainer_adds_to_a_trainees_own_gap_brings_what_was_lost_since_once(world: World) -> None:
    lost(world, "s1")
    own = arrive(world, lacking())
    lost(world, "s2", minutes=5)
    assert arrive(world, lacking(**FLAGGED)).id == own.id
    arrive(world, lacking())
    assert shown(world, own.id) == [("s1", 12), ("s2", 5)]


def test_a_failure_of_a_room_is_nobodys_own(world: World) -> None:
    assert arrive(world, report()).person_id is None
