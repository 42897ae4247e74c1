"""A reporter's files: what is taken and how it is kept, what is refused and why, and who opens it."""

from __future__ import annotations

import io
import re
import resource
import uuid

import pytest
from PIL import Image

from sidecar.casework.reply import pause
from sidecar.casework.withdraw import withdraw_own
from sidecar.domain.case import Action, State
from sidecar.store import reports
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.uploads import (
    GPS,
    MARKUP,
    PDF,
    SECRET_PLACE,
    bomb,
    content,
    link_of,
    on_disk,
    picture,
    rows,
    taken_outside,
    upload,
)
from tests.sidecar.pages.visiting import TRAINEE, Visitor, pressed
from tests.staff import AGENT, actions, arrive, case


@pytest.fixture
def sent(house: Callers):
    """A report in its case, and its link."""
    said = pressed(TRAINEE)
    arrive(house.world, said)
    return said


@pytest.mark.parametrize(
    ("name", "given", "kind"),
    [
        ("شاشة.png", picture(), "png"), ("p.jpg", picture("JPEG"), "jpeg"), ("w.webp", picture("WEBP"), "webp"),
        ("d.pdf", PDF, "pdf"), ("log.txt", "خطأ 500\n".encode(), "text"), ("wrong.exe", picture(), "png"),
    ],
)  # fmt: skip
def test_a_file_is_taken_once_and_opened_by_its_reporter(house: Callers, sent, name, given, kind) -> None:
    visitor, path = Visitor(house), link_of(house, sent)
    for _ in range(2):
        answer = upload(visitor, f"{path}/files", (name, given), text="هذه الشاشة")
        assert answer.status_code == 303, answer.text
        assert answer.headers["Location"].startswith(f"{path}?thanks=file")
    (row,) = rows(house.world)
    assert row.kind == kind
    page = visitor.get(path).text
    (href,) = re.findall(rf'href="({re.escape(path)}/files/[^"]+)"', page)
    opened = visitor.get(href)
    assert opened.status_code == 200
    assert opened.data == content(house.world, row)
    headers = opened.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers.getlist("Content-Security-Policy") == [headers["Content-Security-Policy"]]
    assert headers["Content-Disposition"].startswith("inline" if kind in {"png", "jpeg", "webp"} else "attachment")
    assert headers["Cache-Control"] == "private, no-store"
    opened.close()
    house.world.drain()
    found = [one for one in actions(house.world, 1) if one in {Action.ATTACH, Action.ADD}]
    assert found == [Action.ATTACH, Action.ADD, Action.ADD]  # the words were sent twice, in two forms


def test_a_form_sent_twice_adds_once(house: Callers, sent) -> None:
    visitor, path, same = Visitor(house), link_of(house, sent), str(uuid.uuid4())
    for _ in range(2):
        assert upload(visitor, f"{path}/files", ("a.png", picture()), id=same, text="مرة").status_code == 303
    with house.world.runtime.db.read() as conn:
        assert len(reports.additions_of(conn, sent.key)) == len(rows(house.world)) == 1


def test_both_databases_keep_it_and_count_it(both: Callers) -> None:
    said = pressed(TRAINEE)
    arrive(both.world, said)
    visitor, path = Visitor(both), link_of(both, said)
    for number in range(10):
        assert upload(visitor, f"{path}/files", (f"{number}.txt", f"n {number}".encode())).status_code == 303
    more = upload(visitor, f"{path}/files", ("more.txt", b"one more"), text="كلماتي")
    assert (more.status_code, "كلماتي" in more.text) == (422, True)
    assert upload(visitor, f"{path}/files", ("again.txt", b"n 3")).status_code == 303  # it is there
    assert len(rows(both.world)) == 10


def test_what_a_photograph_tells_besides_is_gone_and_it_stands_upright(house: Callers, sent) -> None:
    given = taken_outside()
    assert SECRET_PLACE in given
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(GPS)
    upload(Visitor(house), f"{link_of(house, sent)}/files", ("p.jpg", given))
    (row,) = rows(house.world)
    kept = content(house.world, row)
    assert SECRET_PLACE not in kept
    assert b"Exif" not in kept
    drawn = Image.open(io.BytesIO(kept))
    assert not drawn.getexif()
    assert "comment" not in drawn.info
    assert "icc_profile" not in drawn.info
    assert (row.width, row.height) == drawn.size == (30, 40)


