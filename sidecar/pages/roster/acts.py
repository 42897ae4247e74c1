"""What is done from a roster: flag what is missing for many at once, remind them, look again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import confirm_answers, flag_gaps
from sidecar.casework import remind as reminding
from sidecar.casework import roster as casework
from sidecar.domain.launch import Target
from sidecar.domain.report import Report
from sidecar.journey.intake import Contradicts, Intake
from sidecar.pages.roster import words
from sidecar.pages.roster.frame import show
from sidecar.pages.session import Visitor, runtime, signed_in
from sidecar.store.group_commit import Busy, Unstorable

_AT_ONCE: Final = 16  # reports that are stored in one commit, as many presses of a room are
_DIGITS: Final = 6
_LONG: Final = 18  # digits of what any database counts to
_NAMED: Final = 30  # of those who would be reminded
_KEPT: Final = ("show", "gap", "sort", "q", "page")


def install(blueprint: Blueprint) -> None:
    """Serve them as part of the roster's pages."""
    blueprint.add_url_rule("/<course>/flag", "flag", flag, methods=["POST"])
    blueprint.add_url_rule("/<course>/remind", "remind", remind, methods=["POST"])
    blueprint.add_url_rule("/<course>/confirm", "confirm", confirm, methods=["POST"])
    blueprint.add_url_rule("/<course>/again", "again", again, methods=["POST"])


def new_form() -> str:
    """What makes a form sent twice the same one."""
    return str(uuid.uuid4())


def flag(course: str) -> Response:
    """Flag what is missing for the ticked, or for everybody."""
    visitor = signed_in(Target.ROSTER)
    found = flag_gaps.flags(
        runtime(), visitor.viewer, (visitor.site_id, course), _people(), form=_form(), by=visitor.name,
        locale=visitor.locale,
    )  # fmt: skip
    stored, failed = _accepted(found.reports)
    return _back(course, did="flag", done=stored, known=found.known, nothing=found.sound, failed=failed)


def remind(course: str) -> Response:
    """Remind the ticked, or everybody, of what they can mend themselves; of more than one it is asked first."""
    visitor, people = signed_in(Target.ROSTER), _people()
    if request.form.get("sure") != "1":
        whom = reminding.whom(runtime(), visitor.viewer, (visitor.site_id, course), people)
        if len(whom) > 1:
            return _asked(visitor, course, whom)
    told = reminding.remind(runtime(), visitor.viewer, (visitor.site_id, course), people)
    return _back(course, did="remind", done=told.told, known=told.lately, nothing=told.nothing)


def _asked(visitor: Visitor, course: str, whom: Sequence[reminding.ToRemind]) -> Response:
    """Who would get a message, before anybody does."""
    labels = runtime().policy.certificate.gaps
    with force_locale(visitor.locale):
        return show(
            "roster/remind.html", visitor, course=course, number=len(whom), more=len(whom) - _NAMED,
            whom=[(one.name, [labels[gap].in_(visitor.locale) for gap in one.gaps if gap in labels])
                  for one in whom[:_NAMED]],
            kept=[(name, value) for name in (*_KEPT, "all", "form") for value in request.form.getlist(name)[:1]],
            people=request.form.getlist("person")[: casework.PAGE], back=_to(course),
        )  # fmt: skip


def confirm(course: str) -> Response:
    """Say of what a trainee sent whether it is right: the case reads it beside what was sent."""
    visitor = signed_in(Target.ROSTER)
    right, _dash, number = request.form.get("sent", "").partition("-")
    if right not in {"right", "wrong"} or not (number.isascii() and number.isdigit() and len(number) <= _LONG):
        raise NotFound
    right_so = right == "right"

    def says(row: Any) -> str:
        with force_locale("ar"):  # a registrar reads it
            said = _("%(name)s confirms this.", name=visitor.name) if right_so else _(
                "%(name)s does not confirm this.", name=visitor.name)  # fmt: skip
            return f"{words.field(row.field)}: {row.value}\n{said}"

    place = (visitor.site_id, course)
    try:
        confirm_answers.judge(runtime(), visitor.viewer, place, [int(number)], right=right_so, says=says)
    except confirm_answers.Newer:
        return _back(course, did="newer")
    return _back(course)


