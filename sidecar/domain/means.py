"""How somebody is told something: by email, inside the LMS, or by a call (P6, P7). Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sidecar.domain.case import CaseKind
from sidecar.domain.report import ContactPreference


class Means(StrEnum):
    """A way in which a person is told."""

    LMS = "lms"
    EMAIL = "email"
    CALL = "call"


# Names that belong to nobody (RFC 2606, RFC 6761), and mailboxes that nobody reads.
_NOBODYS: Final = re.compile(
    r"(?:^|[@.])(?:[a-z0-9-]+\.)*(?:example|invalid|test|localhost|local)$|@example\.(?:com|org|net)$"
    r"|^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|root|nobody)@"
)
_ADDRESS: Final = re.compile(r"[^@\s,;<>\"()\[\]\\]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_LONGEST: Final = 254


@dataclass(frozen=True, slots=True)
class Reach:
    """By what a person can be reached.

    Attributes:
        account: whether the person has one at an LMS that delivers messages.
        email: an address, if one is known. phone: whether a number is.
    """

    account: bool
    email: str | None
    phone: bool
    preference: ContactPreference | None = None


def offered(ways: Collection[Means]) -> tuple[ContactPreference, ...]:
    """Between which ways somebody may choose: those that there are, the quickest to read first.

    Args:
        ways: by which this house can reach the person, or could with an address.
    """
    return tuple(one for one in ContactPreference if one.value in {str(way) for way in ways})


def usable(address: str | None) -> str | None:
    """An address to which mail may go; None for what is none, or stands for none (P7: a placeholder tells nobody)."""
    bare = (address or "").strip()
    lower = bare.lower()
    if not bare or len(bare) > _LONGEST or not _ADDRESS.fullmatch(lower) or _NOBODYS.search(lower):
        return None
    return bare


def account_of(keys: Iterable[str | None], sites: Collection[str]) -> tuple[str, str] | None:
    """Site and person of the first of somebody's keys that is an account at an LMS which can be asked to tell them.

    Args:
        keys: `<site>:<user id>`; others, such as those of local accounts, are none.
    """
    for key in keys:
        site, _, person = (key or "").partition(":")
        if person and site in sites:
            return site, person
    return None


def means_of(cause: str, kind: CaseKind, reach: Reach, *, email_on: bool) -> Means | None:
    """The way in which somebody is told; None where there is none.

    Args:
        cause: of the telling.
        email_on: whether mail can be sent at all.
    """
    email = email_on and usable(reach.email) is not None
    if cause == "referred" and kind is CaseKind.COMPLAINT:
        # P7 is satisfied by email or telephone alone: a message inside the LMS is neither.
        return Means.EMAIL if email else Means.CALL if reach.phone else Means.LMS if reach.account else None
    if reach.preference is ContactPreference.CALL and reach.phone and cause not in _SMALL:
        return Means.CALL
    if reach.preference is ContactPreference.LMS and reach.account:
        return Means.LMS
    if email:
        return Means.EMAIL
    if reach.account:
        return Means.LMS
    return Means.CALL if reach.phone and cause not in _SMALL else None


_SMALL: Final = frozenset({"received", "closed", "withdrawn", "content", "certificate"})
"""Nobody is rung to hear this."""


def worth_a_call(cause: str) -> bool:
    """Whether somebody is rung to hear a telling of this cause."""
    return cause not in _SMALL
