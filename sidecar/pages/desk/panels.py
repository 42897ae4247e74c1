"""What other pages add to the side of a case: each a template and what it needs, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    """One card beside a case; its template finds the context as `panel`. One that `leads` comes first."""

    template: str
    context: Mapping[str, Any]
    leads: bool = False
