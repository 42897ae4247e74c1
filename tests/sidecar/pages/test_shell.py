"""The frame of all pages: what is served, what may run in it, and whether its stylesheets keep their promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from sidecar.pages.shell import views
from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers, settings_of
from tests.worlds import world as make_world


def without(comment: str, file: Path) -> str:
    """A file's text without its comments."""
    return re.sub(comment, "", file.read_text("utf-8"), flags=re.DOTALL)


PAGES = Path(views.__file__).parents[1]
SHELL = PAGES / "shell"
STYLES = {file.name: without(r"/\*.*?\*/", file) for file in SHELL.glob("static/*.css")}
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@pytest.fixture
def served(sqlite_database: Database) -> Callers:
    """An application with nothing in it."""
    return Callers(make_world(sqlite_database), settings_of())


def got(served: Callers, address: str) -> TestResponse:
    """A file, read to its end and closed."""
    return served.client.get(address, buffered=True)


def templates() -> Iterator[tuple[str, str]]:
    """Every template of a page, without its comments."""
    for file in sorted(PAGES.glob("*/templates/**/*.html")):
        yield file.relative_to(PAGES).as_posix(), without(r"\{#.*?#\}", file)


# --- What is served ---------------------------------------------------------------------------------------------------


def test_each_file_is_served_as_what_it_is(served: Callers) -> None:
    files = [file for folder in ("static", "vendor") for file in (SHELL / folder).iterdir() if file.suffix in TYPES]
    assert {file.suffix for file in files} == set(TYPES)
    for file in files:
        answer = got(served, f"/shell/{file.name}")
        assert (answer.status_code, answer.mimetype) == (200, TYPES[file.suffix]), file.name
        assert answer.data == file.read_bytes()


def test_only_what_its_address_fixes_is_kept_for_ever(served: Callers) -> None:
    with served.app.test_request_context():
        address = views.asset_url("tokens.css")
    year = "31536000"
    assert year in got(served, address).headers["Cache-Control"]
    assert year in got(served, "/shell/plex-arabic-400.woff2").headers["Cache-Control"]
    for other in ("/shell/tokens.css", "/shell/tokens.css?v=", "/shell/tokens.css?v=000000000000"):
        assert year not in got(served, other).headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["nothing.css", "README.md", "sprite.mjs", "LICENSE-plex.txt", "..%2fviews.py", "views.py"]
)
def test_nothing_else_is_served(served: Callers, name: str) -> None:
    assert got(served, f"/shell/{name}").status_code == 404


@pytest.mark.parametrize(
    ("locale", "direction", "bootstrap"), [("ar", "rtl", "bootstrap.rtl.min"), ("en", "ltr", "bootstrap.min")]
)
def test_a_page_in_its_language(served: Callers, locale: str, direction: str, bootstrap: str) -> None:
    answer = served.client.post(f"/launch?lang={locale}")
    assert answer.status_code == 401
    assert answer.headers["Content-Language"] == locale
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Accept-Language"} <= {one.strip() for one in answer.headers["Vary"].split(",")}
    assert f'<html lang="{locale}" dir="{direction}">' in answer.text
    assert f"/shell/{bootstrap}.css?v=" in answer.text
    assert f'href="?lang={"en" if locale == "ar" else "ar"}"' in answer.text
    for address in set(re.findall(r'(?:href|src)="(/shell/[^"#]+)', answer.text)):
        assert got(served, address).status_code == 200, address


def test_nothing_runs_in_a_page_that_is_not_a_file_of_ours(served: Callers) -> None:
    policy = dict(
        one.strip().split(" ", 1) for one in served.client.post("/launch").headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert not [one for one in policy.values() if "unsafe" in one or "http" in one or "*" in one]


INLINE = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:|[\"']js:", re.IGNORECASE)


def test_no_template_holds_a_style_or_a_script() -> None:
    found = dict(templates())
    assert {name: INLINE.findall(text) for name, text in found.items() if INLINE.search(text)} == {}
    assert "shell/templates/shell/base.html" in found
    for bad in ('<p style="x">', "<script>x</script>", '<a onclick="x">', '<b hx-on:click="x">'):
        assert INLINE.search(bad)
    assert not INLINE.search("<script src=\"{{ asset_url('htmx.min.js') }}\" defer></script>")


# --- What it is made of -----------------------------------------------------------------------------------------------


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (SHELL / "vendor/icons.svg").read_text("utf-8")))
    used: set[str] = set()
    for _name, text in templates():
        used |= set(re.findall(r"\bicon\('([^']+)'", text))
        used |= set(re.findall(r"\bnote\('[^']*', '([^']+)'\)", text))
        for call in re.findall(r"\btag\((.*?)\) ?\}\}", text):
            used |= set(re.findall(r", '([a-z][a-z0-9-]+)'(?: if .*)?$", call))
    for file in PAGES.glob("*/*.py"):
        used |= set(re.findall(r'"icon": "([^"]+)"', file.read_text("utf-8")))
    used |= set(
        re.findall(
            r"'(?:due|soon|late|hold|met)': '([^']+)'", (SHELL / "templates/shell/macros.html").read_text("utf-8")
        )
    )
    assert len(used) > 20
    assert used - sprite == set(), "run vendor/sprite.mjs"


