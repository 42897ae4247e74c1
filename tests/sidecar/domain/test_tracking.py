"""A tracking link leads to one report, and nobody makes one but us (A3)."""

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.domain.tracking import report_of, token_of

SECRET, OTHER = b"a secret of thirty-two bytes .....", b"another secret of thirty-two bytes"
KEY = uuid.UUID("0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f")


@given(st.uuids())
def test_a_token_leads_back_to_its_report(key: uuid.UUID) -> None:
    token = token_of(SECRET, key)
    assert report_of(SECRET, token) == key
    assert report_of(OTHER, token) is None
    assert len(token) == 43
    assert token.replace("-", "").replace("_", "").isalnum()


@given(st.integers(0, 42), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
def test_no_letter_of_it_can_be_changed(place: int, letter: str) -> None:
    token = token_of(SECRET, KEY)
    changed = token[:place] + letter + token[place + 1 :]
    assert (report_of(SECRET, changed) is not None) == (changed == token)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 44, "é" * 43, "=" * 43, "A" * 42 + "\n", "a" * 100_000])
def test_nonsense_leads_nowhere(token: str) -> None:
    assert report_of(SECRET, token) is None


def test_the_proof_of_one_report_is_none_of_another() -> None:
    proof = base64.urlsafe_b64decode(token_of(SECRET, KEY) + "=")[16:]
    assert len(proof) * 8 >= 128
    forged = base64.urlsafe_b64encode(uuid.UUID(int=1).bytes + proof).decode().rstrip("=")
    assert report_of(SECRET, forged) is None
