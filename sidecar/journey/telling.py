"""Tellings go out: whoever has not read one on the status line is sent a message inside the LMS (A2).

An attempt is recorded before it is made, its outcome after; the LMS knows each message by its delivery's key, so one
that is sent again after a crash is the same one there (architecture.md, decision 4).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy.engine import Row

from adapters.errors import Malformed, Refused, Unavailable
from adapters.lms.port import Lms, Notice
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.store import cases, outbox, posting, referral, said, staff_messages, telling_again, tellings

log = structlog.get_logger(__name__)

TOGETHER: Final = 50  # messages in one call
_TRIES: Final = 5  # after which a message that the LMS never says anything of has failed
_AGAIN: Final = timedelta(seconds=5)
_CODE: Final = 64  # letters of a reason


def deliver(runtime: Runtime, claim: outbox.Claim) -> None:
    """Send up to fifty messages of the claimed tellings, in one call a site; what is left comes back at once.

    Raises:
        outbox.Partly: an LMS is away: the rows that wait for it come back later, and so do their messages.
        Malformed, Refused: so was a call for several tellings; nobody was told by it, and each is to be tried alone.
    """
    subjects = {item.id: int(item.subject) for item in claim.items}
    with runtime.db.read() as conn:
        told = {number: tellings.get(conn, number) for number in subjects.values()}
    _withhold(runtime, [one for one in told.values() if one and staff_messages.alert_of(one) is not None])
    with runtime.db.read() as conn:
        waiting = {number: tellings.waiting(conn, number, TOGETHER + 1) for number in told}
    at_desk = [one for one in told.values() if one and waiting[one.id] and one.cause in tellings.AT_THE_DESK]
    if at_desk:
        waiting |= _sorted(runtime, at_desk, waiting)
    room, some = TOGETHER, []
    for number, rows in waiting.items():
        if (telling := told[number]) is not None:
            some += [_Message(telling, row) for row in rows[:room]]
            room = max(0, room - len(rows))
    silent, away = _send(runtime, some)
    taken = {number: sum(one.told.id == number for one in some) for number in waiting}
    now = runtime.clock()
    failed: dict[Unavailable, list[int]] = {}
    with runtime.db.write() as conn:
        for row_id, number in subjects.items():
            if number in away:
                failed.setdefault(away[number], []).append(row_id)
                continue
            # A row that was parked and is on its way again finds nobody waiting: then those who were given up do.
            more = len(waiting[number]) > taken[number]
            more = more or (not waiting[number] and telling_again.unpark(conn, number, now) > 0)
            if more or number in silent:
                due_at = now if more else now + _AGAIN
                outbox.again(conn, claim.token, [row_id], due_at=due_at, error="", spend=False)
            else:
                outbox.finish(conn, claim.token, [row_id])
    if failed:
        raise outbox.Partly([(error, tuple(rows)) for error, rows in failed.items()])


@dataclass(frozen=True, slots=True)
class _Message:
    told: Row[Any]
    row: Row[Any]


def _withhold(runtime: Runtime, alerts: Sequence[Row[Any]]) -> None:
    for told in alerts:
        with runtime.db.write() as conn:
            case = cases.get(conn, told.case_id)
            if case is not None:
                staff_messages.withhold(conn, told, referral.barred(conn, case), runtime.clock())


def _sorted(
    runtime: Runtime, at_desk: Sequence[Row[Any]], waiting: Mapping[int, Sequence[Row[Any]]]
) -> dict[int, list[Row[Any]]]:
    """What is left for the LMS when what goes by email is on its way and what needs a call is set apart."""
    with runtime.db.write() as conn:
        for told in at_desk:
            posting.post(
                conn, runtime.policy, told, waiting[told.id], runtime.clock(), link_of=runtime.link_of,
                domain=runtime.mailer.domain if runtime.mailer else None, lms_sites=frozenset(runtime.lms),
            )  # fmt: skip
        left = {told.id: tellings.waiting(conn, told.id, TOGETHER + 1) for told in at_desk}
    runtime.wake(Lane.MAIL)
    return left


def _send(runtime: Runtime, some: Sequence[_Message]) -> tuple[set[int], dict[int, Unavailable]]:
    """One call for the messages of one site; the tellings of which the LMS left any unanswered, or was away for."""
    silent: set[int] = set()
    away: dict[int, Unavailable] = {}
    for site_id in sorted({one.row.site_id for one in some}):
        mine = [one for one in some if one.row.site_id == site_id]
        lms = runtime.lms.get(site_id)
        known = [one for one in mine if not one.row.person_id.startswith("visitor:")]
        _settle(runtime, [one.row.key for one in mine if one not in known], "failed", "no_account")
        if lms is None:
            _settle(runtime, [one.row.key for one in known], "failed", "no_lms")
        elif known:
            try:
                silent |= _ask(runtime, lms, known)
            except Unavailable as error:
                away |= dict.fromkeys((one.told.id for one in known), error)
    return silent, away


def _ask(runtime: Runtime, lms: Lms, some: Sequence[_Message]) -> set[int]:
    """The tellings of which the LMS said nothing of some message that is to be tried again."""
    keys, together = [one.row.key for one in some], {one.told.id for one in some}
    with runtime.db.write() as conn:
        tellings.trying(conn, keys)
    try:
        outcomes = lms.notify([_notice(runtime, one.told, one.row) for one in some])
    except (Unavailable, Malformed, Refused) as error:
        if isinstance(error, Refused) and len(together) == 1:
            # Only a person can mend that: shown as failed, and sent again by who has mended it.
            log.warning("telling_refused", site=lms.site_id, telling=some[0].told.id, code=error.code)
            _settle(runtime, keys, "failed", (error.code or "refused")[:_CODE])
            return set()
        # However long the LMS is away, that is no silence about any one message: these tries count for nothing.
        with runtime.db.write() as conn:
            tellings.not_tried(conn, keys)
        raise
    by_outcome: dict[str, list[_Message]] = {}
    for one in some:
        by_outcome.setdefault(outcomes.get(str(one.row.key), "silent"), []).append(one)
    sent = by_outcome.get("sent", []) + by_outcome.get("already", [])
    _settle(runtime, [one.row.key for one in sent], "sent")
    _settle(runtime, [one.row.key for one in by_outcome.get("refused", [])], "failed", "refused")
    silent = by_outcome.get("silent", [])
    given_up = [one for one in silent if one.row.attempts + 1 >= _TRIES]
    _settle(runtime, [one.row.key for one in given_up], "failed", "no_answer")
    return {one.told.id for one in silent if one not in given_up}


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
