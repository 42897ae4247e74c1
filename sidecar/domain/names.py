"""Whether two spellings can be one person's name, in Arabic or Latin letters; which spelling is right no one can tell.

A name is reduced to the consonants that both scripts write: short vowels, hamza and ʿayn are spelt as everybody likes.
Sounds that transliterations mix up (ق as q, k or g) are near each other, and a share of differences is let pass. So two
names that sound alike are taken for one: a false alarm costs a trainee more than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from sidecar.domain.folding import fold

# One sign a sound: t dental, s sibilant, $ sh, x kh, g gh; what is not here is not compared.
_ARABIC: Final = str.maketrans(
    {"ب": "b", "پ": "b", "ت": "t", "ط": "t", "ث": "t", "د": "t", "ض": "t", "ذ": "t", "ظ": "t", "ج": "j", "چ": "$"}
    | {"ح": "h", "ه": "h", "خ": "x", "ر": "r", "ز": "s", "س": "s", "ص": "s", "ش": "$", "غ": "g", "گ": "g"}
    | {"ف": "f", "ڤ": "f", "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ا": "", "و": "", "ي": "", "ع": ""}
    | {"ء": ""}
)  # fmt: skip
_DIGRAPHS: Final = (("sch", "$"), ("sh", "$"), ("ch", "$"), ("kh", "x"), ("gh", "g"), ("th", "t"), ("dh", "t"),
                    ("ph", "f"), ("ck", "k"))  # fmt: skip
_LATIN: Final = str.maketrans(
    {"d": "t", "z": "s", "q": "k", "c": "k", "v": "f", "p": "b"} | dict.fromkeys("aeiouwy", "")
)
_NEAR: Final = frozenset({"ts", "st", "hx", "xh", "gk", "kg", "jg", "gj", "$s", "s$", "xk", "kx", "$j", "j$"})
_SON_OF: Final = frozenset({"بن", "ابن", "بنت", "bin", "ibn", "ben", "bint", "binti", "bt"})
_LEANS_ON_NEXT: Final = frozenset({"عبد", "ابو", "ام", "ال", "abd", "abdul", "abdel", "abdal", "abu", "abo",
                                   "um", "umm", "al", "el"})  # fmt: skip
_ARTICLE: Final = re.compile(r"(?:ال|al|el)(?=.{2})")
_ASSIMILATED: Final = re.compile(r"\ba(sh|th|dh|[szntdr])[-'’](?=\1)")
_WORD: Final = re.compile(r"[^\W\d_]+")
_ARABIC_LETTER: Final = re.compile(r"[\u0621-\u064A\u0671-\u06D3]")
_LATIN_LETTER: Final = re.compile(r"[a-z]")


class Script(StrEnum):
    """In which letters a name is written."""

    ARABIC = "arabic"
    LATIN = "latin"
    MIXED = "mixed"
    OTHER = "other"


def script_of(name: str) -> Script:
    """The script of a name's letters."""
    folded = fold(name)
    arabic, latin = _ARABIC_LETTER.search(folded), _LATIN_LETTER.search(folded)
    if arabic and latin:
        return Script.MIXED
    return Script.ARABIC if arabic else Script.LATIN if latin else Script.OTHER


def same_person(one: str, other: str, tolerance: float) -> bool | None:
    """Whether both can be the same name.

    Names between the first and the last may be left out of either; the first and the last must be found in both.

    Args:
        tolerance: the share of a word's consonants that may differ, 0..1.

    Returns:
        None where one of them cannot be read: another script, or nothing.
    """
    if Script.OTHER in {script_of(one), script_of(other)}:
        return None
    short, long = sorted((_words(one), _words(other)), key=len)
    if not short:
        return None
    if len(short) > 1 and not all(_alike(short[end], long[end], tolerance) for end in (0, -1)):
        return False
    return _in_order(short, long, tolerance)


def _words(name: str) -> Sequence[str]:
    """The words that count: no "son of", and what belongs together as one (`عبد الله`)."""
    text = _ASSIMILATED.sub("al", fold(name)).replace("'", "").replace("’", "")
    found: list[str] = []
    leaning = ""
    for word in _WORD.findall(text):
        if (word in _SON_OF or len(word) == 1) and not leaning:  # an initial tells nothing
            continue
        if word in _LEANS_ON_NEXT:
            leaning += word
            continue
        found.append(leaning + word)
        leaning = ""
    return [*found, leaning] if leaning else found


def _in_order(short: Sequence[str], long: Sequence[str], tolerance: float) -> bool:
    rest = iter(long)
    return all(any(_alike(word, candidate, tolerance) for candidate in rest) for word in short)


def _alike(one: str, other: str, tolerance: float) -> bool:
    """With and without the article on each side: `Alamri` may be العمري, and `Ali` is no article before an i."""
    return any(_near(a, b, tolerance) for a in _skeletons(one) for b in _skeletons(other))


def _skeletons(word: str) -> tuple[str, ...]:
    bare = _ARTICLE.sub("", word, count=1) if _ARTICLE.match(word) else word
    # A closing ه may have been ة, which is written as t before another word, and often by itself (حياة, Hayat).
    spelt = [form for one in (bare, word) for form in ((one, f"{one[:-1]}ت") if one.endswith("ه") else (one,))]
    return tuple(dict.fromkeys(_consonants(one) for one in spelt))


def _consonants(word: str) -> str:
    for letters, sound in _DIGRAPHS:
        word = word.replace(letters, sound)
    sounds = re.sub(r"(.)\1+", r"\1", word.translate(_ARABIC).translate(_LATIN))
    # A closing h is ة or silent, or the one of الله.
    return sounds.removesuffix("h") if len(sounds) > 1 or len(word) > 2 else sounds


def _near(one: str, other: str, tolerance: float) -> bool:
    if not one or not other:
        return one == other
    return _distance(one, other) <= tolerance * max(len(one), len(other))


def _distance(one: str, other: str) -> float:
    """Edits between two skeletons; sounds that are often mixed up are half an edit apart."""
    above: list[float] = [float(n) for n in range(len(other) + 1)]
    for row, mine in enumerate(one, 1):
        line = [float(row)]
        for column, theirs in enumerate(other, 1):
            change = 0.0 if mine == theirs else 0.5 if mine + theirs in _NEAR else 1.0
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + change))
        above = line
    return above[-1]
