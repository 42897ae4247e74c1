"""One table of the policy while it is read: takes keys one by one, records what is wrong, refuses what is left over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sidecar.domain.institute import Label
from sidecar.policy.document import Document, unknown
from sidecar.policy.lines import Path
from sidecar.policy.values import Senseless, arabic, clause, text

T = TypeVar("T")


@dataclass(slots=True)
class Table:
    """A table and its place.

    A converter turns a raw value into what it means, and raises `Senseless` with the reason when it means nothing.
    After a fault the methods return a value that must not be used: what is built from it is dropped by `sound`.
    """

    document: Document
    path: Path
    data: dict[str, Any]
    _taken: set[str] = field(default_factory=set)

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong in this table so far."""
        return self.document.sound(self.path)

    def fault(self, key: str | None, reason: str) -> None:
        """Record a fault at `key`, or at the table itself."""
        self.document.fault(self.path if key is None else (*self.path, key), reason)

    def required(self, key: str, convert: Callable[[object], T]) -> T:
        """The value of a key that must be there."""
        self._taken.add(key)
        if key not in self.data:
            self.fault(key, "missing")
            return cast("T", None)
        return self._converted((*self.path, key), self.data[key], convert)

    def optional(self, key: str, convert: Callable[[object], T], default: T) -> T:
        """The value of a key that may be left out."""
        self._taken.add(key)
        return self.required(key, convert) if key in self.data else default

    def listed(self, key: str, convert: Callable[[object], T], *, needed: bool = False) -> tuple[T, ...]:
        """The values of a list; left out, none. An empty list is refused: it reads as "nobody" but means "any"."""
        self._taken.add(key)
        if key not in self.data and not needed:
            return ()
        raw = self.required(key, _list) or []
        if raw == self.data.get(key) == []:
            self.fault(key, "an empty list applies to nobody; leave the key out")
        for index, value in enumerate(raw):
            if value in raw[:index]:
                self.document.fault((*self.path, key, index), f"{value!r} stands twice")
        values = (self._converted((*self.path, key, i), value, convert) for i, value in enumerate(raw))
        return tuple(value for value in values if value is not None)

    def _converted(self, path: Path, value: object, convert: Callable[[object], T]) -> T:
        try:
            return convert(value)
        except Senseless as error:
            self.document.fault(path, str(error))
            return cast("T", None)

    def clause(self) -> str:
        """The clause that the table cites; every table must."""
        return self.required("clause", clause)

    def label(self, key: str = "label") -> Label:
        """The institute's words in both languages."""
        words = self.inner(key)
        if words is None:
            return cast("Label", None)
        label = Label(words.required("ar", arabic), words.required("en", text))
        words.finish()
        return label

    def inner(self, key: str, *, needed: bool = True) -> Table | None:
        """The table under a key; None when it is not there (a fault if needed) or no table (always a fault)."""
        self._taken.add(key)
        if key not in self.data and not needed:
            return None
        data = self.required(key, _table)
        return None if data is None else Table(self.document, (*self.path, key), data)

    def entries(self) -> Iterator[tuple[str, Table]]:
        """Every table that has not been taken yet, by its key; whoever takes one finishes it."""
        for key in [key for key in self.data if key not in self._taken]:
            entry = self.inner(key)
            if entry is not None:
                yield key, entry

    def elements(self, key: str) -> Iterator[Table]:
        """The tables of a list of tables, each finished after use; left out, none."""
        nothing: list[Any] = []
        for index, data in enumerate(self.optional(key, _list, nothing) or nothing):
            element = Table(self.document, (*self.path, key, index), data if isinstance(data, dict) else {})
            if isinstance(data, dict):
                yield element
                element.finish()
            else:
                element.fault(None, "must be a table")

    def finish(self) -> None:
        """Refuse the keys that nobody took: a misspelt key must not be silently without effect."""
        for key in self.data:
            if key not in self._taken:
                self.fault(key, unknown("key", key, frozenset(self._taken)))


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Senseless("must be a list")
    return value


def _table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Senseless("must be a table")
    return value
