"""What a government body files with the administrative manager (P9): an inquiry, an observation, a request."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, Final

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from sidecar.casework import oversight
from sidecar.domain.access import StaffRole
from sidecar.domain.case import State
from sidecar.domain.report import Channel, Kind, Page, Place, Report, Reporter, Role, grouped
from sidecar.journey.intake import Contradicts, Intake
from sidecar.journey.status import status
from sidecar.pages import moments
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import Visitor, runtime
from sidecar.phrases import step_words
from sidecar.store import staff
from sidecar.store.group_commit import Busy, Unstorable
from sidecar.store.reports import Addition

_LONGEST: Final = 4000  # letters, as the API takes
_READERS: Final = (StaffRole.SUPERVISOR, StaffRole.ADMINISTRATIVE_MANAGER)


def install(blueprint: Blueprint) -> None:
    """Serve these pages as part of the oversight's."""
    blueprint.add_url_rule("/file", "file", form, methods=["GET"])
    blueprint.add_url_rule("/file", "filed", file, methods=["POST"])
    blueprint.add_url_rule("/filings/<uuid:report>", "filing", one, methods=["GET"])
    blueprint.add_url_rule("/filings/<uuid:report>", "add", add, methods=["POST"])


def listed(visitor: Visitor) -> list[dict[str, Any]]:
    """The filings that this person sees, as the list shows them."""
    policy, now, zone = runtime().policy, runtime().clock(), runtime().zone
    rows = oversight.filings(runtime(), visitor.viewer)
    by = names({f"{row.site_id}:{row.reporter_id}" for row in rows})
    return [
        {
            "href": url_for("oversight.filing", report=row.id),
            "reference": grouped(row.reference),
            "title": _title(row.category, visitor.locale),
            "state": policy.states[row.state or State.RECEIVED].in_(visitor.locale),
            "by": by.get(f"{row.site_id}:{row.reporter_id}", ""),
            "at": moments.day_and_clock(row.received_at, zone, now),
            "due": moments.day_and_clock(row.due_at, zone, now) if row.due_at else "",
            "late": bool(row.due_at and row.due_at < now),
        }
        for row in rows
    ]  # fmt: skip


def _title(category: str | None, locale: str) -> str:
    policy = runtime().policy
    found = policy.categories.get(category or "")
    return found.label.in_(locale) if found else policy.kinds[Kind.INQUIRY].in_(locale)


def names(keys: Collection[str]) -> dict[str, str]:
    """What these people are called."""
    with runtime().db.read() as conn:
        return staff.names(conn, keys)


def form() -> Response:
    """The form."""
    return _form(at_desk(StaffRole.SUPERVISOR))


def _form(visitor: Visitor, faults: dict[str, str] | None = None, **typed: str) -> Response:
    policy = runtime().policy
    with force_locale(visitor.locale):
        kinds = [
            (key, policy.categories[key].label.in_(visitor.locale))
            for key in oversight.CATEGORIES
            if key in policy.categories
        ]
        answer = show(
            "desk/oversight/file.html", visitor, kinds=kinds, faults=faults or {}, longest=_LONGEST,
            typed={"category": kinds[0][0] if kinds else "", "text": "", "id": str(uuid.uuid4())} | typed,
        )  # fmt: skip
        if faults:
            answer.status_code = 422
        return answer


def file() -> Response:
    """File it: it goes to the administrative manager, with a clock of its own."""
    visitor = at_desk(StaffRole.SUPERVISOR)
    category, text = request.form.get("category", ""), request.form.get("text", "").strip()
    report_id = _id(request.form.get("id", ""))
    typed = {"category": category, "text": text, "id": str(report_id)}
    with force_locale(visitor.locale):
        faults = {}
        if category not in oversight.CATEGORIES or category not in runtime().policy.categories:
            faults["category"] = _("Please choose what it is.")
        if not text or len(text) > _LONGEST:
            faults["text"] = _("Please write between 1 and %(num)d letters.", num=_LONGEST)
        if faults:
            return _form(visitor, faults, **typed)
        intake: Intake = current_app.extensions["nidaa_intake"]
        try:
            intake.accept(_report(visitor, report_id, category, text))
        except Contradicts:
            pass  # the same form, sent again with other words: what stands is shown
        except Unstorable:
            return _form(visitor, {"text": _("This holds characters that cannot be stored.")}, **typed)
        except Busy:
            fault = _("We could not save this just now. Please try again in a moment; what you wrote is still here.")
            answer = _form(visitor, {"text": fault}, **typed)
            answer.status_code = 503
            return answer
    return redirect(url_for("oversight.filing", report=report_id), 303)  # type: ignore[return-value]


