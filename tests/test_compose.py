"""docker-compose.yml: what it says, and whether the commands it names work.

No container engine runs where these tests run, so the images are never built or started here. What can be tried is: the
very commands and health checks of the file, with its environment, against Debian's PostgreSQL and Redis of the same
major versions in place of the two images.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests import servers
from tests.live.deployment import end
from tests.live.presses import SECRET, SITE, Press, press

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("migrate", "web", "worker")
_NOT_KEPT = {
    "Connection": "close"
}  # a connection that is kept would hold up the end of `web` by its graceful ten seconds

# ${NAME}, ${NAME:-default}, ${NAME:?why it is needed}
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?:(?P<mode>:[-?])(?P<rest>[^}]*))?\}")


def interpolated(text: str, values: dict[str, str]) -> str:
    """Text as compose fills it in; a required variable without a value is an error, as there."""

    def value(found: re.Match[str]) -> str:
        name, mode, rest = found["name"], found["mode"], found["rest"]
        if values.get(name):
            return values[name]
        if mode == ":-":
            return str(rest)
        raise KeyError(name)

    return _VARIABLE.sub(value, text)


def secrets_in_plain_sight(services: dict[str, Any]) -> list[str]:
    """Where a value that must be secret stands in the file instead of a required variable."""
    found = []
    for service, said in services.items():
        for name, value in said.get("environment", {}).items():
            without = _VARIABLE.sub("", str(value))
            is_secret = re.search(r"PASSWORD|SECRET|TOKEN|_KEY$", name) is not None
            has_password = re.search(r"://[^/@]*:[^/@]+@", without) is not None
            required = all(m["mode"] == ":?" for m in _VARIABLE.finditer(str(value)))
            if has_password or (is_secret and (without or not required)):
                found.append(f"{service}.{name}")
    return found


def test_the_services_and_their_images() -> None:
    assert set(SERVICES) == {"migrate", "web", "worker", "postgres", "redis"}
    assert SERVICES["postgres"]["image"] == "postgres:15"
    assert SERVICES["redis"]["image"] == "redis:7"
    assert len({SERVICES[name]["image"] for name in OURS}) == 1
    assert all(SERVICES[name]["build"] == "." for name in OURS)
    stages = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert stages == ["python:3.11-slim-bookworm"] * 2


def test_redis_writes_down_what_it_is_told() -> None:
    command = SERVICES["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"


def test_everything_that_stays_up_is_watched_and_started_again() -> None:
    for name in set(SERVICES) - {"migrate"}:
        assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert SERVICES[name]["restart"] == "unless-stopped", name
    assert SERVICES["migrate"]["restart"] == "no"


def test_the_order_of_starting() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("web", "worker"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_data_lives_in_named_volumes() -> None:
    kept = {name: said["volumes"][0].partition(":") for name, said in SERVICES.items()}
    assert {volume for volume, _, _ in kept.values()} == set(COMPOSE["volumes"])
    assert kept["postgres"][2] == "/var/lib/postgresql/data"
    assert kept["redis"][2] == "/data"
    assert all(kept[name][2] == SERVICES[name]["environment"]["NIDAA_DATA_DIR"] for name in OURS)


def test_the_database_and_the_broker_are_reached_by_nobody_else() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]


def test_no_secret_stands_in_the_file() -> None:
    assert secrets_in_plain_sight(SERVICES) == []
    assert COMPOSE["secrets"]["sites"]["file"].startswith("${NIDAA_SITES_FILE:?")


def test_a_secret_in_the_file_would_be_seen() -> None:
    planted = {
        "a": {"environment": {"NIDAA_SECRET_KEY": "x" * 32}},
        "b": {"environment": {"NIDAA_DATABASE_URL": "postgresql://nidaa:hunter2@postgres/nidaa"}},
        "c": {"environment": {"POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:-nidaa}"}},
    }
    assert secrets_in_plain_sight(planted) == ["a.NIDAA_SECRET_KEY", "b.NIDAA_DATABASE_URL", "c.POSTGRES_PASSWORD"]


def test_what_the_operator_must_say_is_said_in_the_comments() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    comments = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    required = {found["name"] for found in _VARIABLE.finditer(text) if found["mode"] == ":?"}
    assert required == {"NIDAA_SECRET_KEY", "NIDAA_POSTGRES_PASSWORD", "NIDAA_BASE_URL", "NIDAA_SITES_FILE"}
    assert all(name in comments for name in required)


class Stack:
    """The file's commands on this machine: service names become loopback ports, container paths become folders."""

    def __init__(self, folder: Path, postgres: servers.Postgres, redis: servers.Redis) -> None:
        self.port = servers.free_port()
        self.data = folder / "data"
        self.data.mkdir()
        sites = folder / "sites.toml"
        sites.write_text(f'[sites.{SITE}]\nkind = "none"\nsecrets = ["{SECRET}"]\n', encoding="utf-8")
        postgres.sql("CREATE DATABASE nidaa")
        self._here = {
            "@postgres:5432/": f"@127.0.0.1:{postgres.port}/",
            "redis://redis:6379/": f"redis://127.0.0.1:{redis.port}/",
            "0.0.0.0:8080": f"127.0.0.1:{self.port}",
            "127.0.0.1:8080": f"127.0.0.1:{self.port}",
            "/run/secrets/sites": str(sites),
            "/data": str(self.data),
            "--host=127.0.0.1": f"--host=127.0.0.1 --port={postgres.port}",
            "redis-cli ": f"redis-cli -p {redis.port} ",
        }
        self._values = {
            "NIDAA_SECRET_KEY": "a key for tests, and for nothing else",
            "NIDAA_POSTGRES_PASSWORD": "lettersanddigits1",
            "NIDAA_BASE_URL": "https://nidaa.example.org",
        }
        self._folder = folder

    def _placed(self, text: str) -> str:
        for there, here in self._here.items():
            text = text.replace(there, here)
        return text

    def _environment(self, service: str) -> dict[str, str]:
        # Nothing of this machine but where programs are: a container has nothing else either.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        said = SERVICES[service].get("environment", {})
        return {"PATH": path, **{name: self._placed(interpolated(str(v), self._values)) for name, v in said.items()}}

    def start(self, service: str) -> subprocess.Popen[bytes]:
        """Start a service's command."""
        with (self._folder / f"{service}.log").open("ab") as log:
            return subprocess.Popen(
                SERVICES[service]["command"], env=self._environment(service), cwd=self.data,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def log(self, service: str) -> str:
        """What a service wrote."""
        return (self._folder / f"{service}.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def healthy(self, service: str) -> bool:
        """Whether a service's own health check says so."""
        check = SERVICES[service]["healthcheck"]
        kind, *command = check["test"]
        if kind == "CMD-SHELL":
            command = ["sh", "-c", self._placed(command[0])]
        elif command[0] == "pg_isready":
            command = [word for part in command for word in self._placed(part).split()]
        else:
            command = [self._placed(part) for part in command]
        try:
            run = subprocess.run(
                command, env=self._environment(service), cwd=self.data, capture_output=True, check=False,
                timeout=float(check["timeout"].removesuffix("s")),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return False
        return run.returncode == 0


@pytest.fixture
def stack(tmp_path: Path, postgres: servers.Postgres, redis: servers.Redis) -> Stack:
    """The commands of the file, over the servers of this session; its database goes with them."""
    return Stack(tmp_path, postgres, redis)


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.slow
def test_a_report_becomes_a_case_by_the_commands_of_the_file(stack: Stack) -> None:
    assert stack.healthy("postgres")
    assert stack.healthy("redis")
    assert not stack.healthy("web")
    assert not stack.healthy("worker")

    assert stack.start("migrate").wait(60) == 0, stack.log("migrate")
    started = []
    try:
        started = [stack.start("web"), stack.start("worker")]
        servers.wait_for(lambda: stack.healthy("web"), 60, "web")
        servers.wait_for(lambda: stack.healthy("worker"), 60, "worker")

        sent = press(course=2, room=3, person=21)
        url = f"http://127.0.0.1:{stack.port}/v1/reports"
        answer = requests.post(url, data=sent.body, headers=sent.headers() | _NOT_KEPT, timeout=10)
        assert answer.status_code == 202, answer.text
        servers.wait_for(lambda: _case(url, sent.id) is not None, 30, "the case")
        assert "hints_not_sent" not in stack.log("web"), "the broker was not reached"
    finally:
        for process in started:
            end(process)

    assert not stack.healthy("web")
    beats = list(stack.data.iterdir())
    assert [beat.suffix for beat in beats] == [".beat"], "the containers' other folders are read-only"
    half_a_minute_ago = time.time() - 31
    os.utime(beats[0], (half_a_minute_ago, half_a_minute_ago))
    assert not stack.healthy("worker")


def _case(url: str, report_id: uuid.UUID) -> str | None:
    """The case's number, asked as the site would: a GET signs the empty body."""
    answer = requests.get(f"{url}/{report_id}", headers=Press(report_id, b"").headers() | _NOT_KEPT, timeout=10)
    case: str | None = answer.json()["case"]
    return case
