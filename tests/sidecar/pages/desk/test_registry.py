"""Exports of Manar at the desk: from the file to what is known of each trainee, and back again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.certificates.manar import ExportFiles, Manar
from adapters.lms.fake import FakeLms
from adapters.lms.national_id import known_by
from sidecar.domain.access import StaffRole
from sidecar.domain.registry import RegistryState
from sidecar.registered import entries, imported
from sidecar.store import identities, registry
from tests.adapters.certificates import workbooks
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.visiting import Visitor
from tests.worlds import SITE

KEY = b"a key of the tests for national ids"
NUMBERS = {"21": "1000000008", "22": "1000000016", "23": "2000000006"}
HEADINGS = ("رقم الهوية", "اسم المتدرب", "رمز الدورة", "حالة الشهادة", "سبب الرفض", "تاريخ الإصدار")
FILE = (
    ("١٠٠٠٠٠٠٠٠٨", "احمد القحطاني", "CRS-1", "صدرت", "", "11/11/2026"),
    ("1000000016", "نورة الشمري", "CRS-1", "مرفوضة", "الاسم غير مطابق", ""),
    ("", "نورا الغامدي", "CRS-1", "قيد المعالجة", "", ""),
    ("4000000002", "غريب لا يُعرف", "CRS-1", "صدرت", "", ""),
    ("1000000008", "أحمد القحطاني", "CRS-9", "صدرت", "", ""),
    ("123", "رقم ناقص", "CRS-1", "صدرت", "", ""),
    ("1000000099", "حالة غريبة", "CRS-1", "في الطريق", "", ""),
    ("1000000016", "نورة الشمري", "CRS-1", "مرفوضة", "الاسم غير مطابق", ""),
)


@pytest.fixture
def desk(house: Callers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callers:
    """An institute whose LMS knows the numbers of its trainees, as keyed hashes."""
    world = house.world
    lms = world.runtime.lms[SITE]
    assert isinstance(lms, FakeLms)
    for person, number in NUMBERS.items():
        key, end = known_by(KEY, number) or ("", "")
        if person != "23":  # whose number the LMS does not tell
            lms.set_facts(person, "2", profile__national_id="present", profile__national_id_key=key,
                          profile__national_id_end=end)  # fmt: skip
    changed = replace(
        world.runtime, data_dir=tmp_path, id_key=KEY, registry_files=ExportFiles(),
        registries={"manar": Manar("manar", imported(world.runtime.db))},
    )  # fmt: skip
    world.runtime = changed
    house.app.extensions["nidaa_runtime"] = changed
    return house


Sends = Callable[..., Any]


def csv(*rows: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(row) for row in (HEADINGS, *rows)).encode()


def upload(visitor: Visitor, content: bytes, name: str = "manar.csv") -> Any:
    fields = {"csrf": visitor.csrf("/desk/registry/"), "source": "manar"}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{one}"\r\n\r\n{said}' for one, said in fields.items()]
    parts.append(f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    body = "\r\n".join(parts).encode() + content + b"\r\n--x--\r\n"
    return visitor.client.post("/desk/registry/", data=body, content_type="multipart/form-data; boundary=x",
                               base_url="https://nidaa.example")  # fmt: skip


def read(visitor: Visitor, content: bytes, name: str = "manar.csv", **changes: str) -> tuple[str, Any]:
    """Upload, and read with the columns as they were guessed."""
    answer = upload(visitor, content, name)
    assert answer.status_code == 303, answer.text
    page = visitor.get(answer.location).text
    form = dict(re.findall(r'name="(encoding|delimiter|read)" value="([^"]*)"', page))
    for name_, options in re.findall(r'name="(column-\w+)">(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="(\d+)" selected', options)
        form[name_] = chosen.group(1) if chosen else ""
    number = answer.location.split("/")[-2]
    return number, visitor.post(answer.location, "/desk/registry/", **(form | changes))


def said(desk: Callers) -> dict[str, tuple[str, str]]:
    found = entries(desk.world.runtime, [(SITE, one, "2") for one in ("21", "22", "23", "24")])
    return {place[1]: (entry.state, entry.reason) for place, (entry,) in found.items()}


def count(desk: Callers) -> int:
    with desk.world.runtime.db.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(registry.registry_rows)) or 0)


KNOWN = {
    "21": (RegistryState.ISSUED, ""), "22": (RegistryState.REJECTED, "الاسم غير مطابق"),
    "23": (RegistryState.SUBMITTED, ""), "24": (RegistryState.UNKNOWN, "no_number"),
}  # fmt: skip


def test_from_the_file_to_each_trainee_and_back(desk: Callers, at_desk: AtDesk, tmp_path: Path) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    assert "لم يُستورد شيء من منار بعد" in visitor.get("/desk/registry/").text
    number, answer = read(visitor, csv(*FILE))
    assert answer.status_code == 303, answer.text
    page = visitor.get(answer.location).text
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
    number, answer = read(visitor, csv(*FILE))
    pages.append(visitor.get(answer.location).text)
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
        _number, answer = read(visitor, content)
    assert (answer.status_code, words in answer.text) == (422, True), answer.text[-3000:]
    assert count(desk) == 0
    broken_late = many + b"\n" + '1000000016,"نورة,CRS-1,صدرت,,'.encode()
    number, answer = read(visitor, broken_late, "late.csv")
    assert (answer.status_code, "الصف 3002، العمود" in answer.text) == (422, True)
    assert count(desk) == 0
    assert visitor.post(f"/desk/registry/{number}/take", "/desk/registry/").status_code == 404


def test_workbooks_too_and_their_traps(desk: Callers, at_desk: AtDesk, tmp_path: Path) -> None:
    visitor = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    book = tmp_path / "e.xlsx"
    rows = (HEADINGS, *FILE)
    _number, answer = read(visitor, workbooks.write(book, rows, merged=["C2:C4"]).read_bytes(), "m.xlsx")
    assert (answer.status_code, "الصف 2، العمود \u2068C\u2069: هنا خلايا مدمجة" in answer.text) == (422, True)
    formula = (HEADINGS, ("=A2", *FILE[0][1:]))
    _number, answer = read(visitor, workbooks.write(book, formula).read_bytes(), "f.xlsx")
    assert "الصف 2، العمود \u2068A\u2069: هنا معادلة" in answer.text
    bomb = workbooks.write(
        book, rows, sheet="<worksheet><sheetData>" + "<row/>" * (4 << 20) + "</sheetData></worksheet>"
    )
    assert "فلم يُفتح" in upload(visitor, bomb.read_bytes(), "b.xlsx").text
    assert count(desk) == 0
    number, answer = read(visitor, workbooks.write(book, rows).read_bytes(), "good.xlsx")
    assert answer.status_code == 303, answer.text
    visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert said(desk) == KNOWN


def test_a_file_that_is_too_large_is_not_read(desk: Callers, at_desk: AtDesk, tmp_path: Path) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    visitor.csrf("/desk/registry/")
    answer = upload(visitor, b"x" * (21 << 20))
    assert (answer.status_code, "كبير جداً" in answer.text) == (413, True)
    assert not (tmp_path / "registry").exists() or not any((tmp_path / "registry").iterdir())


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
    visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert said(desk) == {
        "21": (RegistryState.ISSUED, ""), "22": (RegistryState.NOT_SUBMITTED, ""),  # the file lists everybody
        "23": (RegistryState.UNKNOWN, "no_number"), "24": (RegistryState.UNKNOWN, "no_number"),
    }  # fmt: skip


def test_rows_that_contradict_each_other_are_neither_believed(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    _number, answer = read(visitor, csv(FILE[0], ("1000000008", "أحمد", "CRS-1", "مرفوضة", "", "")))
    assert "فلا يُعتمد أي منهما" in visitor.get(answer.location).text
    assert count(desk) == 0


def test_an_lms_that_is_silent_leaves_names(desk: Callers, at_desk: AtDesk) -> None:
    lms = desk.world.runtime.lms[SITE]
    assert isinstance(lms, FakeLms)
    lms.mood = "down"
    visitor = at_desk(StaffRole.REGISTRAR)
    number, answer = read(visitor, csv(*FILE))
    page = visitor.get(answer.location).text
    assert "تعذّر سؤال منصة التدريب" in page
    visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert said(desk)["21"] == (RegistryState.ISSUED, "")  # by name and course


def test_where_nobody_is_found_taking_over_is_no_first_choice(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    visitor.get("/desk/registry/?lang=en")
    lines = (("الهوية", "الاسم", "الدورة", "الحالة"), ("1000000008", "أحمد", "دورة أخرى", "صادرة"))
    number, answer = read(visitor, csv(*lines))
    page = visitor.get(answer.location).text
    assert "0 of 1 were found: is the course column right?" in page
    assert page.count(f"/desk/registry/{number}/columns") >= 2
    assert not re.search(r'btn-primary" type="submit">\s*Take over', page)
    done = visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert "nothing has changed for anybody" in visitor.get(done.location).text


def test_the_receipt_of_an_import_says_how_many_people_it_tells_of(desk: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.REGISTRAR)
    number, answer = read(visitor, csv(*FILE))
    visitor.get("/desk/registry/?lang=en")
    assert "is the course column right" not in visitor.get(answer.location).text
    done = visitor.post(f"/desk/registry/{number}/take", "/desk/registry/")
    assert "It tells of 3 people." in visitor.get(done.location).text
