"""A real Moodle of one's own, whose sidecar fails as it is told (CONTRIBUTING.md, "Against a real Moodle").

Beside what `tests.live.moodle_visitor.TestMoodle` names, the accounts have `cli`, the command (a list) that runs one of
Moodle's scripts as its web server's user; `php`, the same for plain PHP; `root`, Moodle's folder; `other_room`, that of
another course; and `fake_sidecar`, the port of loopback that the plugin's setting `url` points to.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.moodle_visitor import TestMoodle
from tests.lms_plugin.moodle.fake_sidecar import FakeSidecar

OLD = "whsec_" + base64.b64encode(b"the old secret of a Moodle under test").decode()
NEW = "whsec_" + base64.b64encode(b"the new secret of a Moodle under test").decode()


class Moodle:
    """The Moodle under test: its people, its scripts, its outbox."""

    def __init__(self, named: TestMoodle) -> None:
        self.named = named
        self.accounts = named.accounts

    def cli(self, script: str, *arguments: str) -> str:
        """What one of Moodle's scripts prints."""
        done = subprocess.run(
            [*self.accounts["cli"], script, *arguments], capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode:
            raise AssertionError(f"{script}: {done.stdout[-1500:]} {done.stderr[-1500:]}")
        return done.stdout

    def setting(self, name: str, value: str) -> None:
        """Changes a setting of the plugin."""
        self.cli("admin/cli/cfg.php", "--component=local_nidaa", f"--name={name}", f"--set={value}")

    def php(self, code: str) -> str:
        """Runs a few lines inside Moodle."""
        script = f"define('CLI_SCRIPT', true); require('{self.accounts['root']}/config.php'); {code}"
        done = subprocess.run(
            [*self.accounts["php"], "-r", script], capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode:
            raise AssertionError(done.stdout[-1500:] + done.stderr[-1500:])
        return done.stdout

    def rows(self, *ids: str) -> list[dict[str, Any]]:
        """Rows of the outbox, as stored."""
        listed = ",".join(f"'{one}'" for one in ids)
        found = f"$DB->get_records_select('local_nidaa_outbox', \"itemid IN ({listed})\")"
        rows: list[dict[str, Any]] = json.loads(self.php(f"global $DB; echo json_encode(array_values({found}));"))
        return rows

    def forward(self) -> str:
        """Cron's task, with every row due now."""
        self.php("global $DB; $DB->execute('UPDATE {local_nidaa_outbox} SET nexttry = 0, leaseuntil = 0');")
        return self.cli("admin/cli/scheduled_task.php", r"--execute=\local_nidaa\task\forward_outbox")

    def calm(self) -> None:
        """Nothing waits, and nothing is known of the sidecar."""
        self.php(
            "global $DB; $DB->delete_records('local_nidaa_outbox'); cache::make('local_nidaa', 'breaker')->purge();"
        )


@pytest.fixture(scope="session")
def moodle() -> Moodle:
    """The Moodle that the environment names."""
    if "NIDAA_TEST_MOODLE_URL" not in os.environ:
        pytest.skip("no NIDAA_TEST_MOODLE_URL")
    named = TestMoodle.named()
    if "fake_sidecar" not in named.accounts:
        pytest.skip("the accounts name no fake_sidecar")
    return Moodle(named)


@pytest.fixture
def fake(moodle: Moodle) -> Iterator[FakeSidecar]:
    """Its sidecar, which works until told otherwise."""
    moodle.calm()
    sidecar = FakeSidecar(int(moodle.accounts["fake_sidecar"]), NEW)
    moodle.php(
        f"set_config('secret', '{NEW}', 'local_nidaa'); set_config('previoussecret', '', 'local_nidaa');"
        " unset_config('alarm', 'local_nidaa');"
    )
    yield sidecar
    sidecar.stop()
