"""The answer to "my certificate is not there" in the reader's language, from the policy's words and the facts."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sidecar.domain import letters
from sidecar.domain.cause import Cause, Why
from sidecar.domain.certificate_rules import CertificateRules
from sidecar.domain.checklist import WARNINGS, is_registry
from sidecar.domain.institute import Label
from sidecar.domain.registry import MANAR, RegistryRules, RegistryState
from sidecar.domain.report import Gap

FILLED: Final = frozenset(
    {"rate", "threshold", "held", "attended", "minutes", "code", "issued", "ends", "reason", "gaps", "register"}
)

_DATA: Final = frozenset(
    {Gap.NATIONAL_ID_MISSING, Gap.NATIONAL_ID_DUPLICATE, Gap.NAME_AR_MISSING, Gap.NAME_EN_MISSING, Gap.NAME_MISMATCH,
     Gap.PHONE_MISSING}
)  # fmt: skip
ANSWERS: Final = (
    *(str(gap) for gap in Gap if gap not in _DATA | WARNINGS | {Gap.CERTIFICATE_WRONG_DATA}),
    *(str(why) for why in Why if why is not Why.GAP), "not_opened", "perhaps_not_opened", "data", "also",
    "mended",
)  # fmt: skip
"""What the policy has words for: an answer to each cause, what is added to one, and that a gap is gone."""
_KEPT: Final = (
    "rate",
    "threshold",
    "held",
    "attended",
    "minutes_lost",
    "code",
    "issued_at",
    "ends_at",
    "reason",
    "opens",
    "register",
)
STANDS: Final = {
    RegistryState.NOT_SUBMITTED: str(Gap.REGISTRY_NOT_SUBMITTED), RegistryState.SUBMITTED: str(Gap.REGISTRY_PENDING),
    RegistryState.REJECTED: str(Gap.REGISTRY_REJECTED),
}  # fmt: skip
_OPENED: Final = {"only": "not_opened", "perhaps": "perhaps_not_opened"}
_ARABIC_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def kept(cause: Cause) -> dict[str, Any]:
    """A cause as it is kept with a telling: its words are made when it is read. No name and no number of an ID."""
    detail = cause.item.detail if cause.item is not None else {}
    # What a second register misses is told with that register's name, below.
    more = [str(item.gap) for item in cause.also if item.gap is not None and not is_registry(item.what)]
    key = _OPENED.get(str(detail.get("opens", "")), cause.key)
    values = {name: detail[name] for name in _KEPT if name in detail}
    told: dict[str, Any] = {"key": key, "values": values, "also": more}
    if cause.registers:
        told["registers"] = [
            {**{name: one.detail[name] for name in ("register", "state", "reason") if name in one.detail},
             "at": one.at.isoformat() if one.at else None}
            for one in cause.registers
        ]  # fmt: skip
    return told


def said(
    told: Mapping[str, Any], rules: CertificateRules, zone: ZoneInfo, locale: str,
    registers: Mapping[str, RegistryRules],
) -> str:  # fmt: skip
    """What was kept, in words; what else is missing, and what further registers say, in sentences of their own."""
    key, also = str(told["key"]), list(told["also"])
    if key not in rules.answers:  # a gap in the data, of which one answer names them all
        key, also, missing = "data", [], [key, *also]
        values = {"gaps": listed(missing, rules, locale)}
    else:
        values = _values(told["values"], zone, locale)
        values["register"] = register(str(told["values"].get("register", MANAR)), registers, locale)
    lines = [_filled(rules.answers[key], values, locale)]
    if also:
        lines.append(_filled(rules.answers["also"], {"gaps": listed(also, rules, locale)}, locale))
    lines += [_at_register(one, rules, registers, zone, locale) for one in told.get("registers", ())]
    return "\n".join(lines)


def register(key: str, registers: Mapping[str, RegistryRules], locale: str) -> str:
    """What a register is called."""
    return registers[key].label.in_(locale) if key in registers else key


def state(
    told: Mapping[str, Any], rules: CertificateRules, registers: Mapping[str, RegistryRules], locale: str
) -> str | None:
    """How far the certificate is there, in the register's own words, else by the gap's name; None where neither is."""
    key, at = str(told.get("register", MANAR)), RegistryState(told["state"])
    if key in registers and at in registers[key].says:
        return registers[key].says[at].in_(locale)
    gap = STANDS.get(at)
    return rules.gaps[gap].in_(locale) if gap else None


def _at_register(
    told: Mapping[str, Any], rules: CertificateRules, registers: Mapping[str, RegistryRules], zone: ZoneInfo,
    locale: str,
) -> str:  # fmt: skip
    at = date(datetime.fromisoformat(told["at"]), zone, locale) if told.get("at") else ""
    name = register(str(told["register"]), registers, locale)
    said = state(told, rules, registers, locale) or _filled(rules.answers["registered"], {"register": name}, locale)
    why = f": \u2068{told['reason']}\u2069" if told.get("reason") else ""
    return f"{name}: {said}{why}{f' ({at})' if at else ''}."


def mended(gaps: Collection[Gap], rules: CertificateRules, locale: str) -> str:
    """That these are missing no more."""
    return _filled(rules.answers["mended"], {"gaps": listed(sorted(gaps), rules, locale)}, locale)


def listed(gaps: Collection[str], rules: CertificateRules, locale: str) -> str:
    """Gaps by name."""
    return ("; " if _english(locale) else "؛ ").join(rules.gaps[gap].in_(locale) for gap in gaps if gap in rules.gaps)


def conditions(rules: CertificateRules, locale: str) -> str:
    """The conditions of enrolment and attendance, with the threshold (P3)."""
    if rules.conditions is None:
        return ""
    return rules.conditions.in_(locale).replace("{attendance}", percent(rules.attendance_threshold, locale))


def percent(share: float, locale: str) -> str:
    """A share in whole per cent, rounded down: 74.99 % is not yet 75 %."""
    whole = math.floor(share * 100 + 1e-6)
    return f"{whole}%" if _english(locale) else f"{whole}٪".translate(_ARABIC_DIGITS)


def date(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """A day with its year."""
    local = moment.astimezone(zone)
    said_day = f"{letters.day(local, 'en' if _english(locale) else 'ar')} {local.year}"
    return said_day if _english(locale) else said_day.translate(_ARABIC_DIGITS)


def _values(told: Mapping[str, Any], zone: ZoneInfo, locale: str) -> dict[str, str]:
    values = {name: percent(told[name], locale) for name in ("rate", "threshold") if name in told}
    counts = {"held": "held", "attended": "attended", "minutes": "minutes_lost"}
    values |= {name: _number(told[kept_as], locale) for name, kept_as in counts.items() if kept_as in told}
    moments = {"issued": "issued_at", "ends": "ends_at"}
    values |= {
        name: date(datetime.fromisoformat(told[kept_as]), zone, locale)
        for name, kept_as in moments.items() if told.get(kept_as)
    }  # fmt: skip
    values |= {name: str(told[name]) for name in ("code", "reason") if told.get(name)}
    return values


def _number(value: Any, locale: str) -> str:
    return str(value) if _english(locale) else str(value).translate(_ARABIC_DIGITS)


def _filled(label: Label, values: Mapping[str, str], locale: str) -> str:
    language = "en" if _english(locale) else "ar"
    return letters.write(letters.Letter("", label.in_(locale)), values, language).text


def _english(locale: str) -> bool:
    return locale.lower().startswith("en")