def test_a_large_picture_is_made_smaller(house: Callers, sent) -> None:
    upload(Visitor(house), f"{link_of(house, sent)}/files", ("wide.png", picture(size=(5000, 100))))
    (row,) = rows(house.world)
    assert (row.width, row.height) == (4096, 82)


@pytest.mark.parametrize("what", MARKUP)
@pytest.mark.parametrize("name", ["harmless.png", "notes.txt"])
def test_what_a_browser_or_a_machine_would_run_is_refused_whatever_it_is_called(house, sent, what, name) -> None:
    answer = upload(Visitor(house), f"{link_of(house, sent)}/files", (name, MARKUP[what]), text="كلماتي")
    assert answer.status_code == 415
    assert 'id="f-file"' in answer.text
    assert name in answer.text
    assert "كلماتي" in answer.text
    assert "alert(1)" not in answer.text
    assert (rows(house.world), on_disk(house.world)) == ([], [])


def test_a_picture_in_name_and_first_bytes_only_is_refused(house: Callers, sent) -> None:
    half = picture(size=(400, 400), kind="JPEG")
    for broken in (b"\x89PNG\r\n\x1a\n" + MARKUP["html"], half[: len(half) // 3], b"RIFF\x10\x00\x00\x00WEBPVP8 junk"):
        assert upload(Visitor(house), f"{link_of(house, sent)}/files", ("x.png", broken)).status_code == 415
    assert (rows(house.world), on_disk(house.world)) == ([], [])


def test_a_bomb_is_refused_and_never_unfolded(house: Callers, sent) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    visitor, path = Visitor(house), link_of(house, sent)
    canvas = (16382).to_bytes(3, "little") * 2
    webp = b"RIFF\x40\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + canvas + b"\x00" * 64
    for name, given in (("b.png", bomb()), ("b.webp", webp)):
        answer = upload(visitor, f"{path}/files", (name, given))
        assert answer.status_code == 413
        assert name in answer.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80_000  # KiB
    assert rows(house.world) == []


def test_a_text_of_megabytes_is_taken_wherever_its_lines_end(house: Callers, sent) -> None:
    given = "".join(f"سطر رقم {n} مما جرى\n" for n in range(100_000)).encode()
    answer = upload(Visitor(house), f"{link_of(house, sent)}/files", ("log.txt", given))
    assert answer.status_code == 303, answer.text[-2000:]


def test_a_file_that_is_too_large_and_a_form_that_is(house: Callers, sent) -> None:
    visitor, path = Visitor(house), link_of(house, sent)
    one = upload(visitor, f"{path}/files", ("big.txt", b"a" * (10 * 1024 * 1024 + 1)), text="كلماتي هنا")
    assert (one.status_code, "big.txt" in one.text, "كلماتي هنا" in one.text) == (413, True, True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    head = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + "كلماتي هنا".encode() + b"\r\n"
    head += b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\n\r\n'

    class Endless(io.RawIOBase):
        """A body of a gigabyte that nobody may read to its end."""

        at = read_so_far = 0

        def tell(self) -> int:
            return self.at

        def seek(self, offset: int, whence: int = 0) -> int:
            self.at = offset if whence == 0 else 1024**3
            return self.at

        def read(self, size: int = -1) -> bytes:
            assert 0 <= size <= 1024 * 1024
            assert self.read_so_far < 1024 * 1024, "read on, though it was said to be too large"
            first = head if self.read_so_far == 0 else b""
            self.read_so_far += size
            return (first + b"a" * size)[:size]

    answer = visitor.client.post(
        f"{path}/files", base_url="https://nidaa.example", input_stream=Endless(),
        content_type="multipart/form-data; boundary=b",
    )  # fmt: skip
    assert (answer.status_code, "كلماتي هنا" in answer.text) == (413, True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert (rows(house.world), on_disk(house.world)) == ([], [])


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "اختيار ملف"), ([("empty.txt", b"")], "empty.txt"),
        ([(f"{n}.png", picture()) for n in range(4)], "3"),
    ],
)  # fmt: skip
def test_other_faults_name_the_field_and_keep_the_words(house: Callers, sent, files, words) -> None:
    answer = upload(Visitor(house), f"{link_of(house, sent)}/files", *files, text="كلماتي", lang="ar")
    assert answer.status_code == 422
    fault = re.search(r'id="f-file"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert fault
    assert words in fault[1]
    assert "كلماتي" in answer.text


def test_nobody_else_opens_it(house: Callers, comes: Comes, sent) -> None:
    other = pressed("22")
    arrive(house.world, other)
    upload(Visitor(house), f"{link_of(house, sent)}/files", ("a.png", picture()))
    (row,) = rows(house.world)
    owner, stranger = comes("mine", TRAINEE, role="trainee"), comes("mine", "22", role="trainee")
    own = owner.get(f"/mine/{sent.id}/files/{row.id}")
    assert own.status_code == 200
    own.close()
    assert stranger.get(f"/mine/{sent.id}/files/{row.id}").status_code == 404
    assert stranger.get(f"/mine/{other.id}/files/{row.id}").status_code == 404
    assert Visitor(house).get(f"{link_of(house, other)}/files/{row.id}").status_code == 404
    assert Visitor(house).get(f"/t/{'x' * 43}/files/{row.id}").status_code == 404
    assert Visitor(house).get(f"/mine/{sent.id}/files/{row.id}").status_code == 401
    assert str(row.id) not in Visitor(house).get(link_of(house, other)).text
    forged = upload(stranger, f"/mine/{sent.id}/files", ("b.png", picture()))
    assert forged.status_code == 400
    proof = stranger.csrf("/mine/")
    assert upload(stranger, f"/mine/{sent.id}/files", ("b.png", picture()), csrf=proof).status_code == 404
    assert len(rows(house.world)) == 1


def test_a_file_alone_answers_what_was_asked_and_a_closed_case_takes_it(house: Callers, sent) -> None:
    pause(house.world.runtime, AGENT, 1, "أرسلوا صورة الشاشة", reason="needs_answer")
    visitor, path = Visitor(house), f"{link_of(house, sent)}/files"
    assert upload(visitor, path, ("a.png", picture())).status_code == 303
    house.world.drain()
    assert case(house.world, 1).state is State.IN_PROGRESS
    withdraw_own(house.world.runtime, sent.key)
    assert upload(visitor, path, ("b.txt", b"late")).status_code == 303
    house.world.drain()
    assert actions(house.world, 1).count(Action.ATTACH) == 2


def test_killed_between_file_and_row_leaves_no_row_without_its_file(
    house: Callers, sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    path, form = f"{link_of(house, sent)}/files", {"id": str(uuid.uuid4())}
    with monkeypatch.context() as patched:
        patched.setattr("sidecar.store.attachments.put", die)
        with pytest.raises(Killed):
            upload(Visitor(house), path, ("a.png", picture()), **form)
    assert rows(house.world) == []
    assert len(on_disk(house.world)) == 1  # an orphan, whole
    assert upload(Visitor(house), path, ("a.png", picture()), **form).status_code == 303
    (row,) = rows(house.world)
    assert on_disk(house.world) == [row.digest]
    with monkeypatch.context() as patched:  # while it is written
        patched.setattr("os.fsync", die)
        with pytest.raises(Killed):
            upload(Visitor(house), path, ("b.txt", b"other"))
    assert on_disk(house.world) == [row.digest]


def test_a_disk_that_takes_nothing_is_said_and_the_words_stay(house, sent, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answer = upload(Visitor(house), f"{link_of(house, sent)}/files", ("a.txt", b"words"), text="كلماتي")
    assert (answer.status_code, "كلماتي" in answer.text) == (503, True)
    assert (rows(house.world), on_disk(house.world)) == ([], [])
