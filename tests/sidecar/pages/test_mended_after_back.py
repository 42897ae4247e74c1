"""A trainee goes back, mends what was typed and sends the form again: the newer answer is kept, a resend is one."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import delete, select

from sidecar.store import reports, sent_data
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_national_id_form import NUMBER, lets
from tests.sidecar.pages.test_own_certificate import MINE, PAGE, lacking, rows, trainee
from tests.sidecar.pages.visiting import TRAINER, Visitor
from tests.staff import all_cases
from tests.worlds import World

__all__ = ["lets"]  # a fixture

ONE, TWO = "+966501234567", "+966507654321"
SAME_END = "1000001008"  # the same last two digits, of which the check digit does not fit


def sends(visitor: Visitor, form: uuid.UUID, **typed: str) -> None:
    assert visitor.post(f"{MINE}/send", MINE, form=str(form), **typed).status_code == 303


def reported(world: World) -> list[str]:
    with world.runtime.db.read() as conn:
        table = reports.reports
        found = conn.execute(select(table).order_by(table.c.received_at, table.c.key)).all()
    return [row.body["text"] for row in found]


def states(house: Callers) -> list[tuple[str, str]]:
    return [(value, state) for _field, value, state in rows(house)]


def test_the_mended_value_replaces_what_nobody_confirmed_and_its_report_is_on_the_case(
    both: Callers,
) -> None:
    house, form = both, uuid.uuid4()
    lacking(house)
    visitor = Visitor(house)
    visitor.launch("mine", "21", role="trainee", name="أحمد القحطاني")
    sends(visitor, form, phone=ONE)
    sends(visitor, form, phone=ONE)
    assert states(house) == [(ONE, "sent")]
    house.world.clock.forward(minutes=1)
    sends(visitor, form, phone=TWO)
    sends(visitor, form, phone=TWO)
    assert states(house) == [(ONE, "replaced"), (TWO, "sent")]
    house.world.clock.forward(minutes=1)
    sends(visitor, form, phone=ONE)
    assert states(house) == [(ONE, "replaced"), (TWO, "replaced"), (ONE, "sent")], "the last that was meant stands"
    house.world.drain()
    (case,) = all_cases(house.world)
    assert case.reports == 3
    assert [re.search(r"\+\d+", text).group() for text in reported(house.world)] == [ONE, TWO, ONE]


def test_another_answer_to_what_is_confirmed_waits_for_the_trainer_too(house: Callers, comes: Comes) -> None:
    lacking(house)
    visitor, form = trainee(comes), uuid.uuid4()
    sends(visitor, form, phone=ONE)
    house.world.drain()
    trainer = comes("roster", TRAINER, role="trainer")
    pressed = re.search(r'value="(right-\d+)"', trainer.get(PAGE).text).group(1)
    trainer.post(f"{PAGE}/confirm", PAGE, sent=pressed)
    sends(visitor, form, phone=TWO)
    assert states(house) == [(ONE, "confirmed"), (TWO, "sent")]
    # A trainer's older page confirms nothing else than what it showed.
    trainer.post(f"{PAGE}/confirm", PAGE, sent=pressed)
    assert states(house) == [(ONE, "confirmed"), (TWO, "sent")]


def test_a_number_of_identity_that_ends_alike_is_another(lets: Callers, comes: Comes) -> None:
    visitor, form = trainee(comes), uuid.uuid4()
    sends(visitor, form, national_id=SAME_END, anyway="1")
    sends(visitor, form, national_id=NUMBER)
    sends(visitor, form, national_id=NUMBER)
    assert states(lets) == [("••••••••08", "replaced"), ("••••••••08", "sent")]
    with lets.world.runtime.db.read() as conn:
        kept: Any = conn.execute(select(sent_data.sent_data).order_by(sent_data.sent_data.c.id)).all()
    assert [row.sealed is not None for row in kept] == [False, True]
    assert len({row.report_key for row in kept}) == 2


def test_a_report_of_which_the_answer_was_lost_is_no_obstacle(house: Callers, comes: Comes) -> None:
    lacking(house)
    visitor, form = trainee(comes), uuid.uuid4()
    sends(visitor, form, phone=ONE)
    with house.world.runtime.db.write() as conn:
        conn.execute(delete(sent_data.sent_data))  # a process that ended between the two
    sends(visitor, form, phone=TWO)
    assert states(house) == [(TWO, "sent")]


def test_the_same_form_at_the_same_moment_is_one(both: Callers) -> None:
    lacking(both)
    form = uuid.uuid4()
    visitors = []
    for _ in range(4):
        visitors.append(Visitor(both))
        visitors[-1].launch("mine", "21", role="trainee", name="أحمد القحطاني")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: sends(one, form, phone=ONE), visitors))
    assert states(both) == [(ONE, "sent")]
