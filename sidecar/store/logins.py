"""Who is signed in, and which launches have been used: a cookie's token is kept as its hash only."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Select,
    String,
    Table,
    and_,
    delete,
    exists,
    false,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection, Row

from sidecar.store.base import Json, UtcTime, insert_ignoring, metadata, upserting
from sidecar.store.proofs import revoked_tokens

logins = Table(
    "logins",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of what the cookie holds
    Column("site_id", String(64), nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("name", String(300), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("target", String(32), nullable=False),
    Column("grants", Json, nullable=False),  # roles, rooms, courses, managed, departments
    Column("csrf", String(64), nullable=False),
    Column("jti", String(128), nullable=False),  # of the launch, which may be revoked, as may all before some time
    Column("issued_at", UtcTime, nullable=False),
    Column("browser", String(64)),  # SHA-256 of what its browser shows at `/launch`
    # The login of a later launch in the same browser, which has these grants besides its own; its own cookie is gone.
    Column("carried_by", String(64), index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index("ix_logins_person", "site_id", "person_id"),
    Index("ix_logins_seen", "target", "seen_at"),
    Index("ix_logins_browser", "browser"),
)

# What was done keeps its names when whoever did it has signed out. Staff alone, and no more of them than the institute
# has: nothing tidies them away.
staff_names = Table(
    "staff_names",
    metadata,
    Column("viewer_key", String(130), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("target", String(32), nullable=False),  # of the last launch
    Column("seen_at", UtcTime, nullable=False),
)

launched = Table(
    "launched",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("jti", String(128), primary_key=True),
    Column("at", UtcTime, nullable=False),
)


def hashed(token: str) -> str:
    """The id of the login that a cookie's token opens."""
    return hashlib.sha256(token.encode()).hexdigest()


def use_once(conn: Connection, site_id: str, jti: str, now: datetime) -> bool:
    """Take note that a launch was used; False when it had been already."""
    new = {"site_id": site_id, "jti": jti, "at": now}
    return conn.execute(insert_ignoring(conn, launched).returning(launched.c.jti), new).one_or_none() is not None


def sign_in(conn: Connection, token: str, values: Mapping[str, Any]) -> None:
    """Keep a login under its token's hash."""
    conn.execute(insert(logins).values({**values, "id": hashed(token)}))


def note_name(conn: Connection, values: Mapping[str, Any]) -> None:
    """Keep what somebody of the staff is called: viewer_key, name, target, seen_at."""
    new = upserting(conn, staff_names)
    told = {name: new.excluded[name] for name in ("name", "target", "seen_at")}
    conn.execute(new.on_conflict_do_update(index_elements=["viewer_key"], set_=told), values)


def of_token(conn: Connection, token: str, now: datetime) -> Sequence[Row[Any]]:
    """The login that a cookie opens, then those that it carries, the latest first; none when it is unknown or over.

    One whose launch was revoked meanwhile is over.
    """
    login_id = hashed(token)
    revoked = exists().where(revoked_tokens.c.site_id == logins.c.site_id, revoked_tokens.c.jti == logins.c.jti)
    own = and_(logins.c.id == login_id, logins.c.carried_by.is_(None))
    query = select(logins).where(or_(own, logins.c.carried_by == login_id), logins.c.expires_at > now, ~revoked)
    latest = sorted(conn.execute(query), key=lambda row: (row.created_at, row.issued_at), reverse=True)
    found = sorted(latest, key=lambda row: row.carried_by is not None)
    return found if found and found[0].carried_by is None else ()


def _and_carried(login_id: str) -> ColumnElement[bool]:
    return or_(logins.c.id == login_id, logins.c.carried_by == login_id)


def seen(conn: Connection, login_id: str, now: datetime) -> None:
    """The person is here now, in every room that was launched from this browser."""
    conn.execute(update(logins).where(_and_carried(login_id)).values(seen_at=now))


def speak(conn: Connection, login_id: str, locale: str) -> None:
    """The person wants pages in this language."""
    conn.execute(update(logins).where(logins.c.id == login_id).values(locale=locale))


def end_of_browser(conn: Connection, browser: str, target: str, token: str, person: tuple[str, str]) -> None:
    """End what a browser's cookie of a target opens, before that cookie is replaced by `token`.

    What the same person (site and id) had there is carried by the login to come.
    """
    which = (logins.c.browser == hashed(browser), logins.c.target == target)
    same = and_(logins.c.site_id == person[0], logins.c.person_id == person[1])
    conn.execute(delete(logins).where(*which, not_(same)))
    conn.execute(update(logins).where(*which).values(carried_by=hashed(token)))


def sign_out(conn: Connection, login_id: str) -> None:
    """End a login, and what it carries."""
    conn.execute(delete(logins).where(_and_carried(login_id)))


def tidy(conn: Connection, *, logins_before: datetime, launches_before: datetime) -> None:
    """Forget logins that are over, and launches whose token has expired long since."""
    conn.execute(delete(logins).where(logins.c.expires_at < logins_before))
    conn.execute(delete(launched).where(launched.c.at < launches_before))


def here(conn: Connection, target: str, since: datetime) -> list[Row[Any]]:
    """Everybody who has been at the pages of a target since: who is signed in to manage rooms."""
    query = select(logins.c.site_id, logins.c.person_id, logins.c.grants, logins.c.seen_at)
    return list(conn.execute(query.where(logins.c.target == target, logins.c.seen_at >= since)))


def names(conn: Connection, keys: Collection[str]) -> dict[str, Row[Any]]:
    """Who the people behind these keys (`<site>:<person>`) said they were when they last came in: name, target."""
    by_site: dict[str, list[str]] = {}
    for key in keys:
        site_id, _, person_id = key.partition(":")
        by_site.setdefault(site_id, []).append(person_id)
    which = [and_(logins.c.site_id == site, logins.c.person_id.in_(people)) for site, people in by_site.items()]
    query: Select[Any] = select(logins.c.site_id, logins.c.person_id, logins.c.name, logins.c.target)
    here = conn.execute(query.where(or_(false(), *which)).order_by(logins.c.created_at))
    staff = conn.execute(select(staff_names).where(staff_names.c.viewer_key.in_(list(keys))))
    return {f"{row.site_id}:{row.person_id}": row for row in here} | {row.viewer_key: row for row in staff}
