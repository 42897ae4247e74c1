"""The guides of a policy: `guides/<language>/<slug>.md`, each with a header, in both languages (P5, P11)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sidecar.domain.guides import LOCALES, Guide
from sidecar.domain.policy import Category
from sidecar.policy.faults import Fault, PolicyError

FOLDER: Final = "guides"
SCHEMES: Final = ("https://", "mailto:", "tel:")
_SHIPPED: Final = Path(__file__).parent / "institute"
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST: Final = 120  # letters of a title
_LARGEST: Final = 20_000  # letters of a guide
_KEYS: Final = ("title", "category", "order")


def guides(directory: Path, categories: Mapping[str, Category]) -> tuple[Guide, ...]:
    """Every guide.

    Args:
        directory: the policy's; without a folder of guides those that ship are taken, as far as the policy knows their
            services.

    Raises:
        PolicyError: a guide says nothing, names no service, lies in one language alone, …; with file and line.
    """
    own = (directory / FOLDER).is_dir()
    root = (directory if own else _SHIPPED) / FOLDER
    found: dict[tuple[str, str], Guide] = {}
    faults: list[Fault] = []
    files = [(locale, file) for locale in LOCALES for file in sorted((root / locale).glob("*.md"))]
    for locale, file in files:
        name = f"{FOLDER}/{locale}/{file.name}"
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(name, 1, "(file)", f"cannot be read: {type(error).__name__}"))
            continue
        guide, wrong = _read(text, file.stem, locale, categories, {other.stem for _, other in files})
        if own or guide is None or guide.category in categories:
            faults += [Fault(name, line, key, reason) for line, key, reason in wrong]
            if guide is not None:
                found[guide.slug, locale] = guide
    faults += _alone(found, {(file.stem, locale) for locale, file in files}) if own else ()
    if faults:
        raise PolicyError(sorted(faults))
    return tuple(found.values())


_Wrong = tuple[int, str, str]


def _read(
    text: str, slug: str, locale: str, categories: Mapping[str, Category], slugs: set[str]
) -> tuple[Guide | None, list[_Wrong]]:
    head, body, begins = _parted(text)
    if not begins:
        return None, [(1, "(header)", "begins with a line ---, then title, category and order, then a line ---")]
    wrong: list[_Wrong] = []
    if not _SLUG.fullmatch(slug) or len(slug) > 64:
        wrong.append((1, "(file)", "is named in small Latin letters, digits and hyphens, as in sign-in.md"))
    said: dict[str, str] = {}
    for number, line in head:
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or key not in _KEYS or key in said:
            wrong.append((number, key or "(header)", f"a header has {', '.join(_KEYS)}, each once"))
        said[key] = value
    places = {line.partition(":")[0].strip(): number for number, line in head}
    wrong += [(places.get(key, 1), key, reason) for key, reason in _senseless(said, categories)]
    wrong += _wrong_text(body, begins, slugs)
    order = int(said["order"]) if said.get("order", "").isdecimal() else 0
    tokens = MarkdownIt("commonmark").parse(body)
    return Guide(slug, locale, said.get("title", ""), said.get("category", ""), order, body, _plain(tokens)), wrong


def _parted(text: str) -> tuple[list[tuple[int, str]], str, int]:
    """The header's lines with their numbers, the text, and the line at which it begins (0: there is no header)."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        return [], text, 0
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == "---":
            head = [(at, one) for at, one in enumerate(lines[1 : number - 1], start=2) if one.strip()]
            return head, "\n".join(lines[number:]), number + 1
    return [], text, 0


def _senseless(said: Mapping[str, str], categories: Mapping[str, Category]) -> Iterator[tuple[str, str]]:
    if not 1 <= len(said.get("title", "")) <= _LONGEST:
        yield "title", f"a title of at most {_LONGEST} letters is needed"
    if said.get("category", "") not in categories:
        yield "category", f"the key of one of the policy's categories is needed, not {said.get('category', '')!r}"
    if not said.get("order", "").isdecimal() or len(said["order"]) > 4:
        yield "order", "a number up to 9999 is needed"


def _wrong_text(body: str, begins: int, slugs: set[str]) -> Iterator[_Wrong]:
    if not body.strip():
        yield begins, "(text)", "says nothing"
    if len(body) > _LARGEST:
        yield begins, "(text)", f"has more than {_LARGEST} letters: a guide is read by somebody in trouble"
    for block in MarkdownIt("commonmark").parse(body):
        line = begins + (block.map[0] if block.map else 0)
        if block.type == "heading_open" and block.tag == "h1":
            yield line, "(text)", "the title is the heading; headings of the text begin with ##"
        if block.type == "html_block" or any(one.type == "html_inline" for one in block.children or ()):
            yield line, "(text)", "holds HTML, which is not read: write Markdown"
        for one in block.children or ():
            if one.type == "image":
                yield line, "(text)", "holds a picture: say it in words, which every reader hears"
            if one.type == "link_open" and (reason := _astray(str(one.attrGet("href") or ""), slugs)):
                yield line, "(text)", reason


def _astray(href: str, slugs: set[str]) -> str | None:
    if href.startswith(SCHEMES) or href in slugs:
        return None
    return f"a link leads to {', '.join(SCHEMES)} or the name of another guide, not to {href!r}"


def _alone(found: Mapping[tuple[str, str], Guide], there: set[tuple[str, str]]) -> Iterator[Fault]:
    """Both languages, of one service and at one place: whoever changes the language stays where they were."""
    for slug, locale in sorted(there):
        other = next(one for one in LOCALES if one != locale)
        if (slug, other) not in there:
            yield Fault(f"{FOLDER}/{locale}/{slug}.md", 1, "(file)", f"there is no {FOLDER}/{other}/{slug}.md")
        mine, theirs = found.get((slug, locale)), found.get((slug, other))
        if locale == LOCALES[0] and mine and theirs and (mine.category, mine.order) != (theirs.category, theirs.order):
            reason = f"has another category or order than {FOLDER}/{other}/{slug}.md"
            yield Fault(f"{FOLDER}/{locale}/{slug}.md", 1, "category", reason)


def _plain(tokens: list[Token]) -> str:
    """What a reader reads, in one line."""
    said = []
    for block in tokens:
        if block.type in {"fence", "code_block"}:
            said.append(block.content)
        said += [
            "".join(" " if one.type in {"softbreak", "hardbreak"} else one.content for one in block.children or ())
        ]
    return " ".join(" ".join(said).split())
