"""The readiness of courses in numbers and words, for a page, a sheet and a table of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from sidecar.casework.oversee_readiness import Overseen, Overview
from sidecar.domain import few
from sidecar.domain.checklist import Mender
from sidecar.domain.roster import Standing
from sidecar.runtime import Runtime


def number(told: few.Told) -> str:
    """A number of people, which is never told where it points at somebody."""
    if told.number is None:
        return str(_("fewer than %(num)d", num=few.FEWEST))
    return str(told.number) if told.exactly else str(_("%(num)d or more", num=told.number))


def mender(who: Mender) -> str:
    """Who mends a gap."""
    return str(
        {
            Mender.TRAINEE: _("Trainee"), Mender.TRAINER: _("Trainer"), Mender.REGISTRAR: _("Registrar"),
            Mender.TIER_2: _("Operations"),
        }[who]
    )  # fmt: skip


def standings() -> dict[Standing, tuple[str, str]]:
    """What each standing is called, and its icon."""
    return {
        Standing.READY: (_("Ready"), "check"), Standing.GAP: (_("Something missing"), "circle-x"),
        Standing.UNKNOWN: (_("Unknown"), "circle-help"),
    }  # fmt: skip


def shown(runtime: Runtime, found: Overview, locale: str) -> dict[str, Any]:
    """What the templates show."""
    labels = runtime.policy.certificate.gaps
    return {
        "heads": [(label, icon) for label, icon in standings().values()],
        "courses": [_course(runtime, one, found.menders, locale) for one in found.courses],
        "number": found.number,
        "sums": [(label, icon, number(found.standings[one])) for one, (label, icon) in standings().items()]
        if any(one.told for one in found.courses) else [],
        "gaps": [
            (labels[gap].in_(locale), mender(found.menders[gap]), number(told)) for gap, told in _sorted(found.gaps)
            if gap in labels
        ],
        "imports": [
            (runtime.policy.registries[key].label.in_(locale), at and _day(runtime, at))
            for key, at in found.imports.items()
        ],
    }  # fmt: skip


def _course(runtime: Runtime, one: Overseen, menders: Mapping[str, Mender], locale: str) -> dict[str, Any]:
    labels, about = runtime.policy.certificate.gaps, one.about
    return {
        "key": f"{about.site_id}|{about.course_id}",
        "name": _name(one),
        "idnumber": about.idnumber,
        "ends": _day(runtime, about.ends_at) if about.ends_at else "",
        "as_of": _day(runtime, about.fetched_at, clock=True) if about.fetched_at else "",
        "late": bool(about.failed),
        "people": number(one.told.people) if one.told else "",
        "numbers": [number(one.told.standings[standing]) for standing in standings()] if one.told else [],
        "gaps": [
            (labels[gap].in_(locale), mender(menders[gap]), number(told))
            for gap, told in (_sorted(one.told.gaps) if one.told else ()) if gap in labels
        ],
        "waiting": about.wanted_at is not None,
        "old": one.old,
        "askable": one.askable,
    }  # fmt: skip


def table(runtime: Runtime, found: Overview, locale: str) -> Iterator[list[str]]:
    """Headings and rows of cells: a column for each gap that the institute names."""
    labels, heads = runtime.policy.certificate.gaps, standings()
    names = {gap: _("%(gap)s (mended by: %(who)s)", gap=label.in_(locale), who=mender(found.menders[gap]))
             for gap, label in labels.items()}  # fmt: skip
    registers = {runtime.policy.registries[key].label.in_(locale): at for key, at in found.imports.items()}
    yield [
        _("Course"), _("Course number"), _("Begins"), _("Ends"), _("Facts as of"),
        *(_("Last import: %(register)s", register=label) for label in registers),
        _("Trainees"), *(label for label, _icon in heads.values()), *names.values(),
    ]  # fmt: skip
    for one in found.courses:
        about, told = one.about, one.told
        row = [
            _name(one), about.idnumber or "",
            *(_day(runtime, at) if at else "" for at in (about.starts_at, about.ends_at)),
            _day(runtime, about.fetched_at, clock=True) if about.fetched_at else "",
            *(_day(runtime, at) if at else _("never") for at in registers.values()),
        ]  # fmt: skip
        if told is None:
            yield [*row, *[str(_("Not known"))] * (1 + len(heads) + len(names))]
            continue
        yield [
            *row, number(told.people), *(number(told.standings[standing]) for standing in heads),
            *(number(told.gaps.get(gap, few.Told(None))) for gap in names),
        ]  # fmt: skip


def _sorted(gaps: Mapping[str, few.Told]) -> list[tuple[str, few.Told]]:
    """The most frequent first, as far as is told."""
    return sorted(gaps.items(), key=lambda pair: (-(pair[1].number or 0), pair[0]))


def _name(one: Overseen) -> str:
    return str(one.about.name or _("Course %(id)s", id=one.about.course_id))


def _day(runtime: Runtime, at: datetime, *, clock: bool = False) -> str:
    return f"{at.astimezone(runtime.zone):{'%Y-%m-%d %H:%M' if clock else '%Y-%m-%d'}}"
