"""Every field is bounded, and every fault is named by its field, its code and its reason (contract.md, 422)."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from sidecar.api import problems
from sidecar.domain.report import Channel, ContactPreference, Gap, Kind, Page, Role, Symptom, report_key
from sidecar.store import reports
from tests.sidecar.api.callers import Callers, bearer, body, dumps, faults, signed
from tests.worlds import SITE

HUGE = 10**30
REFUSED: list[tuple[str, Any, str, str]] = [
    # field, value, the field that is named, its code
    ("version", 2, "version", "out_of_range"),
    ("version", "1", "version", "wrong_type"),
    ("version", True, "version", "wrong_type"),
    ("version", None, "version", "required"),
    ("id", None, "id", "required"),
    ("id", 7, "id", "wrong_type"),
    ("id", "0198f3c27b1e7c449d0a6f2b1c3d4e5f", "id", "not_a_uuid"),
    ("id", "{0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f}", "id", "not_a_uuid"),
    ("id", "\ud800", "id", "not_a_uuid"),
    ("kind", "wish", "kind", "unknown_value"),
    ("kind", "\x00", "kind", "unknown_value"),
    ("kind", ["complaint"], "kind", "wrong_type"),
    ("kind", None, "kind", "required"),
    ("symptom", "smell", "symptom", "unknown_value"),
    ("symptom", None, "symptom", "required"),
    ("category", "c" * 65, "category", "too_long"),
    ("category", "a\x00b", "category", "unstorable_text"),
    ("text", "x" * 20_001, "text", "too_long"),
    ("text", "a\x00b", "text", "unstorable_text"),
    ("text", "\ud800", "text", "unstorable_text"),
    ("text", "\udfff شكوى", "text", "unstorable_text"),
    ("text", 7, "text", "wrong_type"),
    ("locale", "x" * 17, "locale", "too_long"),
    ("occurred_at", "yesterday", "occurred_at", "not_a_time"),
    ("occurred_at", "2026-11-22T17:03:11", "occurred_at", "time_without_offset"),
    ("occurred_at", "2026-02-30T00:00:00Z", "occurred_at", "not_a_time"),
    ("occurred_at", "9999-12-31T23:59:59-23:59", "occurred_at", "not_a_time"),
    ("occurred_at", "0001-01-01T00:00:00+23:59", "occurred_at", "not_a_time"),
    ("occurred_at", 1795356191, "occurred_at", "wrong_type"),
    ("stored_at", "soon", "stored_at", "not_a_time"),
    ("ended_at", "2026-11-22", "ended_at", "time_without_offset"),
    ("channel", "pigeon", "channel", "unknown_value"),
    ("channel", None, "channel", "required"),
    ("reporter", None, "reporter", "required"),
    ("reporter", "21", "reporter", "wrong_type"),
    ("reporter__role", "dean", "reporter.role", "unknown_value"),
    ("reporter__id", "", "reporter.id", "required"),
    ("reporter__id", 21, "reporter.id", "wrong_type"),
    ("reporter__id", "2" * 65, "reporter.id", "too_long"),
    ("reporter__name", "أ" * 256, "reporter.name", "too_long"),
    ("reporter__email", "e" * 255, "reporter.email", "too_long"),
    ("reporter__phone", "0" * 33, "reporter.phone", "too_long"),
    ("reporter__contact_preference", "pigeon", "reporter.contact_preference", "unknown_value"),
    ("about", {"role": "trainer"}, "about.id", "required"),
    ("about", {"id": "5", "role": "dean"}, "about.role", "unknown_value"),
    ("place", None, "place", "required"),
    ("place", [], "place", "wrong_type"),
    ("place__page", "moon", "place.page", "unknown_value"),
    ("place__course", {"name": "x"}, "place.course.id", "required"),
    ("place__course", {"id": "2", "name": "x" * 1334}, "place.course.name", "too_long"),
    ("place__activity", {"id": 3}, "place.activity.id", "wrong_type"),
    ("place__activity", {"id": "3|9"}, "place.activity.id", "has_a_bar"),
    ("place__course", {"id": "2|"}, "place.course.id", "has_a_bar"),
    ("place__group", "", "place.group", "required"),
    ("place__group", "7|8", "place.group", "has_a_bar"),
    ("place__session", {"starts_at": "now"}, "place.session.starts_at", "not_a_time"),
    ("affected", HUGE, "affected", "wrong_type"),
    ("affected", 100_001, "affected", "out_of_range"),
    ("affected", -1, "affected", "out_of_range"),
    ("affected", 2.0, "affected", "wrong_type"),
    ("affected", True, "affected", "wrong_type"),
    ("action_taken", "x" * 4001, "action_taken", "too_long"),
    ("remedy_sought", "x" * 4001, "remedy_sought", "too_long"),
    ("gaps", "phone_missing", "gaps", "wrong_type"),
    ("gaps", ["phone_missing", "tail_missing"], "gaps.1", "unknown_value"),
    ("gaps", [None], "gaps.0", "required"),
    ("diagnostics", [], "diagnostics", "wrong_type"),
    ("diagnostics", {"a": {"b": "\x00"}}, "diagnostics", "unstorable_text"),
    ("diagnostics", {"\ud800": 1}, "diagnostics", "unstorable_text"),
    ("diagnostics", {"a": [HUGE]}, "diagnostics", "out_of_range"),
    ("diagnostics", {"a": 2**63}, "diagnostics", "out_of_range"),
    ("diagnostics", {"a": -(2**63) - 1}, "diagnostics", "out_of_range"),
    ("diagnostics", {"a": 1e300}, "diagnostics", "out_of_range"),
    ("diagnostics", {"a": [[[[[[[[[[1]]]]]]]]]]}, "diagnostics", "too_deep"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "named", "code"), REFUSED, ids=[f"{f}-{c}-{i}" for i, (f, _, _, c) in enumerate(REFUSED)]
)
def test_a_value_out_of_bounds_is_named(door: Callers, field: str, value: Any, named: str, code: str) -> None:
    document = body(**{field: value})
    raw = dumps(document)
    signed_id = document["id"] if isinstance(document["id"], str) and document["id"].isascii() else "none"
    answer = door.post(raw, signed(signed_id, raw))
    assert answer.status_code == 422
    assert faults(answer) == {named: code}


@pytest.mark.parametrize("field", ["version", "id", "kind", "channel", "place", "reporter"])
def test_what_is_needed_is_named_when_it_is_missing(door: Callers, field: str) -> None:
    document = body()
    report_id = document["id"]
    del document[field]
    raw = dumps(document)
    assert faults(door.post(raw, signed(report_id, raw))) == {field: "required"}


def test_all_faults_are_named_at_once(api: Callers) -> None:
    answer = api.site(body(kind="wish", channel="pigeon", place__page="moon", gaps=["tail"], affected=-1))
    assert set(faults(answer)) == {"kind", "channel", "place.page", "gaps.0", "affected"}


@pytest.mark.parametrize("kind", ["session_problem", "room_log"])
def test_what_happens_in_a_room_needs_a_symptom(api: Callers, kind: str) -> None:
    assert faults(api.site(body(kind=kind, symptom=None))) == {"symptom": "required"}
    assert api.site(body(kind="inquiry", symptom=None)).status_code == 202


def test_unknown_fields_are_ignored_wherever_they_stand(api: Callers) -> None:
    document = body(
        weather="fine", place__moon=1, reporter__cat={"a": "\x00"}, place__course={"id": "2", "x": "\ud800"}
    )
    assert api.site(document).status_code == 202


EMPTY = dict.fromkeys(["category", "occurred_at", "about", "affected", "ended_at", "symptom", "stored_at"])
BLANK = {"text": "", "action_taken": None, "remedy_sought": None, "gaps": None, "diagnostics": None, "locale": None}


@pytest.mark.parametrize("how", ["missing", "null", "empty"])
def test_what_may_be_left_out_may_be_null_or_empty(both: Callers, how: str) -> None:
    optional = EMPTY | BLANK
    document = body(kind="inquiry", reporter={"role": "visitor"}, place={"page": "public"})
    if how == "missing":
        document = {name: value for name, value in document.items() if name not in optional}
    elif how == "null":
        document |= dict.fromkeys(optional)
    else:
        document |= {"text": "", "category": "", "action_taken": "", "remedy_sought": "", "gaps": [], "diagnostics": {}}
    assert both.site(document).status_code == 202


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("kind", Kind), ("symptom", Symptom), ("channel", Channel), ("reporter__role", Role), ("place__page", Page),
        ("reporter__contact_preference", ContactPreference),
    ],
)  # fmt: skip
def test_every_value_of_the_contract_is_taken(api: Callers, field: str, values: type[Any]) -> None:
    for place, value in enumerate(values):
        assert api.site(body(reporter__id=f"{field}{place}", **{field: str(value)})).status_code == 202, value


def test_the_longest_of_everything_is_stored_as_it_was_said(both: Callers) -> None:
    longest = body(
        text="ش" * 9_000, category="c" * 64, locale="l" * 16, gaps=[str(gap) for gap in Gap], affected=100_000,
        reporter={"id": None, "role": "visitor", "name": "ن" * 255, "phone": "٠" * 32, "contact_preference": "call"},
        place__course={"id": "ك" * 64, "idnumber": "i" * 128, "name": "n" * 1333},
        place__activity={"id": "a" * 64, "module": "m" * 64, "name": "n" * 1333}, place__group="g" * 64,
        place__session={"key": "k" * 128, "starts_at": "2026-11-22T17:00:00+03:00", "meeting": "m" * 255},
        diagnostics={"n": 2**63 - 1, "m": -(2**63), "text": "𝄞 أ", "f": 0.1},
    )  # fmt: skip
    raw = json.dumps(longest, ensure_ascii=False).encode()
    answer = both.post(raw, signed(longest["id"], raw))
    assert answer.status_code == 202, answer.get_json()
    assert both.post(raw, signed(longest["id"], raw)).status_code == 202
    key = report_key(SITE, uuid.UUID(longest["id"]))
    with both.world.runtime.db.read() as conn:
        stored = reports.load(conn, [key])[key]
    assert stored.text == longest["text"]
    assert stored.gaps == frozenset(Gap)
    assert stored.diagnostics == longest["diagnostics"]
    assert stored.place.course is not None
    assert stored.place.course.name == "n" * 1333


def test_every_code_has_a_reason_of_its_own_in_both_languages(api: Callers) -> None:
    # Who is not here is known by the roster and not by the field: tests/sidecar/api/test_whom_a_gap_names.py.
    of_fields = set(problems._REASONS) - {"not_here"}
    assert {code for *_, code in REFUSED} == of_fields
    for locale in ("ar", "en"):
        seen = {}
        for field, value, *_ in REFUSED:
            raw = dumps(document := body(**{"locale": locale, field: value}))
            # A person's place is the claims' and not the body's.
            by_person = document["reporter"] and not field.startswith("place__")
            said = api.post(raw, bearer(locale=locale) if by_person else signed(document["id"], raw))
            for fault in said.get_json().get("errors", []):
                seen[fault["code"]] = fault["reason"]
                assert "%(" not in fault["reason"]
        assert len(set(seen.values())) == len(of_fields)
