"""The embedded broker: kombu's filesystem transport, made safe against whoever reads, or dies, in mid-write.

kombu's own writes a message under the name that readers look for, and fails on one that is not whole yet: under load
a worker ended itself over a hint that a web process was just writing, and a web process killed in mid-write would have
left one for every worker to stumble on [both measured].
"""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """Messages appear whole or not at all, and are taken by whoever unlinks them."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # as kombu's own does
        folder = Path(self.data_folder_out)
        # The numbers in front keep the order in which messages were put.
        name = f"{time.monotonic_ns()}_{uuid.uuid4()}"
        part = folder / f"{name}.part"
        part.write_text(json.dumps(payload), encoding="utf-8")
        part.rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for file in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            try:
                text = file.read_text(encoding="utf-8")
                file.unlink()
            except FileNotFoundError:  # another worker was faster
                continue
            try:
                return json.loads(text)
            except ValueError:  # torn by a power loss; a hint less, and the sweep finds the work
                continue
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        try:
            super()._queue_bind(exchange, routing_key, pattern, queue)  # type: ignore[no-untyped-call]
        except ValueError:  # a table torn by a kill; ours hold one line each, which is written anew
            Path(self.control_folder, f"{exchange}.exchange").unlink(missing_ok=True)
            super()._queue_bind(exchange, routing_key, pattern, queue)  # type: ignore[no-untyped-call]


class Transport(filesystem.Transport):
    """For Celery's `broker_transport`."""

    Channel = Channel
