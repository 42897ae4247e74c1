"""The checklist of one person as cells of the roster: a word and an icon each, never a colour alone, never an id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from sidecar.domain.checklist import REGISTRY, is_beside, is_registry
from sidecar.domain.registry import RegistryState
from sidecar.pages import grade_words, register_words
from sidecar.pages.session import runtime

Items = Mapping[str, Mapping[str, Any]]
"""Lines of the checklist by what they are about."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says.

    Attributes:
        kind: `ok`, `gap`, `warn`, `unk`, or empty for what is not due.
    """

    kind: str
    text: str

    @property
    def icon(self) -> str:
        """The icon that says the same."""
        return _ICONS[self.kind]


_ICONS: Final = {"ok": "check", "gap": "circle-x", "warn": "triangle-alert", "unk": "circle-help", "": "minus"}
COLUMNS: Final = ("national_id", "names", "phone", "attendance", "enrolment", "certificate")


def headings() -> dict[str, str]:
    """What the columns are called."""
    return {
        "national_id": _("National ID"), "names": _("Name match"), "phone": _("Mobile"), "attendance": _("Attendance"),
        "enrolment": _("Enrolment"), "certificate": _("Certificate"),
    }  # fmt: skip


def cells(items: Sequence[Mapping[str, Any]], locale: str) -> dict[str, Cell]:
    """Every column's cell."""
    by_name: Items = {str(item["what"]): item for item in items}
    return {
        "national_id": _national_id(by_name), "names": _names(by_name), "phone": _phone(by_name),
        "attendance": _attendance(by_name), "enrolment": _enrolment(by_name),
        "certificate": _certificate(by_name, locale)[0],
    }  # fmt: skip


def _unknown() -> Cell:
    return Cell("unk", _("Unknown"))


def _not_asked() -> Cell:
    return Cell("", _("Not required"))


def _not_needed() -> Cell:
    return Cell("", _("no longer needed"))


def _national_id(items: Items) -> Cell:
    item = items.get("national_id")
    if "national_id_duplicate" in items and items["national_id_duplicate"]["gap"]:
        return Cell("gap", _("Duplicate"))
    if item is not None and item["detail"].get("settled"):
        return _not_needed()
    if item is None:
        return _not_asked()
    if item["mark"] == "unknown":
        return _unknown()
    if item["gap"] == "national_id_missing":
        return Cell("gap", _("Missing"))
    return Cell("warn", _("Needs review")) if item["gap"] else Cell("ok", _("Present"))


def _names(items: Items) -> Cell:
    if "name_ar" in items and items["name_ar"]["gap"]:
        return Cell("gap", _("Arabic name missing"))
    if "name_en" in items and items["name_en"]["gap"]:
        return Cell("gap", _("English name missing"))
    found = [items[what] for what in ("names", "name_ar", "name_en") if what in items]
    if not found:
        return _not_asked()
    if found[0]["gap"] == "name_mismatch":
        return Cell("gap", _("Mismatch"))
    if any(item["mark"] == "unknown" for item in found):
        return _unknown()
    if any(item["detail"].get("settled") for item in found):
        return _not_needed()
    return Cell("ok", _("Match")) if "names" in items else Cell("ok", _("Present"))


def _phone(items: Items) -> Cell:
    item = items.get("phone")
    if item is None:
        return _not_asked()
    if item["mark"] == "unknown":
        return _unknown()
    if item["detail"].get("settled"):
        return _not_needed()
    return Cell("gap", _("Missing")) if item["gap"] else Cell("ok", _("Present"))


def _attendance(items: Items) -> Cell:
    item = items.get("attendance")
    if item is None or item["mark"] == "unknown":
        return _unknown()
    rate, threshold = _share(item["detail"].get("rate")), _share(item["detail"].get("threshold"))
    if item["detail"].get("settled"):
        return Cell("", rate)  # below what is asked, and asked no more
    if not item["gap"]:
        return Cell("ok", rate)
    return Cell("gap", _("%(rate)s of %(threshold)s", rate=rate, threshold=threshold))


def minutes_lost(items: Sequence[Mapping[str, Any]]) -> str:
    """What failures of the room cost somebody whose attendance is low: for the trainer to weigh."""
    for item in items:
        minutes = item["detail"].get("minutes_lost") if item["what"] == "attendance" and item["gap"] else None
        if minutes:
            return str(ngettext("%(num)d min lost in the room", "%(num)d min lost in the room", minutes))
    return ""


def _share(value: Any) -> str:
    return f"{int(float(value) * 100 + 1e-6)}%" if isinstance(value, (int, float)) else ""


def _enrolment(items: Items) -> Cell:
    item = items.get("enrolment")
    if item is None or item["mark"] == "unknown":
        return _unknown()
    if not item["gap"]:
        return Cell("ok", _("Active"))
    words = {
        "enrolment_ended": _("Over"), "enrolment_suspended": _("Suspended"),
        "enrolment_not_started": _("Not begun"), "not_enrolled": _("Not enrolled"),
    }  # fmt: skip
    return Cell("gap", words.get(item["gap"], _("Needs review")))


def explained(items: Sequence[Mapping[str, Any]], locale: str) -> list[str]:
    """What registers say that explain and whose word is no gap, as far as they are known to say something."""
    return [
        _at_register(one, locale)
        for one in items if is_registry(one["what"]) and one["detail"].get("explains") and one["mark"] != "unknown"
    ]  # fmt: skip


