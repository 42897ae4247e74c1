"""What the people behind keys are called: staff by the institute's own list, others as they last came in."""

from __future__ import annotations

from collections.abc import Collection

from sidecar.runtime import Runtime
from sidecar.store import logins, staff


def names(runtime: Runtime, keys: Collection[str]) -> dict[str, str]:
    """The names of these keys; who is not known is absent."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    with runtime.db.read() as conn:
        seen = {key: row.name for key, row in logins.names(conn, wanted).items()}
        return seen | staff.names(conn, wanted)
