"""From a request's bytes to a `Report`, in the contract's order of checks: 413, 401/403, 415, 400, 422."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import structlog
from flask import Request
from marshmallow import Schema, ValidationError

from sidecar.api.fields import canonical_uuid
from sidecar.api.problems import Problem, faults_of
from sidecar.api.schemas import AdditionIn, ReportIn
from sidecar.domain.plain_text import unturned
from sidecar.domain.report import (
    About,
    Activity,
    Channel,
    Course,
    Kind,
    Place,
    Report,
    Reporter,
    Role,
    SessionRef,
    clamp_occurred,
)
from sidecar.identity import Caller, OutOfScope, PersonCaller, Proofs, SiteCaller, Unproven

log = structlog.get_logger(__name__)

LARGEST: Final = 64 * 1024  # bytes of a body (contract.md)

REPORT: Schema = ReportIn()
ADDITION: Schema = AdditionIn()

# A plugin may forward for weeks; older than this, its clock is believed to be wrong.
_STORED_AT_MOST = timedelta(days=60)
# An empty battery says 1970; what is further off than this says nothing, and could leave the calendar altogether.
_CLOCK_WRONG_AT_MOST = timedelta(days=36525)


def prove(proofs: Proofs, request: Request, scope: str) -> tuple[Caller, bytes]:
    """The proven caller and the raw body; 413 first, then 401 or 403."""
    body = request.get_data(cache=False)  # raises 413 by itself where the length is declared
    if len(body) > LARGEST:
        raise Problem(413)
    try:
        return proofs.prove(request.headers, body, scope), body
    except Unproven as reason:
        log.info("unproven", reason=str(reason))  # ours, never the caller's words: whoever set a secret wrong reads it
        raise Problem(401) from None
    except OutOfScope as refused:
        raise Problem(403, locale=refused.locale) from None


def parse(request: Request, caller: Caller, body: bytes, schema: Schema) -> dict[str, Any]:
    """The body by its schema: 415, 400, then the site's signed id against the body's (401), 422."""
    if request.mimetype != "application/json":
        raise Problem(415, locale=_locale(None, caller))
    document = _document(body, caller)
    locale = _locale(document, caller)
    if isinstance(caller, PersonCaller):
        document = _without_claimed(document)
    elif (said := _id_of(document)) is not None:
        signed_for(caller, said)
    try:
        data: dict[str, Any] = schema.load(document)
    except ValidationError as error:
        raise Problem(422, faults=sorted(faults_of(error.messages)), locale=locale) from None
    return data


def signed_for(caller: SiteCaller, wanted: str) -> None:
    """A site signs the id of what it sends or asks for; another one proves nothing (401)."""
    if caller.webhook_id.lower() != wanted.lower():
        log.info("unproven", reason="signed for another id")
        raise Problem(401)


def _id_of(document: Any) -> str | None:
    """The id that a body names; None where it names none that could have been signed, which is 422 and not 401."""
    said = document.get("id") if isinstance(document, dict) else None
    return said if isinstance(said, str) and canonical_uuid(said) is not None else None


def _document(body: bytes, caller: Caller) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    # orjson refuses lone surrogates as bad JSON; they are valid JSON with a value we refuse, which is 422, not 400.
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Problem(400, locale=_locale(None, caller)) from None


def _without_claimed(document: Any) -> Any:
    """The body without what a person's token says instead: not even its faults count."""
    if not isinstance(document, dict):
        return document
    kept = {name: value for name, value in document.items() if name != "reporter"}
    if isinstance(kept.get("place"), dict):
        kept["place"] = {"page": kept["place"].get("page")}
    return kept


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are not JSON


def _locale(document: Any, caller: Caller) -> str | None:
    if isinstance(document, Mapping) and isinstance(document.get("locale"), str):
        return str(document["locale"])[:16]
    return caller.locale if isinstance(caller, PersonCaller) else None


