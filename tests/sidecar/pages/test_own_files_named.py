"""Names of files, made safe; and files that look like identity documents, by name or by what can be read in them."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

import pytest

from sidecar.domain.attachments import FileKind, name_of
from sidecar.store import reports
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.uploads import PDF, link_of, on_disk, picture, rows, upload
from tests.sidecar.pages.visiting import TRAINEE, Visitor, pressed
from tests.staff import arrive


@pytest.fixture
def sent(house: Callers):
    """A report in its case."""
    said = pressed(TRAINEE)
    arrive(house.world, said)
    return said


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd", "passwd.png"), ("C:\\Windows\\evil.png", "evil.png"),
        ("photo\u202egnp.exe", "photognp.exe.png"),
        ("شاشة\u2066\u200f 1.png", "شاشة 1.png"), ("a\r\nb: c.png", "ab_ c.png"),
        ("..", "file.png"), ('x"; filename="y.html', "x_; filename=_y.html.png"),
        ("س" * 300 + ".png", "س" * 116 + ".png"),
    ],
)  # fmt: skip
def test_names_are_made_safe_and_stand_isolated(house: Callers, sent, given: str, kept: str) -> None:
    assert name_of(given, FileKind.PNG) == kept
    if "\r" in given or '"' in given:  # the test's own form would break
        return
    visitor, path = Visitor(house), link_of(house, sent)
    assert upload(visitor, f"{path}/files", (given, picture())).status_code == 303
    page = visitor.get(path).text
    assert f"<bdi>{kept}</bdi>" in page
    (href,) = re.findall(r'href="([^"]+/files/[^"]+)"', page)
    opened = visitor.get(href)
    header = opened.headers["Content-Disposition"]
    assert header.isascii()
    assert "filename*=UTF-8''" in header
    assert "\u202e" not in page
    opened.close()
    assert all("passwd" not in one for one in on_disk(house.world))


class TestIdentityDocuments:
    @pytest.mark.parametrize(
        ("name", "given", "flag"),
        [
            ("صورة الهوية.png", picture(), "identity_by_name"), ("my passport.pdf", PDF, "identity_by_name"),
            ("scan.txt", "رقمي ١٠١٢٣٤٥٦٧٢".encode(), "identity_by_content"),
            ("form.pdf", PDF.replace(b"(a)", b"(ID 1012345672)"), "identity_by_content"),
        ],
    )  # fmt: skip
    def test_warned_of_once_then_kept_with_a_mark(self, house: Callers, sent, name, given, flag) -> None:
        visitor, path = Visitor(house), link_of(house, sent)
        page = visitor.get(f"{path}?lang=en").text
        assert "read_warning" not in page
        assert "no picture and no number of an identity card" in page
        answer = upload(visitor, f"{path}/files", (name, given), lang="en", text="mine")
        assert answer.status_code == 422
        assert 'name="read_warning"' in answer.text
        assert "mine" in answer.text
        assert rows(house.world) == []
        assert upload(visitor, f"{path}/files", (name, given), read_warning="1").status_code == 303
        (row,) = rows(house.world)
        assert row.flags == [flag]

    def test_refused_where_the_policy_says_so(self, house: Callers, sent) -> None:
        runtime = house.world.runtime
        strict = replace(runtime.policy, attachments=replace(runtime.policy.attachments, identity_documents="refuse"))
        house.app.extensions["nidaa_runtime"] = replace(runtime, policy=strict)
        path = f"{link_of(house, sent)}/files"
        answer = upload(Visitor(house), path, ("إقامة.jpg", picture("JPEG")), lang="ar", read_warning="1")
        assert answer.status_code == 422
        assert "لا نستقبل وثائق الهوية" in answer.text
        assert on_disk(house.world) == []

    def test_a_report_own_reference_is_no_identity_number(self, house: Callers) -> None:
        # Of the form of an identity number, with its check digit: 100 000 000 as the last 60 bits of the id.
        said = pressed(TRAINEE, id=uuid.UUID(int=(1 << 76) + 100_000_000))
        arrive(house.world, said)
        with house.world.runtime.db.read() as conn:
            reference = reports.references(conn, [said.key])[said.key]
        assert reference.startswith("1")
        answer = upload(Visitor(house), f"{link_of(house, said)}/files", ("n.txt", f"بلاغي {reference}".encode()))
        assert answer.status_code == 303
        assert rows(house.world)[0].flags == []
