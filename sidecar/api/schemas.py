"""The wire of `/v1`, as marshmallow schemas: what is validated is what OpenAPI shows.

Built once: constructing a schema for each request cost 210 to 250 microseconds.
"""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from sidecar.api.fields import Answer, Anything, Choice, Identifier, Moment, Number, Place, Text
from sidecar.api.problems import N_
from sidecar.domain.case import State
from sidecar.domain.report import (
    REPORT_VERSION,
    Channel,
    ContactPreference,
    Gap,
    Kind,
    Page,
    Role,
    Symptom,
)
from sidecar.store.tellings import CAUSES

# Moodle 5 lets a course and an activity be called so much; a report must not be refused for its room's long name.
_LMS_NAME = 1333
_NEEDS_SYMPTOM = frozenset({Kind.SESSION_PROBLEM, Kind.ROOM_LOG})


class Wire(Schema):
    """Unknown fields are ignored, so that a newer plugin can talk to an older sidecar."""

    class Meta:
        unknown = EXCLUDE

    error_messages: dict[str, str] = {  # noqa: RUF012  # as marshmallow declares it
        "type": "wrong_type",
        "unknown": "unknown_field",
    }


def _nested(schema: type[Schema], **kwargs: Any) -> fields.Nested:
    messages: dict[str, str | list[Any] | dict[Any, Any]] = {
        "required": "required",
        "null": "required",
        "type": "wrong_type",
        "invalid": "wrong_type",
    }
    return fields.Nested(schema, error_messages=messages, **kwargs)


def _blank(longest: int) -> Text:
    """Text that may be missing, null or empty, all the same."""
    return Text(longest, load_default="", allow_none=True)


def _maybe(longest: int) -> Text:
    return Text(longest, load_default=None, allow_none=True)


class ReporterIn(Wire):
    """Who reports."""

    id = Text(64, shortest=1, load_default=None, allow_none=True)
    role = Choice(Role, required=True)
    name = _blank(255)  # a visitor's may become the sender, which every database holds in 300 characters
    email = _maybe(254)
    phone = _maybe(32)
    contact_preference = Choice(ContactPreference, load_default=None, allow_none=True)


class AboutIn(Wire):
    """Whom the report concerns when somebody else."""

    id = Text(64, shortest=1, required=True)
    role = Choice(Role, required=True)


class CourseIn(Wire):
    """A course."""

    id = Place(64, shortest=1, required=True)
    idnumber = _blank(128)
    name = _blank(_LMS_NAME)


class ActivityIn(Wire):
    """A live-classroom activity; `id` is Moodle's cmid."""

    id = Place(64, shortest=1, required=True)
    module = _blank(64)
    name = _blank(_LMS_NAME)


class SessionIn(Wire):
    """The class that was on."""

    key = _maybe(128)
    starts_at = Moment(load_default=None, allow_none=True)
    ends_at = Moment(load_default=None, allow_none=True)
    meeting = _maybe(255)


class PlaceIn(Wire):
    """Where the person was."""

    page = Choice(Page, required=True)
    course = _nested(CourseIn, load_default=None, allow_none=True)
    activity = _nested(ActivityIn, load_default=None, allow_none=True)
    group = Place(64, shortest=1, load_default=None, allow_none=True)
    session = _nested(SessionIn, load_default=None, allow_none=True)


