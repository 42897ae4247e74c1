"""Exports of Manar as these tests upload them, and have them read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from sidecar.domain.registry import RegistryState
from sidecar.journey.registry_reading import read_waiting
from sidecar.registered import entries
from sidecar.store import registry
from tests.sidecar.api.callers import Callers
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


def ask(visitor: Visitor, content: bytes, name: str = "manar.csv", **changes: str) -> tuple[str, Any]:
    """Upload, and have it read with the columns as they were guessed."""
    answer = upload(visitor, content, name)
    assert answer.status_code == 303, answer.text
    page = visitor.get(answer.location).text
    form = dict(re.findall(r'name="(encoding|delimiter|read)" value="([^"]*)"', page))
    for name_, options in re.findall(r'name="(column-\w+)">(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="(\d+)" selected', options)
        form[name_] = chosen.group(1) if chosen else ""
    number = answer.location.split("/")[-2]
    return number, visitor.post(answer.location, "/desk/registry/", **(form | changes))


def read(desk: Callers, visitor: Visitor, content: bytes, name: str = "manar.csv", **changes: str) -> tuple[str, Any]:
    """The same, and it is read; the answer is the page to which its import leads then."""
    number, answer = ask(visitor, content, name, **changes)
    assert answer.status_code == 303, answer.text
    assert "ستبدأ قراءته حالاً" in visitor.get(answer.location).text
    assert read_waiting(desk.world.runtime) == 1
    answer = visitor.get(answer.location)
    return number, visitor.get(answer.location) if answer.status_code == 303 else answer


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
