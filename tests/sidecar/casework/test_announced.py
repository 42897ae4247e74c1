"""What is done at the desk is told to the case's people."""

from sqlalchemy import select

from sidecar.casework.reply import pause, reply
from sidecar.casework.resolve import propose, verify
from sidecar.casework.transfer import refer
from sidecar.domain.report import Kind
from sidecar.store.tellings import tellings
from tests.staff import LEAD, OPERATOR, arrive
from tests.worlds import World, report


def test_each_turn_is_told(world: World) -> None:
    sent = report(kind=Kind.SUPPORT_REQUEST, symptom=None, category="login", channel="email")
    one = arrive(world, sent)
    pause(world.runtime, LEAD, one.id, "متى؟", reason="needs_data")
    reply(world.runtime, LEAD, one.id, "جرّب الآن")
    refer(world.runtime, LEAD, one.id, "training")
    propose(world.runtime, OPERATOR, one.id)
    verify(world.runtime, LEAD, one.id)
    with world.runtime.db.read() as conn:
        found = conn.execute(select(tellings.c.cause, tellings.c.text).where(tellings.c.case_id == one.id)).all()
    desk = [(row.cause, row.text) for row in found if row.cause != "received"]
    assert desk == [("question", "متى؟"), ("reply", "جرّب الآن"), ("referred", ""), ("resolved", "")]