def beside(items: Sequence[Mapping[str, Any]], locale: str) -> list[str]:
    """Each register's known word that the certificate's cell does not say itself, whatever the LMS says."""
    _cell, told = _certificate({str(item["what"]): item for item in items}, locale)
    old = _("told before the certificate")
    counting = [
        register_words.beside(one["detail"], locale) + (f" ({old})" if one["detail"].get("older") else "")
        for one in items
        if _counts(one) and one is not told and one["detail"]["state"] != RegistryState.UNKNOWN
    ]  # fmt: skip
    return counting + explained(items, locale)


def told_at_register(items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a register is known to say something: then the line stands on small screens, too."""
    return any(_counts(item) and item["detail"]["state"] != RegistryState.UNKNOWN for item in items)


def _counts(item: Mapping[str, Any]) -> bool:
    return is_registry(item["what"]) and not item["detail"].get("explains")


def _at_register(item: Mapping[str, Any], locale: str) -> str:
    detail = item["detail"]
    return f"{register_words.name(detail, locale)}: {register_words.stands(detail, locale)}"


def gaps(items: Sequence[Mapping[str, Any]], locale: str) -> list[str]:
    """What is missing, by name; at another register than Manar by that register's."""
    labels = runtime().policy.certificate.gaps
    return [
        _at_register(one, locale) if is_registry(one["what"]) and one["what"] != REGISTRY
        else labels[one["gap"]].in_(locale)
        for one in items if one["gap"] in labels
    ]  # fmt: skip


def _certificate(items: Items, locale: str) -> tuple[Cell, Mapping[str, Any] | None]:
    """The furthest of completion, certificate and registry that somebody has to do something about, or has reached.

    With it the line that it tells.
    """
    issued, completion = items.get("certificate"), items.get("completion")
    counting = [one for one in items.values() if _counts(one)]
    for item in (*counting, issued, completion):
        if item is not None and item["gap"]:
            opened = item["detail"].get("opens") == "only"
            if is_registry(item["what"]) and item["what"] != REGISTRY:
                return Cell("gap", _at_register(item, locale)), item
            return Cell("gap", _("Not opened yet") if opened else _certificate_gap(item["gap"])), item
    for item in counting:
        if item["detail"]["state"] == RegistryState.UNKNOWN:
            said = _("%(register)s: unknown", register=register_words.name(item["detail"], locale))
            return Cell("unk", said), item
    known_at = next((one for one in counting if one["detail"]["state"] == RegistryState.ISSUED), None)
    if known_at is not None and (issued is None or "issued_at" not in issued["detail"]):
        return Cell("ok", register_words.beside(known_at["detail"], locale)), known_at
    return _issued(issued), issued


def _issued(item: Mapping[str, Any] | None) -> Cell:
    if item is None or item["mark"] == "unknown":
        return _unknown()
    return Cell("", _("Not due yet")) if item["mark"] == "waits" else Cell("ok", _("Issued"))


def grade(items: Sequence[Mapping[str, Any]]) -> str:
    """The course's grade, beside the certificate: a figure that decides nothing."""
    item = next((one for one in items if one["what"] == "grade"), None)
    if item is None:
        return ""
    state, figures = (
        grade_words.state(item["detail"], known=item["mark"] != "unknown"),
        grade_words.figures(item["detail"]),
    )
    if figures and item["detail"].get("share") is not None and item["detail"].get("passed") is not False:
        return figures  # they say it all
    return _(", ").join(part for part in (state, figures) if part)


def both_names(items: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Names that do not match, each with what it is and the function that told it, so that whoever looks can decide."""
    item = next((one for one in items if one["what"] == "names" and one["gap"]), None)
    if item is None:
        return []
    return [(field(side["field"]), side["name"], side["source"]) for side in item["detail"]["names"]]


def _certificate_gap(gap: str) -> str:
    words = {
        "registry_rejected": _("Rejected by Manar"), "registry_pending": _("In hand at Manar"),
        "registry_not_submitted": _("Not submitted to Manar"), "certificate_not_issued": _("Not issued"),
        "certificate_wrong_data": _("Wrong data"), "not_completed": _("Not completed"),
    }  # fmt: skip
    return words.get(gap, _("Needs review"))


def menders(items: Sequence[Mapping[str, Any]]) -> str:
    """Who mends what is missing."""
    who = {item["mender"] for item in items if item["gap"] and item["mender"]}
    if not who:
        unread = any(item["mark"] == "unknown" and not is_beside(item["what"], item["detail"]) for item in items)
        return _("Nobody yet") if unread else ""
    named = {
        "trainee": _("Trainee"), "trainer": _("Trainer"), "registrar": _("Registrar"), "tier_2": _("Operations"),
    }  # fmt: skip
    return _(", ").join(label for key, label in named.items() if key in who)


def field(name: str) -> str:
    """What a field that a trainee sent is called."""
    return {
        "name_ar": _("Name in Arabic"),
        "name_en": _("Name in English"),
        "phone": _("Mobile"),
        "national_id": _("National ID"),
    }[name]


def delivered(state: str, error: str | None) -> Cell:
    """How a message to somebody stands."""
    if state in {"sent", "shown"}:
        return Cell("ok", _("Reached"))
    if state == "failed":
        return Cell("gap", _("No account") if error == "no_account" else _("Not reached"))
    return Cell("", _("On the way"))
