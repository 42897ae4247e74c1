"""Accounts: signing in by name and password, limits, one's own password, and what administrators do."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from sidecar.casework.local_login import TooMany, WrongPassword, sign_in
from sidecar.domain.access import StaffRole
from sidecar.domain.accounts import Wrong, wrong_password, wrong_username
from sidecar.journey.staffing import tidy
from sidecar.store import credentials, staff
from sidecar.store.credentials import failed_tries
from sidecar.store.public_limits import public_sent, sent
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.visiting import Visitor

OWN = "قهوة الصباح 1447"
NEW = {"username": "huda", "name": "هدى السالم", "roles": "agent_1", "locale": "en"}


def added(admin: Visitor, **form: object) -> str:
    """Somebody's first password."""
    answer = admin.post("/desk/people/new", "/desk/people/new", **(NEW | form))
    assert answer.status_code == 200, re.findall(r'class="nd-err".*?</p>', answer.text)
    return re.search(r'nd-code"[^>]*>([^<]+)<', answer.text.partition("nd-card__b")[2]).group(1)  # type: ignore[union-attr]


def enter(house: Callers, password: str, username: str = "huda", **headers: str) -> tuple[Visitor, TestResponse]:
    visitor = Visitor(house)
    form = {"username": username, "password": password}
    answer = visitor.client.post("/sign-in?lang=en", data=form, base_url="https://nidaa.example", headers=headers or {})
    return visitor, answer


def settled(house: Callers, admin: Visitor, **form: object) -> Visitor:
    """Somebody who is in, with a password of their own."""
    visitor, answer = enter(house, first := added(admin, **form), str(form.get("username", "huda")))
    assert answer.status_code == 303
    page = visitor.post("/desk/password", "/desk/password", old=first, new=OWN)
    assert page.status_code == 303, page.text
    return visitor


@pytest.fixture
def admin(at_desk: AtDesk) -> Visitor:
    return at_desk(StaffRole.ADMINISTRATOR)


def test_a_first_password_opens_nothing_but_the_page_to_choose_another(house: Callers, admin: Visitor) -> None:
    visitor, answer = enter(house, added(admin))
    assert answer.status_code == 303
    for path in ("/desk/", "/desk/search", "/desk/watch/"):
        refused = visitor.get(path)
        assert (refused.status_code, refused.headers["Location"]) == (303, "/desk/password")
    for fault, new in (("letters", "short"), ("guess", "password1234"), ("user name", "huda1huda123"[:12])):
        page = visitor.post("/desk/password", "/desk/password", old="wrong", new=new)
        assert page.status_code == 422, fault


def test_with_an_own_password_the_desk_is_open_and_the_first_one_is_over(house: Callers, admin: Visitor) -> None:
    visitor = settled(house, admin)
    assert visitor.get("/desk/").status_code == 200
    assert "هدى السالم" in visitor.get("/desk/").text
    assert enter(house, OWN)[1].status_code == 303


def test_wrong_and_unknown_look_the_same_and_end(house: Callers, admin: Visitor) -> None:
    added(admin)
    texts = set()
    for name in ("huda", "nobody"):
        for _ in range(5):
            _, answer = enter(house, "wrong", name)
            assert answer.status_code == 422
            texts.add(re.search(r'role="alert">.*?</svg>([^<]+)<', answer.text).group(1))  # type: ignore[union-attr]
        _, answer = enter(house, "wrong", name)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
    assert len(texts) == 1


def test_after_a_while_one_may_try_again(house: Callers, admin: Visitor) -> None:
    first = added(admin)
    for _ in range(5):
        enter(house, "wrong")
    assert enter(house, first)[1].status_code == 429
    house.world.clock.forward(minutes=16)
    assert enter(house, first)[1].status_code == 303


def test_an_address_that_guesses_many_names_is_stopped(house: Callers) -> None:
    for one in range(30):
        assert enter(house, "wrong", f"name{one}")[1].status_code == 422
    assert enter(house, "wrong", "another")[1].status_code == 429


