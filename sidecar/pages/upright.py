"""What people wrote, as a page shows it: a telephone number or a day among Arabic words reads from left to right.

Marked up rather than put between control characters, which whoever copies a number would copy, too.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

_NUMBER: Final = re.compile(r"(?<![\w+])\+?\d[\d \-]{5,}\d(?!\w)")


def upright(text: str) -> Markup:
    """The text, escaped, with each run of digits that has a sign, blanks or dashes set apart."""
    parts, end = [], 0
    for found in _NUMBER.finditer(text):
        parts += [escape(text[end : found.start()]), Markup('<bdi dir="ltr">{}</bdi>').format(found.group())]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
