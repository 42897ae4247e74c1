"""Files that people add: what may come, told by content and never by name; and how its name is written. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final, Literal
from unicodedata import category

from sidecar.domain.institute import Label
from sidecar.domain.plain_text import storable, unturned


class FileKind(StrEnum):
    """What a file is."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    PDF = "pdf"
    TEXT = "text"

    @property
    def is_picture(self) -> bool:
        """Whether it is drawn anew before it is kept."""
        return self in {FileKind.PNG, FileKind.JPEG, FileKind.WEBP}


MIME: Final = {
    FileKind.PNG: "image/png", FileKind.JPEG: "image/jpeg", FileKind.WEBP: "image/webp",
    FileKind.PDF: "application/pdf", FileKind.TEXT: "text/plain",
}  # fmt: skip
_ENDINGS: Final = {
    FileKind.PNG: ("png",), FileKind.JPEG: ("jpg", "jpeg"), FileKind.WEBP: ("webp",), FileKind.PDF: ("pdf",),
    FileKind.TEXT: ("txt", "log", "csv", "md"),
}  # fmt: skip
ACCEPT: Final = {kind: ",".join([MIME[kind], *(f".{one}" for one in endings)]) for kind, endings in _ENDINGS.items()}
"""What a form tells the browser to offer; nothing here relies on it."""
HEAD: Final = 4096
"""Bytes by which a file is known."""
_LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class AttachmentRules:
    """What may be added (P6).

    Attributes:
        largest: bytes of one file.
        at_once: files of one form.
        most: files of one person on one report or case.
        most_pixels: of a picture; one that says it has more is never unfolded.
        longest_side: pixels to which a picture is made smaller.
        identity_documents: whether what looks like one is kept with a warning or refused.
        warning: stands beside the field.
        refusal: why it was refused.
    """

    clause: str
    types: frozenset[FileKind]
    largest: int
    at_once: int
    most: int
    most_pixels: int
    longest_side: int
    identity_documents: Literal["warn", "refuse"]
    warning: Label
    refusal: Label


class Flag(StrEnum):
    """What staff are told of a file."""

    IDENTITY_BY_NAME = "identity_by_name"
    IDENTITY_BY_CONTENT = "identity_by_content"


def kind_of(head: bytes) -> FileKind | None:
    """What a file is, by how it begins; None for everything that may not come in.

    Text has no mark of its own: it is whatever is none of the others, decodes, and is no page that a browser would run.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileKind.WEBP
    if head.startswith(b"%PDF-"):
        return FileKind.PDF
    return FileKind.TEXT if _is_text(head) else None


_MARKUP: Final = re.compile(
    r"<(?:!doctype|\?xml|!--|html|head|body|svg|script|iframe|object|embed|style|meta|link|img|a\s)"
)


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.end < len(head) - 3 or len(head) < HEAD:  # else the last letter is cut in two
            return False
        text = head[: error.start].decode("utf-8-sig")
    if not text.strip() or any(category(one) == "Cc" and one not in "\t\n\r\f" for one in text):
        return False
    return _MARKUP.search(text[:1024].lower()) is None


def pixels_of(kind: FileKind, head: bytes) -> tuple[int, int] | None:
    """Width and height that a PNG or WebP says it has, before anything is unfolded; None where it does not say.

    A JPEG says so further inside, where reading it unfolds nothing.
    """
    if kind is FileKind.PNG and head[12:16] == b"IHDR":
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if kind is FileKind.WEBP:
        if head[12:16] == b"VP8X":
            return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
        if head[12:16] == b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        if head[12:16] == b"VP8 ":
            return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    return None


def name_of(given: str, kind: FileKind) -> str:
    """A file's name as it is kept and shown: no folder, nothing that turns a line, and its content's ending."""
    bare = re.split(r"[/\\]", given)[-1]
    bare = "".join(one for one in unturned(bare) if category(one)[0] != "C") if storable(bare) else ""
    bare = re.sub(r'[<>:"|?*]', "_", bare).strip(" .")
    path = PurePosixPath(bare or "file")
    if path.suffix.lower().lstrip(".") not in _ENDINGS[kind]:
        path = PurePosixPath(f"{path.name}.{_ENDINGS[kind][0]}")
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix


class Unfit(StrEnum):
    """Why files are not taken."""

    NOTHING = "nothing"
    TOO_MANY = "too_many"  # in one form
    MOST = "most"  # of one person
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    WRONG_TYPE = "wrong_type"
    BROKEN = "broken"
    IDENTITY = "identity"
    UNREAD = "unread"  # looks like an identity document, and the warning is not ticked yet


_STATUS: Final = {
    Unfit.TOO_LARGE: 413, Unfit.TOO_MANY_PIXELS: 413, Unfit.WRONG_TYPE: 415, Unfit.BROKEN: 415,
}  # fmt: skip


class Refused(Exception):
    """A file that is not taken, and why."""

    def __init__(self, why: Unfit, name: str = "") -> None:
        super().__init__(str(why))
        self.why = why
        self.name = name

    @property
    def status(self) -> int:
        """What the answer says."""
        return _STATUS.get(self.why, 422)
