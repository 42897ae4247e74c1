"""What a trainer confirmed is written to the LMS, where the site lets us: into mapped fields, and into nothing else.

Three beats: what stands there now is read, and kept; it is written; the case hears of it. The facts are asked before
and after: before, because a worker that died after writing must find it done, and what is unreadable is not written
over; after, because an LMS may take a value and not keep it. Whatever does not go is a registrar's to enter, as ever.

Of two answers to the same, in whichever courses, the later one stands: it waits while the earlier is being written, and
is looked at again where the earlier may have reached the LMS after it (a worker that was stalled, an answer that was
lost).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy.engine import Connection, Row

from adapters.errors import Malformed, Refused
from adapters.lms.port import UNKNOWN, Lms, Pair
from sidecar.domain.case import Action
from sidecar.domain.facts import FactsStatus
from sidecar.domain.identity_documents import is_sound
from sidecar.domain.registry import number_key
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import cases, facts, outbox, roster_courses, sealed, sent_data

log = structlog.get_logger(__name__)

_TRIES: Final = 5  # of an LMS whose answer is none
_ID: Final = "national_id"
_WAITS: Final = timedelta(days=30)  # at most, a sealed number
_CODE, _BEFORE = 64, 300  # letters
# What became of it → the reason of the case's event.
_REASONS: Final = {"written": "written", "stood": "stood", "refused": "not_written", "overtaken": "overtaken"}


class _LeaseLost(Exception):
    """Another worker has the row now."""


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of an answer, why it did not go, and whether this very try has written it."""

    state: str
    code: str = ""
    wrote: bool = False


def write_back(runtime: Runtime, claim: outbox.Claim) -> None:
    """Write the claimed answers of trainees.

    Raises:
        Unavailable: the LMS is away; it is written when it is back.
        Malformed: it answered something that is none, and is to be tried again.
        outbox.NotYet: the answer stands in no case yet.
    """
    for item in claim.items:
        with runtime.db.read() as conn:
            row = sent_data.get(conn, int(item.subject))
            overtaken = row is not None and sent_data.newest(conn, row) is not None
            early = (
                row is not None
                and cases.of_report(conn, row.report_key) is None
                and not outbox.never(conn, item, row.report_key, runtime.clock())
            )
        if row is None or not (row.writing == "wanted" or (_settled(row) and not overtaken)):
            with runtime.db.write() as conn:
                outbox.finish(conn, claim.token, [item.id])
            continue
        if early:
            raise outbox.NotYet
        try:
            done = _Done("overtaken") if overtaken else _outcome(runtime, claim, item, row)
        except _LeaseLost:
            continue
        _record(runtime, claim, item, row, done)


def _settled(row: Row[Any]) -> bool:
    """Whether it stood in the LMS, or was to: an earlier answer that came later there may have taken its place."""
    return row.writing in {"written", "stood"} or (row.writing == "refused" and row.code == "not_kept")


def _outcome(runtime: Runtime, claim: outbox.Claim, item: outbox.Item, row: Row[Any]) -> _Done:
    """Write it. No transaction is open while the LMS is asked."""
    lms = runtime.lms.get(row.site_id)
    if lms is None or row.field not in lms.writes:
        return _unknown(row, "not_allowed")  # the setting was taken back since
    try:
        value = row.value if row.field != _ID else sealed.opened(runtime.seal_key, row.sealed)
        if value is None:  # of a number that is erased since, its end tells whether it still stands
            still = _settled(row) and _stands(lms, row).end == row.value[-2:]
            return _Done(row.writing) if still else _Done("refused", "unsealed")
        before = _stands(lms, row)
        if before.value is UNKNOWN:
            return _unknown(row, "unreadable")
        if before.is_same(runtime, row, value):
            return _Done("written" if row.tried_at else "stood")
        if not _in_turn(runtime, claim, item, row, before):
            return _Done("overtaken")  # one was confirmed while the LMS was asked
        lms.write(row.person_id, {row.field: value})
        stands = _stands(lms, row)
        kept = stands.is_same(runtime, row, value) or (row.field == _ID and stands.may_be(before, value))
        return _Done("written", wrote=True) if kept else _Done("refused", "not_kept", wrote=True)
    except Refused as error:
        log.warning("not_written", site=row.site_id, field=row.field, code=error.code)
        return _Done("refused", (error.code or "refused")[:_CODE])
    except Malformed:
        if item.attempts < _TRIES:
            raise
        return _unknown(row, "malformed")


def _unknown(row: Row[Any], code: str) -> _Done:
    """What is not known to stand is a registrar's; what stood when it was written is not doubted for that."""
    return _Done(row.writing) if _settled(row) else _Done("refused", code)


