"""What stands between a trainee and the certificate: facts and the policy's rules to named gaps, and who mends them.

What could not be read is `Sure.UNKNOWN` and never a gap. A certificate that is issued settles what was needed for it in
the course; the data that the registry asks for stay needed until it has issued the certificate itself. Then only a
number that two people have is still a gap: the registry may have meant the other. A national id is told by its state
alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sidecar.domain.cause import Cause, Why, cause
from sidecar.domain.certificate_rules import CertificateRules
from sidecar.domain.checklist import MENDERS, WARNINGS, Item, Mark, Mender, Readiness, Sure, line_of
from sidecar.domain.facts import UNKNOWN, Facts
from sidecar.domain.names import Script, same_person, script_of
from sidecar.domain.registry import RegistryEntry, RegistryState
from sidecar.domain.report import Gap

__all__ = ["MENDERS", "WARNINGS", "Cause", "Gap", "Item", "Mark", "Mender", "Readiness", "Sure", "Why", "cause",
           "readiness"]  # fmt: skip

OPENED_TO_BE_ISSUED: Final = "customcert"
"""Of this kind there is a certificate only when the trainee opens it, or when the LMS's own task ran."""

_MISSING: Final = {
    "national_id": Gap.NATIONAL_ID_MISSING,
    "name_ar": Gap.NAME_AR_MISSING,
    "name_en": Gap.NAME_EN_MISSING,
    "phone": Gap.PHONE_MISSING,
}
_ENROLMENT: Final = {
    "ended": Gap.ENROLMENT_ENDED,
    "suspended": Gap.ENROLMENT_SUSPENDED,
    "not_started": Gap.ENROLMENT_NOT_STARTED,
    "not_enrolled": Gap.NOT_ENROLLED,
}
_REGISTRY: Final = {
    RegistryState.NOT_SUBMITTED: Gap.REGISTRY_NOT_SUBMITTED,
    RegistryState.SUBMITTED: Gap.REGISTRY_PENDING,
    RegistryState.REJECTED: Gap.REGISTRY_REJECTED,
}


def readiness(
    facts: Facts, rules: CertificateRules, *, registers: Sequence[RegistryEntry] = (), minutes_lost: int = 0,
    now: datetime,
) -> Readiness:  # fmt: skip
    """The checklist.

    Args:
        registers: what each register outside says, a line for each; one that is not asked has none.
        minutes_lost: what room incidents cost this person in the course: beside a gap in attendance, for the trainer.
        now: an enrolment that was active when it was read may have ended since.
    """
    enrolment = _enrolment(facts, now)
    course: tuple[Item, ...] = (enrolment, _attendance(facts, rules, minutes_lost), _completion(facts))
    if enrolment.gap is Gap.NOT_ENROLLED:  # that is the gap; what else lacks in the course follows from it
        course = (enrolment, *(_waiting(item, "enrolment") for item in course[1:]))
    certificate = _certificate(facts, rules, course)
    registered = any(one.state is RegistryState.ISSUED and not one.explains for one in registers)
    if "issued_at" in certificate.detail or registered:
        course = tuple(_settled(item) for item in course)
        if registered and "issued_at" not in certificate.detail:
            certificate = _settled(certificate)
    lines = [*course, _grade(facts), certificate, *(_registry(one, certificate) for one in registers)]
    profile = _profile(facts, rules)
    if registered:
        profile = [one if one.gap is Gap.NATIONAL_ID_DUPLICATE else _settled(one) for one in profile]
    return Readiness((*lines, *profile))


def _line(facts: Facts, fact: str, what: str, gap: Gap | None = None, *, known: bool = True,
          mender: Mender | None = None, **detail: Any) -> Item:  # fmt: skip
    told = facts.values.get(fact)
    if not known and told is not None and told.note:
        detail["why"] = told.note
    sure = Sure.KNOWN if known else Sure.UNKNOWN
    wanted = mender or (MENDERS[gap] if gap else None)
    return Item(what, gap, sure, wanted, detail, told.source if told else "", told.at if told else None)


def _waiting(item: Item, first: str) -> Item:
    """What cannot be there before something else is."""
    if item.gap is None:
        return item
    return replace(item, gap=None, mender=None, detail={**item.detail, "waits_for": [first]})


def _settled(item: Item) -> Item:
    """What a certificate needed, once it is there: still told, no longer missing."""
    if item.gap is None and not item.detail.get("waits_for"):
        return item
    detail = {key: value for key, value in item.detail.items() if key != "waits_for"}
    return replace(item, gap=None, mender=None, detail={**detail, "settled": True})


