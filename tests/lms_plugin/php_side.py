"""PHP as Python's tests call it: the plugin's classes that need no Moodle, and PHP's own checks."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.lacking import lacking
from tests.servers import NotInstalled

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "lms_plugin/moodle/local_nidaa"
HERE = Path(__file__).parent / "php"
_PACKAGES = {"php": "php-cli", "phpunit": "phpunit"}


def program(name: str) -> str:
    """The path of `php` or `phpunit`; a machine without it skips and says so, CI fails."""
    found = shutil.which(name)
    if found is None:
        try:
            raise NotInstalled(_PACKAGES[name])
        except NotInstalled as error:
            lacking(str(error), "the Moodle plugin's PHP")
    assert found is not None
    return found


def run(*command: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A program run to its end."""
    return subprocess.run([str(part) for part in command], input=given, capture_output=True, timeout=100, check=False)


def speak(what: str, **asked: Any) -> Any:
    """The plugin's answer to a question."""
    ended = run(program("php"), HERE / "speak.php", what, given=json.dumps(asked).encode())
    if ended.returncode != 0 or ended.stderr:
        pytest.fail(f"{ended.stdout.decode()}\n{ended.stderr.decode()}")
    return json.loads(ended.stdout)
