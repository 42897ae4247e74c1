"""From what somebody sent to a file that may be kept: known by its content, drawn anew, written. No row yet."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sidecar.domain import identity_documents
from sidecar.domain.attachments import HEAD, AttachmentRules, FileKind, Flag, Refused, Unfit, kind_of, name_of
from sidecar.store import blobs, pictures


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was sent: its name as the sender's machine says it, and a stream that can be read again."""

    name: str
    stream: IO[bytes]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose content is stored.

    Attributes:
        given: digest of what was sent; the same file sent again is known by it.
        digest: of what is stored, and where it stands.
        flags: what staff are told of it.
    """

    given: str
    digest: str
    name: str
    kind: FileKind
    size: int
    width: int | None
    height: int | None
    flags: tuple[Flag, ...]


def take_all(
    root: Path, rules: AttachmentRules, files: Collection[Given], *, warned: bool, but: Collection[str] = ()
) -> list[Kept]:
    """Keep the content of every file, or of none: all are looked at before the first is written.

    Args:
        warned: whether the sender ticked that the warning was read.
        but: numbers in them that are known to be none of a person's.

    Raises:
        Refused: naming the file; OSError: the disk does not take it.
    """
    if len(files) > rules.at_once:
        raise Refused(Unfit.TOO_MANY)
    looked = [(one, *_look(one, rules, warned=warned, but=but)) for one in files]
    return [_keep(root, rules, *one) for one in looked]


def _look(
    file: Given, rules: AttachmentRules, *, warned: bool, but: Collection[str]
) -> tuple[FileKind, str, tuple[Flag, ...]]:
    stream = file.stream
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while part := stream.read(blobs.CHUNK):
        digest.update(part)
        size += len(part)
        if size > rules.largest:
            raise Refused(Unfit.TOO_LARGE, file.name)
    if size == 0:
        raise Refused(Unfit.EMPTY, file.name)
    stream.seek(0)
    kind = kind_of(stream.read(HEAD))
    if kind is None or kind not in rules.types:
        raise Refused(Unfit.WRONG_TYPE, file.name)
    flags = tuple(_flags(file, kind, but))
    if flags and rules.identity_documents == "refuse":
        raise Refused(Unfit.IDENTITY, file.name)
    if flags and not warned:
        raise Refused(Unfit.UNREAD, file.name)
    return kind, digest.hexdigest(), flags


def _flags(file: Given, kind: FileKind, but: Collection[str]) -> list[Flag]:
    found = [Flag.IDENTITY_BY_NAME] if identity_documents.by_name(file.name) else []
    if kind in {FileKind.TEXT, FileKind.PDF}:
        file.stream.seek(0)
        raw = file.stream.read()
        if kind is FileKind.TEXT:
            try:
                texts = [raw.decode("utf-8-sig")]
            except UnicodeDecodeError:
                raise Refused(Unfit.WRONG_TYPE, file.name) from None
            if "\x00" in texts[0]:
                raise Refused(Unfit.WRONG_TYPE, file.name)
        else:
            texts = list(identity_documents.words_of_pdf(raw))
        if identity_documents.has_number(texts, but):
            found.append(Flag.IDENTITY_BY_CONTENT)
    return found


def _keep(root: Path, rules: AttachmentRules, file: Given, kind: FileKind, given: str, flags: tuple[Flag, ...]) -> Kept:
    width: int | None = None
    height: int | None = None
    name = name_of(file.name, kind)
    if kind.is_picture:
        try:
            made, width, height = pictures.redraw(file.stream, kind, rules)
        except Refused as refused:
            raise Refused(refused.why, file.name) from refused.__cause__
        with made:
            digest, size = blobs.keep(root, made)
    else:
        file.stream.seek(0)
        digest, size = blobs.keep(root, file.stream)
    return Kept(given, digest, name, kind, size, width, height, flags)