def _in_turn(runtime: Runtime, claim: outbox.Claim, item: outbox.Item, row: Row[Any], before: _Stands) -> bool:
    """Keep that it is tried; False where a later one is to stand.

    Raises:
        outbox.NotYet: an earlier one is on its way there at this moment.
    """
    with runtime.db.write() as conn:
        if not outbox.held(conn, claim.token, [item.id]):
            raise _LeaseLost
        sent_data.in_turn(conn, row)
        if sent_data.newest(conn, row) is not None:
            return False
        now = runtime.clock()
        if outbox.worked_on(conn, Step.WRITE, map(str, sent_data.tried_before(conn, row)), now):
            raise outbox.NotYet
        sent_data.trying(conn, row.id, before.told(), now)
    return True


@dataclass(frozen=True, slots=True)
class _Stands:
    """What the LMS holds: a text, None for nothing, UNKNOWN where it does not say.

    Of a number of identity `value` says `present` or `invalid`; `key` and `end` are by what the number is known.
    """

    value: Any
    key: Any = None
    end: Any = None

    def is_same(self, runtime: Runtime, row: Row[Any], value: str) -> bool:
        """Whether that is the value."""
        if row.field == _ID:
            return bool(self.key) and self.key == number_key(runtime.id_key, value)
        return isinstance(self.value, str) and " ".join(self.value.split()) == value

    def may_be(self, before: _Stands, value: str) -> bool:
        """Whether it has become such a number, where the LMS does not tell by what it is known."""
        return self.key is None and self.value != before.value and self.value == _state_of(value)

    def told(self) -> str | None:
        """What is kept of it as what stood there before."""
        if not self.value:
            return None
        return f"{self.value} {self.end or ''}".strip()[:_BEFORE]


def _state_of(number: str) -> str:
    """What an LMS says of such a number: that it is there, or that it needs a look."""
    return "present" if is_sound(number) else "invalid"


def _stands(lms: Lms, row: Row[Any]) -> _Stands:
    pair = Pair(row.person_id, row.course_id)
    values = lms.facts([pair])[pair].values

    def told(name: str) -> Any:
        return values[name].value if name in values else UNKNOWN

    if row.field != _ID:
        return _Stands(told(f"profile.{row.field}"))
    known = [
        None if one is UNKNOWN else one for one in map(told, ("profile.national_id_key", "profile.national_id_end"))
    ]
    return _Stands(told("profile.national_id"), *known)


def _record(runtime: Runtime, claim: outbox.Claim, item: outbox.Item, row: Row[Any], done: _Done) -> None:
    """Keep what became of it, tell the case, and have the facts asked anew, so that the gap goes."""
    now, state, code = runtime.clock(), done.state, done.code
    with runtime.db.write() as conn:
        _look_at_the_later(runtime, conn, row, done)
        if not outbox.held(conn, claim.token, [item.id]):
            return
        if (row.writing == state and not done.wrote) or (row.writing != "wanted" and state == "overtaken"):
            outbox.finish(conn, claim.token, [item.id])  # looked at again: it is as it was
            return
        case = cases.of_report(conn, row.report_key, lock=True)
        stands = sent_data.get(conn, row.id)
        if stands is None or stands.writing != row.writing:
            outbox.finish(conn, claim.token, [item.id])  # another worker has settled it meanwhile
            return
        sent_data.settle(conn, row.id, state, code, now)
        if case is not None:
            # Before and after stand in the row itself: an event holds ids and codes.
            data = {"sent": row.id, "field": row.field, **({"code": code} if code else {})}
            cases.record(conn, case.id, Action.EVIDENCE, now, actor=cases.ITSELF, reason=_REASONS[state], data=data)
            if state in {"written", "stood"}:
                nobody = FactsStatus.NOT_APPLICABLE
                keys = [key for key in cases.report_keys(conn, case.id) if facts.get(conn, key)[0] is not nobody]
                facts.set_status(conn, keys, FactsStatus.PENDING)
                outbox.put(conn, Step.ENRICH, [str(key) for key in keys], now)
        if state in {"written", "stood"}:
            roster_courses.want(conn, row.site_id, row.course_id, now)
        outbox.finish(conn, claim.token, [item.id])
    runtime.wake(Lane.ENRICH)


def _look_at_the_later(runtime: Runtime, conn: Connection, row: Row[Any], done: _Done) -> None:
    """A later answer is looked at again where this one may have come to the LMS after it."""
    later = sent_data.newest(conn, row) if done.wrote or row.tried_at else None
    if later is None or later.writing is None:
        return  # a registrar enters it
    now, lease = runtime.clock(), runtime.leases[Lane.WRITE]
    # What was tried and never answered may arrive yet; and one that is on its way now is settled by then.
    due_at = now if done.wrote and later.writing != "wanted" else now + lease
    outbox.put(conn, Step.WRITE, [str(later.id)], now, due_at=due_at)


def tidy(runtime: Runtime) -> int:
    """Erase sealed numbers that nobody confirmed, or no LMS took, in a month; returns how many."""
    now = runtime.clock()
    with runtime.db.write() as conn:
        return sent_data.too_late(conn, now - _WAITS, now)
