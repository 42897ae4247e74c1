"""Lines of an exact width. Texts are cut before they are isolated, so that no isolate is ever left open."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from sidecar.demo.words import is_arabic, isolated

_APART = "not blink"


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line.

    Attributes:
        width: cells that it always takes; None takes what it needs of what is left.
        right: whether a fixed one stands at its right edge.
    """

    words: str
    style: str = ""
    width: int | None = None
    right: bool = False


def line(width: int, *parts: Cell) -> Text:
    """The pieces with a space between them, cut and filled up to `width`."""
    made = Text(no_wrap=True, end="")
    left = width
    for part in parts:
        if left <= 0:
            break
        if not part.words and part.width is None:
            continue
        if made.plain:
            made.append(" ")
            left -= 1
        taken = min(left, part.width if part.width is not None else cell_len(part.words))
        words = cut(part.words, taken)
        padding = " " * (taken - cell_len(words)) if part.width is not None else ""
        made.append(padding if part.right else "")
        # Even unstyled Arabic is a run of its own, so that nothing stretches it together with its neighbours.
        made.append(isolated(words), part.style or (_APART if is_arabic(words) else ""))
        made.append("" if part.right else padding)
        left -= cell_len(words) + len(padding)
    made.append(" " * max(0, left))
    return made


def cut(words: str, width: int) -> str:
    """At most `width` cells, an ellipsis for what was cut."""
    if cell_len(words) <= width:
        return words
    return set_cell_size(words, width - 1).rstrip() + "…" if width > 1 else "…"[:width]
