"""Worlds for steps: a runtime over a real database with a clock that tests turn, and reports to put into it."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.lms.fake import FakeLms
from adapters.lms.port import Lms
from sidecar.domain.report import Activity, Channel, Course, Kind, Page, Place, Report, Reporter, Role, Symptom
from sidecar.domain.steps import Lane
from sidecar.policy import load
from sidecar.runtime import DEFAULT_LEASES, Runtime
from sidecar.store.database import Database
from sidecar.tasks.drain import drain

SITE = "academy"
# A Sunday, 17:03 in Riyadh: the desk is open.
NOON = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)
POLICY = load.load(load.shipped())


@dataclass
class Clock:
    """Time that moves when a test says so."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        """Let time pass; keywords as `timedelta`."""
        self.at += timedelta(**by)
        return self.at


@dataclass
class World:
    """A runtime and what stands around it."""

    runtime: Runtime
    clock: Clock
    woken: list[Lane] = field(default_factory=list)

    def drain(self) -> int:
        """Work every lane until all are empty; returns how many rows were worked."""
        total = 0
        while worked := sum(drain(self.runtime, lane, batches=20) for lane in Lane):
            total += worked
            if total > 100_000:
                raise AssertionError("the lanes never end")
        return total


def world(database: Database, *, lms: Mapping[str, Lms] | None = None, **changes: Any) -> World:
    """A world over `database`, with a fake LMS for `SITE` unless told otherwise."""
    clock = Clock()
    data_dir = Path(tempfile.mkdtemp(prefix="nidaa-data-"))
    woken: list[Lane] = []
    runtime = Runtime(
        db=database,
        intake_db=database,
        clock=clock,
        policy=POLICY,
        lms={SITE: FakeLms(SITE, clock=clock)} if lms is None else lms,
        wake=woken.append,
        leases=DEFAULT_LEASES,
        base_url="https://nidaa.example",
        tracking_secret=b"a secret for the tests' tracking links",
        data_dir=data_dir,
        files=data_dir / "attachments",
    )
    made = World(replace(runtime, **changes), clock, woken)
    weakref.finalize(made, shutil.rmtree, data_dir, ignore_errors=True)
    return made


def report(**changes: Any) -> Report:
    """A trainee's "I hear nothing" from the room, changed as told; `by` sets the reporter's id."""
    by = changes.pop("by", "21")
    plain: dict[str, Any] = {
        "site_id": SITE,
        "id": uuid.uuid4(),
        "kind": Kind.SESSION_PROBLEM,
        "locale": "ar",
        "channel": Channel.IN_ROOM,
        "reporter": Reporter(id=by, role=Role.TRAINEE, name="أحمد القحطاني"),
        "place": Place(
            page=Page.CLASSROOM,
            course=Course("2", "CRS-CYB-101-R7", "دورة الأمن السيبراني التأسيسية"),
            activity=Activity("3", "bigbluebuttonbn", "القاعة المباشرة"),
        ),
        "occurred_at": NOON,
        "received_at": NOON,
        "symptom": Symptom.NO_SOUND,
    }
    return Report(**(plain | changes))
