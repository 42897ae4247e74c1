"""Who is reminded of an old export, how often; and that what was left half-way is tidied away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.channels.fake import FakeMailer
from sidecar.domain.access import StaffRole
from sidecar.journey.registry_reminder import remind, tidy
from sidecar.store import registry, rota
from tests.desk import appoint
from tests.worlds import SITE, World


@pytest.fixture
def mailer(world: World) -> FakeMailer:
    found = FakeMailer()
    world.runtime = replace(world.runtime, mailer=found)
    return found


def taken(world: World, by: str = f"{SITE}:70", **changes: object) -> int:
    now = world.clock()
    values = {
        "source": "manar", "file_name": "m.csv", "digest": "0" * 64, "size": 1, "choice": {}, "uploaded_at": now,
        "uploaded_by": by, "state": "taken", "taken_at": now, "taken_by": by,
    }  # fmt: skip
    with world.runtime.db.write() as conn:
        return registry.begin(conn, values | changes)


def sent(world: World, mailer: FakeMailer) -> list[tuple[str, str]]:
    mailer.taken.clear()
    remind(world.runtime)
    world.drain()
    return [(mail.to, mail.subject) for mail in mailer.taken]


def test_whoever_imported_last_is_reminded_weekly_until_a_new_one_comes(world: World, mailer: FakeMailer) -> None:
    assert sent(world, mailer) == []  # an institute that never imported is not nagged
    appoint(world, "70", StaffRole.REGISTRAR, locale="en", email="registrar@academy.sa")
    taken(world)
    world.clock.forward(days=13)
    assert sent(world, mailer) == []
    world.clock.forward(days=2)
    assert sent(world, mailer) == [("registrar@academy.sa", "\u2068Manar\u2069 needs a new export")]
    assert "Last update from" in mailer.taken[0].text
    assert sent(world, mailer) == []
    world.clock.forward(days=6)
    assert sent(world, mailer) == []
    world.clock.forward(days=1, minutes=1)
    assert len(sent(world, mailer)) == 1
    taken(world, digest="1" * 64)
    world.clock.forward(days=10)
    assert sent(world, mailer) == []


def test_where_that_person_works_here_no_more_the_head_is(world: World, mailer: FakeMailer) -> None:
    appoint(world, "70", StaffRole.REGISTRAR, active=False, email="gone@academy.sa")
    appoint(world, "80", StaffRole.DEPARTMENT_HEAD, departments=["registration"], email="head@academy.sa")
    with world.runtime.db.write() as conn:
        rota.enter(conn, "post", {"place": "head:registration", "staff_key": f"{SITE}:80"}, "test", world.clock())
    taken(world)
    world.clock.forward(days=20)
    assert sent(world, mailer) == [("head@academy.sa", "بيانات \u2068منار\u2069 بحاجة إلى تحديث")]


def test_an_undone_import_is_no_update(world: World, mailer: FakeMailer) -> None:
    appoint(world, "70", StaffRole.REGISTRAR, email="registrar@academy.sa")
    taken(world)
    world.clock.forward(days=20)
    taken(world, digest="1" * 64, state="undone")
    assert len(sent(world, mailer)) == 1


def test_what_was_left_half_way_is_tidied_away(world: World, tmp_path: Path) -> None:
    world.runtime = replace(world.runtime, data_dir=tmp_path)
    number = taken(world, state="read", taken_at=None)
    file = world.runtime.registry_file(number)
    file.parent.mkdir()
    file.write_text("1000000008")
    row = {
        "import_id": number, "row": 2, "number_end": "08", "name": "", "name_key": "", "course": "", "course_key": "",
        "state": "issued", "reason": "", "matched": "nobody",
    }  # fmt: skip
    with world.runtime.db.write() as conn:
        registry.put_rows(conn, [row])
    assert tidy(world.runtime) == 0
    world.clock.forward(hours=3)
    assert tidy(world.runtime) == 1
    assert not file.exists()
    with world.runtime.db.read() as conn:
        assert registry.by_match(conn, number) == {}
    assert tidy(world.runtime) == 0
