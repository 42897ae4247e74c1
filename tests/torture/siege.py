"""A deployment under load whose parts are killed one after the other, and what stands when it is over."""

from __future__ import annotations

import contextlib
import math
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy.exc import SQLAlchemyError

from sidecar.domain.steps import Lane
from sidecar.runtime import DEFAULT_LEASES
from sidecar.tasks.clockwork import BEAT
from tests import servers
from tests.live.deployment import Deployment, family, kill
from tests.live.ledger import Ledger
from tests.live.letters import LmsWithLetters
from tests.torture import audit
from tests.torture.schedule import Blow
from tests.torture.senders import Senders

# What the bar allows after the last kill: the lane's lease, a sweep, and two seconds (speed-and-durability.md, line 5).
RECOVERY = {lane: lease.total_seconds() + BEAT + 2 for lane, lease in DEFAULT_LEASES.items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a siege showed.

    Attributes:
        recovered: lane → seconds from the last kill until everything that waited in it then was done.
    """

    sent: int
    faults: list[str]
    recovered: dict[Lane, float]


class Siege:
    """One deployment and its servers.

    Args:
        on: `sqlite` (and the filesystem broker) or `postgres` (and Redis).
        postgres: a server to use; the siege kills and starts it.
    """

    def __init__(
        self, on: str, folder: Path, seed: int, *, postgres: servers.Postgres | None = None,
        redis: servers.Redis | None = None,
    ) -> None:  # fmt: skip
        self._draw = random.Random(seed)
        self._seed = seed
        self._postgres, self._redis = postgres, redis
        self.lms = LmsWithLetters(takes=0.05)
        database_url = ""
        if postgres is not None:
            name = f"torture{os.getpid()}_{seed}_{int(time.time())}"
            postgres.sql(f"CREATE DATABASE {name}")
            database_url = postgres.url(name)
        self.deployment = Deployment(
            folder, lms_url=self.lms.url, database_url=database_url, broker_url=redis.url if redis else ""
        )
        self.ledger = Ledger(self.deployment.database_url)
        self.victims: dict[str, Callable[[float], None]] = {
            "web": self._hit_web,
            "web-child": self._hit_web_child,
            "worker": self._hit_worker,
            "broker": self._hit_redis if on == "postgres" else self._hit_folders,
        }
        if on == "postgres":
            self.victims["database"] = self._hit_database

    def run(self, blows: Sequence[Blow], seconds: float, *, say: Callable[[str], None] = print) -> Outcome:
        """Load for `seconds` while the blows fall; then wait for the recovery and look at everything."""
        self.deployment.start_web()
        self.deployment.start_worker()
        senders = Senders(self.deployment.port, self._seed)
        senders.start()
        started = time.monotonic()
        last = datetime.now(UTC)
        for blow in blows:
            self._until(started + blow.at)
            say(f"{time.monotonic() - started:7.2f} s: {blow.what}")
            if blow.what == "lms":
                self._lms_down(blow.for_seconds)
            else:
                last = datetime.now(UTC)
                self.victims[blow.what](blow.for_seconds)
        recovered = self._recovery(last)
        self._until(started + seconds)
        senders.finish(60)
        # What a step puts is waited for, too: a report that is assessed late is acknowledged later still.
        while self._recovery(put := datetime.now(UTC)) and self.ledger.busy_lanes(datetime.now(UTC)):
            if (datetime.now(UTC) - put).total_seconds() > max(RECOVERY.values()):
                break
        return Outcome(len(senders.answers.tried), audit.faults(self.ledger, senders.answers), recovered)

    def _until(self, moment: float) -> None:
        """Wait, and see to it that all runs."""
        while time.monotonic() < moment:
            self._supervise()
            time.sleep(max(0.0, min(0.2, moment - time.monotonic())))

    def _recovery(self, since: datetime) -> dict[Lane, float]:
        """Lane → seconds from `since` until nothing waited in it that was put before."""
        waiting = set(Lane)
        recovered = dict.fromkeys(Lane, math.inf)
        for _ in range(round(10 * max(RECOVERY.values())) + 50):
            self._supervise()
            with contextlib.suppress(SQLAlchemyError):
                done = waiting - self.ledger.busy_lanes(since)
                took = round((datetime.now(UTC) - since).total_seconds(), 1)
                recovered |= dict.fromkeys(done, took)
                waiting -= done
            if not waiting:
                break
            time.sleep(0.1)
        return recovered

    def _supervise(self) -> None:
        """Start again what ended by itself, as systemd would: a process may give up while its database is away."""
        deployment = self.deployment
        if deployment.web is not None and deployment.web.poll() is not None:
            deployment.start_web(wait=False)
        if deployment.worker is not None and deployment.worker.poll() is not None:
            deployment.start_worker(wait=False)

    def _hit_web(self, down: float) -> None:
        if self.deployment.web is not None:
            kill(self.deployment.web)
        time.sleep(down)
        self.deployment.start_web(wait=False)

    def _hit_web_child(self, _down: float) -> None:
        """One of the two web processes; gunicorn's master starts another."""
        if self.deployment.web is None:
            return
        children = family(self.deployment.web)[1:]
        if children:
            with contextlib.suppress(psutil.NoSuchProcess):
                self._draw.choice(children).kill()

    def _hit_worker(self, down: float) -> None:
        if self.deployment.worker is not None:
            kill(self.deployment.worker)
        time.sleep(down)
        self.deployment.start_worker(wait=False)

    def _hit_folders(self, _down: float) -> None:
        """The embedded broker has no process to kill; it loses all that it holds."""
        for file in (self.deployment.folder / "data" / "broker" / "messages").iterdir():
            file.unlink(missing_ok=True)

    def _hit_redis(self, down: float) -> None:
        assert self._redis is not None
        self._redis.process.kill()
        self._redis.process.wait(10)
        time.sleep(down)
        self._redis.start()

    def _hit_database(self, down: float) -> None:
        assert self._postgres is not None
        backends = psutil.Process(self._postgres.pid).children()
        os.kill(self._postgres.pid, signal.SIGKILL)
        self._postgres.reap()
        # They notice by themselves that their postmaster is gone; a new one refuses to start before they have.
        psutil.wait_procs(backends, timeout=20)
        time.sleep(down)
        for _ in range(5):
            with contextlib.suppress(TimeoutError, subprocess.SubprocessError):
                self._postgres.start()
                return
        raise RuntimeError("PostgreSQL does not start again")

    def _lms_down(self, seconds: float) -> None:
        """The LMS goes down now and comes back by itself; the siege goes on meanwhile."""
        self.lms.is_up = False

        def up() -> None:
            self.lms.is_up = True

        threading.Timer(seconds, up).start()

    def end(self) -> None:
        """Take everything down."""
        self.deployment.stop()
        self.ledger.close()
        self.lms.stop()
