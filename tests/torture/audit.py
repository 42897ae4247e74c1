"""Whether every accepted report is there once, with every effect once, and nothing left behind."""

from __future__ import annotations

from tests.live.ledger import Ledger
from tests.torture.senders import Answers

# Each query lists what must not be.
_NEVER = {
    "reports without a case": (
        "SELECT r.id FROM reports r LEFT JOIN case_reports c ON c.report_key = r.key WHERE c.report_key IS NULL"
    ),
    "room and failure with several cases": (
        "SELECT incident_key FROM cases WHERE incident_key IS NOT NULL AND reports > 0"
        " GROUP BY incident_key HAVING count(*) > 1"
    ),
    "major incidents opened twice": (
        "SELECT incident_key FROM cases WHERE incident_key LIKE '%|major' GROUP BY incident_key HAVING count(*) > 1"
    ),
    "reports in a case of another room or failure": (
        "SELECT r.id FROM reports r JOIN case_reports cr ON cr.report_key = r.key JOIN cases c ON c.id = cr.case_id"
        " WHERE r.incident_key IS NOT NULL AND c.incident_key <> r.incident_key"
    ),
    "cases whose count of reports is wrong": (
        "SELECT c.id FROM cases c LEFT JOIN case_reports cr ON cr.case_id = c.id"
        " GROUP BY c.id, c.reports HAVING count(cr.report_key) <> c.reports"
    ),
    "cases not opened exactly once": (
        "SELECT c.id FROM cases c LEFT JOIN events e ON e.case_id = c.id AND e.action = 'open'"
        " GROUP BY c.id HAVING count(e.id) <> 1"
    ),
    "cases without exactly one opening report": (
        "SELECT c.id FROM cases c LEFT JOIN case_reports cr ON cr.case_id = c.id AND cr.how = 'opened'"
        " WHERE c.reports > 0 GROUP BY c.id HAVING count(cr.report_key) <> 1"
    ),
    "cases without clocks": (
        "SELECT c.id FROM cases c LEFT JOIN clocks k ON k.case_id = c.id WHERE c.reports > 0"
        " GROUP BY c.id HAVING count(k.id) = 0"
    ),
    "clocks set twice": ("SELECT case_id, target, rung FROM clocks GROUP BY case_id, target, rung HAVING count(*) > 1"),
    "reports without complete facts": (
        "SELECT r.id FROM reports r LEFT JOIN facts f ON f.report_key = r.key"
        " WHERE f.status IS NULL OR f.status <> 'complete' OR f.snapshot IS NULL"
    ),
    "outbox rows left": "SELECT lane, step, state, last_error FROM outbox",
    "letters that the LMS never got": "SELECT key, state, error FROM deliveries WHERE state NOT IN ('sent', 'shown')",
}


def faults(ledger: Ledger, answers: Answers) -> list[str]:
    """What is wrong, in words; empty when nothing is."""
    found = list(answers.wrong)
    stored = {_text(row[0]): row[1] for row in ledger.rows("SELECT id, reference FROM reports")}
    lost = [str(one) for one in answers.accepted if one.hex not in stored]
    if lost:
        found.append(f"{len(lost)} accepted reports are lost: {lost[:3]}")
    strange = set(stored) - {one.hex for one in answers.tried}
    if strange:
        found.append(f"{len(strange)} reports that nobody sent")
    number = ledger.number("SELECT count(*) FROM reports")
    if number != len(stored):
        found.append(f"{number - len(stored)} reports are stored twice")
    told = {one.hex: reference.replace("-", "") for one, reference in answers.accepted.items()}
    other = [one for one, reference in told.items() if stored.get(one) not in {None, reference}]
    if other:
        found.append(f"{len(other)} reports have another reference than was told: {other[:3]}")
    for what, query in _NEVER.items():
        rows = ledger.rows(query)
        if rows:
            found.append(f"{what}: {len(rows)}, such as {tuple(rows[0])}")
    return found + _joined_twice(ledger)


def _joined_twice(ledger: Ledger) -> list[str]:
    """The timeline's own sum: one opened each case, and the rest are told as joining, each once."""
    joined = "SELECT case_id, count(*) FROM case_reports WHERE how = 'joined' GROUP BY case_id"
    stand = {row[0]: row[1] for row in ledger.rows(joined)}
    said: dict[int, int] = {}
    for case_id, data in ledger.events("join"):
        said[case_id] = said.get(case_id, 0) + data["reports"]
    wrong = {case_id for case_id in stand.keys() | said.keys() if stand.get(case_id) != said.get(case_id)}
    return [f"cases whose timeline tells of other numbers: {sorted(wrong)[:5]}"] if wrong else []


def _text(value: object) -> str:
    """An id as both databases' drivers give it, in plain hexadecimal."""
    return str(value).replace("-", "")
