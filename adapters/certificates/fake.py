"""A register in memory, for the tests of the rest of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.certificates.port import Asked, Entry, State
from adapters.errors import Unavailable


class FakeRegistry:
    """Says what it was told (`port.Registry`); of everybody else it knows nothing. `down`: it does not answer.

    `asked` are the people that it was asked about, question by question.
    """

    deadline = 1.0
    by_number = False

    def __init__(self, name: str = "manar", *, local: bool = False) -> None:
        self.name = name
        self.local = local
        self.down = False
        self.asked: list[tuple[Asked, ...]] = []
        self._known: dict[tuple[str, str, str], Entry] = {}

    def set_entry(
        self, site_id: str, person_id: str, course_id: str, state: State, *, reason: str = "",
        as_of: datetime | None = None,
    ) -> None:  # fmt: skip
        """Let it know how far a certificate is."""
        self._known[site_id, person_id, course_id] = Entry(state, reason, as_of, self.name)

    def lookup(self, people: Sequence[Asked]) -> Mapping[Asked, Entry]:
        """See `port.Registry.lookup`."""
        self.asked.append(tuple(people))
        if self.down:
            raise Unavailable("the register is down")
        nothing = Entry("unknown", "not_imported", None, self.name)
        return {one: self._known.get((one.site_id, one.person_id, one.course_id), nothing) for one in people}
