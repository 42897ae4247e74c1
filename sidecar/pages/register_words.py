"""Registers of certificates in words: what each is called, how far a certificate is there, and how old its word is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from sidecar import registered
from sidecar.domain import certificate_words
from sidecar.domain.registry import MANAR, RegistryState
from sidecar.pages.session import runtime


@dataclass(frozen=True, slots=True)
class Updated:
    """One sentence: when a register last told something; whether that is too old to rest on."""

    words: str
    stale: bool
    never: bool = False  # nothing has come at all


def name(detail: Mapping[str, Any], locale: str) -> str:
    """What the register of a line is called."""
    return certificate_words.register(str(detail.get("register", MANAR)), runtime().policy.registries, locale)


def stands(detail: Mapping[str, Any], locale: str) -> str:
    """How far the certificate is there."""
    policy = runtime().policy
    said = certificate_words.state(detail, policy.certificate, policy.registries, locale)
    return said or state(str(detail["state"]))


def beside(detail: Mapping[str, Any], locale: str) -> str:
    """The register by name with how far the certificate is there, in few words: Manar: issued."""
    rules = runtime().policy.registries.get(str(detail.get("register", MANAR)))
    said = rules.says.get(RegistryState(detail["state"])) if rules is not None else None
    return f"{name(detail, locale)}: {said.in_(locale) if said else state(str(detail['state']))}"


def state(one: str) -> str:
    """A state as people read it, where no register says it in its own words."""
    said = {
        RegistryState.NOT_SUBMITTED: _("not submitted"), RegistryState.SUBMITTED: _("submitted, not confirmed"),
        RegistryState.ISSUED: _("issued"), RegistryState.REJECTED: _("rejected"),
        RegistryState.UNKNOWN: _("not known"),
    }  # fmt: skip
    return str(said[RegistryState(one)])


def why(detail: Mapping[str, Any]) -> str:
    """Why it was rejected, in the register's words; why it is not known, in ours."""
    reason = str(detail.get("reason", ""))
    if detail.get("state") != RegistryState.UNKNOWN:
        return f"\u2068{reason}\u2069" if reason else ""
    words = {
        "not_in_export": _("not in what was imported"), "not_imported": _("not in what was imported"),
        "no_number": _("no national ID to look it up by"), "several": _("several rows fit"),
        "unavailable": _("it did not answer"), "not_asked": _("not asked yet"),
    }  # fmt: skip
    return str(words.get(reason, ""))


def updated(detail: Mapping[str, Any], locale: str) -> str:
    """How old a line's word is; empty where it is known by nothing."""
    at = datetime.fromisoformat(detail["updated_at"]) if detail.get("updated_at") else None
    key = str(detail.get("register", MANAR))
    rules = runtime().policy.registries.get(key)
    stale = at is not None and rules is not None and runtime().clock() - at > rules.stale_after
    return _said(key, at, stale=stale, locale=locale).words


def updates(locale: str, course: tuple[str, str] | None = None) -> list[Updated]:
    """The same of each register, for the head of a page.

    Args:
        course: in which registers with an interface were asked about people.
    """
    known = registered.updates(runtime(), course)
    return [_said(one.register, one.at, stale=one.stale, locale=locale) for one in known]


def _said(key: str, at: datetime | None, *, stale: bool, locale: str) -> Updated:
    called = certificate_words.register(key, runtime().policy.registries, locale)
    if at is None:
        return Updated(str(_("Nothing has come from %(register)s yet", register=called)), stale=False, never=True)
    when = format_date(at.astimezone(runtime().zone).date(), "d MMMM y", rebase=False)
    if stale:
        days = max(1, runtime().policy.registries[key].stale_after.days)
        old = ngettext(
            "Last update from %(register)s: %(when)s. That is more than %(num)d day ago, and may have changed since",
            "Last update from %(register)s: %(when)s. That is more than %(num)d days ago, and may have changed since",
            days, register=called, when=when,
        )  # fmt: skip
        return Updated(str(old), stale=True)
    return Updated(str(_("Last update from %(register)s: %(when)s", register=called, when=when)), stale=False)
