"""National ids and gaps as the plugin sees them, without Moodle: the same as Python, and as was recorded."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from adapters.lms.national_id import known_by, same_number, state_of
from sidecar.domain.registry import number_key, number_of
from sidecar.domain.report import Gap
from tests.lms_plugin.php_side import HERE, ROOT, program, run

POLICY = {"required_fields": ["national_id", "name_ar", "name_en", "phone"], "attendance_threshold": 0.75}
COMMON = ["national_id_invalid"]  # the seed's numbers are invented
GAPS = {
    "c1": {
        "t01": [*COMMON, "national_id_duplicate"],
        "t02": [*COMMON, "certificate_not_issued"],  # completed, and the course still runs
        "t03": ["name_en_missing", "phone_missing", *COMMON],
        "t04": ["national_id_missing", "phone_missing"],
        "t05": ["national_id_missing", "name_ar_missing", "name_en_missing", "attendance_below"],
        "t06": COMMON,
        "t07": ["phone_missing", *COMMON, "name_mismatch", "attendance_below"],
        "t08": COMMON,
        "t09": [*COMMON, "enrolment_ended"],
        "t10": [*COMMON, "national_id_duplicate", "enrolment_suspended"],
        "t11": [*COMMON, "enrolment_not_started"],
        "t12": [*COMMON, "not_enrolled"],
    },
    "c2": {
        "t01": [*COMMON, "national_id_duplicate"],
        "t02": COMMON,
        "t03": ["name_en_missing", "phone_missing", *COMMON, "not_completed", "certificate_not_issued"],
        "t04": ["national_id_missing", "phone_missing"],
        "t05": [
            "national_id_missing",
            "name_ar_missing",
            "name_en_missing",
            "attendance_below",
            "not_completed",
            "certificate_not_issued",
        ],
        "t06": [*COMMON, "not_enrolled"],
        "t07": ["phone_missing", *COMMON, "name_mismatch", "not_enrolled"],
        "t08": [*COMMON, "not_enrolled"],
        "t09": [*COMMON, "not_enrolled"],
        "t10": [*COMMON, "national_id_duplicate", "not_enrolled"],
        "t11": [*COMMON, "not_enrolled"],
        "t12": [*COMMON, "not_completed", "certificate_not_issued"],
    },
}


def _told(**asked: Any) -> Any:
    ended = run(program("php"), HERE / "facts.php", given=json.dumps({"policy": POLICY, **asked}).encode())
    assert ended.returncode == 0, ended.stdout.decode() + ended.stderr.decode()
    return json.loads(ended.stdout)


def _numbers() -> list[str]:
    """Right and wrong ones, in every digit and with whatever people put between."""
    chance = random.Random(20261125)
    digits = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]
    numbers = [
        "1000000008",
        "1011223366",
        "3000000004",
        "100000000²",
        "1000000008x",
        "لا يوجد",
        "1\u200f000 000\n008",
        "0",
    ]
    for _ in range(400):
        text = [chance.choice("124" if chance.random() < 0.9 else "0356789")]
        text += [chance.choice("0123456789") for _ in range(chance.choice([8, 9, 9, 9, 9, 10]))]
        script = chance.choice(digits)
        text = [script[int(one)] for one in text]
        for _ in range(chance.choice([0, 0, 1, 2])):
            text.insert(chance.randrange(len(text) + 1), chance.choice([" ", "-", "\u00a0", "\t", "\u200e", "\u2009"]))
        numbers.append("".join(text))
    return numbers


def test_a_national_id_has_the_same_state_on_both_sides() -> None:
    numbers = _numbers()
    told = _told(numbers=numbers)
    assert told["states"] == [state_of(number) for number in numbers]
    assert set(told["states"]) == {"present", "invalid"}


def test_two_numbers_are_the_same_on_both_sides() -> None:
    numbers = [number for number in _numbers() if all(c.isdecimal() or c in " -\t\u00a0\u200e\u200f" for c in number)]
    assert _told(numbers=numbers)["same"] == [same_number(number) for number in numbers]


def test_a_number_has_the_same_hash_in_the_plugin_the_adapter_and_the_sidecar() -> None:
    key = bytes(range(32))
    numbers = [number for number in _numbers() if all(c.isdecimal() or c in " -\t\u00a0\u200e\u200f" for c in number)]
    told = _told(numbers=numbers, key=key.hex())["known_by"]
    assert [tuple(one) if one else None for one in told] == [known_by(key, number) for number in numbers]
    assert any(told)
    for number, one in zip(numbers, told, strict=True):
        if (digits := number_of(number)) is not None:
            assert number_key(key, digits) == one[0]
    assert _told(numbers=["1000000008"])["known_by"] == [None]  # without a key, nothing


@pytest.mark.parametrize("course", GAPS)
def test_gaps_of_the_awkward_trainees(course: str) -> None:
    recording = ROOT / f"tests/adapters/recordings/local_nidaa_get_facts__{course}.json"
    rows = json.loads(recording.read_text(encoding="utf-8"))["response"]["facts"]
    told = _told(rows=rows)["gaps"]
    assert {who: one["gaps"] for who, one in zip(GAPS[course], told, strict=True)} == GAPS[course]
    assert [one["unknown"] for one in told] == [[]] * 12


def test_gaps_have_the_names_of_the_contract() -> None:
    nothing: dict[str, Any] = {"courseid": 2, "courseended": None}
    unknown = _told(rows=[nothing])["gaps"][0]["unknown"]
    assert len(unknown) == 13
    assert set(unknown) < {gap.value for gap in Gap}
