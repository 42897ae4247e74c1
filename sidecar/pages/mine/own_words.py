"""What stands between a trainee and the own certificate, as that trainee reads it: one answer, then what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from sidecar.casework import own_certificate
from sidecar.casework.own_certificate import Own
from sidecar.domain.cause import Why, cause
from sidecar.domain.certificate_words import percent
from sidecar.domain.roster import checklist_of
from sidecar.pages import checklist_words
from sidecar.pages.roster import words as roster_words
from sidecar.pages.session import runtime

_ANSWERED: Final = ("sent", "confirmed")


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing.

    Attributes:
        who: who mends it; empty where the trainee has done the own part.
        names: both names, where they do not fit: what each is, and how it reads.
        sent: what became of what was sent for it; empty: nothing was.
    """

    text: str
    who: str
    names: list[tuple[str, str]]
    sent: str


def items(own: Own) -> list[Mapping[str, Any]]:
    """The lines of the checklist."""
    return list(own.person.checklist) if own.person is not None else []


def missing(own: Own, locale: str) -> list[Missing]:
    """All that is missing; nothing where a register has issued the certificate itself."""
    labels, standing = runtime().policy.certificate.gaps, answered(own)
    lines = [item for item in items(own) if item["gap"] in labels]
    if cause(checklist_of(items(own))).why is Why.REGISTERED:
        return []
    found = []
    for item, words in zip(lines, roster_words.gaps(lines, locale), strict=True):
        sent = _sent(item["gap"], standing)
        found.append(Missing(words + _attended(item), "" if sent else _who(own, item), _both_names(item), sent))
    return found


def answer(own: Own, locale: str) -> str:
    """The one answer, in one sentence; where all that it has to say is the list below, it leads to that."""
    checklist, listed = checklist_of(items(own)), missing(own, locale)
    found = cause(checklist)
    key = str(found.item.gap) if found.item is not None and found.item.gap else ""
    of_data = found.why is Why.GAP and key not in runtime().policy.certificate.answers
    if listed and (of_data or found.why is Why.UNKNOWN):
        return str(
            ngettext(
                "This is missing for your certificate:",
                "These %(num)d things are missing for your certificate:",
                len(listed),
            )
        )
    return checklist_words.answered(replace(found, also=()), locale)


def answered(own: Own) -> dict[str, str]:
    """Fields for which something was sent that is not refused: how far the last of it is."""
    last: dict[str, Any] = {}
    for row in own.sent:  # the latest first
        last.setdefault(row.field, row)
    return {
        field: row.state for field, row in last.items() if row.state in _ANSWERED and row.writing != "refused"
    }  # fmt: skip


def _sent(gap: str, standing: Mapping[str, str]) -> str:
    states = {standing[field] for field in own_certificate.fields_for(gap) if field in standing}
    if not states:
        return ""
    return _("Sent; waits for your trainer") if "sent" in states else _("Confirmed by your trainer; is being entered")


def _who(own: Own, item: Mapping[str, Any]) -> str:
    if set(own_certificate.fields_for(item["gap"])) & set(own.asked):
        return _("You can mend this below.")
    return {
        "trainee": _("You can mend this."), "trainer": _("Your trainer decides on this."),
        "registrar": _("The registration office mends this."), "tier_2": _("Operations mend this."),
    }.get(item["mender"] or "", "")  # fmt: skip


def _both_names(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The names that do not fit, side by side: what each is, and how it reads."""
    sides = item["detail"].get("names", ()) if item["what"] == "names" else ()
    return [(checklist_words.line_name(side["field"]), side["name"]) for side in sides]


def _attended(item: Mapping[str, Any]) -> str:
    rate, threshold = item["detail"].get("rate"), item["detail"].get("threshold")
    if item["what"] != "attendance" or rate is None or threshold is None:
        return ""
    shown = _("%(rate)s of %(threshold)s", rate=percent(rate, "en"), threshold=percent(threshold, "en"))
    return f" ({shown})"
