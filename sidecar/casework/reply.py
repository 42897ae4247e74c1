"""Answering the reporter, and waiting for the reporter to answer."""

from __future__ import annotations

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case
from sidecar.domain.policy import Start
from sidecar.domain.steps import Lane
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import announce, cases, deadlines, messages, permitted, recipients, remarks


def reply(
    runtime: Runtime, viewer: Viewer, case_id: int, text: str, *, english: str = "", version: int | None = None
) -> Case:
    """A person's substantive answer: what stops the first-answer clock and P8.

    Args:
        english: the same for those of its reporters who read English.

    Raises:
        ValueError: the answer is empty.
    """
    if not text.strip():
        raise ValueError("an empty answer answers nothing")
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.REPLY)
        case = remarks.answer(conn, case, viewer.key, text, now, english=english.strip(), version=version)
    runtime.wake(Lane.NOTIFY)
    return case


def readers(runtime: Runtime, case_id: int) -> frozenset[str]:
    """The languages of a case's reporters, `ar` or `en`. For who may see the case."""
    with runtime.db.read() as conn:
        return frozenset(one["locale"] for one in recipients.of_cases(conn, [case_id]))


def pause(
    runtime: Runtime, viewer: Viewer, case_id: int, question: str, *, reason: str, version: int | None = None
) -> Case:
    """Ask the reporter something and wait: the clocks that a wait stops are held, P7 and P8 run on.

    Raises:
        ValueError: nothing is asked.
    """
    if not question.strip():
        raise ValueError("a wait for the reporter needs a question")
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.PAUSE)
        case = cases.change(conn, case, Action.PAUSE, version=version, paused_at=now, touched=True)
        said = messages.say(conn, case_id, "question", viewer.key, question, now)
        data = {"message": said}
        cases.record(conn, case_id, Action.PAUSE, now, actor=viewer.key, reason=reason, public=True, data=data)
        deadlines.happened(conn, case_id, Happening.SEEN, now)
        deadlines.hold(conn, case, runtime.policy, reason, now)
        announce.announce(conn, case, "question", now, author=viewer.key, text=question)
    runtime.wake(Lane.NOTIFY)
    return case


def resume(runtime: Runtime, viewer: Viewer, case_id: int, *, reason: str, version: int | None = None) -> Case:
    """Go on without the reporter's answer, or after one that came another way."""
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.RESUME)
        case = cases.change(conn, case, Action.RESUME, version=version, paused_at=None, touched=True)
        cases.record(conn, case_id, Action.RESUME, now, actor=viewer.key, reason=reason, public=True)
        deadlines.release(conn, case, runtime.policy, now)
        deadlines.begin(conn, case, runtime.policy, Start.PICKED_UP, now)
        return case
