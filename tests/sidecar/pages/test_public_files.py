"""Files with the public form: with their report or not at all; words are never lost, and machines gain no disk."""

from __future__ import annotations

import uuid

import pytest
from werkzeug.test import TestResponse

from sidecar.domain.access import StaffRole
from sidecar.domain.public_form import stamp
from tests.desk import appoint
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_public_form import SAID
from tests.sidecar.pages.uploads import MARKUP, bomb, on_disk, picture, rows, upload
from tests.sidecar.pages.visiting import Visitor
from tests.staff import all_cases

PATH = "/public/report?kind=complaint&lang=ar"


def send(house: Callers, *files: tuple[str, bytes], wait: float = 30, **changes: str) -> TestResponse:
    given = stamp(house.world.runtime.tracking_secret, house.world.clock())
    house.world.clock.forward(seconds=wait)
    return upload(Visitor(house), PATH, *files, **(SAID | {"stamp": given} | changes))


def test_files_come_with_the_report_and_are_there_for_its_sender_and_its_department(
    house: Callers, comes: Comes
) -> None:
    same = str(uuid.uuid4())
    for _ in range(2):
        answer = send(house, ("شاشة.png", picture()), ("log.txt", b"line 1"), id=same)
        assert answer.status_code == 303, answer.text
    assert len(rows(house.world)) == 2
    house.world.drain()
    (case,) = all_cases(house.world)
    page = Visitor(house).get(answer.headers["Location"])
    assert "شاشة.png" in page.text
    for row in rows(house.world):
        opened = Visitor(house).get(f"{answer.headers['Location'].partition('?')[0]}/files/{row.id}")
        assert opened.status_code == 200
        opened.close()
    appoint(house.world, "91", StaffRole.DEPARTMENT_HEAD, departments=[case.department])
    appoint(house.world, "92", StaffRole.DEPARTMENT_HEAD, departments=["another"])
    for who, status in (("91", 200), ("92", 404)):
        head = comes("desk", who)
        opened = head.get(f"/desk/cases/{case.id}/files/{rows(house.world)[0].id}")
        assert opened.status_code == status
        opened.close()


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([("a.png", MARKUP["svg"])], 415), ([("a.png", bomb())], 413), ([("a.txt", b"")], 422),
        ([("a.png", picture()), ("my passport.png", picture())], 422), ([(f"{n}.txt", b"x") for n in range(4)], 422),
        ([("a.txt", b"x" * (10 * 1024 * 1024 + 1))], 413), ([("a.txt", b"x" * (31 * 1024 * 1024))], 413),
    ],
)  # fmt: skip
def test_a_file_that_is_not_taken_makes_no_report_and_loses_no_word(house: Callers, files, status: int) -> None:
    answer = send(house, *files)
    assert answer.status_code == status
    assert 'id="f-file"' in answer.text
    assert "المادة قديمة منذ سنتين" in answer.text
    assert "noura@academy.sa" in answer.text
    assert (rows(house.world), on_disk(house.world)) == ([], [])
    house.world.drain()
    assert all_cases(house.world) == []


@pytest.mark.parametrize(
    "changes", [{"website": "https://spam.example"}, {"stamp": "1.x"}, {"wait": 1}, {"text": " "}, {"email": "x"}]
)
def test_what_is_refused_for_another_reason_writes_no_file(house: Callers, changes: dict[str, object]) -> None:
    answer = send(house, ("a.png", picture()), **changes)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert (rows(house.world), on_disk(house.world)) == ([], [])


def test_a_flood_writes_no_more_files(house: Callers) -> None:
    codes = [send(house, (f"{n}.txt", f"{n}".encode())).status_code for n in range(8)]
    assert codes == [303] * 5 + [429] * 3
    assert len(on_disk(house.world)) == 5


def test_without_files_the_form_is_as_small_as_ever(house: Callers) -> None:
    said = SAID | {"id": str(uuid.uuid4()), "text": "س" * 80_000}
    answer = Visitor(house).client.post(PATH, data=said, base_url="https://nidaa.example")
    assert answer.status_code == 413
    assert send(house, text="س" * 80_000).status_code in {413, 422}


def test_a_form_whose_files_were_not_named_names_them_when_it_is_sent_again(
    house: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    same = str(uuid.uuid4())
    with monkeypatch.context() as patched:
        patched.setattr("sidecar.store.attachments.put", die)
        with pytest.raises(Killed):
            send(house, ("a.png", picture()), id=same)
    assert rows(house.world) == []
    assert send(house, ("a.png", picture()), id=same).status_code == 303
    assert len(rows(house.world)) == 1
    house.world.drain()
    assert len(all_cases(house.world)) == 1
