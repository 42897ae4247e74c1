"""The desk's day before the class: a complaint at night, a head on leave, a call that tells, a callback (P7, P8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sidecar.casework import call, set_rota
from sidecar.demo.cast import AGENT, COURSE, TRAINEES
from sidecar.demo.home import SITE
from sidecar.demo.offices import DEPUTY, HEAD, MANAGEMENT
from sidecar.demo.stage import Stage

_COURSE_PAGE: Final = {"page": "course", "course": COURSE}
_AT_NIGHT: Final = time(23, 40)
_NUMBER: Final = "+966550001234"
_LEAVE: Final = timedelta(days=3)


def a_head_on_leave(stage: Stage) -> None:
    """P7: who holds a post and who is away is entered by page; the deputy answers meanwhile."""
    stage.say("مديرة قسم التدريب في إجازة: المكلَّف يجيب عنها", "The head of training is on leave: the deputy answers")
    runtime = stage.runtime
    today = runtime.clock().astimezone(runtime.zone).date()
    for post, who in (("head:training", HEAD), ("deputy:training", DEPUTY)):
        set_rota.give(runtime, MANAGEMENT, post, who.key)
    set_rota.leave(runtime, MANAGEMENT, "head:training", today, today + _LEAVE)
    stage.pause(1.2)


def a_complaint_at_night(stage: Stage) -> None:
    """P7: sent at 23:40, referred at receipt with nobody awake; its 24 hours end tonight. It is told by telephone."""
    stage.say("شكوى من الليل أُحيلت عند وصولها، ومقدّمتها لا تُبلَّغ إلا هاتفياً",
              "A complaint of the night was referred as it came; its sender can only be told by telephone")  # fmt: skip
    runtime, who = stage.runtime, replace(TRAINEES["t08"], phone=_NUMBER)
    last_night = datetime.now(UTC).astimezone(runtime.zone).date() - timedelta(days=1)
    at = datetime.combine(last_night, _AT_NIGHT, runtime.zone).astimezone(UTC)
    sent = stage.write(
        "night", who, "complaint", _COURSE_PAGE, category="content", channel="web",
        stored_at=at.isoformat(), occurred_at=at.isoformat(), text="المادة المنشورة تختلف عمّا شُرح في المحاضرة",
    )  # fmt: skip
    case = stage.case(sent)
    stage.until(lambda conn: bool(call.waiting_of(conn, case.id)))
    stage.pause(1.0)
    call.log(runtime, DEPUTY, case.id, "spoken", "أُبلغت بأن الشكوى لدى القسم، وأن الرد سيصلها اليوم")
    stage.pause(0.8)


def a_callback(stage: Stage) -> None:
    """P6.3: an agent promises to call back; the promise has a moment, and stands in the list until it is kept."""
    stage.say("موظف مركز الاتصال يعد بمعاودة الاتصال", "An agent promises to call back")
    runtime, who = stage.runtime, replace(TRAINEES["t04"], phone=_NUMBER)
    sent = stage.write(
        "callback", who, "support_request", _COURSE_PAGE, category="account_follow_up", channel="phone",
        text="لا أرى الدورة في صفحتي",
    )  # fmt: skip
    case = stage.case(sent)
    at = runtime.clock() + timedelta(hours=2)
    call.promise(runtime, AGENT, case.id, f"{SITE}:{who.id}", at, note="بعد التحقق من التسجيل")
    stage.pause(0.8)
