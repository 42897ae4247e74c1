"""The terminal as a picture for the README: what really appeared, as SVG without anything from elsewhere."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.layout import Layout
from rich.terminal_theme import TerminalTheme

WIDTH, HEIGHT = 120, 36

# The dark tokens of the product's design (paper, ink, and the eight colours that the screen does not name itself).
_THEME: Final = TerminalTheme(
    (15, 20, 23),
    (233, 237, 239),
    [(15, 20, 23), (255, 143, 128), (139, 217, 166), (243, 197, 109), (163, 198, 255), (200, 184, 242),
     (124, 207, 221), (233, 237, 239)],
)  # fmt: skip

# rich's own frame names a font on a CDN; this one takes what the reader has. Arabic is drawn by fonts that every
# system brings, since few monospaced ones have it.
_FRAME: Final = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>nidaa demo</title>
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Arabic", monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g></g></svg>
"""

_TEXT: Final = re.compile(r'textLength="(?P<length>[0-9.]+)"(?P<rest>[^>]*)>(?P<words>[^<]*)</text>')


def save(picture: Layout, file: Path) -> None:
    """Write what was drawn at `WIDTH` by `HEIGHT`."""
    console = Console(
        record=True, width=WIDTH, height=HEIGHT, file=io.StringIO(), force_terminal=True, color_system="truecolor",
        no_color=False, legacy_windows=False,
    )  # fmt: skip
    console.print(picture)
    svg = console.export_svg(title="nidaa demo", theme=_THEME, code_format=_FRAME, unique_id="nidaa")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_with_joined_letters(svg), encoding="utf-8")


def _with_joined_letters(svg: str) -> str:
    """Each text fills its cells by stretching glyphs: spacing them out would tear joined Arabic letters apart."""
    return _TEXT.sub(_filling_its_cells, svg)


def _filling_its_cells(text: re.Match[str]) -> str:
    length, rest, words = float(text["length"]), text["rest"], text["words"]
    # rich counts characters; isolates and vowel marks are characters without a cell.
    plain = html.unescape(words)
    length *= cell_len(plain) / len(plain) if plain else 1
    return f'textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"{rest}>{words}</text>'
