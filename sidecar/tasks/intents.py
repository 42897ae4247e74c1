"""What somebody pressed is carried out when the time to undo it is over, as that person and with what that person may.

The deed, its intent's end and the outbox row's are one transaction: a worker that dies in it has done nothing, and
whoever comes next does it once (decision 0015).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy.engine import Connection, Row

from sidecar.casework import merge, resolve, tell, transfer
from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, NotAllowed
from sidecar.domain.launch import viewer_with
from sidecar.domain.policy import Tier
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.store import intents, outbox
from sidecar.store.cases import Stale
from sidecar.store.permitted import NotPermitted, Unseen

Deed = Callable[[Connection, Runtime, Viewer, int, Mapping[str, Any]], object]


def carry_out(runtime: Runtime, claim: outbox.Claim) -> None:
    """Do what each claimed intent means, unless it was undone; what cannot be done any more is refused, with a code."""
    for item in claim.items:
        refusal: str | None = None
        with _refusing() as why, runtime.db.write() as conn:
            intent = _standing(conn, claim, item)
            if intent is not None:
                act(conn, runtime, intent)
                intents.settle(conn, intent.id, "done")
        refusal = why.get("code")
        if refusal is not None:
            with runtime.db.write() as conn:
                if outbox.held(conn, claim.token, [item.id]):
                    intents.settle(conn, int(item.subject), "refused", refusal)
                    outbox.finish(conn, claim.token, [item.id])
    runtime.wake(Lane.NOTIFY)


def act(conn: Connection, runtime: Runtime, intent: Row[Any]) -> None:
    """Carry out one intent within a transaction; raises as the deed itself."""
    viewer = viewer_with(intent.actor, intent.grants)
    _DEEDS[Action(intent.action)](conn, runtime, viewer, intent.case_id, intent.data)


def _standing(conn: Connection, claim: outbox.Claim, item: outbox.Item) -> Row[Any] | None:
    """The claimed intent if it still waits; its outbox row ends with this transaction either way."""
    if not outbox.held(conn, claim.token, [item.id]):
        return None
    outbox.finish(conn, claim.token, [item.id])
    intent = intents.take(conn, int(item.subject))
    return intent if intent is not None and intent.state == "waiting" else None


@contextmanager
def _refusing() -> Iterator[dict[str, str]]:
    """Turns a deed's refusal into its code; anything else is a failure, to be tried again."""
    why: dict[str, str] = {}
    try:
        yield why
    except tuple(_CODES) as error:
        why["code"] = next(code for kind, code in _CODES.items() if isinstance(error, kind))


# In this order: `Different` is a ValueError.
_CODES: Final[Mapping[type[Exception], str]] = {
    NotAllowed: "state",
    NotPermitted: "not_permitted",
    Unseen: "unseen",
    Stale: "stale",
    merge.Different: "different",
    ValueError: "impossible",
}


def _solve(conn: Connection, runtime: Runtime, viewer: Viewer, case_id: int, data: Mapping[str, Any]) -> object:
    ended_at = datetime.fromisoformat(data["ended_at"]) if data.get("ended_at") else None
    if ended_at is not None and ended_at.tzinfo is None:
        raise ValueError("a time without its offset")
    return resolve.solving(conn, runtime, viewer, case_id, ended_at=ended_at)


def _transfer(conn: Connection, runtime: Runtime, viewer: Viewer, case_id: int, data: Mapping[str, Any]) -> object:
    return transfer.transferring(conn, runtime, viewer, case_id, Tier(data["to"]), reason=data["reason"])


def _split(conn: Connection, runtime: Runtime, viewer: Viewer, case_id: int, data: Mapping[str, Any]) -> object:
    return merge.splitting(conn, runtime, viewer, case_id, uuid.UUID(data["report"]))


def _merge(conn: Connection, runtime: Runtime, viewer: Viewer, case_id: int, data: Mapping[str, Any]) -> object:
    return merge.merging(conn, runtime, viewer, case_id, int(data["other"]))


def _tell(conn: Connection, runtime: Runtime, viewer: Viewer, case_id: int, data: Mapping[str, Any]) -> object:
    return tell.telling(conn, runtime, viewer, case_id, text=data.get("text", ""), message=data.get("message"))


_DEEDS: Final[Mapping[Action, Deed]] = {
    Action.SOLVE: _solve,
    Action.TRANSFER: _transfer,
    Action.SPLIT: _split,
    Action.MERGE: _merge,
    Action.TELL: _tell,
}
