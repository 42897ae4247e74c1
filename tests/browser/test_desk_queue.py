"""An open queue in Chromium: it says what is new and stays as it is, keys tick and go, filters are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessible, desks
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs

Shots = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Institute]:
    with desks.institute(tmp_path_factory.mktemp("queue")) as one:
        yield one


def arrive(house: Institute, tabs: Tabs, name: str) -> None:
    desks.write(tabs().new_page(), house.address, kind="question", category="login", name=name)


def stands(page: Page, words: str) -> None:
    row = page.locator("tr[data-row]").filter(has_text=words)
    for _ in range(60):
        if row.count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"no case of {words}")


def test_what_is_new_is_said_and_nothing_moves_under_the_reader(house: Institute, tabs: Tabs, shots: Shots) -> None:
    arrive(house, tabs, "سائل أول")
    agent = at_desk(house, tabs(), "agent")
    stands(agent, "سائل أول")
    before = agent.locator("tr[data-row]").count()
    agent.locator("input[name=case]").first.check()
    arrive(house, tabs, "سائل ثانٍ")
    news = agent.locator("#arrived a")
    expect(news).to_be_visible(timeout=15_000)
    expect(news).to_contain_text("معاملة جديدة واحدة")
    assert agent.locator("tr[data-row]").count() == before
    expect(agent.locator("input[name=case]").first).to_be_checked()
    shots(agent, "queue-new")
    news.click()
    expect(agent.locator("tr[data-row]").filter(has_text="سائل ثانٍ")).to_have_count(1)
    expect(agent.locator("#arrived a")).to_be_hidden()


def test_whoever_is_complained_about_is_told_of_nothing_new(house: Institute, tabs: Tabs) -> None:
    agent, head = at_desk(house, tabs(), "agent"), at_desk(house, tabs(), "head")
    agent.goto(f"{house.address}/desk/?queue=all")
    head.goto(f"{house.address}/desk/")
    desks.write(tabs().new_page(), house.address, name="شاكٍ إلى المدير")
    expect(head.locator("#arrived a")).to_be_visible(timeout=15_000)
    expect(agent.locator("#arrived a")).to_be_hidden()


def test_keys_tick_and_go(house: Institute, tabs: Tabs) -> None:
    arrive(house, tabs, "سائل بالعلامات")
    page = at_desk(house, tabs(), "operations")
    page.goto(f"{house.address}/desk/?queue=all")
    stands(page, "سائل بالعلامات")
    page.keyboard.press("j")
    page.keyboard.press("x")
    first = page.locator("input[name=case]").first
    expect(first).to_be_checked()
    expect(page.locator("[data-ticked]")).to_contain_text("1 /")
    page.keyboard.press("x")
    expect(first).not_to_be_checked()
    page.locator("[data-tick-all]").check()
    expect(first).to_be_checked()
    page.keyboard.press("?")
    listed = page.locator("dialog#shortcuts")
    for key in ("x", "g i", "g m", "g v", "g a"):
        expect(listed.locator("dt").get_by_text(key, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    for key, queue in (("m", "mine"), ("v", "verify"), ("a", "all"), ("i", "tier-2")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**/desk/?queue={queue}")
    page.keyboard.press("m")  # alone it goes nowhere
    assert page.url.endswith("tier-2")


def test_a_filter_is_kept_without_a_script(house: Institute, tabs: Tabs) -> None:
    page = at_desk(house, tabs(java_script_enabled=False), "agent")
    page.goto(f"{house.address}/desk/?queue=all")
    page.locator("summary", has_text="التصفية والترتيب").click()
    page.locator("select[name=sort]").select_option("newest")
    page.locator("input[name=from]").fill("٢٢/١١/٢٠٢٦")
    page.get_by_role("button", name="عرض", exact=True).click()
    expect(page.locator("input[name=from]").first).to_have_value("2026-11-22")
    page.locator("#save-as").fill("ما فُتح هذا الأسبوع")
    page.get_by_role("button", name="حفظ", exact=True).click()
    saved = page.locator(".nd-saved").get_by_role("link", name="ما فُتح هذا الأسبوع")
    expect(saved).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="إدارة").click()
    page.locator("input[name=name]").fill("الأسبوع")
    page.get_by_role("button", name="تغيير الاسم").click()
    expect(page.get_by_role("link", name="الأسبوع", exact=True)).to_be_visible()
    page.goto(f"{house.address}/desk/")
    expect(page.locator("#arrived a")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_the_pages_can_be_read(
    house: Institute, tabs: Tabs, shots: Shots, locale: str, width: int, scheme: str
) -> None:
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = at_desk(house, tabs(**look), "lead", locale=locale)
    page.goto(f"{house.address}/desk/?queue=all&sort=severity&from=2026-01-01")
    if not page.locator(".nd-saved").count():
        page.locator("#save-as").fill("مركز الاتصال: ما فُتح هذه السنة")
        page.locator("#save-as").press("Enter")
        page.wait_for_load_state()
    for name, path in {
        "queue": "/desk/?queue=all&sort=severity&from=2026-01-01", "day": "/desk/?queue=all&from=gestern",
        "saved": "/desk/filters/",
    }.items():  # fmt: skip
        page.goto(f"{house.address}{path}")
        shots(page, f"{name}-{locale}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert accessible.violations(page) + accessible.faint(page) == []
