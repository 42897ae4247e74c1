"""What other pages add to the side of a case: each a template and what it needs, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection

from sidecar.domain.case import Case
from sidecar.pages.session import Visitor


@dataclass(frozen=True, slots=True)
class Panel:
    """One card beside a case; its template finds the context as `panel`."""

    template: str
    context: Mapping[str, Any]


PANELS: Final[tuple[Callable[[Connection, Case, Visitor], Panel | None], ...]] = ()