def clock_skew(request: Request, now: datetime) -> timedelta:
    """How far the sender's clock is ahead of ours, by `nidaa-sent-at`; zero when it says nothing readable."""
    try:
        sent_at = datetime.fromisoformat(request.headers.get("nidaa-sent-at", ""))
        skew = sent_at - now
    except (ValueError, OverflowError, TypeError):  # TypeError: a time without its offset
        return timedelta(0)
    return skew if abs(skew) < _CLOCK_WRONG_AT_MOST else timedelta(0)


def report_of(data: Mapping[str, Any], caller: Caller, now: datetime, skew: timedelta) -> Report:
    """The validated body as a report, with a person's claims outweighing what the body says of them."""
    locale = data["locale"] or "ar"
    if isinstance(caller, PersonCaller):
        reporter, place = (
            Reporter(id=caller.sub, role=caller.role, name=unturned(caller.name)),
            _claimed_place(data, caller),
        )
        received_at = now
        _allowed(data, caller, locale)
    else:
        if data["reporter"] is None:
            raise Problem(422, faults=[("reporter", "required")], locale=locale)
        reporter, place = _reporter(data["reporter"]), _place(data["place"])
        stored_at = data["stored_at"] or now
        received_at = max(min(stored_at, now), now - _STORED_AT_MOST)
    about = data["about"]
    return Report(
        site_id=caller.site_id,
        id=data["id"],
        kind=data["kind"],
        locale=locale,
        channel=_channel(data, caller),
        reporter=reporter,
        place=place,
        occurred_at=clamp_occurred(data["occurred_at"], received_at, skew),
        received_at=received_at,
        symptom=data["symptom"],
        category=data["category"] or None,
        text=data["text"] or "",
        about=About(about["id"], about["role"]) if about else None,
        affected=data["affected"],
        action_taken=data["action_taken"] or "",
        ended_at=data["ended_at"],
        remedy_sought=data["remedy_sought"] or "",
        gaps=frozenset(data["gaps"] or ()),
        diagnostics=data["diagnostics"] or {},
    )


def _channel(data: Mapping[str, Any], caller: Caller) -> Channel:
    """A person's own client is in the room or on the web; the other channels are told by those who serve them."""
    said: Channel = data["channel"]
    if isinstance(caller, PersonCaller) and said is not Channel.IN_ROOM:
        return Channel.WEB
    return said


def _allowed(data: Mapping[str, Any], caller: PersonCaller, locale: str) -> None:
    """What a person's own client may send: rooms are logged by their manager, others' gaps by who is in charge."""
    manages = caller.role in {Role.ROOM_MANAGER, Role.TRAINER}
    if data["kind"] is Kind.ROOM_LOG and caller.role is not Role.ROOM_MANAGER:
        raise Problem(403, locale=locale)
    about = data["about"]
    if data["kind"] is Kind.CERTIFICATE_GAP and about and about["id"] != caller.sub and not manages:
        raise Problem(403, locale=locale)


def _reporter(said: Mapping[str, Any]) -> Reporter:
    return Reporter(
        id=said["id"] or None,
        role=said["role"],
        name=unturned(said["name"] or ""),
        email=said["email"] or None,
        phone=said["phone"] or None,
        contact_preference=said["contact_preference"],
    )


def _place(said: Mapping[str, Any]) -> Place:
    course, activity, session = said["course"], said["activity"], said["session"]
    return Place(
        page=said["page"],
        course=Course(course["id"], course["idnumber"] or "", course["name"] or "") if course else None,
        activity=Activity(activity["id"], activity["module"] or "", activity["name"] or "") if activity else None,
        group=said["group"],
        session=SessionRef(session["key"], session["starts_at"], session["ends_at"], session["meeting"])
        if session
        else None,
    )


def _claimed_place(data: Mapping[str, Any], caller: PersonCaller) -> Place:
    return Place(
        page=data["place"]["page"],
        course=Course(caller.course) if caller.course else None,
        activity=Activity(caller.activity) if caller.activity else None,
        group=caller.group,
        session=SessionRef(key=caller.session) if caller.session else None,
    )
