"""Field types of the wire: bounded, and refusing what a database or a terminal would choke on.

Messages are codes (`required`, `too_long|300`); `problems.py` says them in the reader's language.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from marshmallow import ValidationError, fields, missing

from sidecar.domain.plain_text import storable

Value = TypeVar("Value")

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)

_MESSAGES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "required",
    "null": "required",
    "invalid": "wrong_type",
    "validator_failed": "wrong_type",
}


def canonical_uuid(text: str) -> uuid.UUID | None:
    """A UUID of 36 characters, in either case; None for every other spelling."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None


def shape_of(_converter: object, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """What OpenAPI shows of a field of ours, for apispec: exactly what the field refuses."""
    shape = getattr(field, "shape", None)
    if shape is None:
        return {}
    shown: dict[str, Any] = shape()
    if field.allow_none:
        shown["type"] = [shown["type"], "null"]
        if "enum" in shown:
            shown["enum"] = [*shown["enum"], None]
    return shown


class Bounded(fields.Field[Value]):
    """A field that checks all it has to in `_deserialize`.

    It has no validators and no defaults to work out, which marshmallow would look for at every field of every report.
    """

    default_error_messages = _MESSAGES

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """As marshmallow's, straight to the check for a value that is there."""
        if value is None and self.allow_none:
            return None
        if value is None or value is missing:
            return super().deserialize(value, attr, data, **kwargs)
        return self._deserialize(value, attr, data, **kwargs)


class Text(Bounded[str]):
    """Text of at most `longest` characters; null counts as `load_default`."""

    def __init__(self, longest: int, *, shortest: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest
        self.shortest = shortest

    def shape(self) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"type": "string", "maxLength": self.longest} | ({"minLength": self.shortest} if self.shortest else {})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("wrong_type")
        if len(value) > self.longest:
            raise ValidationError(f"too_long|{self.longest}")
        if len(value) < self.shortest:
            raise ValidationError("required")
        if not storable(value):
            raise ValidationError("unstorable_text")
        return value


class Place(Text):
    """An id of a place: parts of a room's key are joined by "|", which none of them may hold."""

    def shape(self) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return super().shape() | {"pattern": "^[^|]*$"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "|" in text:
            raise ValidationError("has_a_bar")
        return text


class Choice(Bounded[Any]):
    """One of an enum's values."""

    def __init__(self, values: type[StrEnum], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.values = values
        self._by_value = {str(member): member for member in values}

    def shape(self) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"type": "string", "enum": list(self._by_value)}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> StrEnum:
        if not isinstance(value, str):
            raise ValidationError("wrong_type")
        member = self._by_value.get(value)
        if member is None:
            raise ValidationError("unknown_value")
        return member


class Number(Bounded[int]):
    """A whole number within bounds; neither true nor 2.0."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least
        self.most = most

    def shape(self) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("wrong_type")
        if not self.least <= value <= self.most:
            raise ValidationError(f"out_of_range|{self.least}|{self.most}")
        return value


class Answer(Bounded[bool]):
    """Yes or no, as JSON says it; neither 1 nor "true"."""

    def shape(self) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"type": "boolean"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("wrong_type")
        return value


class Moment(Bounded[datetime]):
    """An ISO 8601 time with its offset, as aware UTC."""

    def shape(self) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"type": "string", "format": "date-time"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or len(value) > 64:
            raise ValidationError("wrong_type")
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise ValidationError("not_a_time") from None
        if moment.tzinfo is None:
            raise ValidationError("time_without_offset")
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            raise ValidationError("not_a_time") from None
        if not _EARLIEST <= moment <= _LATEST:
            raise ValidationError("not_a_time")
        return moment


class Identifier(Bounded[uuid.UUID]):
    """A UUID in its canonical form of 36 characters."""

    def shape(self) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"type": "string", "format": "uuid"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> uuid.UUID:
        if not isinstance(value, str):
            raise ValidationError("wrong_type")
        found = canonical_uuid(value)
        if found is None:
            raise ValidationError("not_a_uuid")
        return found


class Anything(Bounded[Mapping[str, Any]]):
    """A JSON object of any content that every database takes, at most `deepest` levels deep."""

    def __init__(self, deepest: int = 8, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.deepest = deepest

    def shape(self) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"type": "object"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError("wrong_type")
        for depth, leaf in _leaves(value):
            if depth > self.deepest:
                raise ValidationError("too_deep")
            if isinstance(leaf, str) and not storable(leaf):
                raise ValidationError("unstorable_text")
            # Beyond 64 bits no driver and no JSON library agrees on what a number is: orjson reads 10**30 as a float.
            if isinstance(leaf, (int, float)) and not _in_64_bits(leaf):
                raise ValidationError("out_of_range|-9223372036854775808|9223372036854775807")
        return value


def _in_64_bits(number: float) -> bool:
    # A float of exactly -2**63 may have been any whole number near it.
    return -(2**63) < number < 2**63 or (number == -(2**63) and isinstance(number, int))


def _leaves(value: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    """Every key and scalar with its depth; iterative, since the sender chooses the depth."""
    waiting = [(depth, value)]
    while waiting:
        at, here = waiting.pop()
        yield at, None if isinstance(here, (dict, list)) else here
        if at > 16:
            return
        if isinstance(here, dict):
            for key, inner in here.items():
                yield at, key
                waiting.append((at + 1, inner))
        elif isinstance(here, list):
            waiting.extend((at + 1, inner) for inner in here)
