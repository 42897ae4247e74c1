"""Tellings go out: whoever has not read one on the status line is sent a message inside the LMS (A2).

An attempt is recorded before it is made, its outcome after; the LMS knows each message by its delivery's key, so one
that is sent again after a crash is the same one there (architecture.md, decision 4).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy.engine import Row

from adapters.errors import Malformed, Refused, Unavailable
from adapters.lms.port import Lms, Notice
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.store import outbox, posting, said, tellings

log = structlog.get_logger(__name__)

TOGETHER: Final = 50  # messages in one call
_TRIES: Final = 5  # after which a message that the LMS never says anything of has failed
_AGAIN: Final = timedelta(seconds=5)
_CODE: Final = 64  # letters of a reason


def deliver(runtime: Runtime, claim: outbox.Claim) -> None:
    """Send up to fifty messages of each claimed telling; what is left comes back at once.

    Raises:
        Unavailable, Malformed: nobody was told by this call; the rows come back later, and so do those messages.
    """
    for item in claim.items:
        with runtime.db.read() as conn:
            told = tellings.get(conn, int(item.subject))
            waiting = tellings.waiting(conn, int(item.subject), TOGETHER + 1)
        if told and waiting and told.cause in tellings.AT_THE_DESK:
            waiting = _sorted(runtime, told, waiting)
        some, more = waiting[:TOGETHER], len(waiting) > TOGETHER
        unanswered = bool(told and some) and _send(runtime, told, some)
        now = runtime.clock()
        with runtime.db.write() as conn:
            # A row that was parked and is on its way again finds nobody waiting: then those who were given up do.
            more = more or (not some and tellings.unpark(conn, int(item.subject), now) > 0)
            if more or unanswered:
                due_at = now if more else now + _AGAIN
                outbox.again(conn, claim.token, [item.id], due_at=due_at, error="", spend=False)
            else:
                outbox.finish(conn, claim.token, [item.id])


def _sorted(runtime: Runtime, told: Any, waiting: Sequence[Row[Any]]) -> list[Row[Any]]:
    """What is left for the LMS when what goes by email is on its way and what needs a call is set apart."""
    with runtime.db.write() as conn:
        posting.post(
            conn, runtime.policy, told, waiting, runtime.clock(), link_of=runtime.link_of,
            domain=runtime.mailer.domain if runtime.mailer else None, lms_sites=frozenset(runtime.lms),
        )  # fmt: skip
        left = tellings.waiting(conn, told.id, TOGETHER + 1)
    runtime.wake(Lane.MAIL)
    return left


def _send(runtime: Runtime, told: Any, some: Sequence[Row[Any]]) -> bool:
    """One call for the deliveries of one site; whether the LMS left any of them without an answer."""
    left = False
    for site_id in sorted({row.site_id for row in some}):
        mine = [row for row in some if row.site_id == site_id]
        lms = runtime.lms.get(site_id)
        known = [row for row in mine if not row.person_id.startswith("visitor:")]
        _settle(runtime, [row.key for row in mine if row not in known], "failed", "no_account")
        if lms is None:
            _settle(runtime, [row.key for row in known], "failed", "no_lms")
        elif known:
            left |= _ask(runtime, lms, told, known)
    return left


def _ask(runtime: Runtime, lms: Lms, told: Row[Any], rows: Sequence[Row[Any]]) -> bool:
    with runtime.db.write() as conn:
        tellings.trying(conn, [row.key for row in rows])
    try:
        outcomes = lms.notify([_notice(runtime, told, row) for row in rows])
    except (Unavailable, Malformed):
        # However long the LMS is away, that is no silence about any one message: these tries count for nothing.
        with runtime.db.write() as conn:
            tellings.not_tried(conn, [row.key for row in rows])
        raise
    except Refused as error:
        # Only a person can mend that: shown as failed, and sent again by who has mended it.
        log.warning("telling_refused", site=lms.site_id, telling=told.id, code=error.code)
        _settle(runtime, [row.key for row in rows], "failed", (error.code or "refused")[:_CODE])
        return False
    by_outcome: dict[str, list[uuid.UUID]] = {}
    for row in rows:
        outcome = outcomes.get(str(row.key), "silent")
        by_outcome.setdefault(outcome, []).append(row.key)
    _settle(runtime, by_outcome.get("sent", []) + by_outcome.get("already", []), "sent")
    _settle(runtime, by_outcome.get("refused", []), "failed", "refused")
    silent = set(by_outcome.get("silent", ()))
    given_up = [row.key for row in rows if row.key in silent and row.attempts + 1 >= _TRIES]
    _settle(runtime, given_up, "failed", "no_answer")
    return len(given_up) < len(silent)


def _settle(runtime: Runtime, keys: list[uuid.UUID], state: Any, error: str = "") -> None:
    if keys:
        with runtime.db.write() as conn:
            tellings.settle(conn, keys, state, runtime.clock(), error=error)


def _notice(runtime: Runtime, told: Row[Any], row: Row[Any]) -> Notice:
    return Notice(
        key=str(row.key),
        person_id=row.person_id,
        subject=said.subject(runtime.policy, told, row, row.locale),
        text=said.words(runtime.policy, told, row, row.locale),
        url=told.link or (runtime.link_of(row.report_key) if row.report_key else None),
    )