def _report(visitor: Visitor, report_id: uuid.UUID, category: str, text: str) -> Report:
    now = runtime().clock()
    with runtime().db.read() as conn:
        known = staff.get(conn, visitor.viewer.key)
    who = Reporter(
        id=visitor.person_id, role=Role.SUPERVISOR, name=visitor.name, email=known.email if known else None,
        phone=known.phone if known else None,
    )  # fmt: skip
    return Report(
        site_id=visitor.site_id, id=report_id, kind=Kind.INQUIRY, locale=visitor.locale, channel=Channel.WEB,
        reporter=who, place=Place(page=Page.PUBLIC), occurred_at=now, received_at=now, category=category, text=text,
    )  # fmt: skip


def one(report: uuid.UUID) -> Response:
    """One filing: where it stands, and what was answered."""
    return _one(at_desk(*_READERS), report)


def _one(visitor: Visitor, report: uuid.UUID, *, fault: str = "", typed: str = "") -> Response:
    row = oversight.filing(runtime(), visitor.viewer, report)
    found = status(runtime(), row.site_id, row.id, None)
    policy, now, zone = runtime().policy, runtime().clock(), runtime().zone
    with force_locale(visitor.locale):
        answer = show(
            "desk/oversight/filing.html", visitor, reference=grouped(row.reference),
            title=_title(row.category, visitor.locale),
            state=policy.states[row.state or State.RECEIVED].in_(visitor.locale),
            text=oversight.words_of(runtime(), row.key),
            due=moments.day_and_clock(row.due_at, zone, now) if row.due_at else "",
            said=[(moments.day_and_clock(s.at, zone, now), s.text.in_(visitor.locale)) for s in found.said]
            if found else [],
            timeline=[(moments.day_and_clock(at, zone, now), step_words(what)) for at, what in found.timeline]
            if found else [],
            here=url_for("oversight.filing", report=report), addition=uuid.uuid4(), fault=fault, typed=typed,
            may_add=StaffRole.SUPERVISOR in visitor.viewer.roles, longest=_LONGEST,
            added=request.args.get("thanks") == "detail",
        )  # fmt: skip
        if fault:
            answer.status_code = 422
        return answer


def add(report: uuid.UUID) -> Response:
    """Add a detail."""
    visitor = at_desk(StaffRole.SUPERVISOR)
    row = oversight.filing(runtime(), visitor.viewer, report)
    text = request.form.get("text", "").strip()
    with force_locale(visitor.locale):
        if not text or len(text) > _LONGEST:
            fault = _("Please write between 1 and %(num)d letters.", num=_LONGEST)
            return _one(visitor, report, fault=fault, typed=text)
        addition_id = _id(request.form.get("id", ""))
        intake: Intake = current_app.extensions["nidaa_intake"]
        addition = Addition(
            key=uuid.uuid5(row.key, str(addition_id)), report_key=row.key, id=addition_id, text=text, diagnostics={},
            received_at=runtime().clock(),
        )  # fmt: skip
        try:
            intake.add(addition)
        except (Contradicts, Unstorable):
            return _one(visitor, report, fault=_("This holds characters that cannot be stored."), typed=text)
        except Busy:
            fault = _("We could not save this just now. Please try again in a moment; what you wrote is still here.")
            return _one(visitor, report, fault=fault, typed=text)
    return redirect(url_for("oversight.filing", report=report, thanks="detail"), 303)  # type: ignore[return-value]


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()
