"""How much of what comes by the public form is taken: counted by keyed hash, which nobody can read back."""

from __future__ import annotations

import hmac
from datetime import datetime

from sidecar.domain.proof import Limit, Terms
from sidecar.pages.session import runtime
from sidecar.store import public_limits


def full_until(terms: Terms) -> datetime | None:
    """When the next one may come, if too many came lately."""
    now = runtime().clock()
    with runtime().db.read() as conn:
        for limit in terms.limits:
            count, first = public_limits.how_many(conn, _bucket(limit), now - limit.within)
            if count >= limit.most and first is not None:
                return first + limit.within
    return None


def count(terms: Terms) -> None:
    """One was taken."""
    with runtime().db.write() as conn:
        public_limits.sent(conn, [_bucket(limit) for limit in terms.limits], runtime().clock())


def _bucket(limit: Limit) -> str:
    return hmac.digest(runtime().tracking_secret, f"public {limit.what}".encode(), "sha256").hex()
