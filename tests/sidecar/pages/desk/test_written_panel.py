"""From the trainee's form to the card beside the case: what the house entered in the LMS, or why it did not go."""

from __future__ import annotations

import re

import pytest

from sidecar.domain.access import StaffRole
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.test_own_certificate import MINE, PAGE, lacking, trainee
from tests.sidecar.pages.visiting import TRAINEE, TRAINER
from tests.staff import all_cases


@pytest.mark.parametrize("kept", [True, False])
def test_where_the_site_lets_us_the_house_enters_what_was_confirmed(
    house: Callers, comes: Comes, at_desk: AtDesk, kept: bool
) -> None:
    lacking(house)
    lms = rostered.lms_of(house.world)
    lms.writes = frozenset({"phone"})
    lms.deaf = frozenset() if kept else frozenset({"phone"})
    visitor = trainee(comes)
    visitor.post(f"{MINE}/send", MINE, phone="0501234567")
    house.world.drain()
    trainer = comes("roster", TRAINER, role="trainer", name="خالد الحربي")
    pressed = re.search(r'value="(right-\d+)"', trainer.get(PAGE).text).group(1)
    trainer.post(f"{PAGE}/confirm", PAGE, sent=pressed)
    desk = at_desk(StaffRole.AGENT_2)
    (case,) = all_cases(house.world)
    assert "on its way" in desk.get(f"/desk/cases/{case.id}?lang=en").text
    house.world.drain()
    assert lms.written == [(TRAINEE, "phone", "+966501234567")]
    seen, card = visitor.get(f"{MINE}?lang=en").text, desk.get(f"/desk/cases/{case.id}?lang=en").text
    assert ("Stands in the learning platform" in seen) is kept
    assert ("Before:" in card, "empty" in card) == (True, True)
    assert ("Entered in the learning platform by the house" in card) is kept
    assert ("please enter it by hand" in card, "not_kept" in card) == (not kept, not kept)
    arabic = desk.get(f"/desk/cases/{case.id}?lang=ar").text
    assert ("أدخله النظام" in arabic) is kept


def card_of(text: str) -> str:
    return text.partition('id="written"')[2].partition("</section>")[0]


def test_the_card_shows_every_answer_and_what_became_of_it(house: Callers, comes: Comes, at_desk: AtDesk) -> None:
    lacking(house)
    lms = rostered.lms_of(house.world)
    lms.writes = frozenset({"phone"})
    visitor, trainer = trainee(comes), comes("roster", TRAINER, role="trainer", name="خالد الحربي")

    def press(what: str, value: str) -> None:
        page = trainer.get(PAGE).text
        found = re.search(rf'{re.escape(value)}.*?value="({what}-\d+)"', page, re.DOTALL)
        trainer.post(f"{PAGE}/confirm", PAGE, sent=found.group(1))

    visitor.post(f"{MINE}/send", MINE, phone="0501234561", name_en="Ahmad Wrong")
    house.world.drain()
    press("wrong", "Ahmad Wrong")
    house.world.clock.forward(hours=1)
    visitor.post(f"{MINE}/send", MINE, phone="0501234562", name_en="Ahmad Al-Qahtani")
    house.world.drain()
    desk = at_desk(StaffRole.AGENT_2)
    (case,) = all_cases(house.world)
    card = card_of(desk.get(f"/desk/cases/{case.id}?lang=en").text)
    for said in ("+966501234561", "+966501234562", "Ahmad Wrong", "Ahmad Al-Qahtani", "waits for the trainer",
                 "replaced", "Replaced by a newer answer", "Not confirmed by", "خالد الحربي"):  # fmt: skip
        assert said in card, said
    assert card.count("Sent · ") == 4
    press("right", "+966501234562")
    press("right", "Ahmad Al-Qahtani")
    house.world.drain()
    card = card_of(desk.get(f"/desk/cases/{case.id}?lang=en").text)
    assert card.count("Confirmed by") == 2
    assert "confirmed: enter it by hand" in card, "the site does not list names"
    before, after = re.search(r"Before:(.*?)After:(.*?)</p>", card, re.DOTALL).groups()
    assert ("empty" in before, "+966501234562" in after) == (True, True)
    assert "waits for the trainer" not in card
