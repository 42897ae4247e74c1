"""The morning digest: who leads a desk or a department begins the day with what it holds (P7, P8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from sidecar.domain import letters
from sidecar.domain import morning as rules
from sidecar.domain.access import Viewer
from sidecar.domain.escalation import MANAGEMENT, Addressee, NobodyToTell, contact_for
from sidecar.domain.means import usable
from sidecar.domain.policy import Policy
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.store import mails, morning, rota, staff, staff_messages, timetable
from sidecar.store.morning import Digest, Part

log = structlog.get_logger(__name__)

_MORE: Final = "… +{}"


def send_digests(runtime: Runtime) -> int:
    """Send what is to be sent this morning, each once; returns how many went on their way."""
    now, policy = runtime.clock(), runtime.policy
    if not rules.is_time(policy.desk.morning.at, policy.timezone, now):
        return 0
    today = now.astimezone(runtime.zone).date()
    with runtime.db.read() as conn:
        sent = morning.sent(conn, today)
    put = 0
    for tell, department in _told(policy):
        key = f"{tell}/{department}" if department else tell
        if key in sent:
            continue
        try:
            # The mark and the mail (or message) are one transaction: neither twice nor never, whoever is killed.
            with runtime.db.write() as conn:
                if morning.begun(conn, today, key, now):
                    put += _write(runtime, conn, tell, department)
        except OperationalError:
            raise
        except Exception as error:  # the others' morning does not hang on this one's
            log.exception("digest_failed", tell=key, error=type(error).__name__)
    if put:
        runtime.wake(Lane.MAIL)
        runtime.wake(Lane.NOTIFY)
    return put


def _told(policy: Policy) -> Iterator[tuple[str, str | None]]:
    for tell in policy.desk.morning.tells:
        if tell == "head:department":
            yield from ((tell, department) for department in policy.departments)
        else:
            yield tell, None


def _write(runtime: Runtime, conn: Connection, tell: str, department: str | None) -> int:
    now = runtime.clock()
    people = rota.on_duty(conn, runtime.policy)
    calendar = rules.calendar_of(runtime.policy, tell, department)
    day = rules.day_of(calendar, now, timetable.windows(conn, now, now + rules.AHEAD))
    who = _addressee(people, tell, department, now)
    address = usable(who.contact.email) if who and runtime.mailer else None
    if not day.opens or who is None:
        return 0
    account = None if address else staff_messages.account(who.contact, runtime.lms)
    if address is None and account is None:
        return 0
    row = staff.get(conn, who.contact.key) if who.contact.key else None
    reader = staff.viewer_of(row) if row else _reader(conn, who, department)
    found = morning.of(conn, reader, [rules.desk_of(tell, department)], day, now)
    if not found:
        return 0
    locale = staff_messages.locale_of(conn, who.contact)
    link = f"{runtime.base_url}/desk/today/"
    values = _values(runtime, found, locale, link)
    if account is not None:
        staff_messages.morning(conn, account, locale, values, link, now)
    if address is None or runtime.mailer is None:
        return int(account is not None)
    written = letters.write(runtime.policy.letters["morning", locale], values, locale)
    mails.post(
        conn,
        {"cause": "morning", "to_key": who.who, "address": address, "to_name": who.label.in_(locale),
         "locale": locale, "subject": written.subject, "text": written.text,
         "html": letters.html(written, locale, link)},
        runtime.mailer.domain, now,
    )  # fmt: skip
    return 1


def _reader(conn: Connection, who: Addressee, department: str | None) -> Viewer:
    """Whom the document names by an address alone may be anybody of that role: nothing about one of them is told."""
    reader = rules.reader_of(who, department)
    keys = {key for role in reader.roles for row in staff.holders(conn, role, department)
            for key in (row.key, row.lms_user) if key}  # fmt: skip
    return replace(reader, also=reader.also | keys)


def _addressee(people: Policy, tell: str, department: str | None, now: Any) -> Addressee | None:
    """Who leads that desk today; not whoever stands in for nobody being there: management has a digest of its own."""
    try:
        found = contact_for(people, tell, department, now)
    except NobodyToTell:
        return None
    stands_in = tell != "management" and found.who == f"office:{MANAGEMENT}"
    return None if stands_in else found


def _values(runtime: Runtime, found: Digest, locale: str, link: str) -> dict[str, str]:
    now = runtime.clock()
    return {
        "what": letters.day(now.astimezone(runtime.zone), locale),
        "overdue": _cases(runtime, found.overdue, locale),
        "due_today": _cases(runtime, found.due_today, locale),
        "before_opening": _cases(runtime, found.before_opening, locale),
        "callbacks": _cases(runtime, found.callbacks, locale),
        "rooms": _listed(
            [f"{row.course or row.course_id} – {letters.moment(row.starts_at.astimezone(runtime.zone), locale)}"
             for row in found.rooms.lines], found.rooms,
        ),
        "link": link,
    }  # fmt: skip


def _cases(runtime: Runtime, part: Part, locale: str) -> str:
    kinds, zone = runtime.policy.kinds, runtime.zone
    lines = [
        f"{row.case_id} · {kinds[row.kind].in_(locale)} · {letters.moment(row.at.astimezone(zone), locale)}"
        for row in part.lines
    ]
    return _listed(lines, part)


def _listed(lines: list[str], part: Part) -> str:
    more = [_MORE.format(part.total - len(lines))] if part.total > len(lines) else []
    return "\n".join([*lines, *more])
