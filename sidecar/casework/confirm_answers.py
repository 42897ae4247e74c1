"""A trainer or room manager confirms what trainees sent for their certificates, or says that it is not right (P3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.engine import Row

from sidecar.domain.access import Viewer, roster_sight
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import cases, outbox, permitted, remarks, roster, sent_data


class Newer(Exception):
    """What somebody says that of was replaced meanwhile: its trainee has sent something newer, which is not judged."""


def judge(
    runtime: Runtime, viewer: Viewer, course: roster.Course, ids: Sequence[int], *, right: bool,
    says: Callable[[Row[Any]], str] | None = None,
) -> Sequence[Row[Any]]:  # fmt: skip
    """A trainer or room manager says whether what trainees sent is right; returns what waited for that.

    Args:
        says: what stands on the case about one of them, for the registrar; nothing stands there without it.

    Raises:
        permitted.Unseen: it is no course of the viewer's, or nothing of these is from people whom the viewer sees.
        Newer: nothing of these waits, and something of them was replaced.
    """
    sight = roster_sight(viewer, *course)
    if sight is None:
        raise permitted.Unseen(course)
    with runtime.db.write() as conn:
        own = None if sight.groups is None else roster.person_ids(conn, course, sight.groups)
        ids = sent_data.within(conn, course, ids, own)
        if not ids:
            raise permitted.Unseen(course)
        now = runtime.clock()
        rows = sent_data.judge(conn, course, ids, "confirmed" if right else "refused", viewer.key, now)
        if not rows and sent_data.replaced(conn, ids):
            raise Newer
        for row in rows:
            # In the trainer's own voice and in one transaction: it is no answer of the trainee's, and none is lost.
            case = cases.of_report(conn, row.report_key, lock=True)
            if case is not None and says is not None:
                remarks.note(conn, case, viewer.key, says(row), now)
        lms = runtime.lms.get(course[0])
        written = [row.id for row in rows if right and lms is not None and row.field in lms.writes]
        sent_data.unseal_none(conn, [row.id for row in rows if row.id not in written])
        if written:
            sent_data.want_written(conn, written)
            outbox.put(conn, Step.WRITE, [str(number) for number in written], now)
    if written:
        runtime.wake(Lane.WRITE)
    return rows
