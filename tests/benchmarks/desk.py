"""Line 9: the desk at ten thousand and at a million cases. Its list, a case's page and a search on PostgreSQL.

The application's own pages in process, so that server time is measured and no network; the two sizes asked by turns, so
that whatever else the machine does falls on both. `--open` sets how many of the large one are open.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sidecar.domain.access import StaffRole
from sidecar.store import schema
from sidecar.store.database import Database
from tests import servers
from tests.benchmarks import desk_rows
from tests.benchmarks.verdicts import Verdict
from tests.desk import appoint
from tests.sidecar.api.callers import Callers, settings_of
from tests.sidecar.pages.visiting import Visitor
from tests.worlds import world as make_world

SMALL, LARGE = 10_000, 1_000_000
SMALL_OPEN, LARGE_OPEN = 2_000, 20_000
_TIMES = 1.5  # what the large one may take of what the small one takes
_MOST = 0.1  # seconds
_WARM = 15
_PEOPLE = {
    "701": (StaffRole.AGENT_1,), "702": (StaffRole.DEPARTMENT_HEAD,), "703": (StaffRole.ADMINISTRATIVE_MANAGER,),
}  # fmt: skip
_FILTERS = (
    "", "&sort=newest", "&sort=severity", "&from=2026-11-20&to=2026-11-21", "&kind=support_request", "&overdue=1",
    "&unowned=1", "&category=login&severity=2", "&state=waiting", "&channel=web", "&escalated=1",
    "&kind=suggestion&department=finance",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """One size of it: who is signed in, and what each of them asks for, by kind of page."""

    many: int
    asks: dict[str, list[tuple[Visitor, str]]]


def measure(postgres: servers.Postgres, *, large_open: int, asked: int, say: Callable[[str], None]) -> list[Verdict]:
    """The line: for each kind of page the slowest of twenty, at each size, and how they stand to each other."""
    with _desk(postgres, SMALL, SMALL_OPEN, say) as small, _desk(postgres, LARGE, large_open, say) as large:
        found = []
        for kind in small.asks:
            times = _times({desk.many: desk.asks[kind] for desk in (small, large)}, asked)
            p50 = {many: _at(one, 0.5) * 1000 for many, one in times.items()}
            p95 = {many: _at(one, 0.95) * 1000 for many, one in times.items()}
            say(
                f"  {kind}: p50 {p50[SMALL]:.1f} and {p50[LARGE]:.1f} ms, p95 {p95[SMALL]:.1f} and {p95[LARGE]:.1f} ms,"
                f" worst {times[LARGE][-1] * 1000:.0f} ms"
            )
            told = f"{SMALL:,} cases: {p95[SMALL]:.1f} ms"
            found += [
                Verdict(9, f"{kind}, p95 at {LARGE:,} cases, {large_open:,} open", f"{p95[LARGE]:.1f} ms", told,
                        p95[LARGE], _MOST * 1000, least=False),
                Verdict(9, f"{kind}, p95 against {SMALL:,} cases", f"{p95[LARGE]:.1f} ms", told,
                        p95[LARGE] / p95[SMALL], _TIMES, least=False),
            ]  # fmt: skip
        return found


@contextmanager
def _desk(postgres: servers.Postgres, many: int, open_cases: int, say: Callable[[str], None]) -> Iterator[Desk]:
    name = f"desk_{many}"
    postgres.sql(f"CREATE DATABASE {name}")
    database = Database(postgres.url(name))
    try:
        schema.upgrade(database)
        began = time.monotonic()
        desk_rows.fill(database, many, open_cases=open_cases)
        say(f"  {many:,} cases, {open_cases:,} of them open, written in {time.monotonic() - began:.0f} s")
        yield _open(database, many)
    finally:
        database.dispose()


def _open(database: Database, many: int) -> Desk:
    house = Callers(make_world(database), settings_of())
    dice = random.Random(9)
    asks: dict[str, list[tuple[Visitor, str]]] = {"list": [], "case page": [], "search": []}
    for number, roles in _PEOPLE.items():
        appoint(house.world, number, *roles, departments=["training"] if StaffRole.DEPARTMENT_HEAD in roles else [])
        visitor = Visitor(house)
        visitor.launch("desk", number)
        asks["list"] += [(visitor, path) for path in _lists(visitor)]
        asks["case page"] += [(visitor, f"/desk/cases/{one}") for one in _cases(visitor, many, dice)]
        asks["search"] += [(visitor, f"/desk/search?q={one}") for one in _searches(many, dice)]
    return Desk(many, asks)


def _lists(visitor: Visitor) -> list[str]:
    """Each queue by each filter, and pages deep inside them."""
    page = visitor.get("/desk/").text
    queues = sorted(set(re.findall(r'href="/desk/\?queue=([\w-]+)"', page)))
    found = [f"/desk/?queue={queue}{narrowed}" for queue in queues for narrowed in _FILTERS]
    for queue in queues:
        path = f"/desk/?queue={queue}"
        for _page in range(12):
            more = re.search(r'href="([^"]+)" rel="next"', visitor.get(path).text)
            if more is None:
                break
            path = more.group(1).replace("&amp;", "&")
            found.append(path)
    return found


def _cases(visitor: Visitor, many: int, dice: random.Random) -> list[int]:
    """Cases that this person sees: of the newest, which are read most, and of all."""
    numbers = [dice.randint(1, many) for _ in range(60)] + [many - dice.randint(0, 2000) for _ in range(60)]
    return [one for one in numbers if visitor.get(f"/desk/cases/{one}").status_code == 200]


def _searches(many: int, dice: random.Random) -> list[str]:
    """The commonest words, beginnings, rare ones, several, names, telephones, references and numbers of cases."""
    rank = [0, 1, 2, 5, 9, 60, 300, 1200, 2500, 3900]
    found = [desk_rows.word(one) for one in rank]
    found += [f"{desk_rows.word(one)} {desk_rows.word(other)}" for one, other in ((0, 1), (0, 300), (5, 1200))]
    found += [desk_rows.word(0)[:4], desk_rows.word(700)[:3], "الط", "مح", "لايوجدشيءكهذا"]
    people = [dice.randrange(many // 5) for _ in range(6)]
    found += [desk_rows.name_of(one % 9000) for one in people] + ["محمد", "نورة"]
    found += [f"{desk_rows.name_of(people[0] % 9000).split()[0]} {desk_rows.word(0)}"]
    found += [f"05{desk_rows.phone_of(one)[1:]}" for one in people] + [desk_rows.phone_of(people[0])[-7:]]
    numbers = [dice.randint(1, many) for _ in range(6)]
    found += [str(one) for one in numbers[:3]] + [str(1_000_000_000 + one * 6 + 1) for one in numbers[3:]]
    return found


def _times(asks: dict[int, list[tuple[Visitor, str]]], asked: int) -> dict[int, list[float]]:
    """How long each size took, ordered; they are asked by turns."""
    dice = random.Random(10)
    times: dict[int, list[float]] = {many: [] for many in asks}
    for turn in range(_WARM + asked):
        for many, ways in asks.items():
            visitor, path = dice.choice(ways)
            began = time.perf_counter()
            answer = visitor.get(path)
            took = time.perf_counter() - began
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            if turn >= _WARM:
                times[many].append(took)
    return {many: sorted(one) for many, one in times.items()}


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