def _enrolment(facts: Facts, now: datetime) -> Item:
    status = facts.get("enrolment.status")
    ends = _moment(facts.get("enrolment.ends_at"))
    if status == "active" and ends is not None and ends <= now:
        status = "ended"
    known = status == "active" or status in _ENROLMENT  # `inactive`: why, this LMS does not tell
    told = {} if status in {UNKNOWN, None} else {"status": status}
    if status == "ended" and ends is not None:
        told["ends_at"] = ends.isoformat()
    return _line(facts, "enrolment.status", "enrolment", _ENROLMENT.get(status) if known else None, known=known, **told)


def _attendance(facts: Facts, rules: CertificateRules, minutes_lost: int) -> Item:
    rate = facts.get("attendance.rate")
    if not isinstance(rate, (int, float)):
        return _line(facts, "attendance.rate", "attendance", known=False, threshold=rules.attendance_threshold)
    counted = {name: facts.get(f"attendance.{name}") for name in ("held", "attended")}
    told: dict[str, Any] = {
        "rate": rate,
        "threshold": rules.attendance_threshold,
        **{name: n for name, n in counted.items() if n != UNKNOWN},
    }
    below = round(rate, 4) < round(rules.attendance_threshold, 4)  # adapters round to that many places
    if below and minutes_lost:
        told["minutes_lost"] = minutes_lost
    return _line(facts, "attendance.rate", "attendance", Gap.ATTENDANCE_BELOW if below else None, **told)


def _completion(facts: Facts) -> Item:
    completed = facts.get("completion.completed")
    if not isinstance(completed, bool):
        return _line(facts, "completion.completed", "completion", known=False)
    at = facts.get("completion.completed_at")
    told = {"completed_at": at} if completed and at not in {UNKNOWN, None} else {}
    line = _line(facts, "completion.completed", "completion", None if completed else Gap.NOT_COMPLETED, **told)
    # While a course is known to run nobody has failed to complete it.
    return _waiting(line, "course_end") if facts.get("course.ended") is False else line


def _grade(facts: Facts) -> Item:
    """The course's grade, told besides: contract.md has no gap for it, and what a course asks completion says."""
    fact, what = "grade.course", "grade"
    share = facts.get(fact)
    if share == UNKNOWN:
        return _line(facts, fact, what, known=False)
    told = {name: facts.get(f"grade.{name}") for name in ("points", "max", "pass_mark", "passed", "shown")}
    return _line(facts, fact, what, share=share, **{name: value for name, value in told.items() if value != UNKNOWN})


def _certificate(facts: Facts, rules: CertificateRules, course: tuple[Item, ...]) -> Item:
    """Issued, due and not issued, or not due yet. One that counts is enough, whatever else could not be read."""
    issued, fact, what = facts.get("certificate.issued"), "certificate.issued", "certificate"
    if not isinstance(issued, list):
        return _line(facts, fact, what, known=False)
    if mine := [one for one in issued if one["source"] in rules.counts]:
        last = max(mine, key=lambda one: str(one.get("at") or ""))
        return _line(facts, fact, what, kind=last["source"], code=last.get("code"), issued_at=last.get("at"))
    told: dict[str, Any] = {"issued": False}
    if issued:
        told["of_other_kinds"] = sorted({one["source"] for one in issued})
    if waits := [item.what for item in course if item.mark is not Mark.IN_ORDER and item.sure is Sure.KNOWN]:
        return _line(facts, fact, what, **told, waits_for=waits)
    if facts.get("completion.completed") is not True:  # whether it is owed is not known
        return _line(facts, fact, what, known=False, **told)
    if OPENED_TO_BE_ISSUED not in rules.counts:
        return _line(facts, fact, what, Gap.CERTIFICATE_NOT_ISSUED, **told)
    told["opens"] = "only" if set(rules.counts) == {OPENED_TO_BE_ISSUED} else "perhaps"
    mender = mender_of(Gap.CERTIFICATE_NOT_ISSUED, rules)
    return _line(facts, fact, what, Gap.CERTIFICATE_NOT_ISSUED, mender=mender, **told)


