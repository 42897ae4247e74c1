"""Every role tries every route of the desk. The rows stand in `doors_<blueprint>.py` beside this file.

A row says what a role gets; a role that it does not name gets its `others`. A route that no row names fails the test.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from sidecar.domain.access import StaffRole
from sidecar.store.logins import logins
from tests.desk import appoint
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.sidecar.pages.test_who_may import of_desk
from tests.sidecar.pages.visiting import Visitor

STAFF = tuple(role for role in StaffRole if role not in {StaffRole.TRAINEE, StaffRole.TRAINER, StaffRole.VISITOR})
OUTSIDE = ("stranger", "ended", "trainee")


def table() -> dict[tuple[str, str], Mapping[str, int]]:
    """(method, route) → what each gets; `others` for roles that are not named. Whoever is outside gets 401."""
    rows: dict[tuple[str, str], Mapping[str, int]] = {}
    for file in sorted(Path(__file__).parent.glob("doors_*.py")):
        module = importlib.import_module(f"tests.sidecar.pages.desk.{file.stem}")
        assert not set(rows) & set(module.TABLE), file.name
        rows |= module.TABLE
    return rows


def routes(house: Callers) -> set[tuple[str, str]]:
    """Every method and path of the desk."""
    return {
        (method, re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule))
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if of_desk(rule.rule)
    }


def test_the_table_names_every_route(house: Callers) -> None:
    assert routes(house) == set(table())


def someone(who: str, house: Callers, comes: Comes, at_desk: AtDesk) -> Visitor:
    if who == "stranger":
        return Visitor(house)
    if who == "ended":
        appoint(house.world, "199", StaffRole.ADMINISTRATIVE_MANAGER, active=False)
        return comes("desk", "199")
    if who == "trainee":
        return comes("mine", "21", role="trainee")
    return at_desk(StaffRole(who), sub=NUMBERS[StaffRole(who)])


def csrf(house: Callers) -> str:
    """What the last login's forms carry: a page that refuses somebody shows no form."""
    with house.world.runtime.db.read() as conn:
        found = conn.scalar(select(logins.c.csrf).order_by(logins.c.created_at.desc()).limit(1))
    return str(found or "")


@pytest.mark.parametrize("who", [*STAFF, *OUTSIDE])
def test_everybody_tries_everything(house: Callers, comes: Comes, at_desk: AtDesk, who: str) -> None:
    visitor = someone(who, house, comes, at_desk)
    got: dict[tuple[str, str], int] = {}
    meant: dict[tuple[str, str], int] = {}
    proof = csrf(house)
    for (method, route), row in table().items():
        # What is not there for anybody: a case, a report, a file of nobody's.
        path = re.sub(r"\{(\w+)\}", lambda m: _ABSENT.get(m.group(1), "999"), route)
        answer = visitor.get(path) if method == "GET" else visitor.post(path, "/desk/", csrf=proof)
        got[method, route] = answer.status_code
        answer.close()  # a stream would stay open
        meant[method, route] = 401 if who in OUTSIDE else row.get(who, row["others"])
    assert got == meant


_ABSENT = {"report": "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f", "file": "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f"}
