"""By what a telling's delivery goes, once that is decided; and where it stands. A family with `tellings`."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, select, update
from sqlalchemy.engine import Connection

from sidecar.store.tellings import deliveries, tellings


def goes_by(conn: Connection, keys: Collection[uuid.UUID], means: str) -> None:
    """These go by email or by a call: the LMS is not asked to tell them."""
    which = and_(deliveries.c.key.in_(list(keys)), deliveries.c.state == "waiting")
    conn.execute(update(deliveries).where(which).values(means=means, attempts=deliveries.c.attempts + 1))


def by_mail(conn: Connection, key: uuid.UUID, now: datetime) -> None:
    """The mail server has taken it. Whoever has read it on the status page meanwhile has it twice, and that stays."""
    which = and_(deliveries.c.key == key, deliveries.c.state.in_(("waiting", "failed")))
    conn.execute(update(deliveries).where(which).values(state="sent", error="", at=now))


def state_of(conn: Connection, key: uuid.UUID) -> str | None:
    """How far a delivery is."""
    return conn.scalar(select(deliveries.c.state).where(deliveries.c.key == key))


def told_since(conn: Connection, person: tuple[str, str], cause: str, since: datetime) -> int:
    """How often somebody was told something of this cause since."""
    query = select(func.count()).select_from(deliveries).join(tellings, tellings.c.id == deliveries.c.telling_id)
    whose = (deliveries.c.site_id == person[0], deliveries.c.person_id == person[1])
    return int(conn.scalar(query.where(*whose, tellings.c.cause == cause, tellings.c.at >= since)) or 0)
