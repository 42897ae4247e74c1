"""A national ID that the policy has kept: from where the house reads one, for whom alone, and gone when it says so."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from adapters.lms.moodle.notes import Notebook
from adapters.lms.moodle.profiles import Profiles
from adapters.lms.national_id import known_by
from sidecar.casework import import_registry, read_registry
from sidecar.domain.access import StaffRole
from sidecar.domain.registry import Column
from sidecar.journey import registers
from sidecar.journey.registry_reading import read_waiting
from sidecar.registered import ask
from sidecar.store import identities, schema, sealed
from tests.sidecar.api.callers import Callers
from tests.sidecar.journey.test_certificate_answers import asks, know
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.visiting import COURSE, TRAINEE, TRAINER, with_people
from tests.sidecar.registers import KEY, with_atlas
from tests.staff import arrive, viewer
from tests.worlds import NOON, SITE, World

NUMBER = "1000000008"
HASH = (known_by(KEY, NUMBER) or ("", ""))[0]
PLACE = (SITE, TRAINEE, COURSE)
FACTS: dict[str, Any] = {
    "profile__national_id": "present",
    "profile__national_id_key": HASH,
    "profile__national_id_end": "08",
}


def kept(world: World, person: str = TRAINEE) -> str | None:
    with world.runtime.db.read() as conn:
        row = identities.of(conn, SITE, [person]).get(person)
    return sealed.opened(KEY, row.sealed) if row else None


def noted(world: World, **more: Any) -> None:
    values = {name.replace("__", "."): value for name, value in (FACTS | more).items()}
    with world.runtime.db.write() as conn:
        identities.note(conn, SITE, [(TRAINEE, values, world.clock())])


def everything(world: World) -> Iterator[str]:
    """Every value of every row of the database, as text."""
    with world.runtime.db.read() as conn:
        for table in schema.metadata.sorted_tables:
            for row in conn.execute(select(table)):
                yield f"{table.name}: {json.dumps([str(value) for value in row], ensure_ascii=False)}"


def seen(seal: Any) -> dict[str, Any]:
    """What an adapter of a site without the plugin tells of a record."""
    profiles = Profiles({"national_id": "national_id"}, KEY, seal)
    one = profiles.seen({"id": "21", "customfields": [{"shortname": "national_id", "value": "١٠٠٠٠٠٠٠٠٨"}]})
    book = Notebook()
    profiles.note_profile(book, one, frozenset(), "stock", NOON)
    assert NUMBER not in repr(one)
    return {name: told.value for name, told in book.values.items()}


def test_an_adapter_that_reads_the_field_tells_it_sealed_and_only_when_told_how() -> None:
    assert "profile.national_id_sealed" not in seen(None)
    told = seen(lambda number: sealed.close(KEY, number))
    assert sealed.opened(KEY, told["profile.national_id_sealed"]) == NUMBER
    assert NUMBER not in str(told)
    assert (told["profile.national_id"], told["profile.national_id_key"]) == ("present", HASH)


def test_what_is_sealed_stays_with_its_number_and_goes_with_it(world: World) -> None:
    with_atlas(world, encrypted=True)
    noted(world, profile__national_id_sealed=sealed.close(KEY, NUMBER))
    noted(world)  # the plugin tells the hash alone
    assert kept(world) == NUMBER
    noted(world, profile__national_id_key="f" * 64)
    assert kept(world) is None, "it is another number now"
    noted(world, profile__national_id_sealed=sealed.close(KEY, NUMBER))
    noted(world, profile__national_id=None, profile__national_id_key=None, profile__national_id_end=None)
    assert kept(world) is None, "there is none any more"


@pytest.mark.parametrize("encrypted", [True, False])
def test_an_export_gives_the_number_of_those_whose_hash_the_lms_told(world: World, *, encrypted: bool) -> None:
    with_people(world)
    with_atlas(world, encrypted=encrypted)
    noted(world)
    registrar = viewer("local:registrar", StaffRole.REGISTRAR)
    text = f"رقم الهوية,الاسم,الدورة,الحالة\n{NUMBER},أحمد,CRS-1,صدرت\n1000000016,نورة الشمري,CRS-1,صدرت\n"

    def run(work):  # type: ignore[no-untyped-def]
        return work()

    number = import_registry.upload(world.runtime, registrar, "manar", "e.csv", io.BytesIO(text.encode()), run)
    row = import_registry.one(world.runtime, registrar, number, "uploaded")
    look, columns = read_registry.look(world.runtime, row, run)
    read_registry.want(
        world.runtime, registrar, row, look, {Column(one): place for one, place in columns.items()}, course="",
        lists_everybody=False,
    )  # fmt: skip
    assert read_waiting(world.runtime) == 1
    assert kept(world) == (NUMBER if encrypted else None)
    assert kept(world, "22") is None, "found by name alone: whose number it is nobody said"
    assert not [row for row in everything(world) if NUMBER in row or "1000000016" in row]


@pytest.mark.parametrize("encrypted", [True, False])
def test_the_form_that_is_written_to_the_lms_gives_it_and_no_page_log_or_sheet_shows_it(
    house: Callers, comes: Comes, at_desk: AtDesk, *, encrypted: bool
) -> None:
    world = house.world
    lms = rostered.lms_of(world)
    lms.writes, lms.id_key = frozenset({"national_id"}), KEY
    atlas = with_atlas(world, encrypted=encrypted)
    atlas.by_number = True
    rostered.fetched(world)
    rostered.knows(world, TRAINEE, profile__national_id=None, **rostered.ISSUED)
    rostered.fetch(world)
    pages: list[str] = []
    with capture_logs() as logs:
        visitor = comes("mine", TRAINEE, role="trainee", name="أحمد القحطاني")
        mine = f"/mine/courses/{COURSE}"
        assert visitor.post(f"{mine}/send", mine, national_id=NUMBER).status_code == 303
        world.drain()
        trainer = comes("roster", TRAINER, role="trainer")
        page = trainer.get(f"/roster/{COURSE}?show=all").text
        (right,) = {part.split('"')[0] for part in page.split('value="right-')[1:]}
        trainer.post(f"/roster/{COURSE}/confirm", f"/roster/{COURSE}", sent=f"right-{right}")
        world.drain()
        assert lms.written == [(TRAINEE, "national_id", NUMBER)]
        assert kept(world) == (NUMBER if encrypted else None)
        world.clock.forward(hours=2)
        rostered.fetch(world)
        pages += [page, visitor.get(mine).text]
        pages += [trainer.get(f"/roster/{COURSE}{path}?show=all").text for path in ("", "/csv", "/print", "/receipts")]
        desk = at_desk(StaffRole.REGISTRAR, departments=["registration"])
        pages += [desk.get(path).text for path in ("/desk/", "/desk/cases/1", "/desk/registry/")]
    told = [one.number for people in atlas.asked for one in people if one.person_id == TRAINEE and one.number]
    assert [one.reveal() for one in told[-1:]] == ([NUMBER] if encrypted else [])
    assert NUMBER not in repr(atlas.asked)
    assert not [page for page in pages if NUMBER in page]
    assert NUMBER not in str(logs)
    assert not [row for row in everything(world) if NUMBER in row]


def test_a_register_that_is_not_asked_by_it_is_not_told_it(world: World) -> None:
    atlas = with_atlas(world, encrypted=True)
    noted(world, profile__national_id_sealed=sealed.close(KEY, NUMBER))
    ask(world.runtime, {PLACE: world.clock()})
    atlas.by_number = True
    ask(world.runtime, {PLACE: world.clock()})
    assert [one.number and one.number.reveal() for people in atlas.asked for one in people] == [None, NUMBER]


def test_it_stands_in_no_snapshot_though_the_lms_told_it(world: World) -> None:
    with_atlas(world, encrypted=True)
    know(world, TRAINEE, **FACTS, profile__national_id_sealed=sealed.close(KEY, NUMBER))
    arrive(world, asks(TRAINEE))
    assert kept(world) == NUMBER
    token = next(row for row in everything(world) if row.startswith("identities:"))
    assert "gAAAA" in token
    assert not [row for row in everything(world) if "gAAAA" in row and not row.startswith("identities:")]


def test_back_at_hashed_every_sealed_number_is_erased_and_the_hash_stays(world: World) -> None:
    atlas = with_atlas(world, encrypted=True)
    atlas.by_number = True
    noted(world, profile__national_id_sealed=sealed.close(KEY, NUMBER))
    assert registers.forget_numbers(world.runtime) == 0
    assert kept(world) == NUMBER
    policy = world.runtime.policy
    hashed = replace(policy, certificate=replace(policy.certificate, seals_ids=False))
    world.runtime = replace(world.runtime, policy=hashed)
    ask(world.runtime, {PLACE: world.clock()})
    assert atlas.asked[-1][0].number is None, "at once, before the clock comes round"
    assert registers.forget_numbers(world.runtime) == 1
    assert kept(world) is None
    with world.runtime.db.read() as conn:
        assert identities.of(conn, SITE, [TRAINEE])[TRAINEE].number_key == HASH


def test_under_another_secret_there_is_no_number(world: World) -> None:
    with_atlas(world, encrypted=True).by_number = True
    noted(world, profile__national_id_sealed=sealed.close(KEY, NUMBER))
    world.runtime = replace(world.runtime, seal_key=b"x" * 32)
    atlas = world.runtime.registries["atlas"]
    ask(world.runtime, {PLACE: world.clock()})
    assert atlas.asked[-1][0].number is None  # type: ignore[attr-defined]
    with world.runtime.db.write() as conn:
        conn.execute(update(identities.identities).values(sealed="nonsense"))
    ask(world.runtime, {PLACE: world.clock()})