def again(course: str) -> Response:
    """Ask the LMS again."""
    visitor: Visitor = signed_in(Target.ROSTER)
    casework.ask_again(runtime(), visitor.viewer, (visitor.site_id, course))
    return _back(course)


def _people() -> list[str] | None:
    """Who is ticked; None for everybody."""
    return None if request.form.get("all") == "1" else request.form.getlist("person")[: flag_gaps.AT_MOST]


def _form() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("form", ""))
    except ValueError:
        return uuid.uuid4()


def _accepted(reports: Sequence[Report]) -> tuple[int, int]:
    """How many are stored, and how many could not be."""
    intake: Intake = current_app.extensions["nidaa_intake"]

    def store(report: Report) -> bool:
        try:
            intake.accept(report)
        except Contradicts:
            return True  # the same form, after the facts have changed: what it said first stands
        except (Busy, Unstorable):
            return False
        return True

    if not reports:
        return 0, 0
    with ThreadPoolExecutor(min(_AT_ONCE, len(reports)), thread_name_prefix="flags") as pool:
        stored = sum(pool.map(store, reports))
    return stored, len(reports) - stored


def _back(course: str, **said: Any) -> Response:
    return redirect(_to(course, **said), 303)  # type: ignore[return-value]


def _to(course: str, **said: Any) -> str:
    """The page that a form came from, with the choice that was made on it."""
    kept: dict[str, Any] = {name: request.form[name] for name in _KEPT if request.form.get(name)}
    if "form" in request.form:
        kept |= {"kept": 1, "person": request.form.getlist("person")[: casework.PAGE]}
    kept |= {name: value for name, value in said.items() if value}
    return url_for("roster.one", course=course, **kept)


def ticked(row: dict[str, Any]) -> dict[str, Any]:
    """A person as the list shows one: after an act the ticks are those with which it was done, and no others."""
    if request.args.get("kept") != "1":
        return row
    return row | {"ticked": row["id"] in request.args.getlist("person")}


def note() -> list[tuple[str, str]]:
    """What was just done, in sentences: how each is meant, and its words."""
    did = request.args.get("did", "")
    if did == "newer":
        return [("late", _(
            "The trainee has sent something newer meanwhile, so what you pressed was not kept. Please look at what "
            "stands here now."))]  # fmt: skip
    if did not in {"flag", "remind"}:
        return []
    done, known, nothing, failed = (_count(name) for name in ("done", "known", "nothing", "failed"))
    if not (done or known or nothing or failed):
        return [("soon", _("Nobody is ticked. Tick the people whom it is about, then press again."))]
    said = _flagged(done, known) if did == "flag" else _reminded(done, known)
    if nothing:
        said.append(("", _("For %(num)d there was nothing to do.", num=nothing)))
    if failed:
        said.append(("late", _("For %(num)d it could not be saved; please press again.", num=failed)))
    return said


def _flagged(done: int, known: int) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    if done:
        said.append(("good", ngettext("Flagged for %(num)d person.", "Flagged for %(num)d people.", done)))
    if known:
        said.append(("", ngettext(
            "%(num)d was flagged before, and nothing new is missing.",
            "%(num)d were flagged before, and nothing new is missing.", known)))  # fmt: skip
    return said


def _reminded(done: int, known: int) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    if done:
        said.append(("good", ngettext("%(num)d trainee is reminded.", "%(num)d trainees are reminded.", done)))
    if known:
        said.append(("", ngettext(
            "%(num)d was reminded of the same within the last day.",
            "%(num)d were reminded of the same within the last day.", known)))  # fmt: skip
    return said


def _count(name: str) -> int:
    asked = request.args.get(name, "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS else 0
