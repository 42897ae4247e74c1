"""What imports say of people, on both databases: which row counts, what is ambiguous, and NELC's record."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.certificates.fake import FakeRegistry
from adapters.certificates.manar import ExportFiles, Manar
from adapters.lms.national_id import known_by
from sidecar.casework import import_registry, read_registry
from sidecar.domain.access import StaffRole
from sidecar.domain.registry import Column, RegistryEntry, RegistryState
from sidecar.journey.registry_reading import read_waiting
from sidecar.registered import entries, imported
from sidecar.store import facts, identities
from tests.sidecar.pages.visiting import with_people
from tests.staff import send, viewer
from tests.worlds import SITE, World, report

KEY = b"a key of the tests for national ids"
REGISTRAR = viewer("local:registrar", StaffRole.REGISTRAR)
HEAD = "رقم الهوية,الاسم,الدورة,الحالة,السبب,التاريخ"
NUMBER = {"21": "1000000008", "22": "1000000016"}


@pytest.fixture
def desk(world: World, tmp_path: Path) -> World:
    with_people(world)
    policy = world.runtime.policy
    nelc = replace(policy.registries["nelc"], on=True)
    find = imported(world.runtime.db)
    world.runtime = replace(
        world.runtime, data_dir=tmp_path, id_key=KEY, registry_files=ExportFiles(),
        policy=replace(policy, registries={**policy.registries, "nelc": nelc}),
        registries={"manar": Manar("manar", find), "nelc": Manar("nelc", find)},
    )  # fmt: skip
    with world.runtime.db.write() as conn:
        told = [
            (person, {"profile.national_id": "present", "profile.national_id_end": number[-2:],
                      "profile.national_id_key": (known_by(KEY, number) or "")[0]}, world.clock())
            for person, number in NUMBER.items()
        ]  # fmt: skip
        identities.note(conn, SITE, told)
    return world


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


def test_the_latest_import_counts_and_undoing_it_brings_the_one_before_back(desk: World) -> None:
    take(desk, "1000000008,أحمد,CRS-1,قيد المعالجة,,")
    assert said(desk, "21") == ("submitted", "")
    later = take(desk, "1000000008,أحمد,CRS-1,مرفوضة,الاسم,")
    assert said(desk, "21") == ("rejected", "الاسم")
    import_registry.undo(desk.runtime, REGISTRAR, later)
    assert said(desk, "21") == ("submitted", "")
    with pytest.raises(LookupError):
        import_registry.undo(desk.runtime, REGISTRAR, later)


def test_the_very_same_file_twice_changes_nothing(desk: World) -> None:
    first = take(desk, "1000000008,أحمد,CRS-1,صدرت,,")
    with pytest.raises(import_registry.Known) as known:
        take(desk, "1000000008,أحمد,CRS-1,صدرت,,")
    assert known.value.number == first


def test_a_name_alone_never_outweighs_a_number(desk: World) -> None:
    take(desk, "1000000099,نورة الشمري,CRS-1,صدرت,,", ",نورا الغامدي,دورة الامن,issued,,")
    assert said(desk, "22") == ("unknown", "not_in_export")  # the same name, another number: another person
    assert said(desk, "23") == ("issued", "")  # no number on either side; the course by its name, spelt otherwise


def test_two_of_one_name_are_not_guessed_between(desk: World) -> None:
    take(desk, "1000000024,نورا الغامدي,CRS-1,صدرت,,", "1000000032,نورا الغامدي,CRS-1,مرفوضة,,")
    assert said(desk, "23") == ("unknown", "several")


def test_who_is_not_in_a_file_that_lists_everybody_was_not_submitted(desk: World) -> None:
    take(desk, "1000000008,أحمد,CRS-1,صدرت,,", everybody=True)
    assert said(desk, "22") == ("not_submitted", "")
    assert said(desk, "24") == ("unknown", "no_number")


def test_the_record_of_what_was_sent_to_nelc_explains_itself(desk: World) -> None:
    head = "actor.name,verb,object,timestamp,result status,error"
    activity = "https://lms.example/course/view.php?id=2"
    take(
        desk,
        f"1000000008,http://adlnet.gov/expapi/verbs/registered,{activity},2026-11-01T10:00:00Z,200,",
        f"1000000008,https://w3id.org/xapi/dod-isd/verbs/earned,{activity},2026-11-20T10:00:00Z,200,",
        f"1000000016,registered,{activity},2026-11-01T10:00:00Z,200,",
        f"1000000016,earned,{activity},2026-11-20T10:00:00Z,409,duplicate",
        source="nelc", head=head,
    )  # fmt: skip
    assert said(desk, "21", "nelc") == ("issued", "")
    assert said(desk, "22", "nelc") == ("rejected", "duplicate")
    assert said(desk, "21") == ("unknown", "not_in_export")
    entry = one(desk, "21", "nelc")
    assert (entry.as_of, entry.source) == (datetime(2026, 11, 20, 10, tzinfo=UTC), "nelc")
    assert (entry.explains, one(desk, "21", "manar").explains) == (True, False)
    assert entry.updated_at == desk.clock() - timedelta(days=1)


def test_a_register_that_is_off_says_nothing_and_one_that_is_down_is_unknown(desk: World) -> None:
    fake = FakeRegistry(local=True)
    fake.down = True
    desk.runtime = replace(desk.runtime, registries={"manar": fake})
    assert said(desk, "21") == ("unknown", "unavailable")
    fake.down = False
    fake.set_entry(SITE, "21", "2", "issued")
    assert said(desk, "21")[0] == RegistryState.ISSUED
    shipped = replace(desk.runtime.policy.registries["nelc"], on=False)
    desk.runtime = replace(desk.runtime, policy=replace(desk.runtime.policy, registries={"nelc": shipped}))
    assert entries(desk.runtime, [(SITE, "21", "2")]) == {}


def test_the_hash_of_a_number_stands_in_no_snapshot(desk: World) -> None:
    key, end = known_by(KEY, "1000000008") or ("", "")
    lms = desk.runtime.lms[SITE]
    lms.set_facts("30", "2", profile__national_id="present", profile__national_id_key=key,  # type: ignore[attr-defined]
                  profile__national_id_end=end, enrolment__status="active")  # fmt: skip
    pressed = report(by="30")
    send(desk, pressed)
    desk.drain()
    with desk.runtime.db.read() as conn:
        _status, found = facts.get(conn, pressed.key)
        known = identities.of(conn, SITE, ["30"])
    assert found is not None
    assert found.get("profile.national_id") == "present"
    assert not any("key" in name or "end" in name.rpartition("_")[2:] for name in found.values)
    assert known["30"].number_key == key
