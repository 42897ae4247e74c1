"""A word among staff on a case: no reporter reads it, and no clock heeds it."""

from __future__ import annotations

from typing import Final

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case
from sidecar.runtime import Runtime
from sidecar.store import permitted, remarks

LONGEST: Final = 4000  # letters


def note(runtime: Runtime, viewer: Viewer, case_id: int, text: str) -> Case:
    """Keep a note; two who write at once lose nothing, so it names no version.

    Raises:
        ValueError: it is empty, or longer than `LONGEST` letters.
        permitted.Unseen, permitted.NotPermitted
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise ValueError(f"a note has 1 to {LONGEST} letters")
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.NOTE)
        remarks.note(conn, case, viewer.key, text, now)
        return case
