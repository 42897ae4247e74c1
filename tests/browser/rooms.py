"""A live room in browser tests: people who are launched into its pages, a class that presses, and a timetable of it."""

from __future__ import annotations

import hmac
import http.client
import itertools
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import jwt
import orjson
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import insert

from sidecar.domain.incident import room_of
from sidecar.domain.report import Symptom, report_key
from sidecar.domain.tracking import token_of
from sidecar.policy.load import load, shipped
from sidecar.settings import whsec_key
from sidecar.store import presence
from sidecar.store.database import Database
from sidecar.store.timetable import courses, rosters, sessions
from tests import servers
from tests.live import presses
from tests.live.deployment import Deployment
from tests.live.presses import SECRET, SITE, Press

UNDO = 5_000  # milliseconds, by the policy
SOON = 3_000  # in which a board shows by itself what has happened
DONE = UNDO + 2 * SOON  # from a key to what it did
SHOWN = "Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => %r})"

Tabs = Callable[..., BrowserContext]
_numbers = itertools.count(700)


def fresh_room() -> int:
    """A room that no other test has."""
    return next(_numbers)


def course_of(room: int) -> int:
    """Its course."""
    return 10_000 + room


def told(symptom: str, language: str = "ar") -> str:
    """A symptom's name by the policy."""
    return load(shipped()).symptoms[Symptom(symptom)].label.in_(language)


def ready(language: str = "ar") -> str:
    """What one key tells a room."""
    return load(shipped()).rooms.messages["ready"].in_(language)


# Who comes in ---------------------------------------------------------------------------------------------------------


def launch_token(
    sub: str, *, target: str = "room", scope: str | None = None, role: str = "room_manager", room: int | None = None,
    course: int | None = None, locale: str = "ar", name: str = "مديرة القاعة", age: int = 0, life: int = 60,
    audience: str = "launch", groups: Sequence[str] | None = None,
) -> str:  # fmt: skip
    """What the LMS mints to send a person to a page; `age` seconds ago. With `groups` they see these people alone."""
    now = int(time.time()) - age
    place = {"course": course or (course_of(room) if room else None), "activity": room}
    claims = {"iss": SITE, "aud": audience, "sub": sub, "name": name, "locale": locale, "role": role, "iat": now,
              "exp": now + life, "jti": str(uuid.uuid4()), "scope": scope or f"launch:{target}",
              "ctx": {key: str(value) for key, value in place.items() if value}
              | ({"groups": list(groups)} if groups is not None else {})}  # fmt: skip
    return jwt.encode(claims, whsec_key(SECRET), algorithm="HS256")


def send_in(page: Page, sidecar: Deployment, token: str, *, target: str = "room", locale: str = "ar") -> int:
    """Come from the LMS by a form of another site, as people do; returns the status of the page that it leads to."""
    fields = {"token": token, "target": target}
    inputs = "".join(f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in fields.items())
    page.set_content(
        f'<html lang="{locale}"><form method="post" action="{address(sidecar)}/launch">{inputs}'
        '<button type="submit">go</button></form>'
    )
    with page.expect_navigation() as arrived:
        page.get_by_role("button", name="go").click()
    response = arrived.value
    assert response is not None
    return response.status


def address(sidecar: Deployment) -> str:
    """Where it is served."""
    return f"http://127.0.0.1:{sidecar.port}"


def board(
    sidecar: Deployment, browser: BrowserContext, room: int, *, sub: str = "m1", locale: str = "ar", live: bool = True
) -> Page:
    """A manager's board of a room; with `live`, once its stream stands."""
    page = browser.new_page()
    assert send_in(page, sidecar, launch_token(sub, room=room, locale=locale)) == 200
    assert page.url.endswith(f"/rooms/{room}/-")
    if live:
        expect(page.locator('[data-stream="live"]')).to_be_attached()
    return page


def card(page: Page, symptom: str = "no_sound", language: str = "ar") -> Locator:
    """The card of a failure."""
    return page.locator("[data-card]").filter(has=page.get_by_role("heading", name=told(symptom, language), exact=True))


def number_on(one: Locator) -> Locator:
    """How many people a card counts."""
    return one.locator(".nd-incident__n b")


def open_cards(page: Page) -> Locator:
    """All cards that are open, those included that are being sorted."""
    return page.locator("#cards .nd-incident")


def key(page: Page, letter: str, code: str) -> None:
    """Press a key that writes `letter`, as keyboards of other scripts do."""
    told = {"key": letter, "code": code, "text": letter}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **told})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **told})
    session.detach()


