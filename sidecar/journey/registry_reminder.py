"""A register whose last export is old: whoever imported it is reminded, once a period, until a new one comes (P11)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from sidecar.domain import letters
from sidecar.domain.access import may_import_registry
from sidecar.domain.escalation import NobodyToTell, contact_for
from sidecar.domain.means import usable
from sidecar.domain.registry import RegistryRules
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.store import mails, morning, registry, rota, staff


def remind(runtime: Runtime) -> int:
    """Send what is due; returns how many mails went on their way."""
    put = 0
    for rules in runtime.policy.registries.values():
        if rules.on and rules.imported and _is_due(runtime, rules):
            with runtime.db.write() as conn:
                put += _write(runtime, conn, rules)
    if put:
        runtime.wake(Lane.MAIL)
    return put


def _mark(rules: RegistryRules) -> str:
    return f"registry/{rules.key}"


def _is_due(runtime: Runtime, rules: RegistryRules) -> bool:
    now = runtime.clock()
    with runtime.db.read() as conn:
        last = registry.last(conn, rules.key)
        reminded = morning.since(conn, _mark(rules))
    if last is None or now - last.taken_at <= rules.stale_after:
        return False
    return reminded is None or reminded < last.taken_at or now - reminded >= rules.remind_every


def _write(runtime: Runtime, conn: Connection, rules: RegistryRules) -> int:
    now = runtime.clock()
    # The mark and the mail are one transaction: neither twice nor never, whoever is killed.
    if not morning.begun(conn, now.astimezone(runtime.zone).date(), _mark(rules), now):
        return 0
    last = registry.last(conn, rules.key)
    to = _owner(runtime, conn, rules, last)
    if last is None or to is None or runtime.mailer is None:
        return 0
    key, address, name = to
    locale = staff.locale_of(conn, key)
    link = f"{runtime.base_url}/desk/registry/"
    values = {
        "what": rules.label.in_(locale), "due": letters.moment(registry.told_at(last).astimezone(runtime.zone), locale),
        "link": link,
    }  # fmt: skip
    written = letters.write(runtime.policy.letters["registry", locale], values, locale)
    mails.post(
        conn,
        {"cause": "registry", "to_key": key, "address": address, "to_name": name, "locale": locale,
         "subject": written.subject, "text": written.text, "html": letters.html(written, locale, link)},
        runtime.mailer.domain, now,
    )  # fmt: skip
    return 1


def _owner(runtime: Runtime, conn: Connection, rules: RegistryRules, last: Any) -> tuple[str, str, str] | None:
    """Whoever imported last and still may; else whom the policy names. Key, address and name."""
    row = staff.get(conn, last.taken_by) if last else None
    if row is not None and row.active and may_import_registry(staff.viewer_of(row), rules.department):
        address = usable(row.email)
        if address:
            return row.key, address, row.name
    try:
        found = contact_for(rota.on_duty(conn, runtime.policy), rules.tell, rules.department, runtime.clock())
    except NobodyToTell:
        return None
    address = usable(found.contact.email)
    return (found.who, address, found.label.in_(staff.locale_of(conn, found.contact.key))) if address else None


def tidy(runtime: Runtime) -> int:
    """Drop what was uploaded and never taken over, its file and its rows; returns how many imports."""
    with runtime.db.read() as conn:
        old = registry.unfinished(conn, runtime.clock() - registry.OLD_DRAFT)
    for number in old:
        with runtime.db.write() as conn:
            if not registry.change(conn, number, ("uploaded", "read"), state="dropped"):
                continue  # somebody has taken it over meanwhile
        runtime.registry_file(number).unlink(missing_ok=True)
        registry.drop_rows(runtime.db, number)
    return len(old)
