"""`/launch`: proven, once, for a minute; and a cookie that is good for its own pages (contract.md)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from sidecar.identity import Proofs
from sidecar.store import proofs
from tests.sidecar.api.callers import OLD, OTHER, Callers, site_of, token
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import BOARD, MANAGER, TRAINEE, Visitor, launched
from tests.worlds import SITE


def test_a_launch_leads_to_its_room_with_a_cookie_for_those_pages_alone(house: Callers) -> None:
    visitor = Visitor(house)
    answer = visitor.launch("room", MANAGER, ctx={"course": "2", "activity": "3"})
    assert (answer.status_code, answer.location) == (303, BOARD)
    cookie = answer.headers["Set-Cookie"]
    for part in ("nidaa_room=", "Secure", "HttpOnly", "Path=/rooms/", "SameSite=Lax"):
        assert part in cookie
    page = visitor.get(BOARD)
    assert page.status_code == 200
    assert "القاعة المباشرة 3" in page.text
    assert visitor.get("/desk/").status_code == 401


@pytest.mark.parametrize(
    ("target", "first"), [("room", "/rooms/"), ("mine", "/mine/"), ("questions", "/questions/"), ("desk", "/desk/")]
)
def test_every_target_has_its_first_page(house: Callers, target: str, first: str) -> None:
    visitor = Visitor(house)
    answer = visitor.launch(target, MANAGER)
    assert (answer.status_code, answer.location) == (303, first)
    assert visitor.get(first).status_code == 200


def test_a_launch_is_used_once_by_whomever(house: Callers) -> None:
    given = launched("room", MANAGER)
    assert Visitor(house).launch("room", MANAGER, token=given).status_code == 303
    again = Visitor(house).launch("room", MANAGER, token=given)
    assert (again.status_code, "Set-Cookie" in again.headers) == (401, False)
    assert "استُخدم هذا الرابط من قبل" in again.text


NOW = int(time.time())


@pytest.mark.parametrize(
    "changes",
    [
        {"iat": NOW - 200, "exp": NOW - 140},
        {"life": 61},
        {"life": 3600},
        {"iat": NOW + 120, "exp": NOW + 150},
        {"aud": "report"},
        {"iss": "somewhere"},
        {"jti": None},
        {"ctx": {"course": ["2"]}},
    ],
    ids=["expired", "too long", "an hour", "not yet", "report", "site", "no jti", "odd place"],
)  # fmt: skip
def test_what_proves_nothing_is_401_in_the_readers_language(house: Callers, changes: dict) -> None:
    answer = Visitor(house).launch("room", MANAGER, **changes)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (401, False)
    assert 'lang="ar"' in answer.text


def test_other_secrets_and_garbage_are_401(house: Callers) -> None:
    now = int(time.time())
    claims = {"aud": "launch", "sub": MANAGER, "scope": "launch:room", "iat": now, "exp": now + 60}
    assert Visitor(house).launch("room", MANAGER, token=token(secret=OLD, **claims)).status_code == 303
    for bad in (token(secret=OTHER, **claims), "eyJ.x.y", "x" * 9000, "\x00"):
        assert Visitor(house).launch("room", MANAGER, token=bad).status_code == 401
    assert house.client.post("/launch").status_code == 401
    assert house.client.post("/launch", data={"target": "roster", "token": "x"}).status_code == 401


def test_a_launch_for_one_page_opens_no_other(house: Callers) -> None:
    for target in ("desk", "questions", "mine"):
        assert Visitor(house).launch(target, MANAGER, token=launched("room", MANAGER)).status_code == 403


def test_leaving_ends_the_login_and_forms_need_their_page(comes: Comes) -> None:
    manager = comes("room", MANAGER)
    assert manager.post("/rooms/leave", BOARD, csrf="").status_code == 400
    assert manager.post("/rooms/leave", BOARD, csrf="another").status_code == 400
    cookie = manager.client.get_cookie("nidaa_room", domain="nidaa.example", path="/rooms/")
    assert cookie is not None
    answer = manager.post("/rooms/leave", BOARD)
    assert answer.status_code == 200
    manager.client.set_cookie("nidaa_room", cookie.value, domain="nidaa.example", path="/rooms/", secure=True)
    assert manager.get(BOARD).status_code == 401


def test_a_login_ends_with_its_launch(house: Callers, comes: Comes) -> None:
    manager = comes("room", MANAGER, jti="stolen")
    assert manager.get(BOARD).status_code == 200
    with house.world.runtime.db.write() as conn:
        proofs.revoke(conn, SITE, "stolen", house.world.clock())
    assert manager.get(BOARD).status_code == 401


def test_a_login_ends_with_what_its_site_issued_before(house: Callers, comes: Comes) -> None:
    manager = comes("room", MANAGER)
    later = datetime.now(UTC) + timedelta(seconds=5)
    house.app.extensions["nidaa_proofs"] = Proofs({SITE: site_of(valid_from=later)}, frozenset)
    assert manager.get(BOARD).status_code == 401


def test_coming_again_in_the_same_browser_ends_the_login_before(comes: Comes, house: Callers) -> None:
    manager = comes("room", MANAGER)

    def cookie() -> str:
        found = manager.client.get_cookie("nidaa_room", domain="nidaa.example", path="/rooms/")
        assert found is not None
        return found.value

    old = cookie()
    answer = manager.launch("room", MANAGER)
    browser = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("nidaa_browser="))
    for part in ("Secure", "HttpOnly", "Path=/launch", "SameSite=None"):
        assert part in browser, "the LMS's form comes from another site"
    assert cookie() != old
    assert manager.get(BOARD).status_code == 200
    thief = Visitor(house)
    thief.client.set_cookie("nidaa_room", old, domain="nidaa.example", path="/rooms/", secure=True)
    assert thief.get(BOARD).status_code == 401


def test_a_login_ends_by_itself(house: Callers, comes: Comes) -> None:
    manager = comes("room", MANAGER)
    house.world.clock.forward(hours=11, minutes=59)
    assert manager.get(BOARD).status_code == 200
    house.world.clock.forward(minutes=2)
    assert manager.get(BOARD).status_code == 401


def test_the_language_is_the_persons_and_stays_as_chosen(house: Callers, comes: Comes) -> None:
    english = comes("mine", TRAINEE, locale="en")
    assert 'lang="en" dir="ltr"' in english.get("/mine/").text
    assert 'lang="ar" dir="rtl"' in english.get("/mine/?lang=ar").text
    assert 'lang="ar" dir="rtl"' in english.get("/mine/").text


def test_pages_are_never_framed_kept_or_scripted_from_outside(comes: Comes) -> None:
    answer = comes("room", MANAGER).get(BOARD)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    for tag in (" style=", "<style", "javascript:", " onclick=", "<script>"):
        assert tag not in answer.text


def test_a_refusal_is_said_in_the_persons_language_whatever_the_browsers_is(house: Callers, comes: Comes) -> None:
    english_browser = {"Accept-Language": "en"}
    arab = comes("room", MANAGER, locale="ar", ctx={"course": "2"})
    assert "لا توجد هذه الصفحة" in arab.get("/rooms/999/-", **english_browser).text
    used = launched("room", MANAGER, locale="ar")
    Visitor(house).launch("room", MANAGER, token=used)
    form = {"token": used, "target": "room"}
    again = house.client.post("/launch", data=form, headers=english_browser)
    assert 'lang="ar"' in again.text
    wrong = house.client.post("/launch", data=form | {"target": "desk"}, headers=english_browser)
    assert (wrong.status_code, 'lang="ar"' in wrong.text) == (403, True)
