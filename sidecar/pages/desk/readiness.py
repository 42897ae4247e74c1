"""`/desk/oversight/readiness`: how many of which course are ready for the certificate; numbers alone (C3)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import oversee_readiness as casework
from sidecar.domain import spreadsheet
from sidecar.domain.access import StaffRole
from sidecar.domain.folding import words as folded
from sidecar.pages import checklist_words
from sidecar.pages.desk import periods, readiness_words
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import Visitor, runtime

_READERS: Final = (StaffRole.SUPERVISOR, StaffRole.ADMINISTRATIVE_MANAGER)
_LONGEST: Final = 100  # letters of what is searched for
_DIGITS: Final = 4  # of a page's number
_ALL: Final = "all"


def install(blueprint: Blueprint) -> None:
    """Serve them as part of the oversight's pages."""
    blueprint.add_url_rule("/readiness", "readiness", overview)
    blueprint.add_url_rule("/readiness.csv", "readiness_csv", csv)
    blueprint.add_url_rule("/readiness/print", "readiness_sheet", sheet)
    blueprint.add_url_rule("/readiness/fetch", "readiness_fetch", fetch, methods=["POST"])


def overview() -> Response:
    """The courses of a month, a hundred a page."""
    visitor, number = at_desk(*_READERS), _number(request.args.get("page", "1"))
    found = casework.look(runtime(), visitor.viewer, _month(), _words(), "readiness", number)
    with force_locale(visitor.locale):
        return show(
            "desk/oversight/readiness.html", visitor, **_context(visitor, found), page_number=number,
            pages=-(-found.number // casework.PAGE), here=_here, fetched_now=_asked_for(),
            unfetched=sum(one.to_fetch for one in found.courses),
        )  # fmt: skip


def csv() -> Response:
    """All that the filter leaves, for a spreadsheet program."""
    visitor = at_desk(*_READERS)
    found = casework.look(runtime(), visitor.viewer, _month(), _words(), "readiness_csv")
    with force_locale(visitor.locale):
        body = spreadsheet.table(readiness_words.table(runtime(), found, visitor.locale))
    answer = Response(body, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="nidaa-readiness-{_asked_month() or _ALL}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def sheet() -> Response:
    """The same as a sheet to print, right to left in Arabic."""
    visitor = at_desk(*_READERS)
    found = casework.look(runtime(), visitor.viewer, _month(), _words(), "readiness_print")
    with force_locale(visitor.locale):
        return show("desk/oversight/readiness_print.html", visitor, **_context(visitor, found), here=_here)


def fetch() -> Response:
    """Have the facts of courses fetched that never were; they come by themselves."""
    visitor = at_desk(*_READERS)
    site, _bar, course = request.form.get("course", "").partition("|")
    done = casework.fetch(
        runtime(), visitor.viewer, _month(), _words(), _number(request.args.get("page", "1")),
        (site, course) if site or course else None,
    )  # fmt: skip
    return redirect(_here("oversight.readiness", fetched=done, page=request.args.get("page")), 303)  # type: ignore[return-value]


def _context(visitor: Visitor, found: casework.Overview) -> dict[str, Any]:
    month = _month()
    return {
        "month": _asked_month() or _ALL,
        "month_name": periods.named(month) if month else _("All courses"),
        "months": [*periods.choices(), (_ALL, _("All courses"))],
        "q": request.args.get("q", "")[:_LONGEST],
        "made_at": f"{runtime().clock().astimezone(runtime().zone):%Y-%m-%d %H:%M}",
        "unverified": checklist_words.unverified(),
        **readiness_words.shown(runtime(), found, visitor.locale),
    }


def _here(endpoint: str, **changes: Any) -> str:
    """An address with the same filter."""
    kept = {name: request.args[name] for name in ("month", "q") if request.args.get(name)}
    return url_for(endpoint, **(kept | {name: value for name, value in changes.items() if value is not None}))


def _month() -> date | None:
    return None if request.args.get("month") == _ALL else periods.month()


def _asked_month() -> str:
    month = _month()
    return f"{month:%Y-%m}" if month else ""


def _words() -> tuple[str, ...]:
    return tuple(folded(request.args.get("q", "")[:_LONGEST]))


def _number(asked: str) -> int:
    if not (asked.isascii() and asked.isdigit() and 0 < len(asked) <= _DIGITS and int(asked)):
        raise NotFound
    return int(asked)


def _asked_for() -> str:
    asked = request.args.get("fetched", "")
    if not (asked.isascii() and asked.isdigit() and 0 < len(asked) <= _DIGITS):
        return ""
    return str(ngettext("%(num)d course is being asked about.", "%(num)d courses are being asked about.", int(asked)))
