"""`nidaa people`, run as somebody at a shell runs it, and what `nidaa check` says of the staff."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sidecar.settings import Settings
from sidecar.store import credentials
from sidecar.store.database import Database


@pytest.fixture
def shell(tmp_path: Path):
    """Runs a command of ours in a house of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIDAA_")} | {
        "NIDAA_DATA_DIR": str(tmp_path),
        "NIDAA_SECRET_KEY": "k" * 40,
    }

    def run(*command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sidecar", *command], env=environment, input=typed, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip

    assert run("db", "upgrade").returncode == 0
    return run


def test_somebody_is_added_changed_ended_and_let_in_again(shell, tmp_path: Path) -> None:
    added = shell("people", "add", "huda", "--name", "هدى السالم", "--role", "administrator")
    assert added.returncode == 0, added.stderr
    key, line = added.stdout.splitlines()
    first = line.rpartition(": ")[2]
    assert key.startswith("local:")
    assert len(first) >= 12
    where = Settings.from_env({"NIDAA_DATA_DIR": str(tmp_path), "NIDAA_SECRET_KEY": "k" * 40}).database_url
    database = Database(where)
    with database.read() as conn:
        hashes = [str(value) for row in conn.execute(credentials.credentials.select()) for value in row]
    database.dispose()
    assert first not in " ".join(hashes)
    assert shell("people", "add", "fahd", "--name", "فهد", "--role", "agent_2").returncode == 0
    assert shell("people", "change", "fahd", "--role", "department_head").returncode == 1  # which department?
    assert shell("people", "change", "fahd", "--role", "department_head", "--department", "training").returncode == 0
    listed = shell("people", "list").stdout
    assert "department_head" in listed
    assert "training" in listed
    assert shell("people", "end", "fahd").returncode == 0
    assert "ended" in shell("people", "list").stdout
    assert shell("people", "back", "fahd").returncode == 0
    assert "ended" not in shell("people", "list").stdout


def test_what_cannot_be_is_refused_with_its_field_and_nothing_is_changed(shell) -> None:
    shell("people", "add", "huda", "--name", "هدى", "--role", "administrator")
    last = shell("people", "end", "huda")
    assert last.returncode == 1
    assert "nidaa: " in last.stderr
    assert "ended" not in shell("people", "list").stdout
    twice = shell("people", "add", "HUDA", "--name", "أخرى", "--role", "agent_1")
    assert twice.returncode == 1
    assert "username" in twice.stderr
    nobody = shell("people", "end", "nobody")
    assert nobody.returncode == 1
    assert "nobody of that name" in nobody.stderr
    assert shell("people", "password", "huda", typed="short\n").returncode == 1
    assert shell("people", "password", "huda", typed="a-long-and-odd-phrase\n").returncode == 0
    made = shell("people", "password", "huda", "--make")
    assert made.returncode == 0
    assert len(made.stdout.strip()) >= 12


def test_the_check_names_the_offices_that_nobody_holds(shell) -> None:
    before = shell("check").stdout
    assert "staff: administrator" in before
    assert "staff: agent_2" in before
    shell("people", "add", "huda", "--name", "هدى", "--role", "administrator")
    after = shell("check").stdout
    assert "staff: administrator:" not in after
    assert "staff: agent_2" in after
