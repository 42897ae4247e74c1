"""A trainee's own report about the certificate: the answer, and every line with its source."""

from __future__ import annotations

from sidecar.domain.report import Kind
from sidecar.domain.steps import Lane
from sidecar.tasks.drain import drain
from tests.sidecar.api.callers import Callers
from tests.sidecar.journey.test_certificate_answers import SUFFICES, asks
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_own_pages import link_of
from tests.sidecar.pages.visiting import TRAINEE, Visitor
from tests.staff import arrive, send
from tests.worlds import SITE, report


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
