"""Content under its digest: once, whole or not at all, whoever is killed; what no row names is found a day later."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sidecar.store import attachments, blobs
from sidecar.store.attachments import attachments as table
from sidecar.store.database import Database
from tests.sidecar.pages.visiting import pressed
from tests.staff import arrive
from tests.worlds import world as make_world

NOW = datetime.now(UTC)
_CHILD = """
import io, os, signal, sys, uuid
from dataclasses import replace
from pathlib import Path
from sidecar.casework.attach import add_own
from sidecar.store import attachments, blobs
from sidecar.store.database import Database
from sidecar.store.uploads import Given
from tests.worlds import world
url, folder, key, where = sys.argv[1:]
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
if where == "before the row": attachments.put = die
elif where == "in the transaction":
    put = attachments.put
    attachments.put = lambda *a, **k: (put(*a, **k), die())
elif where == "while writing": os.fsync = die
one = world(Database(url), files=Path(folder))
files = [Given("a.txt", io.BytesIO(b"what happened")), Given("b.txt", io.BytesIO(b"x" * 1_000_000))]
add_own(one.runtime, uuid.UUID(key), files, own=True, text="", addition_id=uuid.UUID(int=7), warned=False)
"""


def test_the_same_content_is_one_file_however_many_write_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: blobs.keep(tmp_path, io.BytesIO(b"same" * 200_000)), range(16)))
    ((digest, size),) = found
    assert size == 800_000
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [blobs.path_of(tmp_path, digest)]
    assert blobs.path_of(tmp_path, digest).relative_to(tmp_path).parts == (digest[:2], digest[2:4], digest)


def test_a_damaged_file_is_written_anew(tmp_path: Path) -> None:
    digest, _size = blobs.keep(tmp_path, io.BytesIO(b"whole"))
    blobs.path_of(tmp_path, digest).write_bytes(b"wh")
    blobs.keep(tmp_path, io.BytesIO(b"whole"))
    assert blobs.path_of(tmp_path, digest).read_bytes() == b"whole"


def test_orphans_are_what_has_lain_a_day(tmp_path: Path) -> None:
    old, _ = blobs.keep(tmp_path, io.BytesIO(b"old"))
    again, _ = blobs.keep(tmp_path, io.BytesIO(b"again"))
    blobs.keep(tmp_path, io.BytesIO(b"new"))
    (tmp_path / "new-abc").write_bytes(b"half")
    before = (NOW - timedelta(days=2)).timestamp()
    for file in (blobs.path_of(tmp_path, old), blobs.path_of(tmp_path, again), tmp_path / "new-abc"):
        os.utime(file, (before, before))
    blobs.keep(tmp_path, io.BytesIO(b"again"))  # somebody is about to name it
    assert {digest for digest, _file in blobs.orphans(tmp_path, NOW)} == {old, ""}


def test_killed_anywhere_no_row_is_without_its_file_and_the_form_sent_again_is_whole(
    database: Database, tmp_path: Path
) -> None:
    world, folder = make_world(database, files=tmp_path / "files"), tmp_path / "files"
    said = pressed("21")
    arrive(world, said)
    url = database.url
    for where, code in (("while writing", -9), ("before the row", -9), ("in the transaction", -9), ("nowhere", 0)):
        ended = subprocess.run(
            [sys.executable, "-c", _CHILD, url, folder, str(said.key), where], check=False, timeout=60
        ).returncode
        assert ended == code, where
        with database.read() as conn:
            rows = conn.execute(table.select()).all()
        assert len(rows) == (2 if where == "nowhere" else 0), where
        for row in rows:
            assert blobs.path_of(folder, row.digest).stat().st_size == row.size
    later = datetime.now(UTC) + timedelta(days=2)
    left = {digest for digest, _file in blobs.orphans(folder, later)} - {""}
    with database.read() as conn:
        assert attachments.named(conn, left) == left
