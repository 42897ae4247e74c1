"""Importing an export of Manar in Chromium: without a script from the file to its undoing; what people can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sidecar.store import timetable
from sidecar.store.database import Database
from tests.adapters.certificates import workbooks
from tests.browser import accessible, desks
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
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
    page.locator("form[method=post] button.btn-primary").click()
    page.wait_for_url("**/registry/*")
    look("preview")
    page.locator("form[action$='/take'] button").click()
    page.wait_for_url("**done=take")
    look("home")
    page.get_by_role("link", name=file.name).click()
    look("taken")
    assert seen == {}