def test_what_a_style_fetches_is_there_and_ours() -> None:
    for name, css in STYLES.items():
        addresses = re.findall(r'url\("?([^")]+)', css)
        assert {
            one for one in addresses if not one.startswith("data:") and not (SHELL / "vendor" / one).is_file()
        } == set(), name


def test_what_others_wrote_stands_beside_its_licence_and_names_no_map() -> None:
    vendor = SHELL / "vendor"
    assert {file.name for file in vendor.glob("LICENSE-*.txt")} == {
        f"LICENSE-{one}.txt" for one in ("altcha", "bootstrap", "htmx", "htmx-ext-sse", "lucide", "plex")
    }
    for file in (*vendor.glob("*.js"), *vendor.glob("*.css")):
        assert "sourceMappingURL" not in file.read_text("utf-8"), file.name


SIDES = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin)-(?:left|right)[\w-]*|left|right|float(?!: inline-))\s*:"
    r"|:\s*(?:left|right)\b"
)
FIGURES = ".nd-figs { text-align: right;"  # units under units, in both directions


@pytest.mark.parametrize("name", sorted(STYLES))
def test_a_sheet_serves_both_directions(name: str) -> None:
    css = STYLES[name].replace(FIGURES, "")
    assert [line.strip() for line in css.splitlines() if SIDES.search(line)] == []
    assert all(
        SIDES.search(bad) for bad in ("margin-left: 1px", "left: 0", "text-align: right", "border-right-width:0")
    )


# --- Whether it can be read -------------------------------------------------------------------------------------------

ON_GROUNDS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent-ink", "late-ink", "good-ink")
      for ground in ("paper", "surface", "raised")),
    *((ink, ground) for ink in ("ink", "ink-2") for ground in ("sunken", "fill")),
    *((ink, "accent-soft") for ink in ("ink", "ink-2", "ink-3", "accent-ink")),
    ("ink", "soon-soft"), ("accent-hover", "surface"), ("accent-hover", "paper"),
    *((f"{one}-ink", "surface") for one in ("soon", "info", "hold")),
    ("on-accent", "accent"), ("on-accent", "accent-hover"), ("on-late", "late"), ("over-link", "over"),
    ("over", "over-link"),
]  # fmt: skip
LINES = [
    (line, ground) for line in ("line-strong", "focus", "accent", "late") for ground in ("paper", "surface", "raised")
]


def colours(theme: str) -> dict[str, str]:
    """The values of a theme; dark ones stand over the light."""
    light, dark = re.findall(r":root \{\s*color-scheme: \w+;(.*?)\}", STYLES["tokens.css"], flags=re.DOTALL)[:2]
    found = {
        name: dict(re.findall(r"--nd-([\w-]+): (#[0-9a-f]{3,6});", text))
        for name, text in (("light", light), ("dark", dark))
    }
    assert set(found["light"]) == set(found["dark"])
    return found[theme]


def luminance(colour: str) -> float:
    digits = colour[1:]
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2: from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pairs_in_rules() -> set[tuple[str, str]]:
    """Every text colour that a rule sets together with its ground."""
    found = set()
    for css in STYLES.values():
        for body in re.findall(r"\{([^{}]*)\}", css):
            ink = re.search(r"(?<![\w-])color: var\(--nd-([\w-]+)\)", body)
            ground = re.search(r"background(?:-color)?: var\(--nd-([\w-]+)\)", body)
            if ink and ground:
                found.add((ink[1], ground[1]))
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(theme: str) -> None:
    values, pairs = colours(theme), pairs_in_rules()
    assert ("late-ink", "late-soft") in pairs
    weak = {(ink, ground): contrast(values[ink], values[ground]) for ink, ground in {*ON_GROUNDS, *pairs}}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    faint = {pair: contrast(values[pair[0]], values[pair[1]]) for pair in LINES}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}


def test_contrast_is_measured_as_everybody_does() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.01)


def test_paper_is_light_whatever_the_screen_was() -> None:
    for css in STYLES.values():
        assert "prefers-color-scheme" not in css.replace("@media screen and (prefers-color-scheme: dark)", "")
