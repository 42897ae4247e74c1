"""Who is told when a case's people are: each once, in that person's language, with the report that it is about."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select
from sqlalchemy import case as when
from sqlalchemy.engine import Connection

from sidecar.domain.report import Kind
from sidecar.store.cases import case_reports
from sidecar.store.logins import logins
from sidecar.store.people import people
from sidecar.store.reports import reports
from sidecar.store.timetable import rosters

Recipient = dict[str, Any]
"""Keys: site_id, person_id, report_key, locale."""


def of_cases(conn: Connection, case_ids: Collection[int]) -> list[Recipient]:
    """Everybody whom these cases hit: who reported, and whom a room manager logged it for (not that manager)."""
    return [dict(row) for row in conn.execute(reporting(case_ids)).mappings()] + logged_for(conn, case_ids)


def reporting(case_ids: Collection[int]) -> Select[Any]:
    """Everybody who reported these cases, as a query for `tellings.tell`: three hundred rows need not pass through us.

    A room manager's log is left out: who wrote it knows what it says.
    """
    standing = select(case_reports.c.report_key).where(case_reports.c.case_id.in_(list(case_ids)))
    return _themselves(reports.c.key.in_(standing))


def logged_for(conn: Connection, case_ids: Collection[int]) -> list[Recipient]:
    """Whom a room manager logged these cases for."""
    standing = select(case_reports.c.report_key).where(case_reports.c.case_id.in_(list(case_ids)))
    return _named(conn, reports.c.key.in_(standing))


def of_reports(conn: Connection, keys: Collection[uuid.UUID]) -> list[Recipient]:
    """Both, of single reports."""
    which = reports.c.key.in_(list(keys))
    return [dict(row) for row in conn.execute(_themselves(which)).mappings()] + _named(conn, which)


def reader_of(kind: str, sender: str, about: Sequence[str] | None) -> str | None:
    """Who hears what becomes of a report: its sender; of a manager's log whom it is about, and otherwise nobody."""
    if kind == Kind.ROOM_LOG:
        return about[0] if about else None
    return sender


def reader(conn: Connection, report_key: uuid.UUID, *, own: bool) -> tuple[str, str] | None:
    """Site and person of who reads a report's page; None where there is no report, or nobody is told of it.

    Args:
        own: by its sender, signed in; else by its link, which a manager's log gives to whom it is about.
    """
    row = conn.execute(select(reports).where(reports.c.key == report_key)).one_or_none()
    if row is None:
        return None
    person = row.sender if own else reader_of(row.kind, row.sender, row.body["about"])
    return None if person is None else (row.site_id, person)


def _themselves(which: ColumnElement[bool]) -> Select[Any]:
    english = func.lower(func.substr(reports.c.locale, 1, 2)) == "en"
    locale = when((english, literal("en")), else_=literal("ar")).label("locale")
    query = select(reports.c.site_id, reports.c.sender.label("person_id"), reports.c.key.label("report_key"), locale)
    return query.where(which, reports.c.kind != Kind.ROOM_LOG).order_by(reports.c.received_at, reports.c.key)


def _named(conn: Connection, which: ColumnElement[bool]) -> list[Recipient]:
    logs = select(reports.c.key, reports.c.site_id, reports.c.body).where(which, reports.c.kind == Kind.ROOM_LOG)
    named = [log for log in conn.execute(logs.order_by(reports.c.received_at)) if log.body["about"]]
    speak = _languages(conn, {log.body["about"][0] for log in named})
    people_named = ((log, (log.site_id, log.body["about"][0])) for log in named)
    return [_recipient(*who, log.key, speak.get(who)) for log, who in people_named]


def _languages(conn: Connection, person_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """The language that each last wrote in."""
    if not person_ids:
        return {}
    query = select(people.c.site_id, people.c.person_id, people.c.locale)
    rows = conn.execute(query.where(people.c.person_id.in_(list(person_ids))))
    return {(row.site_id, row.person_id): row.locale for row in rows}


def _recipient(site_id: str, person_id: str, report_key: uuid.UUID | None, locale: str | None) -> Recipient:
    return {"site_id": site_id, "person_id": person_id, "report_key": report_key, "locale": _locale(locale)}


def of_roster(conn: Connection, site_id: str, course_id: str) -> list[Recipient]:
    """Every trainee of a course, in the language that the person last wrote in."""
    query: Select[Any] = (
        select(rosters.c.person_id, people.c.locale)
        .outerjoin(people, and_(people.c.site_id == rosters.c.site_id, people.c.person_id == rosters.c.person_id))
        .where(rosters.c.site_id == site_id, rosters.c.course_id == course_id, rosters.c.role == "trainee")
        .order_by(rosters.c.person_id)
    )
    return [_recipient(site_id, row.person_id, None, row.locale) for row in conn.execute(query)]


def of_staff(conn: Connection, who: Sequence[tuple[str, str]]) -> list[Recipient]:
    """These people, by site and id, in the language that each last had our pages in, else last wrote in."""
    ids = {person for _site, person in who}
    speak = _languages(conn, ids)
    read = select(logins.c.site_id, logins.c.person_id, logins.c.locale).where(logins.c.person_id.in_(sorted(ids)))
    speak |= {(row.site_id, row.person_id): row.locale for row in conn.execute(read.order_by(logins.c.seen_at))}
    return [_recipient(site, person, None, speak.get((site, person))) for site, person in who]


def _locale(told: str | None) -> str:
    """Arabic where nobody knows: the institute's own language."""
    return "en" if (told or "ar").lower().startswith("en") else "ar"
