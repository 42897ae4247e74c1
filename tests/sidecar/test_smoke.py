from sidecar.journey.intake import Intake
from sidecar.journey.status import status
from tests.worlds import World, report


def test_a_report_reaches_a_case(world: World) -> None:
    intake = Intake(world.runtime)
    sent = report()
    accepted = intake.accept(sent)
    assert accepted.case is None
    world.drain()
    found = status(world.runtime, sent.site_id, sent.id, None)
    assert found is not None
    assert found.case == 1
