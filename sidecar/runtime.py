"""What every step receives: the world, as far as it needs one. Built by `sidecar/wiring.py`, faked in tests."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from adapters.certificates.port import Files, Registry
from adapters.channels.port import Mailer
from adapters.lms.port import Lms
from sidecar.domain.policy import Policy
from sidecar.domain.steps import Lane
from sidecar.domain.tracking import token_of
from sidecar.store.database import Database

T = TypeVar("T")


class Apart(Protocol):
    """Carries out what keeps the processor or the disk busy: where greenlets share a thread, in another one."""

    def __call__(self, work: Callable[[], T]) -> T:
        """What came of the work, or what it raised."""


def at_once(work: Callable[[], T]) -> T:
    """In this very thread."""
    return work()


@dataclass(frozen=True, slots=True)
class Runtime:
    """The world of a step.

    Attributes:
        db: the database.
        intake_db: the same database with little patience, for requests that people wait for.
        clock: the only source of "now"; aware UTC.
        policy: the institute's document.
        lms: each site's LMS; a site without one is absent.
        wake: hint that a lane has work; never fails, never waits.
        leases: how long a claim of each lane lasts.
        base_url: where this house is served, for the links that people are sent.
        tracking_secret: what signs those links.
        files: the folder of what people attach, which all hosts share.
        mailer: sends email; None where that channel is off.
        apart: carries out what would hold up everybody else in this process.
        data_dir: where files wait that are ours.
        id_key: of the keyed hash by which national IDs are known.
        seal_key: seals those that wait to be entered in the LMS; empty, none is taken.
        registries: registers of certificates, by the policy's names.
        registry_files: reads their exports.
    """

    db: Database
    intake_db: Database
    clock: Callable[[], datetime]
    policy: Policy
    lms: Mapping[str, Lms]
    wake: Callable[[Lane], None]
    leases: Mapping[Lane, timedelta]
    base_url: str
    tracking_secret: bytes = field(repr=False)
    files: Path
    mailer: Mailer | None = None
    apart: Apart = at_once
    data_dir: Path = Path(".nidaa")
    id_key: bytes = field(default=b"", repr=False)
    seal_key: bytes = field(default=b"", repr=False)
    registries: Mapping[str, Registry] = field(default_factory=dict)
    registry_files: Files | None = None

    def link_of(self, report_key: uuid.UUID) -> str:
        """The address at which a report's sender follows it."""
        return f"{self.base_url}/t/{token_of(self.tracking_secret, report_key)}"

    def way_in(self, site_id: str, target: str, course_id: str | None = None) -> str | None:
        """The LMS's page that sends people on to one of ours, where it is known: ours alone is shut without a login."""
        lms = self.lms.get(site_id)
        return lms.way_in(target, course_id) if lms is not None else None

    def registry_file(self, number: int) -> Path:
        """Where the file of a register's import waits until it is taken over or dropped."""
        return self.data_dir / "registry" / f"import-{number}"

    @property
    def zone(self) -> ZoneInfo:
        """The institute's time zone, for what is said in local days."""
        return ZoneInfo(self.policy.timezone)


DEFAULT_LEASES: Mapping[Lane, timedelta] = MappingProxyType(
    {
        Lane.ASSESS: timedelta(seconds=6),
        Lane.ENRICH: timedelta(seconds=30),
        Lane.CLOCKS: timedelta(seconds=6),
        Lane.NOTIFY: timedelta(seconds=30),
        Lane.MAIL: timedelta(seconds=180),
        Lane.WRITE: timedelta(seconds=66),
    }
)
