"""A trainee's own report about the certificate: the answer, and every line with its source."""

from __future__ import annotations

import pytest

from sidecar.casework.look_again import look_again
from sidecar.casework.merge import Different, merge, split
from sidecar.domain.report import Kind
from sidecar.domain.steps import Lane
from sidecar.store import cases
from sidecar.tasks.drain import drain
from tests.sidecar.api.callers import Callers, body
from tests.sidecar.journey.test_certificate_answers import REGISTRAR, SUFFICES, answers, asks
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_own_pages import link_of
from tests.sidecar.pages.visiting import TRAINEE, Visitor
from tests.staff import arrive, case_of, send
from tests.worlds import POLICY, SITE, report


def test_the_answer_and_what_it_rests_on(house: Callers, comes: Comes) -> None:
    lms = house.world.runtime.lms[SITE]
    lms.set_facts(TRAINEE, "2", **(SUFFICES | {"certificate__issued": [], "attendance__rate": 0.68}))  # type: ignore[attr-defined]
    sent = asks(TRAINEE)
    arrive(house.world, sent)
    trainee = comes("mine", TRAINEE, role="trainee")
    page = trainee.get(f"/mine/{sent.id}?lang=en").text
    for said in ("What the certificate needs", "your attendance is", "68%", "For the trainer to decide", "fake",
                 "A person still handles your report", "This is an automatic answer"):  # fmt: skip
        assert said in page, said
    by_link = Visitor(house).get(link_of(house, sent) + "?lang=ar").text
    for said in ("متطلبات الشهادة", "الحضور دون الحد المطلوب", "٦٨٪"):
        assert said in by_link, said


def test_before_the_platform_has_answered_it_says_so(house: Callers, comes: Comes) -> None:
    sent = asks(TRAINEE)
    send(house.world, sent)
    drain(house.world.runtime, Lane.ASSESS)
    page = comes("mine", TRAINEE, role="trainee").get(f"/mine/{sent.id}?lang=en").text
    assert "We are asking the platform" in page


def test_where_the_platform_tells_nothing_no_gap_is_claimed(house: Callers, comes: Comes) -> None:
    sent = asks(TRAINEE)
    arrive(house.world, sent)
    page = comes("mine", TRAINEE, role="trainee").get(f"/mine/{sent.id}?lang=en").text
    assert "could not tell the reason" in page
    assert "is not entered" not in page


def test_another_report_has_none(house: Callers, comes: Comes) -> None:
    sent = report(by=TRAINEE, kind=Kind.SUPPORT_REQUEST, symptom=None, category="login")
    arrive(house.world, sent)
    assert (
        "What the certificate needs" not in comes("mine", TRAINEE, role="trainee").get(f"/mine/{sent.id}?lang=en").text
    )


def test_of_two_people_s_certificates_nobody_reads_the_other_s(house: Callers, comes: Comes) -> None:
    """Two that were merged before merging them was refused: each reads and is told the own, or nothing."""
    world, lms = house.world, house.world.runtime.lms[SITE]
    short = {"certificate__issued": [], "attendance__rate": 0.68, "profile__name_en": "Mona Alharbi"}
    lms.set_facts("21", "2", **(SUFFICES | short))  # type: ignore[attr-defined]
    lms.set_facts("22", "2", **SUFFICES)  # type: ignore[attr-defined]
    hers, theirs = asks("21"), asks("22")
    arrive(world, hers)
    world.clock.forward(minutes=1)
    arrive(world, theirs)
    case, other = case_of(world, hers), case_of(world, theirs)
    with pytest.raises(Different):
        merge(world.runtime, REGISTRAR, case.id, other.id)
    with world.runtime.db.write() as conn:
        cases.move_reports(conn, [theirs.key], case.id, "merged", world.clock())
    told = len(answers(world, theirs))
    page = comes("mine", "22", role="trainee").get(f"/mine/{theirs.id}?lang=en").text
    link = Visitor(house).get(link_of(house, theirs) + "?lang=en").text
    for read in (page, link):
        assert "Mona Alharbi" not in read
        assert "68%" not in read
        assert "What the certificate needs" not in read
    assert "What the certificate needs" in comes("mine", "21", role="trainee").get(f"/mine/{hers.id}?lang=en").text
    world.clock.forward(minutes=5)
    lms.set_facts("21", "2", **(SUFFICES | {"enrolment__status": "suspended"}))  # type: ignore[attr-defined]
    look_again(world.runtime, REGISTRAR, case.id)
    world.drain()
    assert len(answers(world, theirs)) == told
    new = split(world.runtime, REGISTRAR, case.id, hers.key)
    with world.runtime.db.read() as conn:
        left = cases.of_report(conn, theirs.key)
    assert left is not None
    assert (new.person_id, new.course_id, left.person_id, left.join_key) == ("21", "2", "22", None)


def test_who_flags_somebody_reads_what_was_flagged_and_nothing_of_what_the_platform_knows(
    house: Callers, comes: Comes
) -> None:
    lms = rostered.lms_of(house.world)
    rostered.fetched(house.world)
    lms.set_facts("22", "2", **(SUFFICES | {"attendance__rate": 0.68, "profile__name_en": "Mona Alharbi"}))
    for who, doc in {
        "22": body(kind="certificate_gap", symptom=None, about={"id": "22", "role": "trainee"}, gaps=["phone_missing"]),
        # Of nobody's course: what the LMS signs is kept, and shows nothing.
        "999": body(kind="certificate_gap", symptom=None, about={"id": "999", "role": "trainee"},
                    gaps=["phone_missing"], reporter={"id": "8", "role": "trainer", "name": "t"}),
    }.items():  # fmt: skip
        sent = house.site(doc) if who == "999" else house.person(doc, sub="8", role="trainer", ctx={"course": "2"})
        assert sent.status_code == 202
        house.world.drain()
        page = comes("mine", "8", role="trainer").get(f"/mine/{doc['id']}?lang=en").text
        assert "Reported as missing:" in page
        assert POLICY.certificate.gaps["phone_missing"].in_("en") in page
        for unsaid in ("Mona Alharbi", "68%", "What the certificate needs", "Attendance"):
            assert unsaid not in page, unsaid
