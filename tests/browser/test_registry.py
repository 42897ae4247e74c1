"""Importing an export of Manar in Chromium: without a script from the file to its undoing; what people can read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from sidecar.store import registry, timetable
from sidecar.store.database import Database
from sidecar.store.registry import registry_imports as imports
from tests.adapters.certificates import workbooks
from tests.browser import accessible, desks
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
from tests.live.deployment import family
from tests.live.presses import SITE

Shots = Callable[[Page, str], None]
HEADINGS = ("رقم الهوية", "اسم المتدرب", "رمز الدورة", "حالة الشهادة", "سبب الرفض", "تاريخ الإصدار")
ROWS = (
    ("1000000008", "أحمد القحطاني", "CRS-1", "صدرت", "", "2026-11-11"),
    ("1000000016", "نورة الشمري", "CRS-1", "مرفوضة", "الاسم غير مطابق", ""),
    ("4000000002", "Maria Santos", "CRS-9", "issued", "", ""),
    ("123", "رقم ناقص", "CRS-1", "صدرت", "", ""),
    ("1000000024", "سعد القرني", "CRS-1", "صدرت", "", ""),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Institute]:
    with desks.institute(tmp_path_factory.mktemp("registry")) as one:
        database, now = Database(one.sidecar.database_url), datetime.now(UTC)
        people = [{"person_id": str(21 + n), "role": "trainee", "name": row[1], "fetched_at": now}
                  for n, row in enumerate(ROWS[:2])]  # fmt: skip
        with database.write() as conn:
            timetable.note_courses(conn, [{"site_id": SITE, "course_id": "2", "seen_at": now}])
            timetable.record_course(
                conn, SITE, "2", now, name="دورة الأمن", idnumber="CRS-1", starts_at=now, ends_at=None
            )
            timetable.replace_roster(conn, SITE, "2", people)
        database.dispose()
        yield one


def test_from_the_file_to_its_undoing_without_a_script(house: Institute, tabs: Tabs, tmp_path: Path) -> None:
    page = at_desk(house, tabs(java_script_enabled=False), "manager")
    file = workbooks.write(tmp_path / "منار.xlsx", (HEADINGS, *ROWS))
    page.goto(f"{house.address}/desk/registry/")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="رفع الملف ومعاينته").click()
    expect(page.locator("#c-national_id")).to_have_value("0")
    expect(page.locator("#c-state")).to_have_value("3")
    assert "1000000008" not in page.content()
    page.get_by_role("button", name="قراءة الملف كاملاً").click()
    until_read(page)
    expect(page.get_by_text("لا يُعمل بشيء من هذا بعد")).to_be_visible()
    page.get_by_role("button", name="اعتماد 4 صفوف").click()
    expect(page.get_by_text("تم الاعتماد.")).to_be_visible()

    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="رفع الملف ومعاينته").click()
    expect(page.get_by_text("لم يتغيّر شيء")).to_be_visible()

    page.get_by_role("link", name="منار.xlsx").click()
    page.get_by_role("button", name="التراجع عن هذا الاستيراد").click()
    expect(page.get_by_text("تم التراجع، ويُعمل بما كان قبله.")).to_be_visible()
    assert not list((house.sidecar.folder / "data" / "registry").iterdir())


def until_read(page: Page, seconds: float = 30) -> None:
    """Without a script somebody looks again by hand."""
    until = time.monotonic() + seconds
    again = page.get_by_role("link", name="تحديث البيانات").or_(page.get_by_role("link", name="Look again"))
    while again.count():
        assert time.monotonic() < until, "it is not read"
        again.click()


@contextmanager
def without_a_worker(house: Institute) -> Iterator[None]:
    """Nobody reads meanwhile."""
    assert house.sidecar.worker is not None
    processes = family(house.sidecar.worker)
    for one in processes:
        one.suspend()
    try:
        yield
    finally:
        for one in processes:
            one.resume()


def reading(house: Institute, rows: int, about: int) -> None:
    """As if somebody read the latest import, and were so far."""
    database = Database(house.sidecar.database_url)
    with database.write() as conn:
        row = conn.execute(select(imports).order_by(imports.c.id.desc()).limit(1)).one()
        far = {"rows": rows, "about": about, "reading": "another", "claimed": datetime.now(UTC).isoformat()}
        registry.change(conn, row.id, ("uploaded",), counts=row.counts | far)
    database.dispose()


def older(house: Institute) -> None:
    """As if whoever reads the latest import had died."""
    database = Database(house.sidecar.database_url)
    with database.write() as conn:
        row = conn.execute(select(imports).order_by(imports.c.id.desc()).limit(1)).one()
        registry.change(conn, row.id, ("uploaded",), counts=row.counts | {"claimed": "2026-01-01T00:00:00+00:00"})
    database.dispose()


def test_a_refusal_leads_back_to_the_columns_by_itself(house: Institute, tabs: Tabs, tmp_path: Path) -> None:
    page = at_desk(house, tabs(), "manager")
    file = tmp_path / "broken.csv"
    rows = [HEADINGS, *ROWS, *[(str(1000000100 + n), f"متدرب {n}", "CRS-1", "صدرت", "", "") for n in range(60)]]
    file.write_text("\n".join([*(",".join(row) for row in rows), '1000000016,"نورة,CRS-1,صدرت,,']), encoding="utf-8")
    page.goto(f"{house.address}/desk/registry/")
    page.locator("#file").set_input_files(file)
    page.locator("form[enctype] button").click()
    page.wait_for_url("**/columns")
    page.locator("#c-reason").select_option("")
    page.locator("form[method=post] button.btn-primary").click()
    page.wait_for_url("**/columns", timeout=30_000)  # by way of the page that waits
    expect(page.get_by_role("alert")).to_contain_text("الصف 67")
    expect(page.locator("#c-reason")).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_everybody_can_read_it(
    house: Institute, tabs: Tabs, shots: Shots, tmp_path: Path, locale: str, width: int, scheme: str
) -> None:
    context = tabs(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = at_desk(house, context, "manager", locale=locale)
    lines = "\n".join(";".join(row) for row in (HEADINGS, *ROWS, (f"{width}", locale, scheme, "x", "", "")))
    file = tmp_path / f"manar-{locale}-{width}-{scheme}.csv"
    file.write_bytes(lines.encode("cp1256"))
    seen = {}

    def look(name: str) -> None:
        shots(page, f"registry-{name}-{locale}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the window"
        wrong = accessible.violations(page) + accessible.faint(page)
        if wrong:
            seen[name] = wrong

    page.goto(f"{house.address}/desk/registry/")
    page.locator("form[enctype] button").click()
    expect(page.locator("#f-file")).to_be_visible()
    look("nothing")
    page.locator("#file").set_input_files(file)
    page.locator("form[enctype] button").click()
    page.wait_for_url("**/columns")
    look("columns")
    with without_a_worker(house):
        page.locator("form[method=post] button.btn-primary").click()
        expect(page.locator("#state")).to_be_visible()
        look("waits")
        reading(house, 118_000, 196_411)
        expect(page.locator("#state")).to_contain_text("118,000")  # by itself
        look("reading")
        reading(house, 0, 6)
        older(house)
    expect(page.locator("form[action$='/take']")).to_be_visible(timeout=30_000)  # by itself
    look("preview")
    page.locator("form[action$='/take'] button").click()
    page.wait_for_url("**done=take")
    look("home")
    page.get_by_role("link", name=file.name).click()
    look("taken")
    assert seen == {}
