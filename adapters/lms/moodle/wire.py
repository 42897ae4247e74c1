"""The fields and the strictness that every answer of Moodle is validated with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from adapters.errors import Malformed

_LAST_SECOND = 253402300799  # the end of year 9999: beyond it there is no datetime
_LARGEST_ID = 2**53
# NUL is refused by PostgreSQL, a lone surrogate by every encoder, and direction controls turn a whole line around.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Shape(Schema):
    """Moodle adds keys with every version, so unknown ones are passed over."""

    class Meta:
        unknown = EXCLUDE


class Text(fields.String):
    """A text that can be stored: without NUL, lone surrogates and direction controls, at most 1000 characters."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return _UNSTORABLE.sub("", super()._deserialize(value, attr, data, **kwargs)).strip()[:1000]


class Id(fields.Integer):
    """An id: an integer on the wire, a text in the house."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        number = super()._deserialize(value, attr, data, **kwargs)
        if not 0 < number <= _LARGEST_ID:
            raise ValidationError("not an id")
        return str(number)


class OptionalId(fields.Integer):
    """An id, or None for 0, null and nothing."""

    def __init__(self) -> None:
        super().__init__(load_default=None, allow_none=True, validate=validate.Range(min=0, max=_LARGEST_ID))

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        number = super().deserialize(value, *args, **kwargs)
        return str(number) if number else None


class Moment(fields.Field[datetime]):
    """Seconds since 1970; 0 and null, Moodle's "never", are None."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(required=required, allow_none=True)  # no default: an absent time is not "never"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LAST_SECOND:
            raise ValidationError("not a time")
        return datetime.fromtimestamp(value, UTC) if value else None


def a_count(**kwargs: Any) -> fields.Integer:
    """A number of things or of seconds."""
    return fields.Integer(validate=validate.Range(min=0, max=2**31), **kwargs)


def shaped(schema: Schema, answer: Any, function: str) -> Any:
    """The validated answer.

    Raises:
        Malformed: it has another shape. The reason names the place, never the value. Raised outside the `except`,
            because marshmallow's error carries the whole answer.
    """
    try:
        return schema.load(answer)
    except ValidationError as error:
        place = _first_place(error.messages)
    except (RecursionError, OverflowError):
        place = "its depth or size"
    raise Malformed(f"{function} answered in another shape than agreed, at {place}")


def _first_place(messages: Any) -> str:
    steps: list[str] = []
    while isinstance(messages, dict) and messages and len(steps) < 6:
        step = next(iter(messages))
        steps.append(str(step))
        messages = messages[step]
    return ".".join(steps) or "its top"