def mender_of(gap: Gap, rules: CertificateRules) -> Mender:
    """Who can mend a gap, by the institute's rules: a certificate that comes by being opened, its trainee opens."""
    opened = gap is Gap.CERTIFICATE_NOT_ISSUED and OPENED_TO_BE_ISSUED in rules.counts
    return Mender.TRAINEE if opened else MENDERS[gap]


def _registry(entry: RegistryEntry, certificate: Item) -> Item:
    told: dict[str, Any] = {
        "register": entry.source, "state": entry.state.value, **({"reason": entry.reason} if entry.reason else {})
    }  # fmt: skip
    if entry.updated_at is not None:
        told["updated_at"] = entry.updated_at.isoformat()
    if entry.explains:
        told["explains"] = True
    gap = None if entry.explains else _REGISTRY.get(entry.state)
    known = entry.state is not RegistryState.UNKNOWN
    if entry.explains:
        pass  # it is told as it is
    elif entry.state is RegistryState.NOT_SUBMITTED and "issued_at" not in certificate.detail:
        # What is not issued is not owed to the registry either; whether it is owed may not be known.
        gap, known = None, certificate.sure is Sure.KNOWN
        told["waits_for"] = ["certificate"]
    elif entry.state is RegistryState.NOT_SUBMITTED and _is_older(entry, certificate):
        # An export of before the certificate cannot know of it.
        gap, known = None, False
        told["older"] = True
    sure = Sure.KNOWN if known else Sure.UNKNOWN
    return Item(line_of(entry.source), gap, sure, MENDERS[gap] if gap else None, told, entry.source, entry.as_of)


def _is_older(entry: RegistryEntry, certificate: Item) -> bool:
    issued: Any = certificate.detail.get("issued_at")
    try:
        at = datetime.fromisoformat(issued) if isinstance(issued, str) else datetime.fromtimestamp(float(issued), UTC)
        return entry.as_of is None or entry.as_of < at
    except (TypeError, ValueError, OverflowError):
        return entry.as_of is None


def _profile(facts: Facts, rules: CertificateRules) -> list[Item]:
    lines = []
    for name in rules.required_fields:
        fact, value = f"profile.{name}", facts.get(f"profile.{name}")
        if value == UNKNOWN:
            lines.append(_line(facts, fact, name, known=False))
        elif not value or not str(value).strip():
            lines.append(_line(facts, fact, name, _MISSING.get(name)))
        elif name == "national_id":
            review = value != "present"
            lines.append(_line(facts, fact, name, Gap.NATIONAL_ID_INVALID if review else None))
            twice = facts.get("profile.national_id_duplicate")
            if isinstance(twice, bool):  # who sees only some people cannot say that nobody has it
                gap = Gap.NATIONAL_ID_DUPLICATE if twice else None
                lines.append(_line(facts, "profile.national_id_duplicate", "national_id_duplicate", gap))
        else:
            lines.append(_line(facts, fact, name))
    names = _names(facts, rules)
    return lines if names is None else [*lines, names]


def _names(facts: Facts, rules: CertificateRules) -> Item | None:
    """Both spellings of the name side by side; None where one is not there to be compared."""
    found = {name: facts.get(f"profile.{name}") for name in ("name_ar", "name_en") if name in rules.required_fields}
    told = [value for value in found.values() if isinstance(value, str) and value != UNKNOWN and value.strip()]
    if len(told) < 2:
        return None
    arabic, latin = told
    wrong = _wrong(arabic, latin, rules.name_tolerance)
    sides = [
        {"field": name, "name": facts.get(f"profile.{name}"), "source": facts.values[f"profile.{name}"].source}
        for name in found
    ]
    if wrong == "":
        return _line(facts, "profile.name_ar", "names", names=sides)
    if wrong is None:
        return _line(facts, "profile.name_ar", "names", known=False, names=sides)
    return _line(facts, "profile.name_ar", "names", Gap.NAME_MISMATCH, wrong=wrong, names=sides)


def _wrong(arabic: str, latin: str, tolerance: float) -> str | None:
    """`swapped`, `script_ar`, `script_en`, `differ`, or nothing; None where that cannot be told."""
    scripts = script_of(arabic), script_of(latin)
    if scripts == (Script.LATIN, Script.ARABIC):
        return "swapped"
    if scripts[0] is Script.LATIN:
        return "script_ar"
    if scripts[1] is Script.ARABIC:
        return "script_en"
    same = same_person(arabic, latin, tolerance)
    return None if same is None else "" if same else "differ"


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value) if isinstance(value, str) and value not in {UNKNOWN, ""} else None
