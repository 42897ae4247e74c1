"""`/roster/`: the rosters of one's own courses; one of them as a page, as a sheet to print, and as a CSV."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import roster as casework
from sidecar.domain import spreadsheet
from sidecar.domain.folding import words as folded
from sidecar.domain.launch import Target
from sidecar.domain.roster import Standing
from sidecar.pages import checklist_words, moments, refusals, register_words
from sidecar.pages.roster import acts, shown
from sidecar.pages.roster.frame import show
from sidecar.pages.session import Visitor, runtime, signed_in
from sidecar.store.roster import SORTS, Course, Wanted

_LONGEST: Final = 100  # letters of what is searched for
_PAGES: Final = 4  # digits of a page's number
_FILTERS: Final = {
    "attention": (Standing.GAP, Standing.UNKNOWN), "gap": (Standing.GAP,), "unknown": (Standing.UNKNOWN,),
    "ready": (Standing.READY,), "all": (), "waiting": (),
}  # fmt: skip

blueprint = Blueprint("roster", __name__, url_prefix="/roster", template_folder="templates")
refusals.install(blueprint)
acts.install(blueprint)


@blueprint.get("/")
def mine() -> Response:
    """My courses, those that end first on top."""
    visitor = signed_in(Target.ROSTER)
    world = runtime()
    with force_locale(visitor.locale):
        rows = [
            {
                "href": url_for("roster.one", course=one.course_id),
                "name": (one.about and one.about.name) or _("Course %(id)s", id=one.course_id),
                "idnumber": one.about and one.about.idnumber,
                "ends": shown.ends(one.about.ends_at if one.about else None),
                "counts": one.counts,
                "to_confirm": one.to_confirm,
            }
            for one in casework.mine(world, visitor.viewer, visitor.site_id)
        ]
        return show("roster/mine.html", visitor, courses=rows)


@blueprint.get("/<course>")
def one(course: str) -> Response:
    """One course; `?part=list` only its list, `?part=state` only how far its facts are."""
    visitor = signed_in(Target.ROSTER)
    return show_course(visitor, course)


def show_course(visitor: Visitor, course: str, **more: Any) -> Response:
    """The page of a course."""
    part, wanted, number = request.args.get("part", ""), _wanted(), _number()
    key: Course = (visitor.site_id, course)
    found = casework.look(
        runtime(), visitor.viewer, key, wanted, page=number, what="" if part == "state" else "view",
        to_confirm=_chosen() == "waiting",
    )  # fmt: skip
    with force_locale(visitor.locale):
        template = {"list": "roster/list.html", "state": "roster/state.html"}.get(part, "roster/course.html")
        asked = {name: request.args[name] for name in ("show", "gap", "sort", "q") if request.args.get(name)}

        def here(**changes: Any) -> str:
            return url_for("roster.one", course=course, **(asked | changes))

        chosen = _chosen()
        return show(
            template, visitor, found.office, course=course, title=shown.title(found.course, course),
            of_groups=found.groups is not None,
            idnumber=found.course and found.course.idnumber, ends=shown.ends(found.course and found.course.ends_at),
            rows=[acts.ticked(shown.row(row, found, visitor.locale)) for row in found.rows], total=found.total,
            counts=found.counts, missing=found.people - sum(found.counts.values()),
            chips=_chips(found, chosen, here), to_confirm=found.to_confirm, gaps=_gaps(found, visitor.locale),
            gap=wanted.gap, q=request.args.get("q", "")[:_LONGEST], chosen=chosen, asked=asked, sort=wanted.sort,
            sorts={one: here(sort=one, page=None) for one in SORTS}, here=here, number=number,
            updates=register_words.updates(visitor.locale, key), unverified=checklist_words.unverified(),
            pages=-(-found.total // casework.PAGE), fetched=_fetched(found), waiting=found.waiting, failed=found.failed,
            form=acts.new_form(), note=acts.note(), list_url=here(part="list", page=number),
            state_url=url_for("roster.one", course=course, part="state"), again=url_for("roster.again", course=course),
            **more,
        )  # fmt: skip


@blueprint.get("/<course>/csv")
def csv(course: str) -> Response:
    """All that the filter leaves, for a spreadsheet program."""
    visitor = signed_in(Target.ROSTER)
    found = _everybody(visitor, course, "csv")
    with force_locale(visitor.locale):
        table = spreadsheet.table(shown.sheet(found, visitor.locale))
    answer = Response(table, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="roster-{shown.plain(course)}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/<course>/print")
def sheet(course: str) -> Response:
    """The same as a sheet to print, right to left in Arabic."""
    visitor = signed_in(Target.ROSTER)
    found = _everybody(visitor, course, "print")
    with force_locale(visitor.locale):
        return show(
            "roster/print.html", visitor, found.office, course=course, title=shown.title(found.course, course),
            of_groups=found.groups is not None,
            idnumber=found.course and found.course.idnumber, ends=shown.ends(found.course and found.course.ends_at),
            rows=[shown.row(row, found, visitor.locale) for row in found.rows], fetched=_fetched(found),
            updates=register_words.updates(visitor.locale, (visitor.site_id, course)),
            at=moments.day(runtime().clock(), runtime().zone),
        )  # fmt: skip


@blueprint.get("/<course>/receipts")
def receipts(course: str) -> Response:
    """Whom the reminders and the conditions reached."""
    visitor = signed_in(Target.ROSTER)
    found = casework.receipts(runtime(), visitor.viewer, (visitor.site_id, course))
    with force_locale(visitor.locale):
        return show(
            "roster/receipts.html", visitor, course=course, title=shown.title(found.course, course),
            idnumber=found.course and found.course.idnumber, **shown.receipts(found, visitor.locale),
        )  # fmt: skip


def _everybody(visitor: Visitor, course: str, what: str) -> casework.Roster:
    return casework.look(
        runtime(), visitor.viewer, (visitor.site_id, course), _wanted(), what=what, everybody=True,
        to_confirm=_chosen() == "waiting",
    )  # fmt: skip


def _chosen() -> str:
    asked = request.args.get("show", "attention")
    return asked if asked in _FILTERS else "attention"


def _wanted() -> Wanted:
    sort = request.args.get("sort", "name")
    return Wanted(
        standing=_FILTERS[_chosen()],
        gap=request.args.get("gap", "") if request.args.get("gap", "") in runtime().policy.certificate.gaps else "",
        words=tuple(folded(request.args.get("q", "")[:_LONGEST])),
        sort=sort if sort in SORTS else "name",
    )


def _number() -> int:
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and 0 < len(asked) <= _PAGES and int(asked)):
        raise NotFound
    return int(asked)


def _chips(found: casework.Roster, chosen: str, here: Any) -> list[dict[str, Any]]:
    labels = {
        "attention": (_("To look at"), "eye"), "gap": (_("Something missing"), "circle-x"),
        "unknown": (_("Unknown"), "circle-help"), "ready": (_("Ready"), "check"), "all": (_("All"), ""),
    }  # fmt: skip
    if found.to_confirm or chosen == "waiting":
        labels = {"waiting": (_("Waiting for you"), "clock"), **labels}
    coming = found.waiting and found.fetched_at is None  # nobody knows yet how many: that is no nought
    return [
        {
            "href": here(show=key, page=None), "label": label, "icon": icon, "current": key == chosen,
            "number": found.to_confirm if key == "waiting" else "…" if coming else sum(
                found.counts.get(one, 0) for one in _FILTERS[key] or tuple(Standing)),
        }
        for key, (label, icon) in labels.items()
    ]  # fmt: skip


def _gaps(found: casework.Roster, locale: str) -> list[tuple[str, str]]:
    return [(key, label.in_(locale)) for key, label in runtime().policy.certificate.gaps.items()]


def _fetched(found: casework.Roster) -> str:
    if found.fetched_at is None:
        return ""
    return _("As the learning platform told %(when)s", when=moments.ago(found.fetched_at, runtime().clock()))
