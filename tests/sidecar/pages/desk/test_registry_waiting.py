"""While an export is read: what its page says meanwhile, and to which page each end leads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sidecar.domain.access import StaffRole
from sidecar.journey.registry_reading import read_waiting
from sidecar.store import registry, registry_reading
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.desk.exports import FILE, ask, count, csv
from tests.sidecar.pages.visiting import Visitor


def far(desk: Callers, number: str, rows: int, about: int) -> None:
    """As if somebody read it, and were so far."""
    with desk.world.runtime.db.write() as conn:
        row = registry.get(conn, int(number))
        assert row is not None
        registry.change(conn, row.id, ("uploaded",), counts=row.counts | {"rows": rows, "about": about})


def state(visitor: Visitor, number: str) -> Any:
    return visitor.get(f"/desk/registry/{number}?part=state")


def ends_at(visitor: Visitor, number: str) -> tuple[str, str]:
    """Where the page goes once it asks again: the address, and what stands there."""
    asked = state(visitor, number)
    assert (asked.status_code, asked.headers.get("HX-Refresh")) == (200, "true")
    answer = visitor.get(f"/desk/registry/{number}")
    if answer.status_code == 303:
        return answer.location, visitor.get(answer.location).text
    return f"/desk/registry/{number}", answer.text


def test_the_page_says_how_far_it_is(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    number, answer = ask(visitor, csv(*FILE))
    assert (answer.status_code, answer.location) == (303, f"/desk/registry/{number}")
    assert count(desk) == 0  # not within the request
    page = visitor.get(answer.location).text
    assert 'role="status"' in page
    assert "تحديث البيانات" in page  # a link, for whoever has no script
    far(desk, number, 118_000, 196_411)
    said = state(visitor, number).text
    assert ("118,000" in said, "من نحو \u2068200,000" in said, "<main" in said) == (True, True, False)
    far(desk, number, 5, 4)
    assert "من نحو" not in state(visitor, number).text
    assert visitor.post(f"/desk/registry/{number}/take", "/desk/registry/").status_code == 404
    assert read_waiting(desk.world.runtime) == 1
    where, page = ends_at(visitor, number)
    assert (where, "لا يُعمل بشيء من هذا بعد" in page) == (f"/desk/registry/{number}", True)


def test_a_refusal_leads_to_the_columns_with_what_was_chosen_and_why(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    rows = csv(*FILE, *[(str(1000000000 + n), f"م {n}", "CRS-1", "صدرت", "", "") for n in range(40)])
    broken = rows + b"\n" + '1000000016,"نورة,CRS-1,صدرت,,'.encode()
    number, _answer = ask(visitor, broken, **{"column-reason": "", "everybody": "1"})
    read_waiting(desk.world.runtime)
    where, page = ends_at(visitor, number)
    assert where.endswith("/columns")
    assert "الصف 50، العمود" in page
    chosen = page[page.index('name="column-reason"') :].partition("</select>")[0]
    assert "selected" not in chosen
    assert 'value="1" checked' in page


def test_dropped_gone_and_turned_off(desk: Callers, at_desk: AtDesk, tmp_path: Path) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    number, _answer = ask(visitor, csv(*FILE))
    visitor.post(f"/desk/registry/{number}/drop", "/desk/registry/")
    assert read_waiting(desk.world.runtime) == 0
    assert "تُرك الملف" in ends_at(visitor, number)[1] or "done=drop" in ends_at(visitor, number)[0]

    number, _answer = ask(visitor, csv(*FILE))
    (tmp_path / "registry" / f"import-{number}").unlink()
    read_waiting(desk.world.runtime)
    assert "حُذف الملف قبل أن يُقرأ" in ends_at(visitor, number)[1]

    number, _answer = ask(visitor, csv(*FILE))
    runtime = desk.world.runtime
    off = replace(runtime.policy.registries["manar"], on=False)
    read_waiting(replace(runtime, policy=replace(runtime.policy, registries={"manar": off})))
    assert "أوقفت السياسة هذا السجل" in ends_at(visitor, number)[1]
    with runtime.db.read() as conn:
        row = registry.get(conn, int(number))
    assert registry_reading.refusal(row) == ("off", None, None)


def test_who_may_not_import_sees_nothing_of_it(desk: Callers, at_desk: AtDesk) -> None:
    number, _answer = ask(at_desk(StaffRole.REGISTRAR), csv(*FILE))
    other = at_desk(StaffRole.DEPARTMENT_HEAD, sub="502", departments=["training"])
    assert other.get(f"/desk/registry/{number}").status_code == 404
    assert "manar.csv" not in state(other, number).text
