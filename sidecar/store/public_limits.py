"""How much has come by the public form, so that one sender cannot bury the others: counted by keyed hash, for hours.

And which proofs of work have been used: the library that checks one says yes to it as often as it is asked.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, Uuid, delete, func, insert, select
from sqlalchemy.engine import Connection

from sidecar.store.base import UtcTime, insert_ignoring, metadata, numbered

public_sent = Table(
    "public_sent",
    metadata,
    numbered(),
    Column("bucket", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_public_sent_bucket", "bucket", "at"),
)

spent_proofs = Table(
    "spent_proofs",
    metadata,
    Column("proof", String(64), primary_key=True),  # the signature of its challenge, which no other one has
    Column("report_id", Uuid, nullable=False),
    Column("until", UtcTime, nullable=False),  # when it would hold no more
    Index("ix_spent_proofs_until", "until"),
)


def sent(conn: Connection, buckets: Collection[str], now: datetime) -> None:
    """Count one that was taken."""
    conn.execute(insert(public_sent), [{"bucket": bucket, "at": now} for bucket in sorted(buckets)])


def how_many(conn: Connection, bucket: str, since: datetime) -> tuple[int, datetime | None]:
    """How many came since, and when the first of them did."""
    query = select(func.count(), func.min(public_sent.c.at))
    count, first = conn.execute(query.where(public_sent.c.bucket == bucket, public_sent.c.at >= since)).one()
    return count, first


def tidy(conn: Connection, before: datetime) -> None:
    """Forget what counts no more."""
    conn.execute(delete(public_sent).where(public_sent.c.at < before))
    conn.execute(delete(spent_proofs).where(spent_proofs.c.until < before))


def is_spent(conn: Connection, proof: str, report_id: uuid.UUID) -> bool:
    """Whether a proof was used for another report."""
    used_for = conn.scalar(select(spent_proofs.c.report_id).where(spent_proofs.c.proof == proof))
    return used_for is not None and used_for != report_id


def spend(conn: Connection, proof: str, report_id: uuid.UUID, until: datetime) -> bool:
    """Use a proof for a report; False when it was used for another one.

    The same form sent twice (a double click, a network that swallowed the answer) is one report: its proof holds again.
    """
    new = {"proof": proof, "report_id": report_id, "until": until}
    statement = insert_ignoring(conn, spent_proofs).returning(spent_proofs.c.proof)
    if conn.execute(statement, new).one_or_none() is not None:
        return True
    used_for = conn.scalar(select(spent_proofs.c.report_id).where(spent_proofs.c.proof == proof))
    return used_for == report_id
