"""Checks come in one order: 413, proof, 415, 400, 422; a request with several faults has one answer (contract.md)."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.sidecar.api.callers import OTHER, Callers, bearer, body, dumps, faults, signed

ID = "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f"
REPORTS = "/v1/reports"
ADDITIONS = f"/v1/reports/{ID}/additions"
LARGEST = 64 * 1024


@dataclass(frozen=True)
class Faulty:
    """A request with the named faults; each is worse in the order they are declared."""

    large: bool = False
    unproven: bool = False
    no_scope: bool = False
    not_json: bool = False
    broken: bool = False
    invalid: bool = False

    def raw(self) -> bytes:
        said = {"id": ID, "kind": 7, "text": 7} if self.invalid else body(id=ID, text="x")
        raw = b"{]" if self.broken else dumps(said)
        return raw + b" " * (LARGEST + 1 - len(raw)) if self.large else raw

    def send(self, api: Callers, caller: str, path: str) -> TestResponse:
        raw = self.raw()
        kind = "text/plain" if self.not_json else "application/json"
        if caller == "site":
            return api.post(raw, signed(ID, raw, site="nobody" if self.unproven else "academy"), path, kind)
        scope = "report:read-own" if self.no_scope else "report:create"
        proof = bearer(secret=OTHER, scope=scope) if self.unproven else bearer(scope=scope)
        return api.post(raw, proof, path, kind)


ORDER = [
    (Faulty(large=True, unproven=True, not_json=True, broken=True), 413),
    (Faulty(unproven=True, no_scope=True, not_json=True, broken=True), 401),
    (Faulty(no_scope=True, not_json=True, broken=True), 403),
    (Faulty(not_json=True, broken=True), 415),
    (Faulty(not_json=True, invalid=True), 415),
    (Faulty(broken=True), 400),
    (Faulty(invalid=True), 422),
]


@pytest.mark.parametrize("path", [REPORTS, ADDITIONS], ids=["report", "addition"])
@pytest.mark.parametrize("caller", ["site", "person"])
@pytest.mark.parametrize(("faulty", "status"), ORDER, ids=[str(status) for _, status in ORDER])
def test_the_worst_fault_answers(door: Callers, caller: str, path: str, faulty: Faulty, status: int) -> None:
    if status == 403 and caller == "site":
        return  # a site has no scope to lack
    answer = faulty.send(door, caller, path)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == status


@pytest.mark.parametrize(("size", "status"), [(LARGEST, 202), (LARGEST + 1, 413)])
def test_the_largest_report_is_64_kib(api: Callers, size: int, status: int) -> None:
    raw = dumps(document := body())
    raw += b" " * (size - len(raw))
    assert api.post(raw, signed(document["id"], raw)).status_code == status


def test_an_addition_to_nothing_is_404_after_all_other_checks(api: Callers) -> None:
    invalid = dumps({"id": ID, "text": 7})
    assert api.post(invalid, signed(ID, invalid), ADDITIONS).status_code == 422
    valid = dumps({"id": ID, "text": "x"})
    assert api.post(valid, signed(ID, valid), ADDITIONS).status_code == 404


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 202), ("application/json; charset=utf-8", 202), ("Application/JSON", 202),
        ("text/json", 415), ("application/json-seq", 415), ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data", 415), (None, 415),
    ],
)  # fmt: skip
def test_only_application_json_is_read(api: Callers, kind: str | None, status: int) -> None:
    raw = dumps(document := body())
    assert api.post(raw, signed(document["id"], raw), kind=kind).status_code == status


def text(**changes: Any) -> bytes:
    return json.dumps(body(id=ID, **changes), ensure_ascii=False).encode("utf-8", "surrogatepass")


MALFORMED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "half": lambda: text()[:-1],
    "two documents": lambda: text() + text(),
    "a comma too many": lambda: text()[:-1] + b",}",
    "NaN": lambda: text().replace(b'"affected"', b'"x"')[:-1] + b', "affected": NaN}',
    "Infinity": lambda: text()[:-1] + b', "affected": -Infinity}',
    "no UTF-8": lambda: text(text="x").replace(b'"x"', b'"\xff"'),
    "Windows-1256": lambda: body(id=ID, text="شكراً") and json.dumps(
        body(id=ID, text="شكراً"), ensure_ascii=False).encode("cp1256"),
    "UTF-16": lambda: text().decode().encode("utf-16"),
    "a raw surrogate": lambda: text(text="\ud800"),
    "a raw control character": lambda: text(text="x").replace(b'"x"', b'"\x01"'),
    "a byte order mark": lambda: b"\xef\xbb\xbf" + text(),
    "endless nesting": lambda: text()[:-1] + b', "diagnostics": ' + b'{"a":' * 6000 + b"1" + b"}" * 6000 + b"}",
    "endless lists": lambda: b"[" * 60_000,
    "a number of 5000 digits": lambda: text()[:-1] + b', "affected": ' + b"9" * 5000 + b"}",
}  # fmt: skip


@pytest.mark.parametrize("caller", ["site", "person"])
@pytest.mark.parametrize("what", MALFORMED)
def test_what_is_no_json_is_400_though_it_is_proven(door: Callers, caller: str, what: str) -> None:
    raw = MALFORMED[what]()
    answer = door.post(raw, signed(ID, raw) if caller == "site" else bearer())
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize("document", [[], "report", 7, None, True, [body()]])
def test_json_that_is_no_object_is_422(door: Callers, document: object) -> None:
    raw = dumps(document)
    answer = door.post(raw, signed(ID, raw))
    assert (answer.status_code, faults(answer)) == (422, {"body": "wrong_type"})


def test_an_unproven_body_is_not_even_parsed(api: Callers) -> None:
    raw = b"[" * 60_000
    begun = time.monotonic()
    assert api.post(raw, signed(str(uuid.uuid4()), b"")).status_code == 401
    assert time.monotonic() - begun < 0.5
