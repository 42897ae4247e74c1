"""The checklist on a certificate case's page: what is missing, by which source, what changed, and how to close it."""

from __future__ import annotations

import re
from typing import Any

from sidecar.domain.access import StaffRole
from sidecar.domain.case import State
from sidecar.domain.report import Gap, Kind, Role
from sidecar.store import cases, resolutions
from tests.sidecar.api.callers import Callers
from tests.sidecar.journey.test_certificate_answers import SUFFICES, asks
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.staff import arrive, case
from tests.worlds import SITE, report


def know(house: Callers, person: str, **changes: Any) -> None:
    house.world.runtime.lms[SITE].set_facts(person, "2", **(SUFFICES | changes))  # type: ignore[attr-defined]


def checklist(page: str) -> str:
    found = re.search(r'<section class="nd-card" id="checklist".*?</section>', page, re.DOTALL)
    assert found
    return found.group(0)


def flagged(house: Callers, *gaps: Gap, **facts: Any):
    know(house, "50", **facts)
    return arrive(house.world, asks("8", Role.TRAINER, about="50", gaps=frozenset(gaps)))


def operator(at_desk: AtDesk):
    return at_desk(StaffRole.AGENT_2, name="هند السالم")


def test_each_line_stands_there_with_a_word_a_mender_its_source_and_time(house: Callers, at_desk: AtDesk) -> None:
    swapped = {"profile__name_ar": "Yousef Alenezi", "profile__name_en": "يوسف العنزي"}
    one = flagged(
        house, Gap.PHONE_MISSING, certificate__issued=[], attendance__rate=0.68, attendance__attended=17,
        profile__phone=None, profile__national_id="invalid", **swapped,
    )  # fmt: skip
    page = operator(at_desk).get(f"/desk/cases/{one.id}?lang=en").text
    card = checklist(page)
    for said in ("Mobile number is not entered", "The trainee can mend it", "For the trainer to decide", "needs review",
                 "A warning only", "are swapped", "Yousef Alenezi", "يوسف العنزي", "17", "fake", "68%"):  # fmt: skip
        assert said in card, said
    assert "The gap is gone" not in card
    arabic = checklist(operator(at_desk).get(f"/desk/cases/{one.id}?lang=ar").text)
    for said in ("رقم الجوال غير مدخل", "الحضور دون الحد المطلوب", "الاسم غير متطابق", "68%"):
        assert said in arabic, said


def test_a_second_look_shows_the_difference_and_one_press_proposes_with_the_text_filled_in(
    house: Callers, at_desk: AtDesk
) -> None:
    one = flagged(house, Gap.PHONE_MISSING, profile__phone=None)
    desk = operator(at_desk)
    assert "The gap is gone" not in desk.get("/desk/?queue=all&lang=en").text
    before = checklist(desk.get(f"/desk/cases/{one.id}?lang=en").text)
    assert "/propose" not in before
    know(house, "50")
    desk.post(f"/desk/cases/{one.id}/look-again", f"/desk/cases/{one.id}")
    waiting = checklist(desk.get(f"/desk/cases/{one.id}?lang=en").text)
    assert "has not answered yet" in waiting
    house.world.drain()
    card = checklist(desk.get(f"/desk/cases/{one.id}?lang=en").text)
    assert "No longer missing: Mobile number is not entered" in " ".join(re.sub(r"<[^>]+>", "", card).split())
    assert "The gap is gone" in card
    assert "The gap is gone" in desk.get("/desk/?queue=all&lang=en").text
    text = re.search(r"<textarea[^>]*>([^<]+)</textarea>", card)
    hidden = dict(re.findall(r'name="(version|root_cause|remedy|corrective)" value="([^"]*)"', card))
    assert text is not None
    assert "رقم الجوال غير مدخل" in text.group(1)  # the reporter reads Arabic
    desk.post(f"/desk/cases/{one.id}/propose", f"/desk/cases/{one.id}", answer=text.group(1), **hidden)
    assert case(house.world, one.id).state is State.RESOLVED
    with house.world.runtime.db.read() as conn:
        proposed = resolutions.latest(conn, one.id)
        said = [event.reason for event in cases.timeline(conn, one.id)]
    assert proposed is not None
    assert proposed.answer == text.group(1)
    assert "gap_gone" in said
    assert "The gap is gone" not in desk.get("/desk/?queue=all&lang=en").text  # proposed


def test_another_case_has_no_checklist(house: Callers, at_desk: AtDesk) -> None:
    one = arrive(house.world, report(kind=Kind.SUPPORT_REQUEST, symptom=None, category="login", text="لا أستطيع"))
    assert 'id="checklist"' not in operator(at_desk).get(f"/desk/cases/{one.id}").text


def test_a_number_is_never_shown(house: Callers, at_desk: AtDesk) -> None:
    one = flagged(house, Gap.NATIONAL_ID_DUPLICATE, profile__national_id_duplicate=True)
    card = checklist(operator(at_desk).get(f"/desk/cases/{one.id}?lang=en").text)
    assert "somebody else" in card
    assert not re.search(r"\d{10}", re.sub(r'value="[^"]*"|"[^"]*"', "", card))
