"""Files to send in tests, made here; and sending them as a browser's form does."""

from __future__ import annotations

import io
import struct
import uuid
import zlib
from typing import Any

from PIL import Image
from werkzeug.test import TestResponse

from sidecar.store import blobs
from sidecar.store.attachments import attachments
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.visiting import Visitor
from tests.worlds import World

PDF = b"%PDF-1.4\n1 0 obj\n<< /Title (a) >>\nendobj\ntrailer << >>\n%%EOF\n"
GPS = 0x8825
SECRET_PLACE = b"secret place of the camera"

MARKUP = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "xml": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>",
    "program": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00",
    "zip": b"PK\x03\x04" + b"\x00" * 200,
}


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), colour: str = "red", **how: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, kind, **how)
    return made.getvalue()


def taken_outside() -> bytes:
    """A photograph, lying on its side, that tells where it was taken and in a comment by whom."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it right
    exif[0x010E] = SECRET_PLACE.decode()
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (24.0, 42.0, 15.5)
    return picture("JPEG", exif=exif, comment=SECRET_PLACE, icc_profile=SECRET_PLACE)


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A small PNG that says it has 3,600 million pixels, and whose data unfolds for ever."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 30_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def upload(visitor: Visitor, path: str, *files: tuple[str, bytes], csrf: str = "", **form: str) -> TestResponse:
    """Send a form with files; what is typed stands before them, as on our pages."""
    files = tuple((name.replace("\\", "\\\\"), content) for name, content in files)
    fields = {"csrf": csrf, "id": str(uuid.uuid4()), **form}
    parts = [f'form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts += [
        f'form-data; name="file"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'.encode() + content
        for name, content in files or [("", b"")]
    ]
    body = b"".join(b"--edge\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return visitor.client.post(
        path, data=body, base_url="https://nidaa.example", content_type="multipart/form-data; boundary=edge"
    )


def link_of(house: Callers, said: Any) -> str:
    """The path of a report's link."""
    return house.world.runtime.link_of(said.key).removeprefix(house.world.runtime.base_url)


def rows(world: World) -> Any:
    """Every file that a row names, oldest first."""
    with world.runtime.db.read() as conn:
        return conn.execute(attachments.select().order_by(attachments.c.at)).all()


def content(world: World, row: Any) -> bytes:
    """What is stored of it."""
    return blobs.path_of(world.runtime.files, row.digest).read_bytes()


def on_disk(world: World) -> list[str]:
    """The names of all that stands in the folder."""
    return [one.name for one in world.runtime.files.rglob("*") if one.is_file()]
