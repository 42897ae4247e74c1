"""What imports say of people, on both databases: which row counts, what is ambiguous, and NELC's record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.certificates.fake import FakeRegistry
from adapters.lms.national_id import known_by
from sidecar.casework import import_registry
from sidecar.domain.registry import RegistryState
from sidecar.registered import entries
from sidecar.store import facts, identities
from tests.sidecar.casework.importing import KEY, REGISTRAR, one, said, take
from tests.staff import send
from tests.worlds import SITE, World, report


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
    assert entry.updated_at == entry.as_of  # its newest row's own date


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
