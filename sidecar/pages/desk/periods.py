"""The months that a page of the oversight is asked for."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import request
from flask_babel import format_date
from werkzeug.exceptions import NotFound

from sidecar.pages.session import runtime

_FIRST_YEAR: Final = 2020


def today() -> date:
    """The institute's day."""
    return runtime().clock().astimezone(runtime().zone).date()


def month(asked: str | None = None) -> date:
    """The month that is asked for, by its first day; this month where none is."""
    asked = request.args.get("month", "") if asked is None else asked
    if not asked:
        return today().replace(day=1)
    try:
        found = date.fromisoformat(f"{asked}-01")
    except ValueError:
        raise NotFound from None
    if not _FIRST_YEAR <= found.year <= today().year or len(asked) != len("2026-11"):
        raise NotFound
    return found


def choices() -> list[tuple[str, str]]:
    """This month and the eleven before it, with their names."""
    now = today()
    back = [now.year * 12 + now.month - 1 - one for one in range(12)]
    months = [date(one // 12, one % 12 + 1, 1) for one in back]
    return [(f"{one:%Y-%m}", named(one)) for one in months]


def named(one: date) -> str:
    """A month's name."""
    return str(format_date(one, "MMMM y", rebase=False))
