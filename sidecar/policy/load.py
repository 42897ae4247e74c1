"""From the institute's TOML files to the `Policy` that everything else is judged by."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

from sidecar.domain.access import StaffRole
from sidecar.domain.case import CaseKind, State
from sidecar.domain.policy import Policy
from sidecar.policy import attachments, desk, hours, ladders, people, registry, rooms, roster, subjects, words
from sidecar.policy.checks import check
from sidecar.policy.document import Document, files_of, gathered
from sidecar.policy.faults import Fault, PolicyError
from sidecar.policy.guides import guides
from sidecar.policy.letters import letters

__all__ = ["Fault", "PolicyError", "contents", "load", "shipped"]

SECTIONS = frozenset(
    {"institute", "kinds", "states", "roles", "channels", "bodies", "poll_seconds", "closing"}
    | {"offices", "departments", "duty", "calendars", "closures", "overrides", "quiet_hours"}
    | {"categories", "default_categories", "symptoms", "severity_rules", "incidents", "rooms", "targets"}
    | {"certificate", "alerts", "morning", "calls", "ready", "attachments", "roster", "registry"}
)


LENT = frozenset({"alerts", "morning", "calls", "ready", "attachments", "roster", "registry"})
"""Tables that a policy may do without."""


def shipped() -> Path:
    """The directory of the institute's policy that ships with the product."""
    return Path(__file__).parent / "institute"


def load(directory: Path) -> Policy:
    """Read and check a policy.

    Raises:
        PolicyError: it does not make sense; holds every fault with file, line, key and reason.
    """
    policy = judged(gathered(directory))
    return replace(policy, letters=letters(directory), guides=guides(directory, policy.categories))


def judged(document: Document) -> Policy:
    """The policy that a document holds; raises as `load` does."""
    for key in document.data.keys() - SECTIONS:
        document.fault((key,), f"unknown table; the tables are {', '.join(sorted(SECTIONS))}")
    _lend(document)
    policy = _read(document)
    check(policy, document)
    document.refuse()
    return policy


def _lend(document: Document) -> None:
    """Tables that a policy of an earlier release lacks are taken from the one that ships, so that it starts as it is.

    They name nothing that another institute may not have: the contact centre's own calendar, and no category.
    """
    missing = LENT - document.data.keys()
    nelc = document.data.get("registry", {}).get("nelc") if isinstance(document.data.get("registry"), dict) else None
    if isinstance(nelc, dict) and "says" not in nelc:
        nelc["says"] = deepcopy(gathered(shipped()).data["registry"]["nelc"]["says"])
    if not missing or not document.complete:
        return
    offices = document.data.get("offices")
    centre = offices.get("contact_centre") if isinstance(offices, dict) else None  # else `check` says so
    ours = gathered(shipped()).data
    for key in missing:
        document.data[key] = {} if key in {"ready", "registry"} else deepcopy(ours[key])
    if "calls" in missing and isinstance(centre, dict) and "calendar" in centre:
        document.data["calls"]["calendar"] = centre["calendar"]


def contents(directory: Path) -> str:
    """The policy's text, every file under its name, to be kept beside its digest: what judged a case stays readable."""
    return "\n".join(f"# ===== {file.name} =====\n\n{file.read_text(encoding='utf-8')}" for file in files_of(directory))


def _read(document: Document) -> Policy:
    """Every table that is sound by itself; what is not has its fault recorded and is left out."""
    name, clause, timezone = words.institute(document)
    channels, addresses = words.channels(document)
    return Policy(
        digest=document.digest(),
        name=name,
        clause=clause,
        timezone=timezone,
        offices=people.offices(document),
        departments=people.departments(document),
        bodies=words.bodies(document),
        roles={str(role): label for role, label in words.labels(document, "roles", StaffRole, "role").items()},
        kinds={str(kind): label for kind, label in words.labels(document, "kinds", CaseKind, "kind").items()},
        states={str(state): label for state, label in words.labels(document, "states", State, "state").items()},
        channels=channels,
        addresses=addresses,
        categories=subjects.categories(document),
        symptoms=subjects.symptoms(document),
        default_category=subjects.default_category(document),
        severity_rules=subjects.severity_rules(document),
        incidents=subjects.incidents(document),
        rooms=rooms.rooms(document),
        calendars=hours.calendars(document, timezone),
        targets=ladders.targets(document),
        quiet_hours=hours.quiet_hours(document),
        duty=people.duty(document),
        certificate=subjects.certificate(document),
        attachments=attachments.attachments(document),
        reopen_within=words.closing(document),
        poll_seconds=words.poll_seconds(document),
        desk=desk.desk(document),
        roster=roster.roster(document),
        registries=registry.registries(document),
    )
