"""What a trainer confirmed is written to the LMS, where the site lets us: into mapped fields, and into nothing else.

Three beats: what stands there now is read, and kept; it is written; the case hears of it. The facts are asked before
and after: before, because a worker that died after writing must find it done, and what is unreadable is not written
over; after, because an LMS may take a value and not keep it. Whatever does not go is a registrar's to enter, as ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy.engine import Row

from adapters.errors import Malformed, Refused
from adapters.lms.port import UNKNOWN, Lms, Pair
from sidecar import registered
from sidecar.domain.case import Action
from sidecar.domain.facts import FactsStatus
from sidecar.domain.registry import number_key
from sidecar.domain.report import luhn_digit
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import cases, facts, outbox, roster, sealed, sent_data

log = structlog.get_logger(__name__)

_TRIES: Final = 5  # of an LMS whose answer is none
_ID: Final = "national_id"
_WAITS: Final = timedelta(days=30)  # at most, a sealed number
_CODE, _BEFORE = 64, 300  # letters
# What became of it → the reason of the case's event.
_REASONS: Final = {"written": "written", "stood": "stood", "refused": "not_written", "overtaken": "overtaken"}


class _LeaseLost(Exception):
    """Another worker has the row now."""


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
            overtaken = row is not None and sent_data.is_overtaken(conn, row)
            early = (
                row is not None
                and cases.of_report(conn, row.report_key) is None
                and not outbox.never(conn, item, row.report_key, runtime.clock())
            )
        if row is None or row.writing != "wanted":
            with runtime.db.write() as conn:
                outbox.finish(conn, claim.token, [item.id])
            continue
        if early:
            raise outbox.NotYet
        try:
            state, code = ("overtaken", "") if overtaken else _outcome(runtime, claim, item, row)
        except _LeaseLost:
            continue
        _record(runtime, claim, item, row, state, code)


def _outcome(runtime: Runtime, claim: outbox.Claim, item: outbox.Item, row: Row[Any]) -> tuple[str, str]:
    """Write it; what became of that, and why it did not go. No transaction is open while the LMS is asked."""
    lms = runtime.lms.get(row.site_id)
    if lms is None or row.field not in lms.writes:
        return "refused", "not_allowed"  # the setting was taken back since
    try:
        value = row.value if row.field != _ID else sealed.opened(runtime.seal_key, row.sealed)
        if value is None:
            return "refused", "unsealed"
        before = _stands(lms, row)
        if before.value is UNKNOWN:
            return "refused", "unreadable"
        if before.is_same(runtime, row, value):
            return ("written" if row.tried_at else "stood"), ""
        with runtime.db.write() as conn:
            if not outbox.held(conn, claim.token, [item.id]):
                raise _LeaseLost
            sent_data.trying(conn, row.id, before.told(), runtime.clock())
        lms.write(row.person_id, {row.field: value})
        stands = _stands(lms, row)
        kept = stands.is_same(runtime, row, value) or (row.field == _ID and stands.may_be(before, value))
        return ("written", "") if kept else ("refused", "not_kept")
    except Refused as error:
        log.warning("not_written", site=row.site_id, field=row.field, code=error.code)
        return "refused", (error.code or "refused")[:_CODE]
    except Malformed:
        if item.attempts < _TRIES:
            raise
        return "refused", "malformed"


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
    fits = number[0] in "124" and luhn_digit(number[:-1]) == int(number[-1])
    return "present" if fits else "invalid"


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


def _record(runtime: Runtime, claim: outbox.Claim, item: outbox.Item, row: Row[Any], state: str, code: str) -> None:
    """Keep what became of it, tell the case, and have the facts asked anew, so that the gap goes."""
    now = runtime.clock()
    with runtime.db.write() as conn:
        if not outbox.held(conn, claim.token, [item.id]):
            return
        case = cases.of_report(conn, row.report_key, lock=True)
        if row.field == _ID and state in {"written", "stood"}:
            registered.keep_number(runtime, conn, row.site_id, row.person_id, row.sealed)
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
            roster.want(conn, row.site_id, row.course_id, now)
        outbox.finish(conn, claim.token, [item.id])
    runtime.wake(Lane.ENRICH)


def tidy(runtime: Runtime) -> int:
    """Erase sealed numbers that nobody confirmed, or no LMS took, in a month; returns how many."""
    now = runtime.clock()
    with runtime.db.write() as conn:
        return sent_data.too_late(conn, now - _WAITS, now)
