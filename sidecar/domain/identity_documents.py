"""What looks like an identity document: by a file's name, or by a number in words that can simply be read. Pure.

Nobody reads pictures here: a photograph of an identity card with an ordinary name is not noticed, nor a scan inside a
PDF, nor text in a PDF whose letters have numbers of their own. So the warning beside the field is what counts.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from sidecar.domain.folding import digits_of_one_kind, fold
from sidecar.domain.report import luhn_digit

_NUMBER: Final = re.compile(r"(?<!\d)[12]\d{9}(?!\d)")
_BY_NAME: Final = (
    re.compile(r"(?<!\w)(?:و|ب|ل)?(?:ال)?(?:هويه|هويتي|هويته|هويتها|اقامه|اقامتي|اقامته|جواز|جوازي)(?!\w)"),
    re.compile(r"(?<![a-z])(?:passport|iqama|national ?id|id ?card|identity ?card|hawiya)(?![a-z])"),
)
_STREAM: Final = re.compile(rb"stream\r?\n")
_STRING: Final = re.compile(rb"\(((?:[^()\\]|\\.){0,400})\)")
_STREAMS, _UNFOLDED, _READ = 60, 512 * 1024, 4 * 1024 * 1024  # bounds of what is looked through


def by_name(name: str) -> bool:
    """Whether a file's name says that it is one."""
    plain = re.sub(r"[\W_]+", " ", fold(name))
    return any(one.search(plain) for one in _BY_NAME) or has_number([name])


def has_number(texts: Iterable[str], but: Collection[str] = ()) -> bool:
    """Whether a number of ten digits stands there that a Saudi identity card or residence permit could have.

    Args:
        but: numbers that are known to be something else: our references have the same form and check digit.
    """
    return any(
        luhn_digit(found[:-1]) == int(found[-1]) and found not in but
        for text in texts
        for found in _NUMBER.findall(digits_of_one_kind(text))
    )


def is_sound(number: str) -> bool:
    """Whether ten digits are as those of a national ID or iqama are: by the first of them and the check digit."""
    return number[0] in "124" and luhn_digit(number[:-1]) == int(number[-1])


def words_of_pdf(raw: bytes) -> Iterator[str]:
    """What can simply be read in a PDF: the strings in it and in its compressed parts, within bounds."""
    raw = raw[:_READ]
    yield from _strings(raw)
    for count, found in enumerate(_STREAM.finditer(raw)):
        if count == _STREAMS:
            return
        try:
            part = zlib.decompressobj().decompress(raw[found.end() : found.end() + _UNFOLDED], _UNFOLDED)
        except zlib.error:
            continue
        yield from _strings(part)


def _strings(raw: bytes) -> Iterator[str]:
    # A line is often cut into kerned pieces: [(10) 20 (12345678)] TJ is one number.
    yield from (one.decode("latin-1") for one in _STRING.findall(raw))
    for line in raw.split(b"]"):
        pieces = _STRING.findall(line.rpartition(b"[")[2])
        if len(pieces) > 1:
            yield b"".join(pieces).decode("latin-1")
