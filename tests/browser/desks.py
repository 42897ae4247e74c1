"""A desk in browser tests: a Nidaa with a mail server whose mailboxes are read, staff with offices, and cases."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from sidecar.domain.access import StaffRole
from sidecar.store import alerts, callbacks, rota, staff
from sidecar.store.database import Database
from tests.browser import rooms
from tests.live.deployment import Deployment
from tests.live.presses import SITE
from tests.mailbox import Mailbox, serving

OFFICES = {
    "agent": ("901", StaffRole.AGENT_1, "ماجد الشهري"), "lead": ("902", StaffRole.LEAD, "فيصل الحمدان"),
    "operations": ("903", StaffRole.AGENT_2, "هند السالم"),
    "head": ("904", StaffRole.DEPARTMENT_HEAD, "منى العبدالله"),
    "manager": ("905", StaffRole.ADMINISTRATIVE_MANAGER, "عبدالرحمن الفهد"),
    "supervisor": ("906", StaffRole.SUPERVISOR, "سعد المطيري"),
    "administrator": ("907", StaffRole.ADMINISTRATOR, "ريم العتيبي"),
}  # fmt: skip


@dataclass(frozen=True)
class Institute:
    """A running Nidaa, and what arrives by mail."""

    sidecar: Deployment
    box: Mailbox

    @property
    def address(self) -> str:
        """Where it is served."""
        return rooms.address(self.sidecar)

    def arrived(self, to: str, words: str, seconds: float = 15) -> str:
        """The subject of a mail that holds some words, once it is there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for mail in self.box.to(to):
                if words in str(mail["Subject"]):
                    return str(mail["Subject"])
            time.sleep(0.1)
        raise AssertionError(f"no mail about {words!r} to {to}: {[str(one['Subject']) for one in self.box.arrived]}")


@contextmanager
def institute(folder: Path, *, lms_url: str | None = None, writes: Sequence[str] = ()) -> Iterator[Institute]:
    """An institute with everybody in office; with an LMS where its address is given, and fields to write there."""
    with serving() as (box, port):
        nidaa = Deployment(folder, lms_url=lms_url, writes=writes)
        channels = folder / "channels.toml"
        channels.write_text(
            f'[channels.email]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nfrom = "nidaa@academy.sa"\n',
            encoding="utf-8",
        )
        nidaa.environment["NIDAA_CHANNELS"] = str(channels)
        nidaa.environment["NIDAA_BASE_URL"] = f"http://127.0.0.1:{nidaa.port}"
        appoint(nidaa)
        nidaa.start_web()
        nidaa.start_worker()
        try:
            yield Institute(nidaa, box)
        finally:
            nidaa.stop()


def appoint(sidecar: Deployment) -> None:
    """Give everybody their office."""
    database = Database(sidecar.database_url)
    with database.write() as conn:
        for person, role, name in OFFICES.values():
            values = {
                "key": f"{SITE}:{person}", "name": name, "email": None, "phone": None, "locale": "ar", "roles": [role],
                "departments": ["training"] if role is StaffRole.DEPARTMENT_HEAD else [],
                "body": "tvtc" if role is StaffRole.SUPERVISOR else None, "lms_user": None, "active": True,
            }  # fmt: skip
            staff.put(conn, values, "test", datetime.now(UTC))
    database.dispose()


def busy(sidecar: Deployment, case_id: int) -> None:
    """A rota with something in each part, a call that is owed, and an alert that nobody has taken note of."""
    database, now = Database(sidecar.database_url), datetime.now(UTC)
    today = now.date()
    keys = {office: f"{SITE}:{person}" for office, (person, _role, _name) in OFFICES.items()}
    with database.write() as conn:
        enter = partial(rota.enter, conn, by=keys["manager"], now=now)
        enter("post", {"place": "head:training", "staff_key": keys["head"]})
        enter("absence", {"place": "deputy:training", "first": today, "last": today + timedelta(days=9)})
        enter("shift", {"place": "contact_centre", "staff_key": keys["agent"], "weekdays": [6, 0, 1], "start": 480,
                        "end": 870, "first": today})  # fmt: skip
        enter("on_call", {"place": "", "staff_key": keys["agent"], "severity": 1})
        callbacks.need(conn, case_id, "told", (SITE, "21"), now - timedelta(hours=1), now, by="test")
        callbacks.promise(conn, case_id, (SITE, "21"), now + timedelta(minutes=30), now, by="test")
        alerts.raise_once(conn, case_id, "escalated_by_hand", "office:administrative_manager", now)
        alerts.raise_once(conn, case_id, "escalation.escalation_soon", "head:training", now)
    database.dispose()


def at_desk(one: Institute, browser: BrowserContext, office: str, *, locale: str = "ar") -> Page:
    """The first page of somebody at the desk."""
    person, _role, name = OFFICES[office]
    page = browser.new_page()
    token = rooms.launch_token(person, target="desk", role="trainee", locale=locale, name=name)
    assert rooms.send_in(page, one.sidecar, token, target="desk", locale=locale) == 200
    return page


def write(page: Page, address: str, *, kind: str = "complaint", category: str = "content", **changes: str) -> str:
    """Fill the public form in and send it, as somebody reads and writes; the address of the page that it leads to."""
    said = {
        "text": "المادة لم تُحدّث منذ سنتين", "name": "نورة الشمري", "email": f"{uuid.uuid4().hex[:8]}@academy.sa",
    } | changes  # fmt: skip
    page.goto(f"{address}/public/report?kind={kind}&lang=ar")
    page.locator("#category").select_option(category)
    for name, value in said.items():
        page.locator(f"#{name}").fill(value)
    proves_itself = page.locator("altcha-widget").count() > 0
    page.wait_for_timeout(3_200 if proves_itself else 20_200)  # without a script it takes longer: decision 0032
    page.get_by_role("button", name="إرسال").click()
    page.wait_for_url("**/t/**")
    return page.url