def test_a_form_of_another_site_lets_nobody_in(house: Callers, admin: Visitor) -> None:
    first = added(admin)
    assert enter(house, first, Origin="https://evil.example")[1].status_code == 400
    assert enter(house, first, Origin="https://nidaa.example")[1].status_code == 303


@pytest.mark.parametrize("how", ["end", "sign-out", "password", "idle", "life"])
def test_a_session_ends(house: Callers, admin: Visitor, how: str) -> None:
    visitor = settled(house, admin)
    assert visitor.get("/desk/").status_code == 200
    key = next(row.key for row in everybody(house) if row.name == "هدى السالم")
    if how == "idle":
        house.world.clock.forward(minutes=61)
    elif how == "life":
        for _ in range(13):
            house.world.clock.forward(minutes=59)
            visitor.get("/desk/")
    else:
        assert admin.post(f"/desk/people/{key}/{how}", "/desk/people/").status_code in {200, 303}
    refused = visitor.get("/desk/?lang=en")
    assert refused.status_code == 401
    assert 'href="/sign-in?lang=' in refused.text
    assert enter(house, OWN)[1].status_code == (422 if how in {"end", "password"} else 303)


def everybody(house: Callers):
    with house.world.runtime.db.read() as conn:
        return staff.everybody(conn)


def test_roles_hold_from_the_next_request_on(house: Callers, admin: Visitor) -> None:
    visitor = settled(house, admin)
    key = next(row.key for row in everybody(house) if row.name == "هدى السالم")
    assert visitor.get("/desk/?queue=verify").status_code == 404
    form = NEW | {"roles": "lead"}
    assert admin.post(f"/desk/people/{key}", "/desk/people/", **form).status_code == 303
    assert visitor.get("/desk/?queue=verify").status_code == 200
    assert "changed" in admin.get(f"/desk/people/{key}?lang=en").text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": " "}, "name"), ({"roles": ""}, "roles"), ({"roles": "trainee"}, "roles"),
        ({"roles": ["supervisor", "lead"], "body": "tvtc"}, "roles"), ({"roles": "supervisor"}, "body"),
        ({"body": "tvtc"}, "body"), ({"roles": "department_head"}, "departments"),
        ({"roles": "deputy", "departments": "nowhere"}, "departments"), ({"email": "x@example.invalid"}, "email"),
        ({"lms_user": "elsewhere:7"}, "lms_user"), ({"username": "two words"}, "username"),
    ],
)  # fmt: skip
def test_what_does_not_make_sense_is_said_beside_its_field(admin: Visitor, form: dict[str, object], field: str) -> None:
    answer = admin.post("/desk/people/new", "/desk/people/new", **(NEW | form))
    assert answer.status_code == 422
    assert f'id="f-{field}"' in answer.text
    assert "هدى السالم" in answer.text or field == "name"


def test_a_name_is_given_once_and_a_form_sent_twice_adds_one(house: Callers, admin: Visitor) -> None:
    number = re.search(r'name="number" value="(\w+)"', admin.get("/desk/people/new").text).group(1)  # type: ignore[union-attr]
    added(admin, number=number)
    again = admin.post("/desk/people/new", "/desk/people/new", **NEW, number=number)
    assert again.status_code == 422
    assert len(everybody(house)) == 2


def test_somebody_of_the_lms_is_found_by_a_launch_and_the_last_administrator_stays(
    house: Callers, admin: Visitor, comes: Callable[..., Visitor]
) -> None:
    form = {"username": "", "lms_user": "academy:55", "roles": "lead", "name": "قائد"}
    assert admin.post("/desk/people/new", "/desk/people/new", **(NEW | form)).status_code == 303
    assert comes("desk", "55").get("/desk/?queue=verify").status_code == 200
    own = next(row for row in everybody(house) if "administrator" in row.roles)
    refused = admin.post(f"/desk/people/{own.key}/end", "/desk/people/")
    assert refused.status_code == 422
    demoted = {"name": own.name, "roles": "lead", "locale": "ar"}
    assert 'id="f-roles"' in admin.post(f"/desk/people/{own.key}", "/desk/people/", **demoted).text


