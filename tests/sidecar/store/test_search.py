"""Cases are found by words, names, numbers and references, by whoever may see them."""

from __future__ import annotations

import uuid

import pytest

from sidecar.casework.merge import merge
from sidecar.domain.access import StaffRole
from sidecar.domain.report import About, Kind, Reporter, Role, grouped
from sidecar.journey.intake import Intake
from sidecar.store import reports, search
from sidecar.store.reports import Addition
from tests.staff import ADMINISTRATIVE, AGENT, arrive, viewer
from tests.worlds import World, report


def ask(world: World, text: str, name: str = "نورة الشمري", phone: str | None = None, **changes: object):
    who = Reporter(id=str(changes.pop("by", "22")), role=Role.TRAINEE, name=name, phone=phone)
    plain = {"kind": Kind.SUPPORT_REQUEST, "symptom": None, "category": "login", "text": text, "reporter": who}
    sent = report(**(plain | changes))
    return sent, arrive(world, sent)


def found(world: World, asked: str, by=AGENT) -> list[int]:
    with world.runtime.db.read() as conn:
        return [case.id for case in search.find(conn, by, asked)]


def test_by_words_name_number_and_reference(world: World) -> None:
    sent, case = ask(world, "لا أستطيع الدخول إلى المنصّة", phone="+966 50 123 4567")
    _, other = ask(world, "الشهادة لم تصدر", "أمل باوزير", by="23")
    with world.runtime.db.read() as conn:
        reference = reports.references(conn, [sent.key])[sent.key]
    for asked in (
        "المنصة",
        "منصه دخول",
        "نوره",
        "الشمري دخول",
        "0501234567",
        "٠٥٠١٢٣٤٥٦٧",
        reference,
        grouped(reference),
    ):
        assert found(world, asked) == [case.id], asked
    assert found(world, "لم") == [other.id]
    assert found(world, str(other.id)) == [other.id]
    for nothing in ("منصه شهاده", "x" * 90, "", "%", "_", "0509999999"):
        assert found(world, nothing) == [], nothing


def test_by_what_was_added_and_after_a_merge(world: World) -> None:
    _, old = ask(world, "الأولى", by="1")
    second, new = ask(world, "الثانية", by="2")
    detail = Addition(uuid.uuid4(), second.key, uuid.uuid4(), "يظهر رمز الخطأ", {}, world.clock())
    Intake(world.runtime).add(detail)
    world.drain()
    assert found(world, "رمز") == [new.id]
    merge(world.runtime, AGENT, old.id, new.id)
    assert found(world, "رمز") == [old.id]


def test_nobody_finds_what_is_not_theirs_to_see(world: World) -> None:
    _, case = ask(world, "سوء معاملة", kind=Kind.COMPLAINT, category="conduct_trainer", about=About("8", Role.TRAINER))
    head = viewer("local:h", StaffRole.DEPARTMENT_HEAD, departments=("training",))
    accused = viewer("8", StaffRole.ADMINISTRATIVE_MANAGER)
    for asked in ("معاملة", "نورة", str(case.id)):
        assert found(world, asked) == []
        assert found(world, asked, head) == found(world, asked, ADMINISTRATIVE) == [case.id]
        assert found(world, asked, accused) == []


@pytest.mark.parametrize("text", ["كلمة " * 4000, "ا" * 5000, "😀 \u202e عكس"])
def test_long_and_odd_words_are_kept_within_bounds(world: World, text: str) -> None:
    ask(world, text[:4000])
    assert isinstance(found(world, text), list)
