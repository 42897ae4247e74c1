"""Which imports wait to be read, who reads each, and how far that is. All of it stands in the import's own row.

An import is `uploaded` while it waits and while it is read; `counts` holds how far it is until what was read replaces
it. Who reads holds a token, said again with every transaction: where it is another's, this reading counts no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Row

from sidecar.store.registry import registry_imports

_TRIES_MOST: Final = 4  # claims without an end: whatever ends its readers is not given to a fifth
DRAFT: Final = ("uploaded", "read")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading is.

    Attributes:
        about: rows that the file may hold, by its size; 0 where that is not known.
    """

    rows: int
    about: int


def progress(row: Any) -> Progress | None:
    """How far an import is that waits or is being read; None where it does neither."""
    if row.state != "uploaded" or "wanted" not in row.counts:
        return None
    return Progress(row.counts["rows"], row.counts["about"])


def refusal(row: Any) -> tuple[str, int | None, int | None] | None:
    """Why the last reading of an import was given up: a code, row and column."""
    found = row.counts.get("refused") if row.state == "uploaded" else None
    return tuple(found) if found else None


def want(
    conn: Connection, number: int, choice: Mapping[str, Any], *, lists_everybody: bool, about: int, by: str,
    now: datetime,
) -> bool:  # fmt: skip
    """Have an import read in this way; any other reading of it counts no more. False when it is no draft now.

    Pressing twice is pressing once: what is being read in this very way goes on.
    """
    row = _held(conn, number)
    if row is None or row.state not in DRAFT:
        return False
    if progress(row) is not None and (row.choice, row.lists_everybody) == (dict(choice), lists_everybody):
        return True
    # A draft is old two hours after somebody last did something with it.
    _put(
        conn, number, state="uploaded", choice=dict(choice), lists_everybody=lists_everybody, uploaded_by=by,
        uploaded_at=now, counts={"wanted": now.isoformat(), "about": about, "rows": 0, "tries": 0},
    )  # fmt: skip
    return True


def waits(conn: Connection, now: datetime, lease: timedelta) -> bool:
    """Whether an import waits for a reader."""
    rows = conn.execute(select(registry_imports).where(registry_imports.c.state == "uploaded"))
    return any(_is_due(row, now, lease) for row in rows)


def claim(conn: Connection, token: str, now: datetime, lease: timedelta) -> Row[Any] | None:
    """The import that has waited longest and nobody reads, or whose reader is silent for longer than the lease."""
    query = select(registry_imports).where(registry_imports.c.state == "uploaded").with_for_update(skip_locked=True)
    for row in sorted(conn.execute(query), key=lambda one: (one.counts.get("wanted", ""), one.id)):
        if not _is_due(row, now, lease):
            continue
        if row.counts["tries"] >= _TRIES_MOST:
            _put(conn, row.id, counts={"refused": ["failed", None, None]})
            continue
        new = {"reading": token, "claimed": now.isoformat(), "tries": row.counts["tries"] + 1, "rows": 0}
        _put(conn, row.id, counts=row.counts | new)
        return row
    return None


def _is_due(row: Any, now: datetime, lease: timedelta) -> bool:
    if progress(row) is None:
        return False
    claimed = row.counts.get("claimed")
    return claimed is None or datetime.fromisoformat(claimed) < now - lease


def go_on(conn: Connection, number: int, token: str, now: datetime, rows: int) -> bool:
    """Renew the lease, say how far it is, hold the import until the transaction ends. False: it counts no more."""
    row = _held(conn, number)
    if row is None or row.state != "uploaded" or row.counts.get("reading") != token:
        return False
    _put(conn, number, counts=row.counts | {"claimed": now.isoformat(), "rows": rows})
    return True


def give_up(conn: Connection, number: int, code: str, row: int | None, column: int | None) -> None:
    """Say why an import is not read; whoever calls this holds it by `go_on`."""
    _put(conn, number, counts={"refused": [code, row, column]})


def end(conn: Connection, number: int, counts: Mapping[str, Any]) -> None:
    """It is read; whoever calls this holds it by `go_on`."""
    _put(conn, number, state="read", counts=dict(counts))


def _held(conn: Connection, number: int) -> Row[Any] | None:
    return conn.execute(select(registry_imports).where(registry_imports.c.id == number).with_for_update()).one_or_none()


def _put(conn: Connection, number: int, **values: Any) -> None:
    conn.execute(update(registry_imports).where(registry_imports.c.id == number).values(values))
