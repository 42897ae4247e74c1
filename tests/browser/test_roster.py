"""A trainer at the roster of a course, and a trainee at the own certificate: how it looks, and what happens there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sidecar.domain import roster as rules
from sidecar.domain.facts import Fact, Facts
from sidecar.domain.readiness import readiness
from sidecar.domain.registry import RegistryEntry, RegistryState
from sidecar.policy.load import load, shipped
from sidecar.store import roster, roster_courses, roster_notes, sent_data, tellings, timetable
from tests import capture, servers
from tests.browser import rooms
from tests.browser.rooms import Tabs
from tests.browser.test_room_looks import LOOKS, good_to_read, screen
from tests.live.deployment import Deployment
from tests.live.presses import SITE

Shots = Callable[[Page, str], None]

POLICY = load(shipped())
NOW = datetime.now(UTC)
SOUND: dict[str, Any] = {
    "account.last_login": "2026-11-20T10:00:00+00:00", "enrolment.status": "active", "attendance.rate": 0.92,
    "completion.completed": False, "certificate.issued": [], "course.ended": False, "profile.national_id": "present",
    "profile.phone": "+966501234567", "profile.name_ar": "أحمد القحطاني", "profile.name_en": "Ahmad Alqahtani",
    "grade.course": 0.78, "grade.points": 78.0, "grade.max": 100.0, "grade.pass_mark": 60.0, "grade.passed": True,
    "grade.shown": True,
}  # fmt: skip
OWN = (
    ("3007", "own"),
    ("3003", "own-attendance"),
    ("3009", "own-registered"),
    ("3001", "own-id"),
    ("3002", "own-names"),
    ("3008", "own-unknown"),
    ("4001", "own-ready"),
)
NO_GRADE = {"grade.course": None, "grade.points": None, "grade.passed": None}
PEOPLE: dict[str, tuple[str, dict[str, Any]]] = {
    "3001": ("أحمد القحطاني", {"profile.national_id": None}),
    "3002": ("أمل باوزير", {"profile.name_en": "Omar Khan", "profile.name_ar": "أمل باوزير"}),
    "3003": ("بدر العمري", {"attendance.rate": 0.68, "grade.course": 0.5, "grade.points": 49.5, "grade.passed": False}),
    "3004": ("دلال العنزي", {"profile.national_id": "invalid", "enrolment.status": "ended"}),
    "3005": ("سلطان البقمي", {"profile.national_id": "present", "profile.national_id_duplicate": True, **NO_GRADE}),
    "3006": ("Maria Santos", {"profile.name_ar": None, "profile.phone": None}),
    "3007": ("نورة بنت عبدالرحمن آل سعود الدوسري", {"profile.phone": None, "account.last_login": None}),
    "3008": ("هيا السبيعي", {"attendance.rate": "?", "certificate.issued": "?", "grade.course": "?"}),
}  # fmt: skip


def kept(course: str, person: str, name: str, changes: dict[str, Any], lost: int = 0, *,
         registry: RegistryEntry | None = None) -> dict[str, Any]:  # fmt: skip
    """A person as the fetching keeps one."""
    values = {
        key: Fact(None if value == "?" else value, "local_nidaa_get_facts", NOW, value != "?")
        for key, value in (SOUND | changes).items()
    }
    known = Facts(person, course, NOW, values)
    ready = readiness(known, POLICY.certificate, registers=[registry] if registry else (), minutes_lost=lost, now=NOW)
    rate = known.get("attendance.rate")
    return roster.row_of(
        (SITE, course), person, name, taken_at=NOW, snapshot={}, items=[rules.as_json(item) for item in ready.items],
        standing=rules.standing([str(i.gap) for i in ready.gaps], [i.what for i in ready.unknown]),
        rate=rate if isinstance(rate, float) else None, never_in=known.get("account.last_login") is None,
        digest=POLICY.digest,
    )  # fmt: skip


def fetched(sidecar: Deployment, course: str, *, ready: int = 60) -> None:
    """A course whose facts are fetched: the awkward, and as many who lack nothing."""
    people = {key: kept(course, key, name, changes, lost=40) for key, (name, changes) in PEOPLE.items()}
    at_manar = RegistryEntry(RegistryState.ISSUED, "", NOW, "manar")
    lost = {"certificate.issued": "?", "attendance.rate": 0.7, "profile.phone": None}
    people["3009"] = kept(course, "3009", "هند الشهري", lost, registry=at_manar)
    people |= {str(n): kept(course, str(n), f"متدرب {n}", {}) for n in range(4000, 4000 + ready)}
    with rooms.database(sidecar) as db, db.write() as conn:
        timetable.note_courses(conn, [{"site_id": SITE, "course_id": course, "seen_at": NOW}])
        timetable.record_course(
            conn, SITE, course, NOW, name="أساسيات الأمن السيبراني", idnumber="CRS-CYB-101-R7",
            starts_at=NOW - timedelta(days=20), ends_at=NOW + timedelta(days=5),
        )  # fmt: skip
        members = [{"person_id": key, "role": "trainee", "name": row["name"], "fetched_at": NOW}
                   for key, row in people.items()]  # fmt: skip
        timetable.replace_roster(conn, SITE, course, members)
        roster.keep(conn, list(people.values()))
        roster_courses.want(conn, SITE, course, NOW)
        roster_courses.fetched(conn, (SITE, course), NOW, NOW)
        told = {"course_id": course, "cause": "staff", "message": "conditions", "text": "", "author": "nidaa"}
        whom = [{"site_id": SITE, "person_id": key, "report_key": None, "locale": "ar"} for key in PEOPLE]
        number, _people = tellings.tell(conn, told, whom, NOW)
        roster_notes.send_conditions(conn, number, (SITE, course), list(PEOPLE), NOW)
        tellings.settle(conn, [row.key for row in tellings.waiting(conn, number, 50)], "sent", NOW)
        roster_notes.has_read(conn, (SITE, course), "3002", NOW)
        sent_data.send(conn, (SITE, course), "3007", {"phone": "+966505550101"}, uuid.uuid4(), NOW)


@pytest.fixture(scope="module")
def course(sidecar: Deployment) -> str:
    """One course that is only looked at."""
    fetched(sidecar, "91001")
    return "91001"


def at_the_roster(
    sidecar: Deployment, browser: Any, course: str, *, locale: str = "ar", role: str = "trainer", sub: str = "3900"
) -> Page:
    """Its trainer."""
    page: Page = browser.new_page()
    token = rooms.launch_token(sub, target="roster", role=role, course=int(course), locale=locale, name="خالد الحربي")
    assert rooms.send_in(page, sidecar, token, target="roster", locale=locale) == 200
    assert page.url.endswith(f"/roster/{course}")
    return page


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("look", LOOKS, ids=lambda one: f"{one[0]}-{one[1]}")
def test_how_it_looks(
    sidecar: Deployment, tabs: Tabs, shots: Shots, course: str, language: str, look: tuple[int, str]
) -> None:
    capture.modules()
    width, scheme = look
    browser = tabs(**screen(width), color_scheme=scheme, locale=language)
    page = at_the_roster(sidecar, browser, course, locale=language)
    base, wrong = rooms.address(sidecar), {}
    for name, path in {
        "course": f"/roster/{course}", "all": f"/roster/{course}?show=all&sort=gaps&page=2", "mine": "/roster/",
        "receipts": f"/roster/{course}/receipts", "nobody": f"/roster/{course}?q=zzzzzz",
    }.items():  # fmt: skip
        page.goto(base + path)
        page.wait_for_timeout(200)
        shots(page, f"roster-{name}-{language}-{width}-{scheme}")
        # As tall as the page: the two bars that stay in sight lie over nothing then.
        seen = page.viewport_size
        page.set_viewport_size({"width": width, "height": page.evaluate("document.body.scrollHeight")})
        wrong[name] = good_to_read(page, width)
        page.set_viewport_size(seen or {"width": width, "height": 900})
    if width > 500 and scheme == "light":
        page.goto(f"{base}/roster/{course}/print")
        page.emulate_media(media="print")
        page.wait_for_timeout(200)
        shots(page, f"roster-print-{language}")
        page.emulate_media(media="screen")
        wrong["print"] = good_to_read(page, width)
    page = browser.new_page()
    for person, name in OWN:
        token = rooms.launch_token(person, target="mine", role="trainee", course=int(course), locale=language,
                                   name=PEOPLE.get(person, ("متدرب",))[0])  # fmt: skip
        assert rooms.send_in(page, sidecar, token, target="mine", locale=language) == 200
        page.goto(f"{base}/mine/courses/{course}")
        page.wait_for_timeout(200)
        shots(page, f"certificate-{name}-{language}-{width}-{scheme}")
        wrong[name] = good_to_read(page, width)
        page.context.clear_cookies()
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_trainer_flags_and_reminds_in_one_go_and_pages_without_a_new_page(
    sidecar: Deployment, tabs: Tabs, shots: Shots
) -> None:
    fetched(sidecar, "91002")
    page = at_the_roster(sidecar, tabs(), "91002", locale="en")
    page.evaluate("window.same = true")
    page.get_by_role("link", name=re.compile("^All")).click()
    expect(page.get_by_role("link", name="Next page")).to_be_visible()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    assert "page=2" in page.url
    page.get_by_role("link", name="Attendance").click()
    expect(page.locator("tbody tr").first).to_contain_text("68%")
    assert page.evaluate("window.same") is True, "the page was loaded anew"
    page.goto(f"{rooms.address(sidecar)}/roster/91002")
    # What others mend is ticked; the trainer's own, attendance, is not.
    flag = page.get_by_role("button", name=re.compile("Flag what is missing"))
    expect(flag).to_contain_text("(6)")
    page.get_by_role("checkbox", name="Select all").check()
    expect(flag).to_contain_text("(7)")
    flag.click()
    expect(page.get_by_text("Flagged for 7 people.")).to_be_visible()
    servers.wait_for(
        lambda: page.reload() and page.get_by_text(re.compile(r"Case \d+")).count() == 7, 15, "seven cases"
    )
    page.get_by_role("checkbox", name="Select all").check()
    page.get_by_role("button", name=re.compile("Remind trainees")).click()
    shots(page, "roster-remind-asked-en")
    page.get_by_role("button", name=re.compile(r"Send \d messages")).click()
    expect(page.get_by_text(re.compile(r"\d trainees are reminded"))).to_be_visible()
    page.get_by_role("link", name="Receipts").click()
    expect(page.get_by_role("heading", name=re.compile("Reminded")).first).to_be_visible()
    shots(page, "roster-after-reminding-en")


def test_a_trainee_sends_and_the_trainer_confirms(sidecar: Deployment, tabs: Tabs) -> None:
    fetched(sidecar, "91003")
    trainee = tabs().new_page()
    token = rooms.launch_token("3006", target="mine", role="trainee", course=91003, locale="en", name="Maria Santos")
    assert rooms.send_in(trainee, sidecar, token, target="mine", locale="en") == 200
    trainee.locator('a[href="/mine/courses/91003"]').click()
    trainee.get_by_role("button", name="I have read this").click()
    expect(trainee.get_by_text("it is kept that you have read")).to_be_visible()
    trainee.get_by_label("Your mobile number").fill("12")
    trainee.get_by_role("button", name="Send").click()
    expect(trainee.get_by_role("alert")).to_contain_text("no telephone number")
    trainee.get_by_label("Your mobile number").fill("0505550199")
    trainee.get_by_role("button", name="Send").click()
    expect(trainee.get_by_text("Waits for your trainer", exact=True)).to_be_visible()
    trainer = at_the_roster(sidecar, tabs(), "91003", locale="en")
    row = trainer.locator("tbody tr").filter(has_text="Maria Santos")
    expect(row).to_contain_text("+966505550199")
    row.get_by_role("button", name="Right", exact=True).click()
    expect(row.get_by_role("button", name="Right", exact=True)).to_have_count(0)
    trainee.reload()
    expect(trainee.get_by_text("Confirmed by your trainer", exact=True)).to_be_visible()


def test_it_works_without_a_script(sidecar: Deployment, tabs: Tabs) -> None:
    fetched(sidecar, "91004")
    page = at_the_roster(sidecar, tabs(java_script_enabled=False), "91004", locale="en", role="room_manager")
    page.get_by_role("link", name=re.compile("^Unknown")).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name=re.compile("Something missing")).click()
    page.get_by_role("button", name=re.compile("Flag what is missing")).click()
    expect(page.get_by_text("Flagged for 6 people.")).to_be_visible()