# What a class does ----------------------------------------------------------------------------------------------------


def send(sidecar: Deployment, press: Press) -> None:
    """One press, stored."""
    connection = http.client.HTTPConnection("127.0.0.1", sidecar.port, timeout=10)
    try:
        connection.request("POST", "/v1/reports", press.body, press.headers())
        answer = connection.getresponse()
        assert answer.status == 202, answer.read()
        answer.read()
    finally:
        connection.close()


def report(sidecar: Deployment, room: int, person: int, *, platform: str = "", **changes: Any) -> Press:
    """Somebody of a class sends something: a press of "no sound" unless changed. Keys as in the contract's document.

    Args:
        platform: the room's own unless told otherwise, since rooms of one platform that fail together are one failure.
    """
    plain = presses.press(course=course_of(room), room=room, person=person)
    document = orjson.loads(plain.body)
    document["place"]["activity"]["module"] = platform or f"platform{room}"
    document["reporter"]["name"] = changes.pop("name", document["reporter"]["name"])
    made = Press(plain.id, orjson.dumps(document | changes))
    send(sidecar, made)
    return made


def class_presses(
    sidecar: Deployment, room: int, people: int, *, symptom: str = "no_sound", first: int = 1
) -> list[Press]:
    """So many people of a class press the same."""
    return [report(sidecar, room, room * 1000 + n, symptom=symptom) for n in range(first, first + people)]


def read_back(sidecar: Deployment, press: Press, language: str = "ar") -> dict[str, Any]:
    """Where a report stands, as the LMS asks for its sender."""
    headers = Press(press.id, b"").headers() | {"Accept-Language": language}
    connection = http.client.HTTPConnection("127.0.0.1", sidecar.port, timeout=10)
    try:
        connection.request("GET", f"/v1/reports/{press.id}", headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200
        found: dict[str, Any] = json.loads(answer.read())
        return found
    finally:
        connection.close()


def state_of(sidecar: Deployment, press: Press, wanted: str, seconds: float = 12) -> dict[str, Any]:
    """A report once it is in this state."""
    servers.wait_for(lambda: read_back(sidecar, press)["state"] == wanted, seconds, f"a report that is {wanted}")
    return read_back(sidecar, press)


def sorted_in(sidecar: Deployment, press: Press) -> None:
    """Wait until the worker has put a report into its case."""
    servers.wait_for(lambda: read_back(sidecar, press)["case"] is not None, 12, "the report's case")


# What the LMS would have told -----------------------------------------------------------------------------------------


@contextmanager
def database(sidecar: Deployment) -> Iterator[Database]:
    """The deployment's database."""
    opened = Database(sidecar.database_url)
    try:
        yield opened
    finally:
        opened.engine.dispose()


def timetabled(
    sidecar: Deployment, room: int, people: Mapping[str, str], *, present: int | None = None, manager: str = ""
) -> None:
    """A class that is on in a room, and its people: trainees as id to name, and the id of who manages it."""
    now = datetime.now(UTC)
    site = {"site_id": SITE, "course_id": str(course_of(room)), "fetched_at": now}
    hours = {"starts_at": now - timedelta(minutes=20), "ends_at": now + timedelta(minutes=70)}
    where = {"activity_id": str(room), "platform": f"platform{room}", "source": "test"}
    session = site | {"key": f"s{room}"} | hours | where
    course = site | {"name": "أساسيات الأمن السيبراني", "idnumber": f"CYB-{room}", "seen_at": now, "asked_at": now}
    members = [{"person_id": key, "role": "trainee", "name": name} for key, name in people.items()]
    if manager:
        members.append({"person_id": manager, "role": "room_manager", "name": "نورة الحربي"})
    with database(sidecar) as db, db.write() as conn:
        conn.execute(insert(courses), course)
        conn.execute(insert(sessions), session)
        conn.execute(insert(rosters), [site | one for one in members])
        if present is not None:
            seen = {
                "site_id": SITE,
                "room_key": room_of(SITE, str(room), None),
                "present": present,
                "source": "test",
                "at": now,
            }
            presence.keep(conn, seen)


def own_page(sidecar: Deployment, press: Press) -> str:
    """The signed link that its sender was given."""
    secret = hmac.digest(sidecar.environment["NIDAA_SECRET_KEY"].encode(), b"nidaa tracking links", "sha256")
    return f"{address(sidecar)}/t/{token_of(secret, report_key(SITE, press.id))}"
