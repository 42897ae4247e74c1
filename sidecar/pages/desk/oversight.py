"""`/desk/oversight/`: what a government body is shown (P9): the mechanism, the authority matrix, the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from sidecar.casework import oversight
from sidecar.domain import contact as rules
from sidecar.domain import spreadsheet
from sidecar.domain.access import StaffRole
from sidecar.domain.policy import Policy, Target
from sidecar.journey import contact
from sidecar.pages import moments, refusals
from sidecar.pages.desk import filings, oversight_words, periods, readiness
from sidecar.pages.desk.frame import HANDLERS, at_desk, show
from sidecar.pages.session import Visitor, runtime
from sidecar.phrases import duration, expected

READERS: Final = (StaffRole.SUPERVISOR, StaffRole.ADMINISTRATIVE_MANAGER)

blueprint = Blueprint("oversight", __name__, url_prefix="/desk/oversight", template_folder="templates")
refusals.install(blueprint)
filings.install(blueprint)
readiness.install(blueprint)


@blueprint.get("/")
def home() -> Response:
    """What was filed, and the way to everything else."""
    visitor = at_desk(*READERS)
    with force_locale(visitor.locale):
        return show(
            "desk/oversight/home.html", visitor, filings=filings.listed(visitor), body=_body(visitor),
            may_file=StaffRole.SUPERVISOR in visitor.viewer.roles, month=f"{periods.today():%Y-%m}",
        )  # fmt: skip


@blueprint.get("/matrix")
def matrix() -> Response:
    """Who sees and does what (P16), as `domain/access.py` answers; for everybody who handles cases, too."""
    visitor = at_desk(*HANDLERS, StaffRole.SUPERVISOR, StaffRole.ADMINISTRATOR)
    with force_locale(visitor.locale):
        return show("desk/oversight/matrix.html", visitor, **oversight_words.matrix(runtime().policy, visitor.locale))


@blueprint.get("/pack")
def pack() -> Response:
    """The evidence pack: the published mechanism, who may what, and the register with kept and missed targets."""
    visitor, month = at_desk(*READERS), periods.month()
    entries = oversight.read_register(runtime(), visitor.viewer, month, "pack")
    with force_locale(visitor.locale):
        return show(
            "desk/oversight/pack.html", visitor, **_register(visitor, entries, month), **_mechanism(visitor.locale),
            **oversight_words.matrix(runtime().policy, visitor.locale), made_at=_now(),
        )  # fmt: skip


@blueprint.get("/register")
def register() -> Response:
    """The register of cases without names, of one month."""
    visitor, month = at_desk(*READERS), periods.month()
    entries = oversight.read_register(runtime(), visitor.viewer, month, "register")
    with force_locale(visitor.locale):
        return show("desk/oversight/register.html", visitor, **_register(visitor, entries, month), made_at=_now())


@blueprint.get("/register.csv")
def register_csv() -> Response:
    """The same for a spreadsheet program."""
    visitor, month = at_desk(*READERS), periods.month()
    entries = oversight.read_register(runtime(), visitor.viewer, month, "csv")
    with force_locale(visitor.locale):
        words = oversight_words.register(runtime().policy, entries, visitor.locale, runtime().zone)
        body = spreadsheet.table([words.headings, *(row.cells for row in words.rows)])
    answer = Response(body, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="nidaa-register-{month:%Y-%m}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/views")
def views() -> Response:
    """Who has looked at the pack and the register."""
    visitor = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    now, zone = runtime().clock(), runtime().zone
    looked = oversight.who_looked(runtime())
    named = filings.names({row.viewer_key for row in looked})
    with force_locale(visitor.locale):
        rows = [
            (named.get(row.viewer_key, row.viewer_key), moments.day_and_clock(row.at, zone, now),
             oversight_words.looked_at(row.what), row.period)
            for row in looked
        ]  # fmt: skip
        return show("desk/oversight/views.html", visitor, rows=rows)


def _body(visitor: Visitor) -> str:
    body = runtime().policy.bodies.get(visitor.viewer.body or "")
    return body.label.in_(visitor.locale) if body else ""


def _now() -> str:
    return f"{runtime().clock().astimezone(runtime().zone):%Y-%m-%d %H:%M}"


def _register(visitor: Visitor, entries: Sequence[Any], month: date) -> dict[str, Any]:
    words = oversight_words.register(runtime().policy, entries, visitor.locale, runtime().zone)
    mean, answers = oversight.satisfaction(runtime(), visitor.viewer, month)
    return {
        "month": f"{month:%Y-%m}",
        "month_name": periods.named(month),
        "months": periods.choices(),
        "content": (f"{mean:.1f}", answers) if mean is not None else None,
        "headings": words.headings,
        "rows": words.rows,
        "kept": [
            {"label": oversight_words.measure(one.measure), "kept": one.kept, "missed": one.missed,
             "running": one.running, "share": round(100 * one.kept / (one.kept + one.missed))
             if one.kept + one.missed else None}
            for one in oversight.kept(entries)
        ],
        "kinds": oversight_words.kinds(runtime().policy, entries, visitor.locale),
        "csv_url": url_for("oversight.register_csv", month=f"{month:%Y-%m}"),
    }  # fmt: skip


def _mechanism(locale: str) -> dict[str, Any]:
    """The policy in words: services, ways in, targets with their ladders, and who answers."""
    policy = runtime().policy
    _at, hours, ways = contact.ways(runtime(), f"{runtime().base_url}/public/")
    return {
        "institute": policy.name.in_(locale),
        "services": [(one.label.in_(locale), one.clause) for one in rules.choosable(policy)],
        "ways": [(way.label.in_(locale), way.address or "", expected(way.expectation, open_now=True)) for way in ways],
        "hours": hours,
        "targets": [_target(policy, one, locale) for one in policy.targets],
        "departments": [
            (one.label.in_(locale), one.head.name.in_(locale), one.deputy.name.in_(locale), one.clause)
            for one in policy.departments.values()
        ],
    }


def _target(policy: Policy, target: Target, locale: str) -> dict[str, Any]:
    counted = _("elapsed time") if target.calendar is None else _("service hours")
    return {
        "label": target.label.in_(locale),
        "clause": target.clause,
        "within": duration(target.within),
        "counted": counted,
        "rungs": [rung.label.in_(locale) for rung in target.rungs],
    }
