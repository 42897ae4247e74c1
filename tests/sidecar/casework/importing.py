"""Exports of registers in these tests: read and taken over in one go; and what is said of somebody after."""

from __future__ import annotations

import io

from sidecar.casework import import_registry, read_registry
from sidecar.domain.access import StaffRole
from sidecar.domain.registry import Column, RegistryEntry
from sidecar.journey.registry_reading import read_waiting
from sidecar.registered import entries
from tests.staff import viewer
from tests.worlds import SITE, World

KEY = b"a key of the tests for national ids"
REGISTRAR = viewer("local:registrar", StaffRole.REGISTRAR)
HEAD = "رقم الهوية,الاسم,الدورة,الحالة,السبب,التاريخ"
NUMBER = {"21": "1000000008", "22": "1000000016"}


def take(desk: World, *lines: str, source: str = "manar", head: str = HEAD, everybody: bool = False) -> int:
    file = io.BytesIO("\n".join((head, *lines)).encode())

    def run(work):  # type: ignore[no-untyped-def]
        return work()

    number = import_registry.upload(desk.runtime, REGISTRAR, source, "e.csv", file, run)
    row = import_registry.one(desk.runtime, REGISTRAR, number, "uploaded")
    look, columns = read_registry.look(desk.runtime, row, run)
    read_registry.want(
        desk.runtime, REGISTRAR, row, look, {Column(one): place for one, place in columns.items()}, course="",
        lists_everybody=everybody,
    )  # fmt: skip
    assert read_waiting(desk.runtime) == 1
    import_registry.take_over(desk.runtime, REGISTRAR, number)
    desk.clock.forward(days=1)
    return number


def said(desk: World, person: str, source: str = "manar") -> tuple[str, str]:
    found = one(desk, person, source)
    return str(found.state), found.reason


def one(desk: World, person: str, source: str) -> RegistryEntry:
    said = entries(desk.runtime, [(SITE, person, "2")])[SITE, person, "2"]
    return next(entry for entry in said if entry.source == source)
