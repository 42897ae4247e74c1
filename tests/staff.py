"""The people who act in tests, and short ways to see what they did to a world."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.case import Action, Case
from sidecar.domain.report import Activity, Course, Page, Place, Report
from sidecar.journey.intake import Intake
from sidecar.store import alerts, cases, clocks, timetable
from tests.worlds import SITE, World

ROOM = f"{SITE}|3|-"


def viewer(key: str, *roles: StaffRole, rooms: tuple[str, ...] = (), courses: tuple[str, ...] = (),
           departments: tuple[str, ...] = ()) -> Viewer:  # fmt: skip
    """Somebody with these roles; a bare number is a person of the site."""
    full = f"{SITE}:{key}" if key.isdigit() else key
    return Viewer(full, frozenset(roles), frozenset(rooms), frozenset(courses), frozenset(departments))


MANAGER = viewer("7", StaffRole.ROOM_MANAGER, rooms=(ROOM,))
TRAINER = viewer("8", StaffRole.TRAINER, courses=(f"{SITE}:2",))
AGENT = viewer("local:agent", StaffRole.AGENT_1)
LEAD = viewer("local:lead", StaffRole.LEAD)
OPERATOR = viewer("local:operator", StaffRole.AGENT_2)
OTHER_OPERATOR = viewer("local:other-operator", StaffRole.AGENT_2)
HEAD = viewer("local:head", StaffRole.DEPARTMENT_HEAD, departments=("training",))
ADMINISTRATIVE = viewer("local:manager", StaffRole.ADMINISTRATIVE_MANAGER)
TRAINEE = viewer("21", StaffRole.TRAINEE)


def place(activity: str | None = "3", *, group: str | None = None, course: str | None = "2",
          module: str = "bigbluebuttonbn") -> Place:  # fmt: skip
    """Where somebody pressed."""
    return Place(
        page=Page.CLASSROOM,
        course=Course(course) if course else None,
        activity=Activity(activity, module) if activity else None,
        group=group,
    )


def send(world: World, *reports: Report) -> None:
    """Let reports arrive; nothing is worked yet. Many arrive at once, as they do from a room."""
    intake = Intake(world.runtime)
    if len(reports) < 4:
        for report in reports:
            intake.accept(report)
        return
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(intake.accept, reports))


def arrive(world: World, *reports: Report) -> Case:
    """Let reports arrive and be worked; the case of the first."""
    send(world, *reports)
    world.drain()
    return case_of(world, reports[0])


def hold(world: World, *classes: tuple[str, str | None, float, float]) -> None:
    """The course's classes in room 3: key, group, and minutes from now to their start and to their end."""
    now = world.clock()
    found = [
        {
            "key": key, "course_id": "2", "activity_id": "3", "group_id": group, "platform": "bigbluebuttonbn",
            "starts_at": now + timedelta(minutes=start), "ends_at": now + timedelta(minutes=end),
            "source": "meeting", "fetched_at": now,
        }
        for key, group, start, end in classes
    ]  # fmt: skip
    day = timedelta(days=1)
    with world.runtime.db.write() as conn:
        timetable.replace_sessions(conn, SITE, ["2"], since=now - day, until=now + day, found=found)


def case_of(world: World, report: Report) -> Case:
    """The case a report stands in."""
    with world.runtime.db.read() as conn:
        case = cases.of_report(conn, report.key)
    assert case is not None, "the report stands in no case"
    return case


def case(world: World, case_id: int) -> Case:
    """A case as it is now."""
    with world.runtime.db.read() as conn:
        found = cases.get(conn, case_id)
    assert found is not None
    return found


def all_cases(world: World) -> list[Case]:
    """Every case, oldest first."""
    with world.runtime.db.read() as conn:
        return [cases.from_row(row) for row in conn.execute(cases.cases.select().order_by(cases.cases.c.id))]


def standing(world: World, case_id: int) -> int:
    """How many reports really stand in a case, whatever its counter says."""
    with world.runtime.db.read() as conn:
        return len(cases.report_keys(conn, case_id))


def actions(world: World, case_id: int) -> list[Action]:
    """The timeline of a case, actions only."""
    return [event.action for event in timeline(world, case_id)]


def timeline(world: World, case_id: int) -> list[cases.Event]:
    """The timeline of a case."""
    with world.runtime.db.read() as conn:
        return cases.timeline(conn, case_id)


def clock_of(world: World, case_id: int, rung: str) -> clocks.Clock:
    """One rung's clock of a case."""
    return next(clock for clock in clocks_of(world, case_id) if clock.rung == rung)


def clocks_of(world: World, case_id: int) -> list[clocks.Clock]:
    """All clocks of a case."""
    with world.runtime.db.read() as conn:
        return clocks.of_case(conn, case_id)


def running(world: World, case_id: int) -> set[str]:
    """Targets of a case with a rung that runs."""
    return {clock.target for clock in clocks_of(world, case_id) if clock.state == "running"}


def alerted(world: World, case_id: int) -> list[tuple[str, str, int]]:
    """(cause, who was told, how often) of a case's alerts."""
    with world.runtime.db.read() as conn:
        return [(alert.cause, alert.tell, alert.times) for alert in alerts.of_case(conn, case_id)]
