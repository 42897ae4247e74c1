"""The plugin's PHP without Moodle: it parses, and what needs no Moodle passes its own tests."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.lms_plugin.php_side import HERE, PLUGIN, program, run

_OF_MOODLE = re.compile(
    r"\b(?:global|require|include|get_string|get_config|core_text|MOODLE_INTERNAL)\b|\$(?:DB|CFG|USER)\b"
)


def parses(file: Path) -> bool:
    """Whether PHP can read a file."""
    return run(program("php"), "-d", "display_errors=1", "-l", file).returncode == 0


def test_every_file_of_the_plugin_parses() -> None:
    program("php")
    files = sorted(PLUGIN.rglob("*.php")) + sorted(HERE.rglob("*.php"))
    assert len(files) > 40
    with ThreadPoolExecutor(8) as pool:
        unread = [str(file) for file, good in zip(files, pool.map(parses, files), strict=True) if not good]
    assert unread == []


def test_a_file_that_does_not_parse_is_found(tmp_path: Path) -> None:
    broken = tmp_path / "broken.php"
    broken.write_text("<?php class {")
    assert not parses(broken)


def test_what_needs_no_moodle_passes_its_tests() -> None:
    ended = run(program("phpunit"), "-c", HERE / "phpunit.xml")
    said = ended.stdout.decode() + ended.stderr.decode()
    assert ended.returncode == 0, said
    passed = re.search(r"^OK \((\d+) tests?, (\d+) assertions?\)$", said, re.MULTILINE)
    assert passed is not None, said
    assert int(passed[1]) > 100


def test_phpunit_without_tests_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "phpunit.xml").write_text((HERE / "phpunit.xml").read_text())
    (tmp_path / "bootstrap.php").write_text("<?php\n")
    assert run(program("phpunit"), "-c", tmp_path / "phpunit.xml").returncode != 0


@pytest.mark.parametrize("file", sorted((PLUGIN / "classes/wire").glob("*.php")), ids=lambda f: f.name)
def test_the_wire_knows_nothing_of_moodle(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    assert _OF_MOODLE.findall(code) == []
    assert re.search(r"^namespace local_nidaa\\wire;$", code, re.MULTILINE)
