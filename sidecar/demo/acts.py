"""The story, act by act. People report by signed HTTP; staff act by `sidecar/casework`; the rest happens by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.engine import Connection

from sidecar.casework import pick_up, reply, resolve
from sidecar.demo.cast import (
    AGENT,
    COURSE,
    HALL,
    HEAD,
    IN_ROOM,
    LEAD,
    MANAGER,
    OPERATIONS,
    OPERATIONS_TOO,
    ROOM_A,
    ROOM_B,
    TEACHING,
    TRAINEES,
    TRAINER,
    ZOOM,
    place,
)
from sidecar.demo.sending import Sent
from sidecar.demo.stage import Stage
from sidecar.domain.case import Case
from sidecar.domain.facts import FactsStatus
from sidecar.domain.policy import Tier

T = TRAINEES
_COURSE_PAGE = {"page": "course", "course": COURSE}


def trainer_locked_out(stage: Stage) -> None:
    """P11: the trainer cannot get in at the start of class: severity 1, by a path that needs no login."""
    stage.say("المدرب لا يستطيع الدخول، والمحاضرة تبدأ الآن", "The trainer cannot get in, and class begins now")
    door = place(None, "login", stage.class_start) | {"session": {"starts_at": stage.class_start.isoformat()}}
    sent = stage.write(
        "trainer_access", TRAINER, "support_request", door, category="trainer_access", channel="web",
        text="لا أستطيع الدخول إلى المنصة ومحاضرتي تبدأ الآن",
    )  # fmt: skip
    case = stage.case(sent)
    stage.pause(1.6)
    pick_up.pick_up(stage.runtime, AGENT, case.id)
    stage.pause(1.4)
    reply.reply(stage.runtime, AGENT, case.id, "أعدنا تعيين كلمة المرور، ويمكنك الدخول الآن.")
    stage.pause(0.8)
    resolve.propose(stage.runtime, AGENT, case.id)
    stage.pause(0.8)
    resolve.verify(stage.runtime, LEAD, case.id)


def manager_logs_first(stage: Stage) -> None:
    """B1: the room manager logs the incident before anybody presses."""
    stage.say("مديرة القاعة تسجّل العطل قبل أن يضغط أحد", "The room manager logs the fault before anybody presses")
    stage.press(
        "no_sound", MANAGER, "no_sound", HALL, kind="room_log", affected=24,
        action_taken="إعادة تشغيل جسر الصوت",
    )  # fmt: skip
    stage.pause(2.0)


def the_room_presses(stage: Stage) -> None:
    """A1: a dozen presses of one room are one incident."""
    stage.say("اثنتا عشرة ضغطة في ثوانٍ: عطل واحد", "Twelve presses within seconds: one incident")
    eight = [T[f"t{number:02}"] for number in range(1, 9)]
    # Some press again, as people do who hear nothing; a new press is a new report.
    presses: list[Callable[[], object]] = [
        partial(stage.press, "no_sound", who, "no_sound", HALL) for who in (*eight, *eight[:4])
    ]
    stage.together(presses, 0.35)
    case = stage.case(stage.marks["no_sound"][0])
    pick_up.see(stage.runtime, IN_ROOM, case.id)
    stage.pause(0.8)
    pick_up.pick_up(stage.runtime, IN_ROOM, case.id)
    stage.pause(0.8)


def some_cannot_join(stage: Stage) -> None:
    """Two whom the LMS itself shuts out go to tier 1; two whom it lets in are a failure of the room."""
    stage.say(
        "لا يستطيعون الدخول: اثنان تمنعهما المنصة نفسها فينتقلان إلى المستوى الأول",
        "Some cannot join: two are shut out by the LMS itself, so they go to tier 1",
    )
    for short in ("t09", "t10"):
        sent = stage.press("shut_out", T[short], "cannot_join", HALL)
        if stage.until(partial(_at_tier_one, stage, sent)):
            stage.seen.add(f"moved_{short}")
        stage.pause(0.6)
    pick_up.pick_up(stage.runtime, AGENT, stage.case(stage.marks["shut_out"][0]).id)
    for short in ("t03", "t05"):
        stage.press("cannot_join", T[short], "cannot_join", HALL)
        stage.pause(0.7)


def _at_tier_one(stage: Stage, sent: Sent, conn: Connection) -> bool:
    case: Case | None = stage.case_now(conn, sent)
    return case is not None and case.tier is Tier.ONE


def gaps_while_the_lms_is_away(stage: Stage, lms_down: Callable[[], None], lms_up: Callable[[], None]) -> None:
    """A5: the LMS goes down; reports do not wait for it, facts do."""
    stage.say("توقفت منصة التدريب: البلاغات لا تنتظرها", "The LMS goes down: reports do not wait for it")
    lms_down()
    stage.lms_up = False
    for short, gap in (("t03", "phone_missing"), ("t04", "national_id_missing"), ("t07", "name_mismatch")):
        about = {"id": T[short].id, "role": "trainee"}
        stage.write("gaps", TRAINER, "certificate_gap", _COURSE_PAGE, about=about, gaps=[gap])
        stage.pause(0.7)
    stage.case(stage.marks["gaps"][-1])
    if stage.until(stage.facts_are("gaps", FactsStatus.PENDING), 2):
        stage.seen.add("facts_pending")
    stage.say("شكوى: أُحيلت فوراً إلى مدير القسم، وساعاتها تعمل", "A complaint: with the head of department at once")
    sent = stage.write(
        "complaint", T["t06"], "complaint", _COURSE_PAGE, category="conduct_trainer", channel="web",
        about={"id": TRAINER.id, "role": "trainer"}, text="…",
    )  # fmt: skip
    stage.case(sent)
    stage.pause(1.8)
    stage.say("عادت منصة التدريب: البيانات تكتمل", "The LMS is back: the facts come in")
    lms_up()
    stage.lms_up = True


def question_for_the_trainer(stage: Stage) -> None:
    """P2: a content question goes to the trainer's own page."""
    stage.write(
        "question", T["t02"], "inquiry", _COURSE_PAGE, category="content_question",
        text="ما الفرق بين التشفير المتماثل وغير المتماثل؟",
    )  # fmt: skip
    stage.pause(1.5)
    stage.until(stage.facts_are("gaps", FactsStatus.COMPLETE), 12)


