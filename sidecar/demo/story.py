"""The order of the acts, played in a thread of its own so that the screen never waits for the story."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from sidecar.demo import acts, day, expecting
from sidecar.demo.stage import CurtainFell, Stage

_SETTLING: Final = 15.0  # seconds after the last act in which what happens by itself may still come
_TRIES_APART: Final = 0.5


class Story(threading.Thread):
    """The desk's day, and one class, from the trainer at the closed door to the last room solved.

    Attributes:
        missing: after the end, the promises that the database does not bear out; None before.
        failure: what broke the story, if anything did.
    """

    def __init__(self, stage: Stage, lms_down: Callable[[], None], lms_up: Callable[[], None]) -> None:
        super().__init__(name="story", daemon=True)
        self._stage = stage
        self._lms_down, self._lms_up = lms_down, lms_up
        self.missing: list[str] | None = None
        self.failure: Exception | None = None

    def run(self) -> None:
        """Play every act, then see whether everything that was to be seen was."""
        try:
            self._play()
            self.missing = self._look_for_missing()
        except CurtainFell:
            pass
        except Exception as error:  # whatever it was, the person who started the demo must read it
            self.failure = error

    def _play(self) -> None:
        stage = self._stage
        day.a_head_on_leave(stage)
        day.a_complaint_at_night(stage)
        day.a_callback(stage)
        acts.trainer_locked_out(stage)
        acts.manager_logs_first(stage)
        acts.the_room_presses(stage)
        acts.some_cannot_join(stage)
        acts.gaps_while_the_lms_is_away(stage, self._lms_down, self._lms_up)
        acts.question_for_the_trainer(stage)
        acts.sound_is_back(stage)
        acts.a_report_that_had_waited(stage)
        acts.rooms_fail_together(stage)
        acts.the_desks_work(stage)

    def _look_for_missing(self) -> list[str]:
        until = time.monotonic() + _SETTLING
        while (missing := expecting.broken(self._stage)) and time.monotonic() < until:
            self._stage.pause(_TRIES_APART)
        return missing
