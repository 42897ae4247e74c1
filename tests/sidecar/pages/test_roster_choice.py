"""What was ticked stays as it was chosen, several are reminded only after a question, and nobody ticked is told so."""

import re

import pytest

from tests.sidecar.api.callers import Callers
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_roster import PAGE, by_trainer, row_of

FORM = "5b0d6c0e-6d5e-4a58-9d5b-0f6a3e1b2c3d"


def lacking(house: Callers) -> None:
    """Two who can mend something themselves, and a third whose gap others mend."""
    rostered.fetched(house.world)
    rostered.knows(house.world, "23", profile__phone=None, profile__name_ar="نورا الغامدي", profile__name_en="Nora Gh")
    rostered.fetch(house.world)


def told(house: Callers) -> list[str]:
    house.world.drain()
    return [one.person_id for one in rostered.lms_of(house.world).told]


def ticked(text: str) -> set[str]:
    return {person for person in ("21", "22", "23") if " checked" in row_of(text, person)}


@pytest.mark.parametrize("act", ["flag", "remind"])
def test_after_an_act_is_ticked_what_it_was_done_with_and_nobody_else(house: Callers, comes: Comes, act: str) -> None:
    lacking(house)
    trainer = by_trainer(comes)
    assert ticked(trainer.get(PAGE).text) == {"21", "23"}, "the page's own choice"
    answer = trainer.post(f"{PAGE}/{act}", PAGE, person=["21"], form=FORM)
    assert ticked(trainer.get(answer.location).text) == {"21"}, "the other was unticked, and stays so"
    assert ticked(trainer.get(trainer.post(f"{PAGE}/{act}", PAGE, form=FORM).location).text) == set()
    again = trainer.post(f"{PAGE}/again", PAGE)
    assert ticked(trainer.get(again.location).text) - {"21"} == {"23"}, "looking again is no choice"


def test_several_get_a_message_only_after_a_question(house: Callers, comes: Comes) -> None:
    lacking(house)
    trainer = by_trainer(comes)
    before = told(house)
    asked = trainer.post(f"{PAGE}/remind", PAGE, person=["21", "22", "23"], form=FORM, show="all")
    assert asked.status_code == 200
    assert told(house) == before, "nobody was told anything"
    trainer.get(f"{PAGE}?lang=en")
    text = trainer.post(f"{PAGE}/remind", PAGE, person=["21", "22", "23"], form=FORM, show="all").text
    assert "2 trainees get a message:" in text, "of attendance alone nobody is reminded"
    assert "Mobile number is not entered" in text
    cancel = re.search(r'href="([^"]*kept=1[^"]*)"', text)
    assert cancel is not None
    assert ticked(trainer.get(cancel.group(1).replace("&amp;", "&")).text) == {"21", "22", "23"}
    fields = re.findall(r'name="(person|sure|show|form)" value="([^"]*)"', text)
    form: dict[str, list[str]] = {}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    assert form == {"sure": ["1"], "show": ["all"], "form": [FORM], "person": ["21", "22", "23"]}
    done = trainer.post(f"{PAGE}/remind", PAGE, **form)
    assert "done=2" in done.location
    assert "show=all" in done.location
    assert sorted(set(told(house)) - set(before)) == ["21", "23"]
    last = trainer.post(f"{PAGE}/remind", PAGE, all="1", form=FORM)
    assert "known=2" in last.location, "who was reminded lately is not asked about"


@pytest.mark.parametrize("act", ["flag", "remind"])
def test_with_nobody_ticked_it_says_what_to_do(house: Callers, comes: Comes, act: str) -> None:
    lacking(house)
    trainer = by_trainer(comes)
    trainer.get(f"{PAGE}?lang=en")
    text = trainer.get(trainer.post(f"{PAGE}/{act}", PAGE, form=FORM).location).text
    assert "Nobody is ticked" in text
    assert "for 0" not in text
    assert "0 trainees" not in text
