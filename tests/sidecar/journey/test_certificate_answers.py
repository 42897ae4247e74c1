"""A trainee asks where the certificate is: facts answer at once, as the house's own word that stops no clock (P8)."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.lms.fake import FakeLms
from adapters.lms.port import UNKNOWN
from sidecar.casework.look_again import look_again
from sidecar.casework.resolve import propose
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action, Case, CaseKind, State
from sidecar.domain.facts import FactsStatus
from sidecar.domain.report import About, Channel, Course, Gap, Kind, Page, Place, Reporter, Role
from sidecar.journey.status import status
from sidecar.store import cases, checklists, facts, sent_data, tellings
from sidecar.store.rooms import minutes_lost
from tests.staff import actions, arrive, clocks_of, send, timeline, viewer
from tests.worlds import SITE, World, report

REGISTRAR = viewer("local:operator", StaffRole.AGENT_2, departments=("registration",))
SUFFICES: dict[str, Any] = {
    "enrolment__status": "active",
    "attendance__held": 25,
    "attendance__attended": 25,
    "attendance__rate": 1.0,
    "completion__completed": True,
    "course__ended": True,
    "certificate__issued": [{"source": "customcert", "code": "Fq2IzoxAWF", "at": "2026-11-22T10:42:03+00:00"}],
    "profile__national_id": "present",
    "profile__national_id_duplicate": False,
    "profile__name_ar": "أحمد القحطاني",
    "profile__name_en": "Ahmed Alqahtani",
    "profile__phone": "0551000001",
}


def lms(world: World) -> FakeLms:
    fake = world.runtime.lms[SITE]
    assert isinstance(fake, FakeLms)
    return fake


def know(world: World, person: str = "21", **changes: Any) -> None:
    lms(world).set_facts(person, "2", **(SUFFICES | changes))


def asks(by: str = "21", role: Role = Role.TRAINEE, about: str | None = None, **changes: Any):
    plain = {
        "kind": Kind.CERTIFICATE_GAP, "symptom": None, "channel": Channel.WEB, "text": "أين شهادتي؟",
        "reporter": Reporter(id=by, role=role, name="أحمد القحطاني"),
        "place": Place(page=Page.COURSE, course=Course("2", "CRS-1", "دورة الأمن")),
        "about": About(about, Role.TRAINEE) if about else None,
    }  # fmt: skip
    return report(**(plain | changes))


def answers(world: World, sent: Any) -> list[str]:
    found = status(world.runtime, SITE, sent.id, sent.reporter.id)
    assert found is not None
    return [one.text.en for one in found.said if one.cause == "certificate"]


def checklist(world: World, case: Case) -> checklists.Checklist:
    with world.runtime.db.read() as conn:
        found = checklists.of_case(conn, world.runtime.policy, case, world.clock())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"certificate__issued": [], "completion__completed": False}, ["requirements are not completed"]),
        (
            {"certificate__issued": [], "attendance__rate": 0.68, "attendance__attended": 17},
            ["68%", "75%", "17", "25"],
        ),
        ({"certificate__issued": []}, ["is issued when you open it"]),
        ({}, ["Sunday 22 November 2026", "Fq2IzoxAWF"]),
        ({"certificate__issued": [], "completion__completed": False, "course__ended": False}, ["still running"]),
        ({"certificate__issued": [], "enrolment__status": "suspended"}, ["suspended"]),
        (
            {"certificate__issued": [], "completion__completed": False, "profile__phone": None},
            ["not completed", "Mobile number is not entered"],
        ),
    ],
)
def test_the_trainee_is_answered_at_once_with_the_cause(world: World, changes: dict[str, Any], said: list[str]) -> None:
    know(world, **changes)
    sent = asks()
    arrive(world, sent)
    (answer,) = answers(world, sent)
    for words in said:
        assert words in answer
    assert "automatic answer" in answer
    mails = [notice.person_id for notice in lms(world).told if "شهادتك" in notice.subject]
    assert mails == ["21"]


def test_it_is_nobodys_answer_and_stops_no_clock(world: World) -> None:
    know(world, certificate__issued=[])
    sent = asks()
    case = arrive(world, sent)
    assert Action.REPLY not in actions(world, case.id)
    told = [event for event in timeline(world, case.id) if event.action is Action.TELL]
    assert [(event.actor, event.reason) for event in told] == [(cases.ITSELF, "certificate")]
    assert {
        clock.stopped_at
        for clock in clocks_of(world, case.id)
        if clock.measure in {"first_answer", "escalation", "resolution"}
    } == {None}
    assert case.state is not State.RESOLVED


def test_where_facts_do_not_allow_it_nothing_is_said(world: World) -> None:
    know(world, certificate__issued=UNKNOWN)
    sent = asks()
    arrive(world, sent)
    assert answers(world, sent) == []


def test_a_trainer_who_flags_somebody_is_sent_no_answer_for_them(world: World) -> None:
    know(world, "50", certificate__issued=[], profile__phone=None)
    sent = asks("8", Role.TRAINER, about="50", gaps=frozenset({Gap.PHONE_MISSING}))
    case = arrive(world, sent)
    assert (case.kind, case.person_id) == (CaseKind.CERTIFICATE_GAP, "50")
    with world.runtime.db.read() as conn:
        assert [told.cause for told in tellings.of_cases(conn, [case.id])].count("certificate") == 0
    assert checklist(world, case).closes is False


def test_the_same_answer_is_not_sent_twice_and_another_is(world: World) -> None:
    know(world, certificate__issued=[], completion__completed=False)
    sent = asks()
    case = arrive(world, sent)
    look_again(world.runtime, REGISTRAR, case.id)
    world.drain()
    assert len(answers(world, sent)) == 1
    know(world)
    look_again(world.runtime, REGISTRAR, case.id)
    world.drain()
    first, second = answers(world, sent)
    assert ("not completed" in first, "Fq2IzoxAWF" in second) == (True, True)


def test_a_second_look_shows_the_difference_and_suggests_to_close(world: World) -> None:
    know(world, "50", certificate__issued=[], completion__completed=False, profile__phone=None)
    claimed = frozenset({Gap.PHONE_MISSING})
    case = arrive(world, asks("8", Role.TRAINER, about="50", gaps=claimed))
    before = checklist(world, case)
    assert (before.closes, before.mended, before.claimed) == (False, (), claimed)
    know(world, "50", certificate__issued=[], completion__completed=False, attendance__rate=0.5)
    look_again(world.runtime, REGISTRAR, case.id)
    with world.runtime.db.read() as conn:
        assert facts.get(conn, cases.report_keys(conn, case.id)[0])[0] is FactsStatus.PENDING
    world.drain()
    after = checklist(world, case)
    assert [item.gap for item in after.mended] == [Gap.PHONE_MISSING]
    assert [item.gap for item in after.new] == [Gap.ATTENDANCE_BELOW]
    assert after.closes
    noted = [event.reason for event in timeline(world, case.id) if event.action is Action.EVIDENCE]
    assert noted == ["gap_gone"]
    know(world, "50", certificate__issued=[], completion__completed=False, profile__phone=None)
    look_again(world.runtime, REGISTRAR, case.id)
    world.drain()
    assert not checklist(world, case).closes
    noted = [event.reason for event in timeline(world, case.id) if event.action is Action.EVIDENCE]
    assert noted == ["gap_gone", "gap_back"]


@pytest.mark.parametrize("hidden", ["profile__phone", "certificate__issued"])
def test_what_cannot_be_read_any_more_is_not_gone(world: World, hidden: str) -> None:
    gap = {"profile__phone": Gap.PHONE_MISSING, "certificate__issued": Gap.CERTIFICATE_NOT_ISSUED}[hidden]
    know(world, "50", **{hidden: None if hidden == "profile__phone" else []})
    case = arrive(world, asks("8", Role.TRAINER, about="50", gaps=frozenset({gap})))
    assert [item.gap for item in checklist(world, case).readiness.gaps] == [gap]  # type: ignore[union-attr]
    lms(world).set_facts("50", "2", **{hidden: UNKNOWN})
    look_again(world.runtime, REGISTRAR, case.id)
    world.drain()
    found = checklist(world, case)
    assert (found.closes, found.mended) == (False, ())


def test_minutes_lost_in_the_room_stand_beside_the_attendance(world: World) -> None:
    know(world, certificate__issued=[], attendance__rate=0.7)
    sent = asks()
    send(world, sent)
    with world.runtime.db.write() as conn:
        conn.execute(minutes_lost.insert().values(
            site_id=SITE, course_id="2", person_id="21", session_key="s1", room_key=f"{SITE}|3|-", minutes=40,
            starts_at=world.clock(), cases=[],
        ))  # fmt: skip
    world.drain()
    (answer,) = answers(world, sent)
    assert "40" in answer


def test_a_gap_that_is_gone_closes_nothing_by_itself(world: World) -> None:
    know(world)
    sent = asks()
    case = arrive(world, sent)
    assert checklist(world, case).closes
    assert case.is_open
    assert propose(world.runtime, REGISTRAR, case.id).state is State.RESOLVED


def test_who_asks_again_is_answered_again_though_the_cause_is_the_same(world: World) -> None:
    know(world, certificate__issued=[], completion__completed=False)
    first, second = asks(), asks()
    case = arrive(world, first)
    world.clock.forward(days=2)
    assert arrive(world, second).id == case.id
    with world.runtime.db.read() as conn:
        told = [one.cause for one in tellings.of_cases(conn, [case.id])]
    assert told.count("certificate") == 2
    mails = [notice.person_id for notice in lms(world).told if "شهادتك" in notice.subject]
    assert mails == ["21", "21"]
    # Looking again answers nobody anew, and what is new is told once.
    for _ in range(2):
        look_again(world.runtime, REGISTRAR, case.id)
        world.drain()
    know(world, certificate__issued=[], attendance__rate=0.5)
    look_again(world.runtime, REGISTRAR, case.id)
    world.drain()
    with world.runtime.db.read() as conn:
        told = [one.cause for one in tellings.of_cases(conn, [case.id])]
    assert told.count("certificate") == 3


def test_what_is_sent_for_the_certificate_is_no_question(world: World) -> None:
    know(world, certificate__issued=[], completion__completed=False)
    case = arrive(world, asks())
    sent = asks(text="رقم الجوال: +966501234567", gaps=frozenset({Gap.PHONE_MISSING}))
    send(world, sent)
    with world.runtime.db.write() as conn:
        sent_data.send(conn, (SITE, "2"), "21", {"phone": "+966501234567"}, sent.key, world.clock())
    world.drain()
    with world.runtime.db.read() as conn:
        told = [one.cause for one in tellings.of_cases(conn, [case.id])]
    assert told.count("certificate") == 1
