"""The desk in Chromium: a complaint from the public form to its verified end, by mail; keys; what people can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessible, desks
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
from tests.mailbox import text_of

Shots = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Institute]:
    with desks.institute(tmp_path_factory.mktemp("desk")) as one:
        yield one


def number_in(page: Page, words: str) -> str:
    """The number of the case whose row holds some words, when the worker has made it one."""
    for _ in range(60):
        row = page.locator("tr[data-row]").filter(has_text=words)
        if row.count():
            href = row.first.locator("a.nd-open").get_attribute("href") or ""
            return href.rpartition("/")[2]
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"no case with {words}")


def test_a_complaint_without_a_script_to_its_verified_end_through_four_people(house: Institute, tabs: Tabs) -> None:
    nora = "noura.story@academy.sa"
    sender = tabs(java_script_enabled=False).new_page()
    desks.write(sender, house.address, email=nora, name="نورة صاحبة القصة")
    link = sender.url
    expect(sender.get_by_text("المادة لم تُحدّث منذ سنتين")).to_be_visible()
    assert "تم استلامه" in house.arrived(nora, "تم استلامه")
    house.arrived(nora, "الإحالة")

    head = at_desk(house, tabs(), "head")
    head.goto(f"{house.address}/desk/search?q=نورة صاحبة القصة")  # a queue names no complainant
    number = number_in(head, "نورة صاحبة القصة")
    agent = at_desk(house, tabs(), "agent")
    assert agent.goto(f"{house.address}/desk/cases/{number}").status == 404  # type: ignore[union-attr]
    head.goto(f"{house.address}/desk/cases/{number}")
    head.get_by_role("link", name="اقتراح الحل").click()
    head.locator("#decision").select_option("upheld")
    head.locator("#root_cause").fill("لم تُراجع المادة في موعدها")
    head.locator("#answer").fill("حدّثنا المادة، ونعتذر عن التأخير.")
    head.locator("#send").check()
    head.get_by_role("button", name="اقتراح", exact=True).click()
    expect(head.get_by_text("حل مقترح بانتظار تحقق شخص آخر")).to_be_visible()
    expect(head.get_by_role("link", name="تأكيد انتهاء المعالجة")).to_have_count(0)  # never the proposer
    assert "رد على" in house.arrived(nora, "رد على")

    operations = at_desk(house, tabs(), "operations")
    operations.goto(f"{house.address}/desk/cases/{number}/verify")
    expect(operations.get_by_text("لم تُراجع المادة في موعدها")).to_be_visible()
    operations.get_by_role("button", name="تحققتُ، وحُلّت").click()
    operations.wait_for_load_state()
    house.arrived(nora, "انتهت المعالجة")
    last = house.box.to(nora)[-1]
    assert "حدّثنا المادة" in text_of(last)
    assert last["Auto-Submitted"] == "auto-generated"
    assert last["In-Reply-To"] == house.box.to(nora)[0]["Message-ID"]

    phone = tabs(viewport={"width": 360, "height": 740}).new_page()
    phone.goto(link)
    phone.locator("input[name=score][value='5']").check()
    phone.get_by_role("region", name="ما مدى رضاكم").get_by_role("button", name="إرسال").click()
    expect(phone.get_by_text("شكراً لتقييمكم.")).to_be_visible()
    manager = at_desk(house, tabs(), "manager")
    manager.goto(f"{house.address}/desk/cases/{number}")
    expect(manager.get_by_text("من اطّلع")).to_be_visible()


def test_by_keyboard_alone(house: Institute, tabs: Tabs) -> None:
    desks.write(tabs().new_page(), house.address, kind="question", category="login", name="سائل بالمفاتيح")
    page = at_desk(house, tabs(), "agent")
    number = number_in(page, "سائل بالمفاتيح")
    page.keyboard.press("/")
    page.keyboard.type("سائل")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search**")
    page.locator("body").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{number}")
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcuts")).to_be_visible()
    expect(page.locator("dialog#shortcuts dt").first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("كتبت t و r ولم يحدث شيء")
    assert page.url.endswith(f"/cases/{number}")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_url("**/transfer")


def test_two_on_one_case_see_each_other_and_neither_loses_a_word(house: Institute, tabs: Tabs) -> None:
    desks.write(tabs().new_page(), house.address, kind="question", category="login", name="سائل لاثنين")
    one, other = at_desk(house, tabs(), "agent"), at_desk(house, tabs(), "lead")
    number = number_in(one, "سائل لاثنين")
    one.goto(f"{house.address}/desk/cases/{number}")
    one.locator("#reply-text").fill("أكتب ردي الآن")
    one.wait_for_timeout(2_500)
    other.goto(f"{house.address}/desk/cases/{number}")
    expect(other.get_by_text("ماجد الشهري يكتب الآن")).to_be_visible()
    other.goto(f"{house.address}/desk/cases/{number}/pick-up")
    other.get_by_role("button", name="تولّي المعاملة").click()
    other.wait_for_load_state()
    expect(one.locator("#changed")).to_be_visible(timeout=20_000)
    expect(one.locator("#reply-text")).to_have_value("أكتب ردي الآن")
    one.locator("form[action$='/reply'] button[type=submit]").first.click()
    expect(one.get_by_role("alert").or_(one.get_by_text("تغيّرت المعاملة أثناء الكتابة"))).to_be_visible()
    expect(one.locator("textarea[name=text]")).to_have_value("أكتب ردي الآن")


def test_on_behalf_by_keyboard_within_twenty_seconds(house: Institute, tabs: Tabs) -> None:
    page = at_desk(house, tabs(), "agent")
    page.goto(f"{house.address}/desk/behalf/new")
    page.evaluate("window.began = performance.now()")
    began = page.evaluate("performance.timeOrigin + performance.now()")
    page.keyboard.press("Tab")  # what it is about stands as it is
    page.keyboard.type("لا تصله رسالة التفعيل")
    page.keyboard.press("Tab")
    page.keyboard.type("سعد القرني")
    page.keyboard.press("Tab")
    page.keyboard.type("0501234567")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"\d{3}-\d{3}-\d{3}-\d"))).to_be_visible()
    assert page.evaluate("performance.timeOrigin + performance.now()") - began < 20_000


def test_somebody_without_the_lms_signs_in_and_chooses_a_password(house: Institute, tabs: Tabs) -> None:
    administrator = at_desk(house, tabs(), "administrator")
    administrator.goto(f"{house.address}/desk/people/new")
    administrator.locator("#username").fill("huda")
    administrator.locator("#name").fill("هدى السالم")
    administrator.locator("input[name=roles][value=agent_1]").check()
    administrator.get_by_role("button", name="إضافة", exact=True).click()
    first = administrator.locator("main .fs-4").inner_text().strip()
    page = tabs().new_page()
    page.goto(f"{house.address}/sign-in?lang=ar")
    page.locator("#u").fill("huda")
    page.locator("#p").fill(first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/password**")
    page.locator("#old").fill(first)
    page.locator("#new").fill("قهوة الصباح 1447")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/password?done=1")
    page.goto(f"{house.address}/desk/")
    expect(page.get_by_text("هدى السالم").first).to_be_visible()


def test_whom_a_complaint_is_about_walks_the_desk_and_finds_nothing(house: Institute, tabs: Tabs) -> None:
    sender = tabs().new_page()
    desks.write(sender, house.address, name="سارة صاحبة السر", text="كلام لا يقرؤه المشكو منه")
    manager, head = at_desk(house, tabs(), "manager"), at_desk(house, tabs(), "head")
    manager.goto(f"{house.address}/desk/search?q=سارة صاحبة السر")
    number = number_in(manager, "سارة صاحبة السر")
    head.goto(f"{house.address}/desk/cases/{number}")
    expect(head.get_by_text("كلام لا يقرؤه المشكو منه").first).to_be_visible()
    manager.goto(f"{house.address}/desk/cases/{number}/name")
    manager.locator("#who").fill(f"academy:{desks.OFFICES['head'][0]}")
    manager.get_by_role("button", name="حفظ").click()
    manager.wait_for_url(f"**/desk/cases/{number}?done=name")
    paths = ["", "?queue=all", "?queue=mine", "search?q=سارة", f"search?q={number}", "behalf/?q=سارة", "calls/",
             "alerts/", "today/", "duty/", f"bulk?case={number}&what=reply"]  # fmt: skip
    for path in paths:
        head.goto(f"{house.address}/desk/{path}")
        shown = head.locator("main").inner_text()
        assert "سارة صاحبة السر" not in shown, path
        assert head.locator(f'a[href="/desk/cases/{number}"]').count() == 0, path
    for what in ("", "/reply", "/verify", "/files/1"):
        assert head.goto(f"{house.address}/desk/cases/{number}{what}").status == 404  # type: ignore[union-attr]
    manager.goto(f"{house.address}/desk/?queue=management")
    expect(manager.locator(f'tr[data-row] a[href="/desk/cases/{number}"]')).to_have_count(1)  # past the department


PAGES = [
    ("agent", "/desk/"), ("agent", "/desk/search?q=نورة"), ("agent", "/desk/behalf/"), ("agent", "/desk/behalf/new"),
    ("head", "case"), ("head", "case/reply"), ("head", "case/propose"), ("head", "/desk/calls/"),
    ("supervisor", "/desk/oversight/"), ("supervisor", "/desk/oversight/pack"), ("supervisor", "/desk/oversight/file"),
    ("head", "/desk/alerts/"), ("head", "/desk/today/"), ("head", "case/callback"), ("head", "bulk"),
    ("manager", "/desk/duty/"), ("manager", "/desk/duty/rota/"), ("manager", "/desk/calls/"),
    ("manager", "/desk/oversight/matrix"), ("administrator", "/desk/people/"), ("administrator", "/desk/people/new"),
    ("", "/sign-in"), ("", "/public/report?kind=complaint"), ("", "/public/report?kind=cannot_get_in"), ("", "link"),
]  # fmt: skip


@pytest.fixture(scope="module")
def looked_at(house: Institute, chromium) -> dict[str, str]:
    """A complaint with a long text and mixed directions, and where its pages are."""
    context = chromium.new_context()
    page = context.new_page()
    words = "انقطع الصوت بعد فتح ICE error 1007 ثلاث مرات، and nobody answered. " * 6
    link = desks.write(page, house.address, text=words, name="نورة بنت عبدالرحمن آل سعود الدوسري")
    desk = at_desk(house, context, "head")
    desk.goto(f"{house.address}/desk/search?q=الدوسري")
    number = number_in(desk, "الدوسري")
    context.close()
    desks.busy(house.sidecar, number)
    bulk = f"/desk/bulk?case={number}&what=reply"
    return {"case": f"/desk/cases/{number}", "bulk": bulk, "link": link.removeprefix(house.address).partition("?")[0]}


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark"), (768, "light")])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_every_page_can_be_read(
    house: Institute, tabs: Tabs, shots: Shots, looked_at: dict[str, str], locale: str, width: int, scheme: str
) -> None:
    found: dict[str, object] = {}
    visitors: dict[str, Page] = {}
    for office, path in PAGES:
        if office not in visitors:
            browser = tabs(viewport={"width": width, "height": 900}, color_scheme=scheme)
            visitors[office] = at_desk(house, browser, office, locale=locale) if office else browser.new_page()
        page, (head, slash, rest) = visitors[office], path.partition("/")
        where = looked_at[head] + slash + rest if head in looked_at else path
        page.goto(f"{house.address}{where}{'&' if '?' in where else '?'}lang={locale}")
        page.wait_for_timeout(300)
        wrong = accessible.violations(page) + accessible.faint(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            wrong.append(f"{wide} px wide")
        if wrong:
            found[path] = wrong
        name = re.sub(r"\W+", "-", path).strip("-") or "queue"
        shots(page, f"desk-{name}-{locale}-{width}-{scheme}")
    assert found == {}


def test_on_a_telephone_the_tick_stands_at_the_rows_end_and_no_news_takes_no_line(house: Institute, tabs: Tabs) -> None:
    desks.write(tabs().new_page(), house.address, kind="question", category="login", name="سائل من هاتف")
    page = at_desk(house, tabs(viewport={"width": 360, "height": 740}), "agent")
    number_in(page, "سائل من هاتف")
    row = page.locator("tr[data-row]").filter(has_text="سائل من هاتف").first
    whole, tick, clock = (one.bounding_box() for one in (row, row.locator(".c-tick input"), row.locator(".nd-clock")))
    assert whole
    assert tick
    assert clock
    assert tick["x"] - whole["x"] < 30  # the end of an Arabic row
    assert abs((tick["y"] + tick["height"] / 2) - (clock["y"] + clock["height"] / 2)) < 8
    expect(page.locator("#arrived")).to_be_hidden()
