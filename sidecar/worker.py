"""`nidaa worker`: drains every lane and carries a clock. Any number of them may run."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import structlog
from celery.signals import worker_ready, worker_shutting_down

from sidecar import celery_app, heartbeat, logs, wiring
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.settings import Settings
from sidecar.store import proofs
from sidecar.tasks.clockwork import Clockwork
from sidecar.tasks.drain import Drains
from sidecar.tasks.reading_apart import Apart

log = structlog.get_logger(__name__)


def run(settings: Settings) -> None:
    """Serve until stopped; a kill at any moment loses nothing that is in a row."""
    logs.configure()
    # A lane that holds SQLite's lock asks for the interpreter after each statement; at the usual 5 ms each, behind a
    # lane that reads an LMS's answer, web processes would wait for tens of milliseconds.
    sys.setswitchinterval(0.0005)
    app = celery_app.make_celery(settings)
    hints = celery_app.Hints(app)
    runtime = wiring.build(settings, wake=hints.wake)
    _keep_policy(settings, runtime)
    drains = Drains(runtime)
    celery_app.register(app, drains.work)
    reading = Apart()
    clockwork = Clockwork(runtime, drains, completed=partial(heartbeat.beat, settings), reading=reading)

    # The clock beats from the very start: what a killed worker left must not wait for a broker to answer.
    clockwork.start()

    @worker_ready.connect(weak=False)
    def ready(**_: Any) -> None:
        log.info("worker_ready", lanes=[str(lane) for lane in Lane])

    @worker_shutting_down.connect(weak=False)
    def stopping(**_: Any) -> None:
        clockwork.stop()
        reading.stop()

    app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            f"--concurrency={len(Lane) + 1}",
            "--queues=" + ",".join(celery_app.queue_of(lane) for lane in Lane),
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=WARNING",
        ]
    )


def _keep_policy(settings: Settings, runtime: Runtime) -> None:
    with runtime.db.write() as conn:
        proofs.keep_policy(conn, runtime.policy.digest, wiring.policy_text(settings), runtime.clock())
