"""`nidaa check`: what works, what is missing, and what its absence costs. Never prints a secret."""

from __future__ import annotations

from adapters.errors import AdapterError
from sidecar import wiring
from sidecar.domain.access import StaffRole
from sidecar.policy.check import UNRECOGNISED, unrecognised
from sidecar.policy.faults import PolicyError
from sidecar.settings import Settings, SettingsError
from sidecar.store import outbox, schema, staff

_NEEDED = {
    StaffRole.ADMINISTRATOR: "nobody opens the page of accounts: `nidaa people add … --role administrator`",
    StaffRole.AGENT_2: "nobody of level 2 verifies (P14): the administrative manager does",
    StaffRole.ADMINISTRATIVE_MANAGER: "nobody sees what is escalated (P8)",
}
_MARKS = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}


def checkup(settings: Settings) -> int:
    """Print every finding; 0 when nothing is an error."""
    findings = [
        *_database(settings),
        *_broker(settings),
        *_sites(settings),
        *_email(settings),
        *_registers(settings),
        *_policy(settings),
        *_people(settings),
    ]
    for level, subject, costs in findings:
        print(f"{_MARKS[level]} {subject}" + (f": {costs}" if costs else ""))  # noqa: T201  # a command's output
    return 1 if any(level == "error" for level, _, _ in findings) else 0


def _database(settings: Settings) -> list[tuple[str, str, str]]:
    database = wiring.database(settings)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        at = schema.current(database)
        if at != schema.head():
            return [("error", f"database ({kind})", f"revision {at}, not {schema.head()}: run `nidaa db upgrade`")]
        with database.read() as conn:
            parked = sum(rows for (_, state), (rows, _) in outbox.backlog(conn).items() if state == "parked")
    except Exception as error:  # the finding is that it does not work, whatever the driver raised
        return [("error", f"database ({kind})", f"{type(error).__name__}: nothing can be stored")]
    found = [("ok", f"database ({kind})", f"revision {at}")]
    if parked:
        found.append(("warning", "outbox", f"{parked} parked row(s) wait for a person: `nidaa outbox`"))
    return found


def _people(settings: Settings) -> list[tuple[str, str, str]]:
    """Whether anybody administers the accounts, and whether anybody works at the posts that the house relies on."""
    try:
        with wiring.database(settings).read() as conn:
            lacking = [role for role in _NEEDED if not staff.holders(conn, role)]
    except Exception:  # the database has a line of its own
        return []
    return [("warning", f"staff: {role}", cost) for role, cost in _NEEDED.items() if role in lacking]


def _policy(settings: Settings) -> list[tuple[str, str, str]]:
    try:
        policy = wiring.policy_of(settings)
    except PolicyError as error:
        return [("error", "policy", f"{len(error.faults)} fault(s), nothing starts: `nidaa policy check`")]
    return [("warning", f"policy: {place}", UNRECOGNISED) for place in unrecognised(policy)]


def _broker(settings: Settings) -> list[tuple[str, str, str]]:
    from sidecar.celery_app import make_celery  # noqa: PLC0415  # Celery is imported for this alone

    name = "broker (folders)" if settings.embedded_broker else "broker"
    try:
        with make_celery(settings).connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # as above
        cost = f"{type(error).__name__}: work starts up to two seconds later, nothing is lost"
        return [("warning", name, cost)]
    return [("ok", name, "")]


def _email(settings: Settings) -> list[tuple[str, str, str]]:
    mailer = wiring.mailer_of(settings)
    if mailer is None:
        return [("warning", "email", "NIDAA_CHANNELS names no mail server: nobody is told by email, as P7 asks")]
    try:
        mailer.check()
    except AdapterError as error:
        return [("error", "email", f"{type(error).__name__}: {error.reason}; mails wait")]
    return [("ok", "email", "")]


def _registers(settings: Settings) -> list[tuple[str, str, str]]:
    """Registers of the policy that nobody can ask, and those that are reached and named by no policy."""
    try:
        policy = wiring.policy_of(settings)
        wired = wiring.registries_of(settings, policy, wiring.database(settings))
    except PolicyError:  # the policy has a line of its own
        return []
    except SettingsError as error:
        return [("error", "registers", str(error))]
    off = [("warning", f"register {key}", "NIDAA_CHANNELS does not say how it is reached: it is asked nothing")
           for key, rules in policy.registries.items() if rules.on and key not in wired]  # fmt: skip
    strange = sorted(settings.registers.keys() - wired.keys())
    return [
        *off,
        *(("warning", f"register {key}", "no register of the policy that is on is asked so") for key in strange),
    ]


def _sites(settings: Settings) -> list[tuple[str, str, str]]:
    if not settings.sites:
        return [("warning", "sites", "NIDAA_SITES names none: no LMS can send reports")]
    found: list[tuple[str, str, str]] = []
    adapters = wiring.lms_of(settings)
    for site_id in sorted(settings.sites):
        if site_id not in adapters:
            found.append(("warning", f"site {site_id}", "no LMS to ask: reports are accepted, facts stay unknown"))
            continue
        try:
            findings = adapters[site_id].check()
        except AdapterError as error:
            code = f" ({error.code})" if error.code else ""
            found.append(("error", f"site {site_id}", f"{type(error).__name__}{code}: {error.reason}"))
            continue
        found += [(f.level, f"site {site_id}: {f.subject}", f.costs) for f in findings]
    return found
