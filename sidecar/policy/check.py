"""What `nidaa policy check` says: every fault with its place, or which tables serve which clause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path as Directory
from typing import Any, Final

from sidecar.domain.escalation import MANAGEMENT
from sidecar.domain.institute import Contact
from sidecar.domain.policy import Policy
from sidecar.policy.document import Document, files_of, gathered, shown
from sidecar.policy.faults import PolicyError
from sidecar.policy.guides import guides
from sidecar.policy.letters import letters
from sidecar.policy.lines import Path
from sidecar.policy.load import judged

CLAUSES: Final = {
    "P1": "a room manager for each live room",
    "P2": "trainers answer on content, room managers on technical matters",
    "P3": "conditions and data for the certificate",
    "P4": "contact means made prominent",
    "P5": "guidance and solutions around the clock",
    "P6": "several ways, whichever is easiest",
    "P6.1": "remote access",
    "P6.2": "WhatsApp, Facebook, Twitter",
    "P6.3": "telephone",
    "P6.4": "inside the training room",
    "P6.5": "email",
    "P6.6": "website form",
    "P7": "complaints to the head of department within 24 hours, then told by email or phone",
    "P8": "unanswered within 24 hours: the administrative manager",
    "P9": "whom the institute serves",
    "P10": "working hours, and while courses are being held",
    "P11": "covered services",
    "P12": "expected response",
    "P13": "level 1, contact centre",
    "P14": "level 2, completes and verifies",
    "P15": "complaints and suggestions",
    "P16": "roles, responsibilities and authorities",
}
"""The clauses of the institute's document, by mission.md's numbers."""

UNRECOGNISED: Final = "without lms_user cannot be recognised when a complaint is about them (P16)"
STALE: Final = "`stale_after` of the register in registry.toml is; leave the key out"
PLACEHOLDER: Final = "example.invalid"


def report(directory: Directory) -> tuple[list[str], bool]:
    """Check a policy for a person to read.

    Returns:
        Lines to print, and whether the policy may be used. Of a sound one: its digest, for each clause the tables that
        cite it, and the placeholders that are still to be replaced. Of any other: `file:line: key: reason` per fault.
    """
    try:
        document = gathered(directory)
        policy = judged(document)
        told = letters(directory)
        helping = guides(directory, policy.categories)
    except PolicyError as error:
        return [*(str(fault) for fault in error.faults), _counted(len(error.faults), "fault")], False
    files = len(files_of(directory))
    beside = f"{_counted(len(told), 'letter')}, {_counted(len(helping), 'guide')}"
    lines = [
        f"policy {policy.digest[:16]}: {_counted(files, 'file')}, {len(policy.targets)} targets, {beside}, no fault",
        "",
    ]
    lines += _by_clause(document)
    lines += _placeholders(document)
    if "registry_stale" in document.data.get("certificate", {}):
        lines += ["", f"warning: certificate.registry_stale is read no more: {STALE}"]
    unknown = list(unrecognised(policy))
    if unknown:
        lines += ["", f"warning: {_counted(len(unknown), 'holder')} {UNRECOGNISED}:", *unknown]
    return lines, True


def unrecognised(policy: Policy) -> Iterator[str]:
    """Where the policy names somebody without an `lms_user`, by the place in its tables.

    Whom a complaint is about is known by a user id of the LMS; nothing else tells that this is the same person.
    """
    held: list[tuple[str, Contact]] = []
    for key, department in policy.departments.items():
        held.append((f"departments.{key}.head", department.head.contact))
        held.append((f"departments.{key}.deputy", department.deputy.contact))
    held += [(f"offices.{key}.lead", office.lead.contact) for key, office in policy.offices.items() if office.lead]
    if manager := policy.offices.get(MANAGEMENT):
        held.append((f"offices.{MANAGEMENT}", manager.contact))
    held += [(f"duty.shifts[{n}].person", one.person.contact) for n, one in enumerate(policy.duty.shifts, start=1)]
    held += [(f"duty.on_call[{n}].person", one.person.contact) for n, one in enumerate(policy.duty.on_call, start=1)]
    yield from (place for place, contact in held if contact.lms_user is None)


def citations(document: Document) -> dict[str, list[Path]]:
    """For each clause cited, the tables that cite it."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path, key, value in _leaves(document.data, ()):
        if key == "clause":
            for clause in str(value).split(", "):
                found[clause].append(path)
    return dict(found)


def _by_clause(document: Document) -> Iterator[str]:
    cited = citations(document)
    for clause, title in CLAUSES.items():
        yield f"{clause:<5} {title}"
        sections: dict[str, list[str]] = defaultdict(list)
        for path in cited.get(clause, ()):
            sections[str(path[0])].append(shown(path[1:]) if len(path) > 1 else "")
        for section, entries in sorted(sections.items()):
            if entries[0].startswith("["):  # a list of tables without names
                entries[:] = [_counted(len(entries), "table")]
            yield f"      {section}: {', '.join(entries)}" if any(entries) else f"      {section}"
        if not sections:
            yield "      — no table cites it —"


def _placeholders(document: Document) -> Iterator[str]:
    found = [
        (document.place((*path, key)), (*path, key))
        for path, key, value in _leaves(document.data, ())
        if PLACEHOLDER in str(value)
    ]
    if found:
        yield ""
        yield f"{_counted(len(found), 'placeholder')} to replace before the institute relies on them:"
    for (file, line), path in sorted(found, key=lambda one: one[0]):
        yield f"{file}:{line}: {shown(path)}"


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, str, object]]:
    """Every single value with its key and the path of the table that holds it."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in inside:
        if isinstance(inner, (dict, list)):
            yield from _leaves(inner, (*path, key))
        elif isinstance(key, str):
            yield path, key, inner


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
