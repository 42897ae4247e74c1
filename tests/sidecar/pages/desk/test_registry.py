"""Exports of Manar at the desk: from the file to what is known of each trainee, and back again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.lms.fake import FakeLms
from sidecar.domain.access import StaffRole
from sidecar.domain.registry import RegistryState
from sidecar.journey.registry_reading import read_waiting
from sidecar.store import identities, registry
from tests.adapters.certificates import workbooks
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.desk.exports import (
    FILE,
    HEADINGS,
    KNOWN,
    NUMBERS,
    count,
    csv,
    read,
    said,
    upload,
)
from tests.worlds import SITE


def test_from_the_file_to_each_trainee_and_back(desk: Callers, at_desk: AtDesk, tmp_path: Path) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    assert "لم يُستورد شيء من منار بعد" in visitor.get("/desk/registry/").text
    number, answer = read(desk, visitor, csv(*FILE))
    page = answer.text
    for words in ("برقم الهوية/الإقامة", "بالاسم والدورة", "لا تُعرف دورة بهذا الاسم أو الرمز",
                  "ليس في الدورة أحد بهذا الرقم أو الاسم", "ليس هذا رقم هوية", "ليست حالة معروفة",
                  "صفوف مكررة"):  # fmt: skip
        assert words in page, words
    assert {one[0] for one in said(desk).values()} == {RegistryState.UNKNOWN}  # looked at is not taken over
    assert (tmp_path / "registry" / f"import-{number}").is_file()

    assert visitor.post(f"/desk/registry/{number}/take", "/desk/registry/").status_code == 303
    assert said(desk) == KNOWN
    assert not any((tmp_path / "registry").iterdir())
    assert "آخر تحديث من منار" in visitor.get("/desk/registry/").text

    again = upload(visitor, csv(*FILE))
    assert (again.status_code, "لم يتغيّر شيء" in again.text) == (200, True)
    assert not any((tmp_path / "registry").iterdir())

    assert visitor.post(f"/desk/registry/{number}/undo", "/desk/registry/").status_code == 303
    assert {one[0] for one in said(desk).values()} == {RegistryState.UNKNOWN}
    kept = visitor.get("/desk/registry/").text
    assert "تم التراجع" in kept  # kept for ever
    assert "manar.csv" in kept
    assert upload(visitor, csv(*FILE)).status_code == 303  # an undone one may come again


def test_no_number_stands_anywhere_in_clear(
    desk: Callers, at_desk: AtDesk, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    answer = upload(visitor, csv(*FILE), name="1000000008.csv")
    pages = [visitor.get(answer.location).text]
    number = answer.location.split("/")[-2]
    pages.append(visitor.post(f"/desk/registry/{number}/drop", "/desk/registry/").text)
    number, answer = read(desk, visitor, csv(*FILE))
    pages.append(answer.text)
    visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    pages += [visitor.get("/desk/registry/").text, visitor.get(f"/desk/registry/{number}").text]
    with desk.world.runtime.db.read() as conn:
        tables = (registry.registry_imports, registry.registry_rows, identities.identities)
        stored = " ".join(str(row) for table in tables for row in conn.execute(select(table)))
    out = capsys.readouterr()
    for number in (*NUMBERS.values(), "4000000002", "١٠٠٠٠٠٠٠٠٨"):
        assert not any(number in text for text in (*pages, stored, out.out, out.err))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (csv(FILE[0], ("1000000016", '"نورة', "CRS-1", "صدرت", "", "")), "الصف 3، العمود"),
        (csv(FILE[0], (*FILE[1], "زائد")), "خلايا هذا الصف أكثر"),
        (csv(FILE[0]).replace("القحطاني".encode(), b"\xd8\xa7\xff"), "لا يُقرأ بهذا الترميز"),
    ],
)
def test_a_broken_file_is_told_with_its_place_and_leaves_nothing(
    desk: Callers, at_desk: AtDesk, content: bytes, words: str
) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    many = csv(*[(str(1000000000 + n), f"م {n}", "CRS-1", "صدرت", "", "") for n in range(3000)])
    answer = upload(visitor, content)
    if answer.status_code == 303:
        _number, answer = read(desk, visitor, content)
    else:
        assert answer.status_code == 422
    assert words in answer.text, answer.text[-3000:]
    assert count(desk) == 0
    broken_late = many + b"\n" + '1000000016,"نورة,CRS-1,صدرت,,'.encode()
    number, answer = read(desk, visitor, broken_late, "late.csv")
    assert "الصف 3002، العمود" in answer.text
    assert count(desk) == 0
    assert visitor.post(f"/desk/registry/{number}/take", "/desk/registry/").status_code == 404


def test_workbooks_too_and_their_traps(desk: Callers, at_desk: AtDesk, tmp_path: Path) -> None:
    visitor = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    book = tmp_path / "e.xlsx"
    rows = (HEADINGS, *FILE)
    _number, answer = read(desk, visitor, workbooks.write(book, rows, merged=["C2:C4"]).read_bytes(), "m.xlsx")
    assert "الصف 2، العمود \u2068C\u2069: هنا خلايا مدمجة" in answer.text
    formula = (HEADINGS, ("=A2", *FILE[0][1:]))
    _number, answer = read(desk, visitor, workbooks.write(book, formula).read_bytes(), "f.xlsx")
    assert "الصف 2، العمود \u2068A\u2069: هنا معادلة" in answer.text
    bomb = workbooks.write(
        book, rows, sheet="<worksheet><sheetData>" + "<row/>" * (4 << 20) + "</sheetData></worksheet>"
    )
    assert "فلم يُفتح" in upload(visitor, bomb.read_bytes(), "b.xlsx").text
    assert count(desk) == 0
    number, answer = read(desk, visitor, workbooks.write(book, rows).read_bytes(), "good.xlsx")
    visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert said(desk) == KNOWN


def test_a_file_that_is_too_large_is_not_read(desk: Callers, at_desk: AtDesk, tmp_path: Path) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    visitor.csrf("/desk/registry/")
    answer = upload(visitor, b"x" * (21 << 20))
    assert (answer.status_code, "كبير جداً" in answer.text) == (413, True)
    assert not (tmp_path / "registry").exists() or not any((tmp_path / "registry").iterdir())


def test_a_text_of_megabytes_is_taken_wherever_its_lines_end(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    content = csv(*[(str(1000000000 + n), f"م {n}", "CRS-1", "صدرت", "", "") for n in range(50_000)])
    assert upload(visitor, content).status_code == 303


def test_who_else_may(desk: Callers, at_desk: AtDesk) -> None:
    head = at_desk(StaffRole.DEPARTMENT_HEAD, sub="501", departments=["registration"])
    assert head.get("/desk/registry/").status_code == 200
    other = at_desk(StaffRole.DEPARTMENT_HEAD, sub="502", departments=["training"])
    assert other.get("/desk/registry/").status_code == 404
    assert "/desk/registry/" not in other.get("/desk/").text
    number = upload(head, csv(*FILE)).location.split("/")[-2]
    assert other.get(f"/desk/registry/{number}/columns").status_code == 404
    deputy = at_desk(StaffRole.DEPUTY, sub="503", departments=["registration"])
    assert deputy.get("/desk/registry/").status_code == 404


def test_columns_are_changed_by_hand(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    odd = "أ;ب;ج\n1000000008;أحمد القحطاني;صدرت\n".encode("cp1256")
    answer = upload(visitor, odd, "odd.csv")
    page = visitor.get(answer.location).text
    assert "الأرجح" in page  # windows-1256 is never proven, and the page says so
    other = visitor.get(answer.location + "?encoding=utf-8&delimiter=semicolon")
    assert "لا يُقرأ بهذا الترميز" in other.text
    form = {"encoding": "windows-1256", "delimiter": "semicolon", "read": "1"}
    assert visitor.post(answer.location, "/desk/registry/", **form).status_code == 422
    form |= {"column-national_id": "0", "column-name": "1", "column-state": "2", "course": "crs-1", "everybody": "1"}
    done = visitor.post(answer.location, "/desk/registry/", **form)
    assert done.status_code == 303, done.text
    number = done.location.rpartition("/")[2]
    assert read_waiting(desk.world.runtime) == 1
    visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert said(desk) == {
        "21": (RegistryState.ISSUED, ""), "22": (RegistryState.NOT_SUBMITTED, ""),  # the file lists everybody
        "23": (RegistryState.UNKNOWN, "no_number"), "24": (RegistryState.UNKNOWN, "no_number"),
    }  # fmt: skip


def test_rows_that_contradict_each_other_are_neither_believed(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    _number, answer = read(desk, visitor, csv(FILE[0], ("1000000008", "أحمد", "CRS-1", "مرفوضة", "", "")))
    assert "فلا يُعتمد أي منهما" in answer.text
    assert count(desk) == 0


def test_an_lms_that_is_silent_leaves_names(desk: Callers, at_desk: AtDesk) -> None:
    lms = desk.world.runtime.lms[SITE]
    assert isinstance(lms, FakeLms)
    lms.mood = "down"
    visitor = at_desk(StaffRole.REGISTRAR)
    number, answer = read(desk, visitor, csv(*FILE))
    page = answer.text
    assert "تعذّر سؤال منصة التدريب" in page
    visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert said(desk)["21"] == (RegistryState.ISSUED, "")  # by name and course


def test_where_nobody_is_found_taking_over_is_no_first_choice(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    lines = (("الهوية", "الاسم", "الدورة", "الحالة"), ("1000000008", "أحمد", "دورة أخرى", "صادرة"))
    number, _answer = read(desk, visitor, csv(*lines))
    page = visitor.get(f"/desk/registry/{number}?lang=en").text
    assert "0 of 1 were found: is the course column right?" in page
    assert page.count(f"/desk/registry/{number}/columns") >= 2
    assert not re.search(r'btn-primary" type="submit">\s*Take over', page)
    done = visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert "nothing has changed for anybody" in visitor.get(done.location).text


def test_the_receipt_of_an_import_says_how_many_people_it_tells_of(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    number, _answer = read(desk, visitor, csv(*FILE))
    assert "is the course column right" not in visitor.get(f"/desk/registry/{number}?lang=en").text
    done = visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert "It tells of 3 people." in visitor.get(done.location).text