def test_no_password_is_kept_or_shown_twice(house: Callers, admin: Visitor) -> None:
    first = added(admin)
    with house.world.runtime.db.read() as conn:
        account = credentials.of_username(conn, "huda")
    assert account is not None
    assert first not in account.password_hash
    assert account.password_hash.startswith("$argon2id$")
    assert first not in admin.get(f"/desk/people/{account.staff_key}").text


def test_passwords_and_names() -> None:
    assert wrong_password("correct horse battery", "huda") is None
    assert wrong_password("x" * 11, "huda") is Wrong.SHORT
    assert wrong_password("aaaaaaaaaaaa", "huda") is Wrong.COMMON
    assert wrong_password("Password1234", "huda") is Wrong.COMMON
    assert wrong_password("huda.alsalem1", "huda.alsalem") is Wrong.SAME
    assert wrong_username("huda.s") is None
    assert wrong_username("") is Wrong.NEEDED


def test_a_try_takes_as_long_where_there_is_no_such_name(house: Callers, admin: Visitor) -> None:
    added(admin)

    def took(name: str) -> float:
        began = time.perf_counter()
        enter(house, "wrong password", name)
        return time.perf_counter() - began

    known, unknown = (min(took(name) for _ in range(2)) for name in ("huda", "nobody"))
    assert unknown > known / 3  # a hash is compared either way: without it, hundreds of times less


def test_a_browser_that_hides_where_it_was_is_known_by_what_it_says_itself(house: Callers, admin: Visitor) -> None:
    first = added(admin)
    assert Visitor(house).get("/sign-in").headers["Referrer-Policy"] == "same-origin"
    assert enter(house, first, Origin="null")[1].status_code == 400
    assert enter(house, first, **{"Origin": "null", "Sec-Fetch-Site": "cross-site"})[1].status_code == 400
    assert enter(house, first, **{"Origin": "null", "Sec-Fetch-Site": "same-origin"})[1].status_code == 303


def test_guesses_at_once_count_before_they_are_looked_at(house: Callers, admin: Visitor) -> None:
    added(admin)
    refused = []

    def at_once(_work: object) -> bool:
        """Another try comes while this one's password is hashed."""
        try:
            sign_in(house.world.runtime, "huda", "wrong", address="1", browser="b", in_thread=at_once)
        except TooMany as many:
            refused.append(many)
        except WrongPassword:
            pass
        return False

    with pytest.raises(WrongPassword):
        sign_in(house.world.runtime, "huda", "wrong", address="1", browser="b", in_thread=at_once)
    assert len(refused) == 1


def test_a_password_that_is_changed_meanwhile_lets_nobody_in(house: Callers, admin: Visitor) -> None:
    first = added(admin)

    def changed(work: Callable[[], bool]) -> bool:
        found = work()
        with house.world.runtime.db.write() as conn:
            conn.execute(credentials.credentials.update().values(password_hash="another"))
        return found

    with pytest.raises(WrongPassword):
        sign_in(house.world.runtime, "huda", first, address="1", browser="b", in_thread=changed)


def test_tries_and_public_forms_are_forgotten(house: Callers, admin: Visitor) -> None:
    added(admin)
    enter(house, "wrong")
    with house.world.runtime.db.write() as conn:
        sent(conn, ["a" * 64], house.world.clock())
    house.world.clock.forward(hours=2)
    tidy(house.world.runtime)
    with house.world.runtime.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(failed_tries)) == 0
        assert conn.scalar(select(func.count()).select_from(public_sent)) == 0
