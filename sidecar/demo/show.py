"""How the class is shown: a live screen where the terminal can, else a line for each thing that happens."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.text import Text

from sidecar.demo import picture as pictures
from sidecar.demo.lines import Cell, line
from sidecar.demo.screen import ACCENT, QUIET, SMALLEST, Screen
from sidecar.demo.stage import Stage
from sidecar.demo.watching import Look, look
from sidecar.demo.words import TIERS, text
from sidecar.domain.facts import FactsStatus

_PLAIN_WIDTH: Final = 110


class Show:
    """The terminal.

    Args:
        lang: `en` or `ar`.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._console = Console(highlight=False)
        self._live: Live | None = None
        self._stage: Stage | None = None
        self._screen: Screen | None = None
        self._told: set[int | uuid.UUID | str] = set()
        self._pictured = False

    @property
    def _lively(self) -> bool:
        console = self._console
        fits = console.width >= SMALLEST[0] and console.height >= SMALLEST[1]
        return console.is_terminal and not console.is_dumb_terminal and fits

    def say(self, words: str) -> None:
        """A line before the class."""
        self._console.print(f"nidaa demo: {words} …", markup=False)

    def serves(self, url: str) -> None:
        """The start page can be opened, long before the class has ended."""
        self._console.print(f"nidaa demo: {text('start_page', self.lang)}  {url}", markup=False, soft_wrap=True)

    def open(self, stage: Stage) -> None:
        """The curtain."""
        self._stage, self._screen = stage, Screen(stage, self.lang)
        if self._lively:
            self._live = Live(console=self._console, screen=True, auto_refresh=False)
            self._live.start()

    def frame(self, picture: Path | None) -> None:
        """Show what the database says now."""
        if self._stage is None or self._screen is None:
            return
        seen = look(self._stage.runtime)
        if self._live is not None:
            # A window made smaller meanwhile shows a part, rather than ending the class.
            width, height = (max(*pair) for pair in zip(self._console.size, SMALLEST, strict=True))
            drawn = self._screen.draw(seen, width, height)
            self._live.update(drawn, refresh=True)
        else:
            self._tell(seen, self._stage)
        if picture is not None and not self._pictured and self._stage.picture_wanted.is_set():
            self._pictured = True
            pictures.save(self._screen.draw(seen, pictures.WIDTH, pictures.HEIGHT), picture)

    def close(self, *, last: bool = False) -> None:
        """Give the terminal back; with `last`, the last picture stays on it."""
        if self._live is None:
            return
        self._live.stop()
        self._live = None
        if last and self._stage is not None and self._screen is not None:
            seen = look(self._stage.runtime)
            height = min(self._console.height - 8, pictures.HEIGHT)
            self._console.print(
                self._screen.draw(seen, self._console.width, max(height, SMALLEST[1])),
                height=max(height, SMALLEST[1]),
            )

    def _tell(self, seen: Look, stage: Stage) -> None:
        """Plain lines: what is new since the last look, oldest first."""
        assert self._screen is not None  # noqa: S101  # set together with the stage
        # A file or a pipe has no width of its own.
        width = max(self._console.width, 60) if self._console.is_terminal else _PLAIN_WIDTH
        if stage.scene.en and self._new(stage.scene.en):
            self._print(line(width, Cell("=", QUIET), Cell(_sum(seen, self.lang), QUIET)))
            self._print(line(width, Cell("▶", ACCENT), Cell(stage.scene.in_(self.lang), "bold")))
        for arrival in reversed(seen.arrivals):
            if arrival.case_id is not None and self._new(arrival.key):
                self._print(self._screen.arrival(arrival, width))
        for found in reversed(seen.found):
            if found.status is not FactsStatus.PENDING and self._new(f"facts {found.key}"):
                self._print(self._screen.fact(found, width))
        for happened in reversed(seen.timeline):
            if self._new(happened.id):
                self._print(self._screen.happened(happened, width))

    def _print(self, words: Text) -> None:
        words.rstrip()
        self._console.print(words, soft_wrap=True)

    def _new(self, what: int | uuid.UUID | str) -> bool:
        if what in self._told:
            return False
        self._told.add(what)
        return True


def _sum(seen: Look, lang: str) -> str:
    """Everything in one line."""
    queues = [f"{TIERS[tier].in_(lang)} {len(queue)}" for tier, queue in seen.queues.items() if queue]
    counts = f"{seen.reports} {text('reports', lang)} → {seen.cases} {text('cases', lang)}"
    waiting = f" · {seen.pending} {text('pending', lang)}" if seen.pending else ""
    return " · ".join([counts + waiting, *queues])
