"""Guides without an account: by service, searched, safe whatever is asked or written, and leading to a report."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markupsafe import escape

from sidecar.domain.contact import choosable
from sidecar.domain.guides import Guide
from sidecar.pages.public.guide_text import rendered
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.visiting import Visitor


def get(house: Callers, path: str) -> str:
    answer = Visitor(house).get(path)
    assert answer.status_code == 200, path
    assert "Set-Cookie" not in answer.headers
    return answer.text


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_every_service_is_listed_and_every_guide_can_be_read(house: Callers, lang: str) -> None:
    policy = house.world.runtime.policy
    page = get(house, f"/public/guides/?lang={lang}")
    for service in choosable(policy):
        if service.clause == "P11":
            assert escape(service.label.in_(lang)) in page
    for guide in policy.guides:
        if guide.locale == lang:
            assert f"/public/guides/{guide.slug}?lang={lang}" in page
            text = get(house, f"/public/guides/{guide.slug}?lang={lang}")
            assert f"<h1>{escape(guide.title)}</h1>" in text
            assert f"about={guide.category}" in text


def test_a_question_finds_what_is_spelt_otherwise_and_marks_it(house: Callers) -> None:
    page = get(house, "/public/guides/?lang=ar&q=كلمه مرور")
    assert "/public/guides/sign-in" in page
    assert "<mark>المرور</mark>" in page
    assert "لا توجد نتائج" in get(house, "/public/guides/?lang=ar&q=قطار")


@pytest.mark.parametrize("asked", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "</mark><b>", "%00"])
def test_a_question_is_text(house: Callers, asked: str) -> None:
    page = Visitor(house).client.get("/public/guides/", query_string={"q": asked, "lang": "en"}).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "</mark><b>" not in page


def test_what_a_guide_holds_runs_nothing() -> None:
    bad = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=y>z</b>\n\n![p](https://e.sa/p.png)"
    shown = rendered(bad)
    assert "<script" not in shown
    assert "<b " not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert '<a href="https://e.sa" rel="noopener noreferrer">' in rendered("[x](https://e.sa)")


def test_a_link_to_another_guide_leads_there(house: Callers) -> None:
    assert '<a href="sign-in"' in get(house, "/public/guides/prepare-device?lang=en")
    assert get(house, "/public/guides/sign-in")


@pytest.mark.parametrize("slug", ["nothing", "..%2f..%2fetc", "sign-in.md", "SIGN-IN"])
def test_what_is_no_guide_is_not_there(house: Callers, slug: str) -> None:
    assert Visitor(house).get(f"/public/guides/{slug}").status_code == 404


def test_the_form_knows_the_service_and_offers_its_guides(house: Callers) -> None:
    page = get(house, "/public/report?kind=cannot_get_in&about=trainer_access&lang=en")
    assert '<option value="trainer_access" selected>' in page
    assert 'data-guides-of="trainer_access">' in page
    assert 'data-guides-of="login" hidden>' in page
    assert '<option value="login" selected>' in get(house, "/public/report?kind=cannot_get_in&about=nonsense&lang=en")
    assert "data-guides-of" not in get(house, "/public/report?kind=complaint&lang=en")


def test_the_door_leads_to_them_and_a_policy_without_any_says_so(house: Callers) -> None:
    assert 'href="guides/?lang=ar"' in get(house, "/public/?lang=ar")
    house.world.runtime = replace(house.world.runtime, policy=replace(house.world.runtime.policy, guides=()))
    house.app.extensions["nidaa_runtime"] = house.world.runtime
    assert "guides/" not in get(house, "/public/?lang=ar")
    assert "لا يوجد دليل" in get(house, "/public/guides/?lang=ar")


def test_a_title_is_text(house: Callers) -> None:
    guide = Guide("x", "ar", "<b>كلمة</b>", "login", 1, "نص", "نص <i>")
    house.world.runtime = replace(house.world.runtime, policy=replace(house.world.runtime.policy, guides=(guide,)))
    house.app.extensions["nidaa_runtime"] = house.world.runtime
    page = get(house, "/public/guides/?lang=ar&q=كلمة")
    assert "<b>كلمة</b>" not in page
    assert "<mark>كلمة</mark>" in page
