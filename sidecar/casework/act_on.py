"""A case as somebody is about to act on it: what they may do, what was proposed, and what happened lately."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Row

from sidecar.domain.access import Viewer, may
from sidecar.domain.case import Action, Case, follows
from sidecar.runtime import Runtime
from sidecar.store import cases, looks, permitted, reports, resolutions, staff

_LATELY = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands.

    Attributes:
        actions: what this person may do now.
        references: of its reports, by their keys.
        lately: the last things that happened.
        others_at_level_2: besides whoever proposed its end (P14).
    """

    case: Case
    actions: frozenset[Action]
    references: Mapping[uuid.UUID, str]
    proposed: Row[Any] | None
    lately: Sequence[cases.Event]
    others_at_level_2: int


def look(runtime: Runtime, viewer: Viewer, case_id: int) -> None:
    """A page of a confidential case is about to be shown: the look is kept first (P16).

    Raises:
        permitted.Unseen
    """
    case = standing(runtime, viewer, case_id).case
    if case.confidential:
        with runtime.db.write() as conn:
            looks.note(conn, case_id, viewer.key, "page", runtime.clock())


def standing(runtime: Runtime, viewer: Viewer, case_id: int) -> Standing:
    """Where a case stands.

    Raises:
        permitted.Unseen: no such case, or none this person may know of.
    """
    with runtime.db.read() as conn:
        case, relation = permitted.seen(conn, viewer, case_id)
        keys = cases.report_keys(conn, case_id)[:100]
        return Standing(
            case=case,
            actions=frozenset(one for one in Action if may(viewer, one, case, relation) and follows(case.state, one)),
            references=reports.references(conn, keys),
            proposed=resolutions.latest(conn, case_id),
            lately=cases.timeline(conn, case_id)[-_LATELY:],
            others_at_level_2=staff.others_at_level_2(conn, case.solved_by),
        )