def sound_is_back(stage: Stage) -> None:
    """Solved once; the status of every report says so."""
    stage.say("حُلّت مشكلة الصوت لكل من أبلغ", "The sound is back: solved once for everybody who reported")
    resolve.solve(stage.runtime, IN_ROOM, stage.case(stage.marks["no_sound"][0]).id)
    stage.pause(2.2)


def rooms_fail_together(stage: Stage) -> None:
    """Three rooms of one platform failing within minutes are one major incident (A1 of many rooms)."""
    stage.say("ثلاث قاعات على منصة واحدة تتعطل معاً: عطل عام", "Three rooms of one platform fail: a major incident")
    for who, room in ((T["t05"], ROOM_B), (T["t01"], ROOM_A), (T["t02"], ROOM_A), (T["t07"], HALL), (T["t08"], HALL)):
        stage.press("major", who, "no_video", room)
        stage.pause(0.7)
    stage.until(lambda conn: _parent(stage, conn) is not None)
    with stage.runtime.db.read() as conn:
        parent = _parent(stage, conn)
    stage.pause(0.6)
    if parent is not None:
        pick_up.pick_up(stage.runtime, LEAD, parent)
    stage.pause(0.8)
    stage.picture_wanted.set()
    stage.pause(1.0)


def _parent(stage: Stage, conn: Connection) -> int | None:
    case = stage.case_now(conn, stage.marks["major"][-1])
    return None if case is None else case.parent_id


def a_report_that_had_waited(stage: Stage) -> None:
    """P1: Moodle had kept it while the way to us was closed; its clock counts from the press, so it is overdue."""
    stage.say(
        "بلاغ انتظر في المنصة دقيقتين ونصفاً: تجاوز المهلة، ويُنبَّه قائد المناوبة",
        "A report had waited in Moodle: its clock counts from the press, so it is overdue",
    )
    pressed = datetime.now(UTC) - timedelta(seconds=150)
    when = {"stored_at": pressed.isoformat(), "occurred_at": pressed.isoformat()}
    stage.press("late", T["t06"], "slow", ZOOM, **when)
    stage.until(partial(_overdue, stage), 6)
    stage.pause(1.2)


def _overdue(stage: Stage, conn: Connection) -> bool:
    case = stage.case_now(conn, stage.marks["late"][0])
    return case is not None and case.overdue


def the_desks_work(stage: Stage) -> None:
    """An answer, a repaired gap verified by another (P14), a head who takes a complaint, and all rooms solved."""
    stage.say("المكاتب تعمل: ردّ، وإصلاح يتحقق منه آخر، وحلّ", "The desks work: answered, repaired, verified by another")
    runtime = stage.runtime
    reply.reply(runtime, TEACHING, stage.case(stage.marks["question"][0]).id, "المتماثل بمفتاح واحد، وغيره بمفتاحين.")
    stage.pause(0.8)
    gap = stage.case(stage.marks["gaps"][1]).id
    pick_up.pick_up(runtime, OPERATIONS, gap)
    stage.pause(0.8)
    resolve.propose(runtime, OPERATIONS, gap)
    stage.pause(0.8)
    resolve.verify(runtime, OPERATIONS_TOO, gap)
    stage.pause(0.8)
    pick_up.pick_up(runtime, HEAD, stage.case(stage.marks["complaint"][0]).id)
    stage.pause(0.8)
    with runtime.db.read() as conn:
        parent = _parent(stage, conn)
    if parent is not None:
        resolve.solve(runtime, LEAD, parent)
    stage.pause(1.2)
