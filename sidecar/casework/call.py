"""A telephone call is logged: it tells, it may answer, and it is kept with its time (P6.3, P7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import calls, cases, deadlines, messages, permitted

RESULTS = ("answered", "spoken", "no_answer", "wrong_number")
"""`answered`: the reporter was given the answer; `spoken`: told where it stands; the others reached nobody."""


class WithWhom(ValueError):
    """Several wait for a call, and one call tells one of them."""


OTHER = "other"
"""Somebody who was not waiting for a call."""


def log(
    runtime: Runtime,
    viewer: Viewer,
    case_id: int,
    result: str,
    text: str,
    *,
    whom: str = "",
    version: int | None = None,
) -> Case:
    """Keep that somebody was called, or called. One call tells one person: the case is told when nobody waits any more.

    Args:
        result: one of `RESULTS`.
        text: what was said; of an answer, the answer itself.
        whom: `<site>:<person>` of one who waits for a call, or `OTHER`; may be empty where only one waits, or nobody.

    Raises:
        ValueError: no such result, or nothing was said.
        WithWhom: it is not said which of those who wait was spoken with.
        NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    text = text.strip()
    if result not in RESULTS or (not text and result in {"answered", "spoken"}):
        raise ValueError("a call needs its result, and what was said")
    now = runtime.clock()
    with runtime.db.write() as conn:
        waits = {_key(one): one for one in calls.of_case(conn, case_id)}
        if (not whom and len(waits) > 1) or whom not in {"", OTHER, *waits}:
            raise WithWhom
        spoken_to = waits.get(whom) if whom else next(iter(waits.values()), None)
        case = permitted.take(conn, viewer, case_id, Action.REPLY if result == "answered" else Action.CALL)
        case = cases.change(conn, case, Action.CALL, version=version, touched=True)
        still = 0
        kind = "reply" if result == "answered" else "note"
        data: dict[str, Any] = {"means": "phone"}
        if text:
            data["message"] = messages.say(conn, case_id, kind, viewer.key, text, now)
        if result in {"answered", "spoken"}:
            still = data["still_to_call"] = calls.reached(conn, case_id, spoken_to, now)
            if not still:
                deadlines.happened(conn, case_id, Happening.TOLD_BY_PHONE, now)
        cases.record(conn, case_id, Action.CALL, now, actor=viewer.key, reason=result, data=data)
        if result == "answered":
            case = cases.change(conn, case, Action.REPLY)
            cases.record(conn, case_id, Action.REPLY, now, actor=viewer.key, reason="by_phone", public=True, data=data)
            if not still:
                deadlines.happened(conn, case_id, Happening.ANSWERED, now)
        return case


def expecting(runtime: Runtime, case_id: int) -> Sequence[tuple[str, str]]:
    """Who of a case waits for a call: what `log` takes, and their name. For who may see the case."""
    with runtime.db.read() as conn:
        return [(_key(one), name or one[1]) for one, name in calls.of_case(conn, case_id).items()]


def _key(one: tuple[str, str]) -> str:
    site_id, person_id = one
    return f"{site_id}:{person_id}"


def waiting(runtime: Runtime, viewer: Viewer) -> Sequence[tuple[Any, str]]:
    """Whom to call and under which number, who has waited longest first."""
    with runtime.db.read() as conn:
        rows = calls.waiting(conn, viewer)
        return list(zip(rows, calls.numbers(conn, rows), strict=True))
