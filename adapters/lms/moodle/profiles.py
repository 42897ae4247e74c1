"""What a user record shows, and when a field that is absent from it is a gap.

Moodle leaves empty values out, and leaves out what the token may not see, in the same silence. So an absent field is
a gap only when the same course showed that very field for somebody else; otherwise it is unknown.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.lms.moodle.notes import ACCOUNT, Notebook
from adapters.lms.national_id import known_by, same_number, state_of

NATIONAL_ID = "national_id"
DEFAULT_FIELDS: Mapping[str, str] = {
    "national_id": "national_id",
    "name_ar": "name_ar",
    "name_en": "name_en",
    "phone": "phone1",
    "email": "email",
}
COLUMNS = frozenset(
    {
        "fullname",
        "firstname",
        "lastname",
        "email",
        "phone1",
        "phone2",
        "idnumber",
        "institution",
        "department",
        "city",
        "country",
    }
)
# Hidden by the person's own choice too, so that others showing it proves nothing; and no account is without one.
_NEVER_A_GAP = frozenset({"email", "fullname", "firstname", "lastname"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One user record, reduced to what is asked: a national id survives only as a state and a keyed digest.

    `roles` and `groups` are None when the record did not show the key.
    """

    person_id: str
    name: str | None
    values: Mapping[str, str] = field(repr=False)
    id_digest: bytes | None = field(repr=False)
    known_by: tuple[str, str] | None = field(repr=False)
    sealed: str | None = field(repr=False)
    roles: tuple[str, ...] | None
    groups: tuple[tuple[str, str], ...] | None
    courses: frozenset[str] | None
    account: Mapping[str, Any]
    last_course_access: datetime | None
    shows_last_course_access: bool


class Profiles:
    """Reads user records by the site's mapping of certificate fields.

    Args:
        mapping: our field's name to Moodle's: a standard field (`phone1`) or a custom field's shortname.
        id_key: of the keyed hash by which a national id is known outside this process; None, by none.
        seal: seals a national id, where it is kept; None, it is not.
    """

    def __init__(
        self, mapping: Mapping[str, str], id_key: bytes | None = None, seal: Callable[[str], str] | None = None
    ) -> None:
        self.mapping = dict(mapping)
        self.names = tuple(f"profile.{name}" for name in self.mapping)
        self._key = secrets.token_bytes(16)
        self._id_key = id_key
        self._seal = seal

    def wanted_fields(self) -> str:
        """The `userfields` option that asks a roster for exactly what is read."""
        standard = sorted({name for name in self.mapping.values() if name in COLUMNS} - {"fullname"})
        return ",".join(("id", "fullname", *standard, "customfields", "roles", "groups", "lastcourseaccess"))

    def seen(self, user: Mapping[str, Any]) -> Seen:
        custom = {each["shortname"]: each["value"] or "" for each in user.get("customfields", ())}
        values: dict[str, str] = {}
        digest: bytes | None = None
        known: tuple[str, str] | None = None
        sealed: str | None = None
        for ours, theirs in self.mapping.items():
            value = user.get(theirs, "") if theirs in COLUMNS else custom.get(theirs, "")
            if not value:
                continue
            if ours == NATIONAL_ID:
                digest = hashlib.blake2b(same_number(value).encode(), key=self._key, digest_size=16).digest()
                known = known_by(self._id_key, value) if self._id_key else None
                sealed = self._seal(same_number(value)) if self._seal and known else None
                value = state_of(value)
            values[ours] = value
        groups = user.get("groups")
        roles = user.get("roles")
        courses = user.get("enrolledcourses")
        return Seen(
            person_id=user["id"],
            name=user.get("fullname") or None,
            values=values,
            id_digest=digest,
            known_by=known,
            sealed=sealed,
            roles=None if roles is None else tuple(role["shortname"] for role in roles),
            groups=None if groups is None else tuple((group["id"], group["name"]) for group in groups),
            courses=None if courses is None else frozenset(course["id"] for course in courses),
            account={key: user[key] for key in ("suspended", "confirmed", "auth", "lastaccess", "lang") if key in user},
            last_course_access=user.get("lastcourseaccess"),
            shows_last_course_access="lastcourseaccess" in user,
        )

    def note_account(self, book: Notebook, seen: Seen, source: str, at: datetime) -> None:
        """The `account.*` facts of a record; what stock functions never tell stays unknown."""
        shown = seen.account
        book.tell("account.exists", value=True, source=source, at=at)
        for name, key in (
            ("suspended", "suspended"),
            ("confirmed", "confirmed"),
            ("auth", "auth"),
            ("language", "lang"),
        ):
            if key in shown:
                book.tell(f"account.{name}", shown[key], source, at)
        if "lastaccess" in shown:
            book.tell("account.last_login", shown["lastaccess"], source, at, "last access to the site")
        book.unknown(("account.locked_out", "account.email_bouncing"), source, at, "not_offered")
        book.unknown(ACCOUNT, source, at, "capability_missing")

    def note_profile(self, book: Notebook, seen: Seen, shown: frozenset[str], source: str, at: datetime) -> None:
        """The `profile.*` facts: a value, None for a gap that is proven, unknown otherwise.

        Args:
            shown: our names of the fields that the same context showed for anybody.
        """
        for name, theirs in self.mapping.items():
            if name in seen.values:
                book.tell(f"profile.{name}", seen.values[name], source, at)
            elif name in shown and theirs not in _NEVER_A_GAP:
                book.tell(f"profile.{name}", None, source, at)
            else:
                book.unknown((f"profile.{name}",), source, at, "capability_missing")
        if seen.known_by is not None:
            note_known_by(book, *seen.known_by, source, at)
        if seen.sealed is not None:
            book.tell("profile.national_id_sealed", seen.sealed, source, at)


def note_known_by(book: Notebook, key: str, end: str, source: str, at: datetime) -> None:
    """By what the number is known without being told."""
    book.tell("profile.national_id_key", key, source, at)
    book.tell("profile.national_id_end", end, source, at)


def shown_fields(people: Iterable[Seen]) -> frozenset[str]:
    """Our names of the fields that are visible for at least one of them."""
    return frozenset(name for person in people for name in person.values)
