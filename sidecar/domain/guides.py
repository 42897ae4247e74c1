"""Guides (P5, P11): short texts that solve what people come with, found by their words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sidecar.domain.folding import fold, words

LOCALES: Final = ("ar", "en")
_RUN: Final = re.compile(r"[^\W_]+")
_AROUND: Final = 90  # letters of a text that are shown on either side of what was found
_MOST: Final = 12  # words of a question that count


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide in one language.

    Attributes:
        slug: its name in addresses, the same in both languages.
        category: the covered service that it helps with. order: its place there.
        text: as it was written, in Markdown. plain: the same without its marks, for searching.
    """

    slug: str
    locale: str
    title: str
    category: str
    order: int
    text: str
    plain: str


def in_locale(guides: Iterable[Guide], locale: str) -> list[Guide]:
    """Those in a language, in their order."""
    return sorted((one for one in guides if one.locale == locale), key=lambda one: (one.order, one.slug))


def found(guides: Sequence[Guide], asked: str) -> list[Guide]:
    """Those that hold every word that was asked for, or begin a word with it; where it stands in the title first."""
    wanted = list(words(asked))[:_MOST]
    if not wanted:
        return []
    ranked = []
    for guide in guides:
        title, text = set(words(guide.title)), set(words(guide.plain))
        if all(_begins(title | text, one) for one in wanted):
            ranked.append((-sum(_begins(title, one) for one in wanted), guide.order, guide.slug, guide))
    return [one[-1] for one in sorted(ranked, key=lambda one: one[:3])]


def marked(text: str, asked: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is what was asked for."""
    wanted = list(words(asked))[:_MOST]
    pieces: list[tuple[str, bool]] = []
    at = 0
    for run in _RUN.finditer(_joined(text)):
        if _hit(run[0], wanted):
            pieces += [(text[at : run.start()], False), (text[run.start() : run.end()], True)]
            at = run.end()
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


def excerpt(text: str, asked: str) -> str:
    """What stands around the first word that was asked for, cut between words."""
    wanted = list(words(asked))[:_MOST]
    first = next((run for run in _RUN.finditer(_joined(text)) if _hit(run[0], wanted)), None)
    middle = first.start() if first else 0
    start, end = max(0, middle - _AROUND), min(len(text), middle + _AROUND)
    start = text.find(" ", start, middle) + 1 if start else 0
    cut = text.rfind(" ", middle, end) if end < len(text) else -1
    end = cut if cut > start else len(text)
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"


def _begins(known: set[str], wanted: str) -> bool:
    return any(one.startswith(wanted) for one in known)


def _hit(run: str, wanted: Sequence[str]) -> bool:
    return any(word.startswith(one) for word in words(run) for one in wanted)


def _joined(text: str) -> str:
    """The same length, with the marks above and below letters as letters, so that a word with them is one run."""
    return "".join(letter if fold(letter) or letter.isspace() else "ـ" for letter in text)
