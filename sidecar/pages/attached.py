"""Files on pages: how much of a form is read, what is said of a file, and how one is sent to whoever may open it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from flask import Response, g, request, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Field, MultipartDecoder

from sidecar.domain.attachments import ACCEPT, MIME, FileKind, Flag, Refused, Unfit
from sidecar.domain.plain_text import unturned
from sidecar.pages import moments
from sidecar.pages.session import runtime
from sidecar.store.uploads import Given

_WORDS: Final = 64 * 1024  # bytes of all that is typed in a form, beside its files
_PARTS: Final = 40
_SENT: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"


def whole() -> bool:
    """Whether the form that has been read is no larger than all its files may be."""
    return bool(g.get("nidaa_whole", True))


def read_form() -> None:
    """Read a form with files, within bounds.

    Where it is larger than all its files may be, what stands before the files is read all the same: whose form it is,
    and what was typed. Nothing is held in memory but that: files wait on the disk, and a body that says that it is too
    large is not read to its end.
    """
    rules = runtime().policy.attachments
    if request.mimetype != "multipart/form-data":
        return  # without files, it is bounded as every other form
    request.max_content_length = rules.at_once * rules.largest + 2 * _WORDS
    # Werkzeug counts what it has just read of a file, 64 KiB, on top of a line's end that it looks at again.
    request.max_form_memory_size = 2 * _WORDS
    request.max_form_parts = _PARTS
    try:
        _ = request.form
    except RequestEntityTooLarge:
        request.__dict__["form"] = ImmutableMultiDict(_beginning())
        request.__dict__["files"] = ImmutableMultiDict()
        g.nidaa_whole = False


def _beginning() -> MultiDict[str, str]:
    """The fields before the first file, as far as they stand in the first bytes."""
    found: MultiDict[str, str] = MultiDict()
    boundary = request.mimetype_params.get("boundary", "").encode()
    name, value = "", b""
    try:
        decoder = MultipartDecoder(boundary, _WORDS, max_parts=_PARTS)
        decoder.receive_data(request.environ["wsgi.input"].read(_WORDS))
        while isinstance(event := decoder.next_event(), (Field, Data)) or not found:
            if isinstance(event, Field):
                name, value = event.name, b""
            elif isinstance(event, Data):
                value += event.data
                if not event.more_data:
                    found.add(name, value.decode())
            elif not hasattr(event, "data"):
                break  # a file, or no more
    except (ValueError, RequestEntityTooLarge):
        pass  # no form of ours
    return found


def given(name: str = "file") -> list[Given]:
    """The files of the form that has been read; a field that was left empty holds none."""
    return [Given(one.filename or "", one.stream) for one in request.files.getlist(name) if one.filename]


def warned() -> bool:
    """Whether the sender ticked that the warning about identity documents was read."""
    return request.form.get("read_warning") == "1"


def field(locale: str, refused: Refused | None = None) -> dict[str, Any]:
    """What the field of a form needs: what it takes, the warning beside it, and the box to tick once that is needed."""
    rules = runtime().policy.attachments
    return {
        "accept": ",".join(ACCEPT[kind] for kind in FileKind if kind in rules.types),
        "takes": _("At most %(num)d files, each at most %(size)s: %(types)s.", num=rules.at_once,
                   size=size(rules.largest), types=_types()),
        "warning": rules.warning.in_(locale), "several": rules.at_once > 1,
        "tick": warned() or (refused is not None and refused.why is Unfit.UNREAD),
    }  # fmt: skip


def words(refused: Refused, locale: str) -> str:
    """Why a file was not taken, in the reader's language."""
    rules = runtime().policy.attachments
    name = f"\u2068{unturned(refused.name)[:60]}\u2069"
    if refused.why is Unfit.IDENTITY:
        return f"{name}: {rules.refusal.in_(locale)}"
    if refused.why is Unfit.TOO_LARGE and not refused.name:
        return str(_("This is too large: at most %(size)s for each file.", size=size(rules.largest)))
    said = {
        Unfit.NOTHING: _("Please choose a file."),
        Unfit.TOO_MANY: _("At most %(num)d files at once.", num=rules.at_once),
        Unfit.MOST: _("No more files can be added here: there may be %(num)d.", num=rules.most),
        Unfit.EMPTY: _("%(name)s is empty.", name=name),
        Unfit.TOO_LARGE: _("%(name)s is too large: at most %(size)s for each file.", name=name,
                           size=size(rules.largest)),
        Unfit.TOO_MANY_PIXELS: _("%(name)s has too many pixels. Please send a smaller picture.", name=name),
        Unfit.WRONG_TYPE: _("%(name)s is none of what can be taken: %(types)s.", name=name, types=_types()),
        Unfit.BROKEN: _("%(name)s could not be read: it is damaged, or no picture.", name=name),
        Unfit.UNREAD: _("%(name)s looks like an identity document. Should it really be sent, tick that you have read "
                        "the warning, and choose it again.", name=name),
    }  # fmt: skip
    return str(said[refused.why])


def unsaved() -> str:
    """What is said where the disk or the database does not take it."""
    return str(_("We could not save this just now. Please try again in a moment; what you wrote is still here."))


def _types() -> str:
    names = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG", FileKind.WEBP: "WebP", FileKind.PDF: "PDF",
             FileKind.TEXT: _("plain text (UTF-8)")}  # fmt: skip
    return str(_(", ")).join(str(names[kind]) for kind in FileKind if kind in runtime().policy.attachments.types)


def size(count: int) -> str:
    """A size as people say it, in Latin digits."""
    kib, mib = count / 1024, count / 1024 / 1024
    if mib >= 1:
        return str(_("%(num)s MB", num=f"{mib:.1f}".removesuffix(".0")))
    return str(_("%(num)s KB", num=max(1, round(kib))))


def listing(files: Sequence[Any], owner: str) -> list[dict[str, Any]]:
    """Files as a page lists them.

    Args:
        owner: the address of the report or case whose they are.
    """
    now, zone = runtime().clock(), runtime().zone
    return [
        {
            "href": f"{owner}/files/{one.id}", "name": one.name, "size": size(one.size),
            "type": one.kind.upper() if one.kind != "text" else _("plain text"),
            "picture": FileKind(one.kind).is_picture, "width": one.width, "height": one.height,
            "at": moments.day_and_clock(one.at, zone, now), "flags": [_flag(Flag(flag)) for flag in one.flags],
        }
        for one in files
    ]  # fmt: skip


def _flag(flag: Flag) -> str:
    said = {
        Flag.IDENTITY_BY_NAME: _("Its name says that it is an identity document"),
        Flag.IDENTITY_BY_CONTENT: _("Holds what looks like an identity number"),
    }
    return str(said[flag])


def sent(file: Any, path: Path) -> Response:
    """One file, so that no browser runs, guesses or keeps it; only pictures of our own drawing are shown at once."""
    kind = FileKind(file.kind)
    try:
        answer = send_file(path, mimetype=MIME[kind], conditional=False, etag=False, max_age=0)
    except FileNotFoundError:  # the shared folder is away, or was not brought along with the database
        raise NotFound from None
    how = "inline" if kind.is_picture else "attachment"
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "._- ") else "_" for one in file.name)
    headers = answer.headers
    headers["Content-Disposition"] = f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    headers["Content-Security-Policy"] = _SENT
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Cache-Control"] = "private, no-store"
    return answer
