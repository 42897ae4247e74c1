"""What makes a staff account sound: its name, its password, the roles that go together. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sidecar.domain.access import StaffRole
from sidecar.domain.means import usable
from sidecar.domain.plain_text import storable

SHORTEST: Final = 12  # letters of a password
LONGEST: Final = 200
GIVEN: Final = tuple(
    role
    for role in StaffRole
    if role not in {StaffRole.TRAINEE, StaffRole.TRAINER, StaffRole.ROOM_MANAGER, StaffRole.VISITOR}
)
"""The roles that the institute gives; the others come from the LMS or from nowhere."""
_OF_A_DEPARTMENT: Final = frozenset({StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY, StaffRole.REGISTRAR})
_COMMON: Final = (
    "password", "123456", "qwerty", "letmein", "welcome", "nidaa", "admin", "iloveyou", "000000", "111111",
)  # fmt: skip

WINDOW: Final = timedelta(minutes=15)
PER_NAME: Final = 5
PER_ADDRESS: Final = 30
IDLE: Final = timedelta(minutes=60)  # after which somebody who signed in here does so again


class Wrong(StrEnum):
    """Why a field is refused."""

    NEEDED = "needed"
    TOO_LONG = "too_long"
    SHORT = "short"  # a password
    COMMON = "common"
    SAME = "same"  # as the name, or as the password before
    TAKEN = "taken"
    NO_ADDRESS = "no_address"
    UNKNOWN = "unknown"  # no such department, body, site
    NO_BODY = "no_body"  # a supervisor without a government body
    NO_DEPARTMENT = "no_department"
    MIXED = "mixed"  # a supervisor handles no cases
    LAST = "last"  # the last administrator
    ONESELF = "oneself"
    LETTERS = "letters"  # of a username


class Refused(Exception):
    """An account is not kept as it is: field → why."""

    def __init__(self, faults: Mapping[str, Wrong]) -> None:
        super().__init__(", ".join(faults))
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Account:
    """Who somebody is, as a form or a command says."""

    name: str
    email: str
    phone: str
    locale: str
    roles: frozenset[str]
    departments: frozenset[str]
    body: str
    lms_user: str


def folded(username: str) -> str:
    """A user's name as it is compared."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def wrong_username(username: str) -> Wrong | None:
    """What is wrong with a user's name, folded."""
    if not username:
        return Wrong.NEEDED
    if len(username) > 64:
        return Wrong.TOO_LONG
    sound = all(one.isalnum() or one in "._-@" for one in username)
    return None if sound else Wrong.LETTERS


def wrong_password(password: str, username: str) -> Wrong | None:
    """What is wrong with a new password."""
    bare = folded(password)
    if len(password) < SHORTEST:
        return Wrong.SHORT
    if len(password) > LONGEST:
        return Wrong.TOO_LONG
    if username and username in bare and len(bare) - len(username) < 4:
        return Wrong.SAME
    if len(set(bare)) < 5 or any(bare.replace(one, "") == "" or bare.startswith(one * 2) for one in _COMMON):
        return Wrong.COMMON
    return Wrong.COMMON if any(one in bare and len(bare) - len(one) < 5 for one in _COMMON) else None


def wrong(
    account: Account, *, departments: Collection[str], bodies: Collection[str], sites: Collection[str]
) -> Mapping[str, Wrong]:
    """Which fields of an account are wrong, and why."""
    found: dict[str, Wrong] = {}
    if not account.name.strip():
        found["name"] = Wrong.NEEDED
    elif len(account.name) > 300 or not storable(account.name):
        found["name"] = Wrong.TOO_LONG
    if account.email and usable(account.email) is None:
        found["email"] = Wrong.NO_ADDRESS
    if len(account.phone) > 32:
        found["phone"] = Wrong.TOO_LONG
    if problem := _wrong_roles(account, departments, bodies):
        found[problem[0]] = problem[1]
    site, _, person = account.lms_user.partition(":")
    if account.lms_user and (site not in sites or not person or len(account.lms_user) > 130):
        found["lms_user"] = Wrong.UNKNOWN
    return found


def _wrong_roles(account: Account, departments: Collection[str], bodies: Collection[str]) -> tuple[str, Wrong] | None:
    if not account.roles:
        return "roles", Wrong.NEEDED
    if not account.roles <= set(GIVEN):
        return "roles", Wrong.UNKNOWN
    if StaffRole.SUPERVISOR in account.roles and len(account.roles) > 1:
        return "roles", Wrong.MIXED
    if not account.departments <= set(departments):
        return "departments", Wrong.UNKNOWN
    if account.roles & _OF_A_DEPARTMENT and not account.departments:
        return "departments", Wrong.NO_DEPARTMENT
    if account.body and account.body not in bodies:
        return "body", Wrong.UNKNOWN
    if (StaffRole.SUPERVISOR in account.roles) != bool(account.body):
        return "body", Wrong.NO_BODY
    return None
