"""Words as a search compares them: Arabic without its spelling variants, digits of either kind, no marks, no case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_SAME: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": None, "ی": "ي", "ک": "ك"}
)
_WORD: Final = re.compile(r"[^\W_]+")
_OTHER_DIGIT: Final = re.compile(r"[^\D0-9]")  # a decimal digit of another script
_LONGEST: Final = 40  # letters of a word that tell it from others
_ARTICLE: Final = "ال"
_NATIONAL: Final = 9  # digits by which a Saudi number is known, whatever is dialled before them
_SHORTEST_NUMBER: Final = 7


def fold(text: str) -> str:
    """A text in which what is read as the same is the same."""
    # Hamza and madda are folded before decomposition would turn them into marks of their own.
    plain = unicodedata.normalize("NFKC", text).translate(_SAME)
    bare = "".join(letter for letter in unicodedata.normalize("NFD", plain) if unicodedata.category(letter) != "Mn")
    return digits_of_one_kind(unicodedata.normalize("NFC", bare)).casefold()


def digits_of_one_kind(text: str) -> str:
    """Every decimal digit as 0 to 9."""
    return _OTHER_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)


def words(text: str) -> Iterator[str]:
    """The folded words of a text, those of one letter left out; with and without the article they are one."""
    for word in _WORD.findall(fold(text)):
        bare = word.removeprefix(_ARTICLE) if len(word) > len(_ARTICLE) + 2 else word
        if len(bare) > 1 or bare.isdigit():
            yield bare[:_LONGEST]


def phone(text: str) -> str | None:
    """By what a telephone number is found: its last nine digits. None where it has too few to be one."""
    digits = re.sub(r"\D", "", digits_of_one_kind(text))
    return digits[-_NATIONAL:] if len(digits) >= _SHORTEST_NUMBER else None


def number(text: str) -> str | None:
    """What somebody typed as a number that is read in groups: a reference, a case, a telephone; else None."""
    bare = re.sub(r"[\s\-–.()+‐‑/\u200e\u200f\u2066-\u2069]", "", digits_of_one_kind(text))
    return bare if bare.isascii() and bare.isdigit() else None
