"""What the page of an export warns of before it is taken over, and what its reading costs a request."""

from __future__ import annotations

import re

from adapters.lms.fake import FakeLms
from sidecar.domain.access import StaffRole
from sidecar.journey.registry_reading import read_waiting
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.desk.exports import FILE, ask, csv, read
from tests.worlds import SITE


def test_a_file_that_lists_everybody_names_the_courses_of_which_it_does_not(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    _, page = read(desk, visitor, csv(*FILE), everybody="1")
    assert "دورات لا تُعد قائمتها كاملة" in page.text
    found = re.findall(r"<li>.*?<bdi>CRS-1</bdi>: (.*?)</li>", page.text)
    assert found == ["صفان تعذّرت قراءتهما", "صف واحد لم يُعرف صاحبه"]
    _, page = read(desk, visitor, csv(*FILE))
    assert "دورات لا تُعد قائمتها كاملة" not in page.text


def test_an_export_older_than_the_one_that_counts_is_warned_of(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    number, page = read(desk, visitor, csv(FILE[0]))
    assert "هذا الملف أقدم" not in page.text
    visitor.post(f"/desk/registry/{number}/take", f"/desk/registry/{number}")
    assert "آخر تحديث من منار: 11 نوفمبر 2026" in visitor.get("/desk/registry/").text
    _, page = read(desk, visitor, csv((*FILE[0][:3], "قيد المعالجة", "", "01/10/2026")))
    assert "أحدث صف فيه بتاريخ 1 أكتوبر 2026، وأحدث صف في ذاك بتاريخ 11 نوفمبر 2026" in page.text
    _, page = read(desk, visitor, csv((*FILE[0][:3], "قيد المعالجة", "", "12/11/2026")))
    assert "هذا الملف أقدم" not in page.text


def test_no_request_waits_for_the_lms(desk: Callers, at_desk: AtDesk) -> None:
    lms = desk.world.runtime.lms[SITE]
    assert isinstance(lms, FakeLms)
    before = lms.calls.total()
    visitor = at_desk(StaffRole.REGISTRAR)
    _, answer = ask(visitor, csv(*FILE))
    visitor.get(answer.location)
    assert lms.calls.total() == before
    assert read_waiting(desk.world.runtime) == 1
    assert lms.calls.total() > before


def test_what_would_turn_a_line_round_stands_in_no_name_of_a_file(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    _, page = read(desk, visitor, csv(*FILE), "a\u202egpj.csv")
    assert "<bdi>agpj.csv</bdi>" in page.text