class ReportIn(Wire):
    """A report as it is sent (contract.md, "Sending a report")."""

    version = Number(REPORT_VERSION, REPORT_VERSION, required=True)
    id = Identifier(required=True)
    kind = Choice(Kind, required=True)
    symptom = Choice(Symptom, load_default=None, allow_none=True)
    category = _maybe(64)
    text = _blank(20_000)
    locale = Text(16, load_default="ar", allow_none=True)
    occurred_at = Moment(load_default=None, allow_none=True)
    stored_at = Moment(load_default=None, allow_none=True)
    channel = Choice(Channel, required=True)
    reporter = _nested(ReporterIn, load_default=None, allow_none=True)
    about = _nested(AboutIn, load_default=None, allow_none=True)
    place = _nested(PlaceIn, required=True)
    affected = Number(0, 100_000, load_default=None, allow_none=True)
    action_taken = _blank(4000)
    ended_at = Moment(load_default=None, allow_none=True)
    remedy_sought = _blank(4000)
    gaps = fields.List(
        Choice(Gap), load_default=list, allow_none=True, error_messages={"invalid": "wrong_type", "null": "required"}
    )
    diagnostics = Anything(load_default=dict, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def _in_class_needs_a_symptom(self, data: dict[str, Any], **_: Any) -> None:
        if data["kind"] in _NEEDS_SYMPTOM and data["symptom"] is None:
            raise ValidationError({"symptom": ["required"]})


class AdditionIn(Wire):
    """What is added to a report afterwards."""

    id = Identifier(required=True)
    text = _blank(20_000)
    diagnostics = Anything(load_default=dict, allow_none=True)
    works = Answer(
        load_default=None,
        allow_none=True,
        metadata={"description": N_("after a solution: whether it works again for the reporter")},
    )

    @validates_schema(skip_on_field_errors=True)
    def _says_something(self, data: dict[str, Any], **_: Any) -> None:
        if not data["text"] and not data["diagnostics"] and data["works"] is None:
            raise ValidationError({"text": ["required"]})


class LinksOut(Schema):
    """Where to ask again."""

    status = fields.URL(required=True)


class AcceptedOut(Schema):
    """The answer to a report that is stored durably."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True, metadata={"example": "208-226-399-3"})
    state = fields.Enum(State, by_value=True, required=True)
    case = fields.String(required=True, allow_none=True, metadata={"description": N_("its number, once assessed")})
    same_in_room = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": N_("others of this room and symptom; null outside a room")},
    )
    links = fields.Nested(LinksOut, required=True)


class HappeningOut(Schema):
    """One line of the timeline that the reporter may see."""

    at = fields.AwareDateTime(required=True)
    what = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": N_("in the reader's language")})


class SaidOut(Schema):
    """One thing that the reporter was told."""

    at = fields.AwareDateTime(required=True)
    cause = fields.String(required=True, validate=validate.OneOf(CAUSES))
    text = fields.String(required=True, metadata={"description": N_("in the reader's language")})


class StatusOut(AcceptedOut):
    """Where a report stands."""

    timeline = fields.List(fields.Nested(HappeningOut), required=True)
    facts = fields.String(required=True, metadata={"description": N_("how far the facts are"), "example": "pending"})
    poll_after = fields.Integer(required=True, metadata={"description": N_("seconds after which to ask again")})
    said = fields.List(fields.Nested(SaidOut), required=True)
    asks_works = fields.Boolean(
        required=True, metadata={"description": N_("solved, and the reporter has not said whether it works again")}
    )
    since = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": N_("when its failure was first reported; null outside a room")},
    )
    already_known = fields.Boolean(
        required=True, metadata={"description": N_("whether that was solved before this report")}
    )
    joined_known = fields.Boolean(
        required=True,
        metadata={"description": N_("whether it had been open for a minute or more when this report joined it")},
    )


class KnownIn(Wire):
    """Which room a site asks about; a person's token names it."""

    course = Place(64, load_default=None, allow_none=True)
    activity = Place(64, shortest=1, required=True)
    group = Place(64, load_default=None, allow_none=True)


class KnownOut(Schema):
    """One failure of a room that everybody there may know of."""

    symptom = fields.Enum(Symptom, by_value=True, required=True)
    since = fields.AwareDateTime(required=True, metadata={"description": N_("when it was first reported")})
    people = fields.Integer(
        required=True, allow_none=True, metadata={"description": N_("how many have reported it; null for nobody yet")}
    )
    declared = fields.Boolean(
        required=True, metadata={"description": N_("whether the room's manager has logged it for the room")}
    )


class RoomKnowsOut(Schema):
    """What a room knows of its own failures."""

    known = fields.List(fields.Nested(KnownOut), required=True)


class AddedOut(Schema):
    """The answer to an addition that is stored durably."""

    id = fields.UUID(required=True)
    report = fields.UUID(required=True)


class FaultOut(Schema):
    """One field and what is wrong with it."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    reason = fields.String(required=True)


class ProblemOut(Schema):
    """RFC 9457, in the sender's language."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FaultOut))
