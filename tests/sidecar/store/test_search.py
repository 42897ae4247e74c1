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
        return [case.id for case in search.find(conn, by, asked).cases]


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


def test_a_telephone_by_its_last_digits(world: World) -> None:
    _, case = ask(world, "لا يصلني الرمز", phone="+966 50 123 4567")
    ask(world, "غير ذلك", by="23", phone="+966 50 123 9999")
    for asked in ("1234567", "123 45 67", "01234567", "501234567", "0501234567", "00966501234567", "١٢٣٤٥٦٧"):
        assert found(world, asked) == [case.id], asked
    assert found(world, "234567") == []  # six digits are no telephone number
    assert found(world, "5012345") == []  # nor are the first ones its end


def test_of_common_words_the_newest_are_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_FEW", 3)
    monkeypatch.setattr(search, "_NEWEST", 4)
    monkeypatch.setattr(search, "_CANDIDATES", 5)
    cases = []
    for one in range(9):
        text = "مشكلة في الصوت" if one % 2 else "مشكلات الصوت"
        at = world.clock.forward(minutes=1)
        cases.append(ask(world, f"{text} {one + 100}", by=str(50 + one), received_at=at)[1].id)
    rare = ask(world, "مشكلة نادرة", by="99", received_at=world.clock.at)[1].id
    assert found(world, "الصوت") == cases[:-5:-1]
    # A beginning that several words share is one of the newest of all of them.
    assert found(world, "مشكل") == [rare, *cases[:-4:-1]]
    assert found(world, "صوت مشكلات") == [one for one in cases[:-6:-1] if cases.index(one) % 2 == 0]
    assert found(world, "مشكل نادرة") == [rare]
    assert found(world, "صوت 103") == [cases[3]]
    with world.runtime.db.read() as conn:
        assert not search.find(conn, AGENT, "الصوت").all
        assert search.find(conn, AGENT, "نادرة").all
