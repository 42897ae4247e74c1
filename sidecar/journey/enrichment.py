"""What the LMS knows of the reporter, for many reports at once. The LMS being down delays facts and nothing else."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy.engine import Connection

from adapters.errors import AdapterError
from adapters.lms.port import UNKNOWN, Lms, Pair, PairFacts
from sidecar import registered
from sidecar.domain.facts import Facts, FactsStatus, shut_out_by, snapshot
from sidecar.domain.report import Kind, Report
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import facts, identities, outbox, reports

PAIRS_A_CALL = 50
CALLS_AT_ONCE = 8
_TOGETHER = 25  # snapshots a transaction: each is some kilobytes, and intake waits behind it


def enrich(runtime: Runtime, claim: outbox.Claim) -> None:
    """Ask the LMS about the claimed reports' reporters; fifty (person, course) pairs a call, eight calls at once.

    Raises:
        outbox.Partly: calls that failed; the rows of those that did not are finished.
    """
    items = {uuid.UUID(item.subject): item.id for item in claim.items}
    with runtime.db.read() as conn:
        found = reports.load(conn, list(items))
    by_site: dict[str, dict[Pair, list[Report]]] = defaultdict(lambda: defaultdict(list))
    nobody: list[Report] = []
    for report in found.values():
        pair = _pair(report)
        if pair is None or report.site_id not in runtime.lms:
            nobody.append(report)
        else:
            by_site[report.site_id][pair].append(report)
    _leave_alone(runtime, claim, items, nobody)
    gone = [row_id for key, row_id in items.items() if key not in found]
    if gone:  # erased since: there is nothing to ask about
        with runtime.db.write() as conn:
            outbox.finish(conn, claim.token, gone)

    failures: list[tuple[AdapterError, tuple[int, ...]]] = []
    for site_id, pairs, outcome in _ask(runtime.lms, by_site):  # no transaction is open here
        asked = [report for pair in pairs for report in by_site[site_id][pair]]
        if isinstance(outcome, AdapterError):
            failures.append((outcome, tuple(items[report.key] for report in asked)))
        else:
            _record(runtime, claim, items, asked, outcome)
    if failures:
        raise outbox.Partly(failures)


def _pair(report: Report) -> Pair | None:
    """Whom to ask about: the person the report is about if somebody else's gap or log, else the reporter."""
    person = report.reporter.id
    if report.about is not None and report.kind in {"certificate_gap", "room_log"}:
        person = report.about.id
    if person is None:
        return None
    return Pair(person, report.place.course.id if report.place.course else None)


_Answer = Mapping[Pair, PairFacts] | AdapterError


def _ask(lms: Mapping[str, Lms], wanted: Mapping[str, Iterable[Pair]]) -> Iterator[tuple[str, Sequence[Pair], _Answer]]:
    """Every site's pairs in parts, all sites at once: an LMS that hangs holds up its own parts only."""
    parts: list[tuple[str, Sequence[Pair]]] = []
    for site_id, pairs in wanted.items():
        waiting = list(pairs)
        parts += [(site_id, waiting[i : i + PAIRS_A_CALL]) for i in range(0, len(waiting), PAIRS_A_CALL)]

    def call(part: tuple[str, Sequence[Pair]]) -> _Answer:
        site_id, pairs = part
        try:
            return lms[site_id].facts(pairs)
        except AdapterError as error:
            return error

    if len(parts) == 1:
        yield *parts[0], call(parts[0])
    elif parts:
        with ThreadPoolExecutor(min(len(parts), CALLS_AT_ONCE * len(wanted)), thread_name_prefix="lms") as pool:
            for (site_id, pairs), answer in zip(parts, pool.map(call, parts), strict=True):
                yield site_id, pairs, answer


def _leave_alone(
    runtime: Runtime, claim: outbox.Claim, items: Mapping[uuid.UUID, int], nobody: Sequence[Report]
) -> None:
    """Reports with nobody to ask about, or of a site without an LMS to ask."""
    if not nobody:
        return
    with runtime.db.write() as conn:
        facts.expect(
            conn,
            [{"report_key": r.key, "site_id": r.site_id, "status": FactsStatus.NOT_APPLICABLE} for r in nobody],
        )
        facts.set_status(conn, [r.key for r in nobody], FactsStatus.NOT_APPLICABLE)
        outbox.finish(conn, claim.token, [items[r.key] for r in nobody])


def _record(
    runtime: Runtime,
    claim: outbox.Claim,
    items: Mapping[uuid.UUID, int],
    asked: Sequence[Report],
    answer: Mapping[Pair, PairFacts],
) -> None:
    now = runtime.clock()
    told = {report.key: facts_of(answer[pair], now) for report in asked if (pair := _pair(report)) and pair in answer}
    gaps = {report.key for report in asked if report.kind is Kind.CERTIFICATE_GAP}
    ready = facts.rows(asked[0].site_id, told)
    with runtime.db.write() as conn:
        identities.note(conn, asked[0].site_id, registered.known_by(answer.values(), now))
    telling = False
    for part in (ready[i : i + _TOGETHER] for i in range(0, len(ready), _TOGETHER)):
        with runtime.db.write() as conn:
            ours = outbox.held(conn, claim.token, [items[row["report_key"]] for row in part])
            mine = [row for row in part if items[row["report_key"]] in ours]
            facts.record_all(conn, mine)
            keys = [row["report_key"] for row in mine]
            # Of a certificate a register may know more than the LMS: it is asked first, and then all is judged at once.
            asked_too = [str(key) for key in keys if key in gaps] if registered.outside(runtime) else []
            heard = [str(key) for key in keys if (key in gaps and not asked_too) or shut_out_by(told[key])]
            outbox.put(conn, Step.REASSESS, heard, now)
            outbox.put(conn, Step.REGISTER, asked_too, now)
            outbox.finish(conn, claim.token, list(ours))
        telling = telling or bool(heard)
    if telling:
        runtime.wake(Lane.ASSESS)


def give_up(conn: Connection, items: Sequence[outbox.Item]) -> None:
    """The rows were parked: their reports' facts wait for a person, and say so."""
    known = reports.load(conn, [uuid.UUID(item.subject) for item in items])
    rows = [
        {"report_key": report.key, "site_id": report.site_id, "status": FactsStatus.UNAVAILABLE}
        for report in known.values()
    ]
    facts.expect(conn, rows)  # the LMS may have refused before assessment came to it
    facts.set_status(conn, list(known), FactsStatus.UNAVAILABLE)


def facts_of(told: PairFacts, now: datetime) -> Facts:
    """An LMS's answer as the domain reads it."""
    return snapshot(told.pair.person_id, told.pair.course_id, told.values, unread=UNKNOWN, now=now)
