"""`/desk/duty/rota`: posts, absences, shifts and the on-call list, entered and taken back (P5, P7, P13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from babel.dates import format_date, get_day_names
from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import set_rota, who
from sidecar.domain import rota as rules
from sidecar.domain.access import StaffRole, Viewer, may_enter_duty
from sidecar.domain.escalation import MANAGEMENT
from sidecar.domain.folding import digits_of_one_kind
from sidecar.domain.institute import Contact, Label, OnCall, Person, Shift
from sidecar.domain.policy import Policy
from sidecar.pages import moments, refusals
from sidecar.pages.desk.frame import HANDLERS, at_desk, show
from sidecar.pages.session import Visitor, runtime

blueprint = Blueprint("rota", __name__, url_prefix="/desk/duty/rota", template_folder="templates")
refusals.install(blueprint)

READERS: Final = HANDLERS | {StaffRole.ADMINISTRATOR}
_WEEK: Final = (6, 0, 1, 2, 3, 4, 5)
_FIELDS: Final = ("post", "who", "whose", "office", "first", "last", "start", "end", "severity")
_NOBODY: Final = Person(Label("", ""), Contact())


@blueprint.get("/")
def entered() -> Response:
    """What has been entered, and the forms for what this person may enter."""
    return _page(at_desk(*READERS))


@blueprint.post("/<what>")
def enter(what: str) -> Response:
    """Enter a post, an absence, a shift or an on-call entry."""
    visitor = at_desk(*READERS)
    doing = _DO.get(what)
    if doing is None:
        raise NotFound
    typed: dict[str, Any] = {name: request.form.get(name, "").strip()[:130] for name in _FIELDS}
    typed["days"] = request.form.getlist("days")[:7]
    try:
        doing(visitor.viewer, typed)
    except rules.Senseless as senseless:
        return _page(visitor, what=what, typed=typed, faults=senseless.faults)
    except set_rota.MayNot:
        raise NotFound from None
    return redirect(url_for("rota.entered", done=what), 303)  # type: ignore[return-value]


@blueprint.post("/<int:number>/end")
def take_back(number: int) -> Response:
    """Take an entry back."""
    visitor = at_desk(*READERS)
    try:
        set_rota.take_back(runtime(), visitor.viewer, number)
    except set_rota.MayNot:
        raise NotFound from None
    return redirect(url_for("rota.entered", done="end"), 303)  # type: ignore[return-value]


def _give(viewer: Viewer, typed: Mapping[str, Any]) -> None:
    set_rota.give(runtime(), viewer, typed["post"], typed["who"])


def _leave(viewer: Viewer, typed: Mapping[str, Any]) -> None:
    if not typed["whose"]:
        raise rules.Senseless(whose="needed")
    set_rota.leave(runtime(), viewer, typed["whose"], _day(typed, "first"), _day(typed, "last"))


def _lead(viewer: Viewer, typed: Mapping[str, Any]) -> None:
    days = frozenset(int(one) for one in typed["days"] if one in {str(day) for day in range(7)})
    start, end = _minute(typed, "start"), _minute(typed, "end") or 24 * 60
    shift = Shift(typed["office"], _NOBODY, days, start, end, _day(typed, "first"), _day(typed, "last"))
    set_rota.lead(runtime(), viewer, typed["office"], typed["who"], shift)


def _be_on_call(viewer: Viewer, typed: Mapping[str, Any]) -> None:
    severity = int(typed["severity"]) if typed["severity"] in {"1", "2", "3", "4"} else 0
    entry = OnCall(_NOBODY, severity, frozenset(), _day(typed, "first"), _day(typed, "last"))
    set_rota.be_on_call(runtime(), viewer, typed["who"], entry)


_DO: Final[Mapping[str, Callable[[Viewer, Mapping[str, Any]], None]]] = {
    "post": _give, "absence": _leave, "shift": _lead, "on_call": _be_on_call,
}  # fmt: skip


def _day(typed: Mapping[str, Any], name: str) -> date | None:
    text = digits_of_one_kind(typed[name])
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise rules.Senseless(**{name: "no_day"}) from None


def _minute(typed: Mapping[str, Any], name: str) -> int:
    hour, _colon, minute = digits_of_one_kind(typed[name]).partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) <= 24 and int(minute) < 60):
        raise rules.Senseless(**{name: "no_time"})
    return int(hour) * 60 + int(minute)


def _page(
    visitor: Visitor, *, what: str = "", typed: dict[str, Any] | None = None, faults: Mapping[str, str] | None = None
) -> Response:
    found, viewer, locale = set_rota.entered(runtime()), visitor.viewer, visitor.locale
    with force_locale(locale):
        names = who.names(runtime(), {row.entered_by for row in found.rows})
        people = {one.key: one.name for one in found.people}
        days = get_day_names("abbreviated", locale=locale)
        answer = show(
            "desk/rota.html", visitor, what=what, typed=typed or {"days": []}, done=request.args.get("done", ""),
            faults={name: _wrong(why) for name, why in (faults or {}).items()},
            posts=_posts(found, viewer, locale),
            entries={kind: [_entry(row, found.policy, people, names, visitor) for row in found.rows if row.what == kind]
                     for kind in ("absence", "shift", "on_call")},
            absent=_absent(found, viewer, locale),
            leading=[(one.key, one.name) for one in set_rota.leading(found.people)],
            offices=[(one, found.policy.offices[one].label.in_(locale)) for one in rules.LED
                     if may_enter_duty(viewer, "shift", f"lead:{one}")],
            week=[(day, days[day]) for day in _WEEK], may_call=may_enter_duty(viewer, "on_call", ""),
            bare=[one.label.in_(locale) for one in found.policy.departments.values() if _bare(one)],
        )  # fmt: skip
    if faults:
        answer.status_code = 422
    return answer


def post_words(post: str, policy: Policy, locale: str) -> str:
    """What a post is called."""
    kind, _colon, name = post.partition(":")
    if kind == "lead":
        return _("Lead: %(place)s", place=policy.offices[name].label.in_(locale))
    if kind == MANAGEMENT:
        return policy.offices[MANAGEMENT].label.in_(locale)
    words = _("Head: %(place)s") if kind == "head" else _("Deputy: %(place)s")
    return str(words) % {"place": policy.departments[name].label.in_(locale)}


def _holder(post: str, policy: Policy, locale: str) -> str:
    kind, _colon, name = post.partition(":")
    if kind == "lead":
        lead = policy.offices[name].lead
        return lead.name.in_(locale) if lead else ""
    if kind == MANAGEMENT:
        return policy.offices[MANAGEMENT].label.in_(locale)
    return getattr(policy.departments[name], kind).name.in_(locale)


def _posts(found: set_rota.Entered, viewer: Viewer, locale: str) -> list[dict[str, Any]]:
    return [
        {
            "key": post, "label": post_words(post, found.policy, locale), "given": found.given.get(post, ""),
            "holder": _holder(post, found.policy, locale), "may": may_enter_duty(viewer, "post", post),
            "fit": [(one.key, one.name) for one in set_rota.fitting(post, found.people)],
        }
        for post in rules.posts(found.policy)
    ]  # fmt: skip


def _absent(found: set_rota.Entered, viewer: Viewer, locale: str) -> list[tuple[str, str]]:
    """Whose absence this person may enter: posts with their holders, then staff who hold none."""
    held = set(found.given.values())
    options = [
        (post, f"{post_words(post, found.policy, locale)} · {_holder(post, found.policy, locale)}")
        for post in rules.posts(found.policy)
        if post != MANAGEMENT and may_enter_duty(viewer, "absence", post, found.given.get(post))
    ]
    own = [one for one in found.people if one.key not in held and may_enter_duty(viewer, "absence", "", one.key)]
    return options + [(one.key, one.name) for one in own]


def _bare(department: Any) -> bool:
    today = runtime().clock().astimezone(runtime().zone).date()
    return any(one.last >= today and rules.uncovered(department, one) for one in department.head.absences)


def _entry(
    row: Any, policy: Policy, people: Mapping[str, str], names: Mapping[str, str], visitor: Visitor
) -> dict[str, Any]:
    locale = visitor.locale
    place = f"lead:{row.place}" if row.what == "shift" else row.place
    days = get_day_names("abbreviated", locale=locale)
    return {
        "id": row.id, "label": _about(row, policy, locale),
        "who": _whose(row, policy, people, locale),
        "days": _(", ").join(days[day] for day in _WEEK if day in (row.weekdays or [])),
        "hours": f"{_clock(row.start)}–{_clock(row.end)}" if row.what == "shift" else "",
        "first": _on(row.first, locale), "last": _on(row.last, locale),
        "by": names.get(row.entered_by, row.entered_by),
        "at": moments.day(row.entered_at, runtime().zone),
        "may": may_enter_duty(visitor.viewer, row.what, place, row.staff_key),
    }  # fmt: skip


def _whose(row: Any, policy: Policy, people: Mapping[str, str], locale: str) -> str:
    if row.staff_key:
        return people.get(row.staff_key) or "–"  # whose account has ended
    return _holder(row.place, policy, locale) if row.place in set(rules.posts(policy)) else "–"


def _about(row: Any, policy: Policy, locale: str) -> str:
    if row.what == "on_call":
        return _("severity %(num)d and worse", num=row.severity)
    if row.what == "shift":
        office = policy.offices.get(row.place)
        return office.label.in_(locale) if office else row.place
    return post_words(row.place, policy, locale) if row.place in set(rules.posts(policy)) else ""


def _on(day: date | None, locale: str) -> str:
    return str(format_date(day, "d MMMM", locale=locale)) if day else ""


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _wrong(why: str) -> str:
    words = {
        "needed": _("This is needed."), "unknown": _("Please choose one of these."),
        "before_first": _("The last day comes before the first."), "over": _("This is over already."),
        "too_long": _("At most a year and a day."), "before_start": _("The end comes before the beginning."),
        "overlaps": _("Somebody leads this office at these hours already. Take that entry back first."),
        "unreachable": _("This account has neither a telephone number nor an email address."),
        "no_day": _("This is no date."), "no_time": _("This is no time of day."),
    }  # fmt: skip
    return str(words[why])
