"""Pictures drawn anew: what is kept is what somebody saw, nothing else that the file held (place, device, comment)."""

from __future__ import annotations

import tempfile
from typing import IO, Final

from PIL import Image, ImageOps

from sidecar.domain.attachments import HEAD, AttachmentRules, FileKind, Refused, Unfit, pixels_of

# We look at the size ourselves, before a pixel is unfolded, and refuse earlier than Pillow warns.
Image.MAX_IMAGE_PIXELS = None
_FORMATS: Final = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG", FileKind.WEBP: "WEBP"}
_QUALITY: Final = 88  # what a screenshot's small letters need; PNG has none
_IN_MEMORY: Final = 1024 * 1024  # bytes of the new picture; what is larger waits on the disk


def redraw(source: IO[bytes], kind: FileKind, rules: AttachmentRules) -> tuple[IO[bytes], int, int]:
    """The picture as a new file of its kind, upright and no larger than the policy says; and its width and height.

    Raises:
        Refused: it has too many pixels, or is no picture.
    """
    source.seek(0)
    told = pixels_of(kind, source.read(HEAD))
    _bounded(told, rules)
    source.seek(0)
    try:
        with Image.open(source, formats=[_FORMATS[kind]]) as opened:
            _bounded(opened.size, rules)
            side = rules.longest_side
            if kind is FileKind.JPEG:
                opened.draft(None, (side, side))  # a large one is unfolded smaller from the start
            coloured = _coloured(opened, kind)
            # Small first: turned round and copied, a large one would stand in memory three times.
            coloured.thumbnail((side, side), Image.Resampling.LANCZOS)
            upright = ImageOps.exif_transpose(coloured)
        clean = Image.new(upright.mode, upright.size)
        clean.paste(upright)  # the pixels alone: this one never had a profile, a comment or a word of EXIF
        made: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # whoever asked reads and closes it
        clean.save(made, _FORMATS[kind], quality=_QUALITY)
    except Refused:
        raise
    except Exception as error:  # Pillow raises whatever its parsers stumble over
        raise Refused(Unfit.BROKEN) from error
    made.seek(0)
    return made, clean.width, clean.height


def _bounded(size: tuple[int, int] | None, rules: AttachmentRules) -> None:
    if size is not None and size[0] * size[1] > rules.most_pixels:
        raise Refused(Unfit.TOO_MANY_PIXELS)


def _coloured(picture: Image.Image, kind: FileKind) -> Image.Image:
    """In the plainest mode that shows what the picture shows."""
    seen_through = kind is not FileKind.JPEG and (
        picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    )
    mode = "RGBA" if seen_through else "L" if picture.mode in {"1", "L"} else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)
