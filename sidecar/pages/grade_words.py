"""The grade of a course in words: how it stands, and the points beside what can be had and what is needed.

A line that is told besides: it refuses no certificate. Whoever it is about sees it only where the LMS shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _


def state(told: Mapping[str, Any], *, known: bool) -> str:
    """How it stands: the line's `detail`, and whether it could be read."""
    if not known:
        return str(_("unknown"))
    if told.get("share") is None:
        return str(_("not graded yet"))
    if told.get("passed") is None:
        return str(_("graded"))
    return str(_("enough to pass") if told["passed"] else _("below the pass mark"))


def figures(told: Mapping[str, Any]) -> str:
    """The points, or why there are none."""
    why = {
        "hidden": _("the learning platform hides it from the trainee"),
        "recalculating": _("the learning platform has to compute it again"),
    }  # fmt: skip
    if told.get("why") in why:
        return str(why[told["why"]])
    points, most, needed = (_number(told.get(name)) for name in ("points", "max", "pass_mark"))
    if points and most and needed:
        return str(_("%(points)s of %(most)s, needed %(needed)s", points=points, most=most, needed=needed))
    if points and most:
        return str(_("%(points)s of %(most)s", points=points, most=most))
    return str(_("%(needed)s of %(most)s is needed", needed=needed, most=most)) if needed and most else ""


def _number(value: Any) -> str:
    """Points as people write them, left to right on every page."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return f"\u2066{f'{value:.2f}'.rstrip('0').rstrip('.')}\u2069"
