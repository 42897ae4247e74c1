"""The loader: refuses what makes no sense, with file, line and reason; a digest that follows the values alone."""

from __future__ import annotations

import pickle
import shutil
from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.domain.calendar import DayWindow
from sidecar.policy.document import gathered
from sidecar.policy.load import Fault, PolicyError, contents, judged, load, shipped

from .broken_policies import BROKEN, OVERRIDE, Broken


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the shipped policy to break."""
    return Path(shutil.copytree(shipped(), tmp_path / "policy"))


def edit(directory: Path, file: str, old: str, new: str) -> str:
    path = directory / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old!r}"
    text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return text


def faults_of(directory: Path) -> list[Fault]:
    with pytest.raises(PolicyError) as caught:
        load(directory)
    return caught.value.faults


def line_of(text: str, at: str) -> int:
    return text[: text.index(at)].count("\n") + 1


@pytest.mark.parametrize("broken", BROKEN, ids=lambda b: b.name.replace(" ", "-"))
def test_a_broken_policy_is_refused_with_file_line_and_reason(directory: Path, broken: Broken) -> None:
    text = edit(directory, broken.file, broken.old, broken.new)
    faults = faults_of(directory)
    found = [fault for fault in faults if fault.key == broken.key and broken.reason in fault.reason]
    assert found, faults
    # A rung that cannot be answered is at fault in the targets' file, though the hole is in the offices'.
    other = directory / found[0].file
    text = text if other.name == broken.file else other.read_text(encoding="utf-8")
    assert found[0].line == line_of(text, broken.at)
    assert str(found[0]).startswith(f"{found[0].file}:{found[0].line}: {broken.key}: ")


def test_every_fault_is_reported_in_one_go(directory: Path) -> None:
    edit(directory, "categories.toml", 'department = "registration"', 'department = "nowhere"')
    edit(directory, "calendars.toml", 'sunday = ["08:00-21:00"]', 'sunday = ["21:00-08:00", "x"]')
    edit(directory, "offices.toml", '"+966501380380"', '"966501380380"')
    edit(directory, "incidents.toml", "major_rooms = 3", "major_rooms = 1\nmajors = 2")
    faults = faults_of(directory)
    assert [(fault.file, fault.key) for fault in faults] == [
        ("calendars.toml", "calendars.contact_centre.weekly.sunday[0]"),
        ("calendars.toml", "calendars.contact_centre.weekly.sunday[1]"),
        ("categories.toml", "categories.joining.department"),
        ("incidents.toml", "incidents.major_rooms"),
        ("incidents.toml", "incidents.majors"),
        ("offices.toml", "offices.administrative_manager.phone"),
    ]


def test_an_unreadable_file_is_not_held_against_those_that_name_its_tables(directory: Path) -> None:
    edit(directory, "departments.toml", "[departments.technical]", "[departments.technical")
    edit(directory, "duty.toml", 'end = "07:00"', 'end = "7"')
    (directory / "channels.toml").write_bytes("# نداء\n[channels]\nx = '".encode() + b"\xff'")
    assert [(fault.file, fault.line) for fault in faults_of(directory)] == [
        ("channels.toml", 3),
        ("departments.toml", 12),
        ("duty.toml", 38),
    ]


def test_whole_tables_that_are_missing_have_no_line(directory: Path) -> None:
    (directory / "certificate.toml").unlink()
    assert faults_of(directory) == [Fault(".", 0, "certificate", "missing")]


def test_a_directory_without_policy_is_refused(tmp_path: Path) -> None:
    assert "holds no .toml file" in faults_of(tmp_path)[0].reason
    assert "holds no .toml file" in faults_of(tmp_path / "nowhere")[0].reason


@pytest.mark.parametrize("section", ["kinds", "offices", "duty", "calendars", "closures", "targets", "certificate"])
@pytest.mark.parametrize("nonsense", ["1", "[1, 2]", "'text'", "{ a = 1 }", "[{ a = [[]] }]"])
def test_nonsense_in_place_of_a_table_is_a_fault_and_never_a_crash(tmp_path: Path, section: str, nonsense: str) -> None:
    (tmp_path / "all.toml").write_text(f"{section} = {nonsense}", encoding="utf-8")
    faults = faults_of(tmp_path)
    assert any(fault.key.startswith(section) and fault.line == 1 for fault in faults)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_value_replaced_by_nonsense_is_judged_and_never_a_crash(draw: st.DataObject) -> None:
    document = gathered(shipped())
    holder: Any = document.data
    key = draw.draw(st.sampled_from(sorted(holder)))
    while isinstance(holder[key], (dict, list)) and holder[key] and draw.draw(st.booleans()):
        holder = holder[key]
        key = draw.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    holder[key] = draw.draw(st.sampled_from([7, -1.5, "x", "", [], {}, [1], [{}], {"ar": 1}, True, date(2027, 1, 1)]))
    with suppress(PolicyError):
        judged(document)


def test_faults_survive_a_process_boundary() -> None:
    error = PolicyError([Fault("a.toml", 3, "x", "missing")])
    assert pickle.loads(pickle.dumps(error)).faults == error.faults


def test_the_digest_follows_values_and_not_the_way_they_are_written(directory: Path) -> None:
    before = load(directory).digest
    assert before == load(shipped()).digest
    assert len(before) == 64

    edit(directory, "certificate.toml", "[certificate]\n", "# a remark\n\n[certificate]\nsource   =   'not verified'\n")
    edit(directory, "certificate.toml", 'source = "not verified"\n', "")
    (directory / "duty.toml").rename(directory / "z.toml")
    assert load(directory).digest == before

    edit(directory, "incidents.toml", 'window = "10m"', 'window = "9m"')
    assert load(directory).digest != before


def test_contents_keep_every_file_with_its_name(directory: Path) -> None:
    kept = contents(directory)
    for file in directory.glob("*.toml"):
        assert f"# ===== {file.name} =====" in kept
        assert file.read_text(encoding="utf-8") in kept


def test_a_ramadan_override_with_split_shifts_until_midnight(directory: Path) -> None:
    (directory / "ramadan.toml").write_text(OVERRIDE, encoding="utf-8")
    policy = load(directory)
    (override,) = policy.calendars["plain"].overrides
    assert (override.first, override.last) == (date(2027, 2, 8), date(2027, 3, 8))
    assert override.weekly == {6: (DayWindow(600, 780), DayWindow(1260, 1440))}
    assert policy.calendars["contact_centre"].overrides == ()


def test_the_commented_ramadan_example_is_a_valid_one(directory: Path) -> None:
    path = directory / "calendars.toml"
    text = path.read_text(encoding="utf-8")
    head, _, example = text.partition("# [[overrides]]")
    example = "\n".join(line.removeprefix("#").strip() for line in ("# [[overrides]]" + example).splitlines())
    path.write_text(head + example, encoding="utf-8")
    assert [len(load(directory).calendars[key].overrides) for key in ("plain", "contact_centre", "always")] == [1, 1, 0]


def test_absences_decide_between_head_and_deputy(directory: Path) -> None:
    edit(
        directory,
        "departments.toml",
        'email = "training-head@example.invalid"',
        'email = "training-head@example.invalid"\nabsences = [{ first = 2026-12-06, last = 2026-12-10 }]',
    )
    training = load(directory).departments["training"]
    assert training.answers_on(date(2026, 12, 10))[0] == "deputy"
    assert training.answers_on(date(2026, 12, 11))[0] == "head"


def test_a_lone_lms_user_is_a_contact(directory: Path) -> None:
    edit(directory, "departments.toml", 'email = "training-head@example.invalid"', 'lms_user = "moodle:12"')
    assert load(directory).departments["training"].head.contact.lms_user == "moodle:12"


def test_values_arrive_with_their_units() -> None:
    policy = load(shipped())
    assert policy.incidents.window == timedelta(minutes=10)
    assert policy.quiet_hours.start == time(22)
    assert policy.reopen_within == timedelta(days=14)
    assert policy.certificate.attendance_threshold == 0.75
    assert policy.certificate.verified_on is None
    assert policy.calendars["plain"].weekly[6] == (DayWindow(480, 1260),)


def test_a_policy_of_before_the_desk_s_tables_starts_as_it_is(directory: Path) -> None:
    for name in ("desk.toml", "attachments.toml"):
        (directory / name).unlink()
    found = load(directory)
    assert found.desk.calls.calendar == found.offices["contact_centre"].calendar
    assert found.desk.alerts["referred"].ar
    assert found.desk.ready == ()
