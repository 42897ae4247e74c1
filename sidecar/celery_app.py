"""Celery carries hints: "there is work in this lane". The rows are the queue (architecture.md, decision 1)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from celery import Celery

from sidecar.domain.steps import Lane
from sidecar.settings import Settings
from sidecar.tasks.folders import Transport

log = structlog.get_logger(__name__)

DRAIN = "nidaa.drain"
_GATHER = 0.02  # seconds in which the presses of a moment become one hint
# Seconds between hints for a lane. Its worker drains until nothing is left, so more of them say nothing new and, at
# fifty a second from each process, cost web and worker a tenth of a core each.
_SPACING = 0.2
_HINT_LIVES = 30  # seconds; an older hint says nothing the sweep has not found


def make_celery(settings: Settings) -> Celery:
    """The Celery application, on the embedded filesystem transport or on a broker by URL."""
    app = Celery("nidaa", broker=settings.broker_url, set_as_current=False)
    app.conf.update(
        task_default_queue=queue_of(Lane.ASSESS),
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        # Nothing waits for a broker: a hint that cannot be sent is dropped, and the sweep finds the work.
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=2,
        task_publish_retry=False,
        broker_transport=Transport if settings.embedded_broker else None,
        broker_transport_options=_transport(settings),
    )
    return app


def _transport(settings: Settings) -> dict[str, object]:
    if not settings.embedded_broker:
        return {"socket_connect_timeout": 2, "socket_timeout": 5, "max_retries": 1}
    folders = {name: settings.data_dir / "broker" / name for name in ("messages", "control")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folders["messages"]),
        "data_folder_out": str(folders["messages"]),
        "control_folder": str(folders["control"]),
        "store_processed": False,
        "polling_interval": 0.1,
    }


def queue_of(lane: Lane) -> str:
    """The Celery queue of a lane."""
    return f"nidaa.{lane}"


def register(app: Celery, work: Callable[[Lane], int]) -> None:
    """The one task: drain a lane."""

    @app.task(name=DRAIN, acks_late=True, ignore_result=True)
    def drain(*, lane: str) -> None:
        work(Lane(lane))


class Hints:
    """Sends hints from a thread of its own; many for one lane become one, and a failure is nobody's problem."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._lanes: set[Lane] = set()
        self._lock = threading.Lock()
        self._waiting = threading.Event()
        self._sender: threading.Thread | None = None
        self._failing = False

    def wake(self, lane: Lane) -> None:
        """Hint that a lane has work. Never waits, never fails."""
        if lane in self._lanes:  # what a busy web process asks thousands of times a second
            return
        with self._lock:
            self._lanes.add(lane)
            if self._sender is None or not self._sender.is_alive():
                self._sender = threading.Thread(target=self._send, name="hints", daemon=True)
                self._sender.start()
        self._waiting.set()

    def _send(self) -> None:
        while True:
            self._waiting.wait()
            # The first press of a moment is delayed by as much as the others are given to join it.
            self._pause(_GATHER)
            with self._lock:
                lanes, self._lanes = self._lanes, set()
                self._waiting.clear()
            for lane in sorted(lanes):
                self._publish(lane)
            self._pause(_SPACING)

    def _publish(self, lane: Lane) -> None:
        try:
            self._app.send_task(
                DRAIN, kwargs={"lane": lane.value}, queue=queue_of(lane), expires=_HINT_LIVES, retry=False
            )
            self._failing = False
        except Exception as error:  # whatever a broker library raises: the sweep finds the work
            if not self._failing:
                log.warning("hints_not_sent", error=type(error).__name__)
            self._failing = True

    @staticmethod
    def _pause(seconds: float) -> None:
        threading.Event().wait(seconds)
