"""Proof of work on the public form: once each, words kept, and a way for who has no script or no time."""

from __future__ import annotations

import uuid

import pytest

from sidecar.domain import proof as rules
from sidecar.domain.public_form import stamp
from sidecar.pages.public.proof import FIELD
from sidecar.store import public_limits
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.proving import changed, posted, solved
from tests.sidecar.pages.test_public_form import SAID, send
from tests.sidecar.pages.visiting import Visitor
from tests.staff import all_cases

CANNOT = {"category": "trainer_access", "role": "trainer"}


@pytest.fixture(autouse=True)
def _quick_to_solve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "COST", 10)


def cases_of(house: Callers) -> int:
    house.world.drain()
    return len(all_cases(house.world))


def test_a_riddle_is_signed_ends_and_is_never_the_same(house: Callers) -> None:
    first, second = (Visitor(house).get("/public/proof") for _ in range(2))
    assert first.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in first.headers
    told = first.get_json()["parameters"]
    assert told["expiresAt"] == int((house.world.clock() + rules.HOLDS).timestamp())
    assert first.get_json()["signature"] != second.get_json()["signature"]


def test_a_proof_is_good_for_one_report(house: Callers) -> None:
    proof = solved(house)
    assert send(house, **{FIELD: proof}).status_code == 303
    again = send(house, **{FIELD: proof}, text="كلام آخر", email="other@academy.sa")
    assert again.status_code == 409
    assert "كلام آخر" in again.text
    assert "استُعمل" in again.text
    assert cases_of(house) == 1
    assert send(house, email="other@academy.sa").status_code == 303


def test_a_form_that_is_sent_twice_with_its_proof_is_one_report(house: Callers) -> None:
    form = SAID | {"id": str(uuid.uuid4()), FIELD: solved(house)}
    form["stamp"] = stamp(house.world.runtime.tracking_secret, house.world.clock())
    house.world.clock.forward(seconds=5)
    first, second = posted(house, "complaint", form), posted(house, "complaint", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert cases_of(house) == 1


@pytest.mark.parametrize("how", ["nonsense", "long", "longer life", "easier", "of another house", "no answer"])
def test_a_wrong_proof_is_refused_and_the_words_are_kept(house: Callers, how: str) -> None:
    proof = solved(house)
    wrong = {
        "nonsense": "e30=", "long": "x" * 5000, "longer life": changed(proof, expiresAt=4_000_000_000),
        "easier": changed(proof, keyPrefix=""), "of another house": changed(proof, nonce="00" * 16),
        "no answer": changed(proof, keySignature=None),
    }[how]  # fmt: skip
    answer = send(house, **{FIELD: wrong})
    assert answer.status_code == 422
    assert SAID["text"] in answer.text
    assert "لم يتم التحقق" in answer.text
    assert cases_of(house) == 0


def test_a_proof_that_is_too_old_is_refused_and_says_so(house: Callers) -> None:
    proof = solved(house)
    answer = send(house, **{FIELD: proof}, wait=rules.HOLDS.total_seconds() + 5)
    assert answer.status_code == 422
    assert SAID["text"] in answer.text
    assert "انتهت صلاحية" in answer.text


def test_without_a_script_it_takes_longer_and_the_wait_is_not_begun_anew(house: Callers) -> None:
    given = stamp(house.world.runtime.tracking_secret, house.world.clock())
    early = send(house, proven=False, wait=10, stamp=given)
    assert early.status_code == 422
    assert SAID["text"] in early.text
    assert f'value="{given}"' in early.text
    assert "11 ثانية" in early.text
    assert send(house, proven=False, wait=11, stamp=given).status_code == 303


def test_without_a_script_less_may_come_from_one_address_and_from_all(house: Callers) -> None:
    codes = [send(house, proven=False, wait=25, email=f"x{one}@academy.sa").status_code for one in range(6)]
    assert codes == [303] * 5 + [429]
    assert send(house, email="x9@academy.sa").status_code == 303, "a proven one is not held off by them"
    assert send(house, "cannot_get_in", proven=False, wait=25, **CANNOT).status_code == 303


def test_all_unproven_ones_together_are_bounded(house: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    of = rules.terms
    asked = iter(range(1000))
    monkeypatch.setattr(
        "sidecar.pages.public.form.terms", lambda said, _address, **how: of(said, f"10.0.0.{next(asked)}", **how)
    )
    codes = [send(house, proven=False, wait=21, email=f"y{one}@academy.sa").status_code for one in range(61)]
    assert codes == [303] * 60 + [429]
    assert send(house, "cannot_get_in", proven=False, wait=25, **CANNOT).status_code == 303


def test_a_trainer_before_class_is_held_off_by_nothing_of_this(house: Callers) -> None:
    soon = CANNOT | {"class_soon": "1"}
    for one in range(6):
        send(house, proven=False, wait=25, email=f"z{one}@academy.sa")
    assert send(house, "cannot_get_in", proven=False, wait=4, **soon).status_code == 303
    assert send(house, "cannot_get_in", wait=4, **soon, **{FIELD: "broken"}).status_code == 303
    proof = solved(house)
    for _ in range(2):
        assert send(house, "cannot_get_in", wait=4, **soon, **{FIELD: proof}).status_code == 303
    house.world.drain()
    assert {one.severity for one in all_cases(house.world) if one.category == "trainer_access"} == {1}


def test_what_floods_the_other_doors_does_not_shut_that_one(house: Callers) -> None:
    while send(house).status_code != 429:
        pass
    for one in range(30):
        send(house, email=f"x{one}@academy.sa")
    assert send(house, email="late@academy.sa").status_code == 429
    assert send(house, "cannot_get_in", proven=False, wait=4, class_soon="1", **CANNOT).status_code == 303


def test_used_proofs_are_forgotten_when_they_would_hold_no_more(house: Callers) -> None:
    send(house)
    table = public_limits.spent_proofs
    with house.world.runtime.db.write() as conn:
        public_limits.tidy(conn, house.world.clock())
        assert len(conn.execute(table.select()).all()) == 1
        public_limits.tidy(conn, house.world.clock.forward(hours=1))
        assert conn.execute(table.select()).all() == []
