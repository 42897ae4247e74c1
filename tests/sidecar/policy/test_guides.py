"""Guides are checked at start-up: in both languages, of a service that there is, with nothing that is not read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sidecar.domain.contact import choosable
from sidecar.domain.guides import LOCALES
from sidecar.policy.check import report
from sidecar.policy.faults import PolicyError
from sidecar.policy.load import load, shipped

GOOD = "---\ntitle: Signing in\ncategory: login\norder: 10\n---\nText.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An institute with one guide of its own."""
    shutil.copytree(shipped(), tmp_path / "policy")
    shutil.rmtree(tmp_path / "policy/guides")
    for locale in LOCALES:
        (tmp_path / "policy/guides" / locale).mkdir(parents=True)
        (tmp_path / "policy/guides" / locale / "one.md").write_text(GOOD, encoding="utf-8")
    return tmp_path / "policy"


def test_every_covered_service_has_a_guide_in_both_languages() -> None:
    policy = load(shipped())
    covered = {one.key for one in choosable(policy) if one.clause == "P11"}
    assert len(covered) == 9
    for locale in LOCALES:
        assert {one.category for one in policy.guides if one.locale == locale} >= covered
    assert {one.slug for one in policy.guides if one.locale == "ar"} == {
        one.slug for one in policy.guides if one.locale == "en"
    }


def test_an_institutes_own_stand_alone(folder: Path) -> None:
    assert [(one.slug, one.title, one.plain) for one in load(folder).guides] == [("one", "Signing in", "Text.")] * 2


def test_without_a_folder_those_that_ship_are_taken_as_far_as_they_fit(folder: Path) -> None:
    shutil.rmtree(folder / "guides")
    assert len(load(folder).guides) == len(load(shipped()).guides)


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ("Text.\n", 1, "(header)", "begins with a line ---"),
        ("---\ntitle: x\n", 1, "(header)", "begins with a line ---"),
        (GOOD.replace("title: Signing in\n", ""), 1, "title", "title of at most"),
        (GOOD.replace("login", "logn"), 3, "category", "'logn'"),
        (GOOD.replace("10", "first"), 4, "order", "number"),
        (GOOD.replace("order", "colour"), 4, "colour", "title, category, order"),
        (GOOD.replace("Text.", ""), 6, "(text)", "says nothing"),
        (GOOD + "\n# Big\n", 8, "(text)", "##"),
        (GOOD + "\n<script>alert(1)</script>\n", 8, "(text)", "HTML"),
        (GOOD + "\na <b>b</b>\n", 8, "(text)", "HTML"),
        (GOOD + "\n![x](https://e.sa/x.png)\n", 8, "(text)", "picture"),
        (GOOD + "\n[x](ftp://e.sa)\n", 8, "(text)", "not to"),
        (GOOD + "\n[x](http://e.sa)\n", 8, "(text)", "not to"),
        (GOOD + "\n[x](nowhere)\n", 8, "(text)", "not to"),
        (GOOD + "x" * 20_001, 6, "(text)", "letters"),
    ],
)
def test_what_makes_no_sense_is_said_with_file_and_line(
    folder: Path, text: str, line: int, key: str, reason: str
) -> None:
    (folder / "guides/en/one.md").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load(folder)
    found = [one for one in refused.value.faults if one.key == key and "/en/" in one.file]
    assert [(one.file, one.line) for one in found] == [("guides/en/one.md", line)], refused.value
    assert reason in found[0].reason
    lines, sound = report(folder)
    assert not sound
    assert any(told.startswith(f"guides/en/one.md:{line}: {key}: ") for told in lines)


def test_a_guide_in_one_language_is_a_fault(folder: Path) -> None:
    (folder / "guides/en/one.md").rename(folder / "guides/en/two.md")
    with pytest.raises(PolicyError) as refused:
        load(folder)
    assert {(one.file, one.reason) for one in refused.value.faults} == {
        ("guides/ar/one.md", "there is no guides/en/one.md"), ("guides/en/two.md", "there is no guides/ar/two.md"),
    }  # fmt: skip


def test_both_languages_agree_on_the_service(folder: Path) -> None:
    (folder / "guides/en/one.md").write_text(GOOD.replace("login", "joining"), encoding="utf-8")
    with pytest.raises(PolicyError, match="another category"):
        load(folder)


def test_a_bad_name_and_what_is_no_text(folder: Path) -> None:
    for locale in LOCALES:
        (folder / "guides" / locale / "Two Words.md").write_text(GOOD, encoding="utf-8")
    (folder / "guides/en/one.md").write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError) as refused:
        load(folder)
    assert {one.file for one in refused.value.faults} == {
        "guides/ar/Two Words.md", "guides/en/Two Words.md", "guides/en/one.md",
    }  # fmt: skip
