"""What outlives a request for the sake of proofs: revoked tokens, and the policies that judged cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, String, Table, Text, select
from sqlalchemy.engine import Connection

from sidecar.store.base import UtcTime, insert_ignoring, metadata

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("jti", String(128), primary_key=True),
    Column("revoked_at", UtcTime, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("first_used_at", UtcTime, nullable=False),
    Column("content", Text, nullable=False),
)


def revoke(conn: Connection, site_id: str, jti: str, now: datetime) -> None:
    """Let a person's token prove nothing any more."""
    conn.execute(insert_ignoring(conn, revoked_tokens), {"site_id": site_id, "jti": jti, "revoked_at": now})


def revoked(conn: Connection) -> frozenset[tuple[str, str]]:
    """Every revoked (site, jti). Few: a stolen token is rare and dies with its class."""
    return frozenset((r.site_id, r.jti) for r in conn.execute(select(revoked_tokens)))


def keep_policy(conn: Connection, digest: str, content: str, now: datetime) -> None:
    """Keep the words of a policy, so that the digest on an old case can still be read."""
    conn.execute(insert_ignoring(conn, policies), {"digest": digest, "first_used_at": now, "content": content})
