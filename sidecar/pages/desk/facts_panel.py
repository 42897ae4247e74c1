"""What the platform says, beside a case: each person's facts once, as last told, however many reports asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sidecar.casework.read_case import Reading
from sidecar.domain.facts import Facts
from sidecar.domain.report import grouped
from sidecar.pages import moments
from sidecar.pages.desk import case_words
from sidecar.pages.session import runtime


def shown(found: Reading) -> dict[str, Any]:
    """How far the facts are, a sentence for each way; and whose they are, with a line for each fact."""
    states = [case_words.facts_status(status) for status, _told in found.facts.values()]
    newest: dict[tuple[str, str | None], tuple[Facts, str, Mapping[str, Any]]] = {}
    for key, (_status, told) in found.facts.items():
        if told is None:
            continue
        whose = told.person_id, told.course_id
        if whose not in newest or newest[whose][0].taken_at <= told.taken_at:
            newest[whose] = told, grouped(found.references[key]), found.changed[key]
    called = {one.reporter.id: one.reporter.name for one in found.reports.values() if one.reporter.id}
    if found.about and found.case.person_id:
        called[found.case.person_id] = found.about
    people = [
        {"name": called.get(told.person_id) or "", "reference": reference, "lines": _lines(told, before)}
        for told, reference, before in newest.values()
    ]
    return {
        "states": [one for one in dict.fromkeys(states) if one],
        "people": [one for one in people if one["lines"]],
        "at": _at(max(told.taken_at for told, *_rest in newest.values())) if newest else "",
    }


def _at(moment: Any) -> str:
    return moments.day_and_clock(moment, runtime().zone, runtime().clock())


def _lines(told: Facts, before: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": case_words.fact_name(name), "known": fact.known, "at": _at(fact.at),
            "source": case_words.source(fact.source), "function": fact.source,
            "value": case_words.fact_value(name, fact.value),
            "before": case_words.fact_value(name, before[name])
            if name in before and before[name] != fact.value else "",
        }
        for name, fact in told.values.items()
        if not isinstance(fact.value, dict) and case_words.worth_a_line(name, known=fact.known)
    ]  # fmt: skip
