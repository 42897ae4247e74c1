"""Conditions on the states of cases, as the indexes of `cases` know them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, bindparam

from sidecar.domain.case import OPEN_STATES, State
from sidecar.store.cases import cases


def is_in(states: Iterable[State]) -> ColumnElement[bool]:
    """Whether a case is in one of these states; written out, since an index of some states serves no placeholder."""
    return cases.c.state.in_(bindparam(None, sorted(states), expanding=True, literal_execute=True))


def queued() -> ColumnElement[bool]:
    """Whether a case stands in a queue by itself: open, and no part of a major incident."""
    return and_(is_in(OPEN_STATES), cases.c.parent_id.is_(None))
