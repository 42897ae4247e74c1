"""Writing confirmed data to a running Moodle: t03 of the seed has no telephone and no English name, t04 no number.

NIDAA_TEST_MOODLE_WRITE_TOKEN is a token of a service that holds core_user_update_users, of a user who may update
users; NIDAA_TEST_MOODLE_TOKEN's user may not, and its service lacks the function. What is written is emptied again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Refused
from adapters.lms.moodle import Moodle
from adapters.lms.moodle.profiles import DEFAULT_FIELDS
from adapters.lms.national_id import known_by
from adapters.lms.port import Pair

_WANTED = (
    "NIDAA_TEST_MOODLE_URL", "NIDAA_TEST_MOODLE_TOKEN", "NIDAA_TEST_MOODLE_WRITE_TOKEN", "NIDAA_TEST_MOODLE_IDS",
)  # fmt: skip

pytestmark = [
    pytest.mark.real_moodle,
    pytest.mark.skipif(
        not all(os.environ.get(name) for name in _WANTED),
        reason=f"no running Moodle that may be written to was named: set {', '.join(_WANTED)}",
    ),
]


def _moodle(token: str, *writes: str, id_key: bytes | None = None, **fields: str) -> Moodle:
    return Moodle(
        "lab", os.environ["NIDAA_TEST_MOODLE_URL"], os.environ[token], clock=lambda: datetime.now(UTC),
        fields={**DEFAULT_FIELDS, **fields}, writes=writes, id_key=id_key,
    )  # fmt: skip


@pytest.fixture
def writer() -> Moodle:
    return _moodle("NIDAA_TEST_MOODLE_WRITE_TOKEN", "phone", "name_en")


@pytest.fixture
def ids() -> Any:
    return json.loads(Path(os.environ["NIDAA_TEST_MOODLE_IDS"]).read_text(encoding="utf-8"))


@pytest.fixture
def t03(writer: Moodle, ids: Any) -> Iterator[Pair]:
    pair = Pair(str(ids["users"]["t03"]), str(ids["c1"]))
    yield pair
    writer.write(pair.person_id, {"phone": "", "name_en": ""})


def stands(moodle: Moodle, pair: Pair) -> dict[str, Any]:
    values = moodle.facts([pair])[pair].values
    return {name: values[f"profile.{name}"].value for name in ("phone", "name_en", "name_ar", "email")}


def test_what_is_written_stands_there_and_nothing_else_changes(writer: Moodle, t03: Pair) -> None:
    before = stands(writer, t03)
    assert (before["phone"], before["name_en"]) == (None, None)
    for _ in range(2):  # a worker that died writes it again
        writer.write(t03.person_id, {"phone": "+966501234567", "name_en": "Sara Al-Otaibi"})
    assert stands(writer, t03) == before | {"phone": "+966501234567", "name_en": "Sara Al-Otaibi"}


def test_a_number_of_identity_is_known_by_its_hash_and_comes_back_in_no_fact(ids: Any) -> None:
    pair, key = Pair(str(ids["users"]["t04"]), str(ids["c1"])), b"k" * 32
    writer = _moodle("NIDAA_TEST_MOODLE_WRITE_TOKEN", "national_id", id_key=key)
    assert writer.facts([pair])[pair].values["profile.national_id"].value is None
    try:
        writer.write(pair.person_id, {"national_id": "1000000008"})
        values = writer.facts([pair])[pair].values
        assert values["profile.national_id"].value == "present"
        assert values["profile.national_id_key"].value == known_by(key, "1000000008")[0]  # type: ignore[index]
        assert "1000000008" not in repr(values)
    finally:
        writer.write(pair.person_id, {"national_id": ""})


def test_a_field_that_moodle_does_not_have_is_taken_and_not_kept(t03: Pair) -> None:
    writer = _moodle("NIDAA_TEST_MOODLE_WRITE_TOKEN", "name_en", name_en="no_such_field")
    writer.write(t03.person_id, {"name_en": "Sara Al-Otaibi"})
    assert stands(writer, t03)["name_en"] is None


def test_who_is_not_there_is_refused_with_a_code(writer: Moodle) -> None:
    with pytest.raises(Refused) as caught:
        writer.write("99999999", {"phone": "+966501234567"})
    assert caught.value.code == "invaliduserid"


def test_a_token_without_the_function_is_refused_and_check_says_so(t03: Pair) -> None:
    plain = _moodle("NIDAA_TEST_MOODLE_TOKEN", "phone")
    with pytest.raises(Refused):
        plain.write(t03.person_id, {"phone": "+966501234567"})
    assert "function core_user_update_users is missing" in [one.subject for one in plain.check()]


def test_check_has_nothing_to_say_where_it_can_be_done(writer: Moodle) -> None:
    assert not [one.subject for one in writer.check() if "a registrar enters it" in one.costs]
