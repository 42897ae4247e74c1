"""Pictures drawn anew: what they cost in memory, measured in a process of its own, and that they look the same."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from sidecar.domain.attachments import FileKind, Refused, Unfit
from sidecar.store.pictures import redraw
from tests.sidecar.pages.uploads import bomb, picture
from tests.worlds import POLICY

RULES = POLICY.attachments
_MEASURE = """
import resource, sys
from sidecar.domain.attachments import FileKind, Refused
from sidecar.store.pictures import redraw
from tests.worlds import POLICY
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as file:
    redraw(__import__("io").BytesIO(open(sys.argv[3], "rb").read()), FileKind.PNG, POLICY.attachments)  # Pillow loads
    before = peak()
    try:
        redraw(file, FileKind(sys.argv[2]), POLICY.attachments)
        how = "drawn"
    except Refused as refused:
        how = refused.why
print(how, (peak() - before) // 1024)
"""


def seen_through(size: tuple[int, int]) -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", size, (1, 2, 3, 100)).save(made, "PNG", compress_level=1)
    return made.getvalue()


def cost(folder: Path, content: bytes, kind: str) -> tuple[str, int]:
    """What came of a picture, and how many MiB its drawing took at its peak."""
    file, small = folder / "picture", folder / "small"
    file.write_bytes(content)
    small.write_bytes(picture())
    said = subprocess.run(
        [sys.executable, "-c", _MEASURE, file, kind, small], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    return said[0], int(said[1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "kind", "came", "most"),
    [
        (bomb(), "png", "too_many_pixels", 5),
        (bomb(7000, 7000), "png", "broken", 250),  # allowed by its size, and not what it says
        (lambda: picture(size=(7000, 7000)), "png", "drawn", 500),
        (lambda: seen_through((7000, 7000)), "png", "drawn", 700),
        (lambda: picture("JPEG", (7000, 7000)), "jpeg", "drawn", 250),
        (lambda: picture("JPEG", (9000, 9000)), "jpeg", "too_many_pixels", 5),
    ],
    ids=["bomb", "small-bomb", "large-png", "large-rgba", "large-jpeg", "too-large-jpeg"],
)
def test_memory_is_bounded(tmp_path: Path, content, kind: str, came: str, most: int) -> None:
    how, mebibytes = cost(tmp_path, content if isinstance(content, bytes) else content(), kind)
    assert how == came
    assert mebibytes <= most


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_mode_is_drawn(mode: str) -> None:
    kind = FileKind.JPEG if mode == "CMYK" else FileKind.PNG
    made = io.BytesIO()
    Image.new(mode, (60, 20)).save(made, kind.upper())
    drawn, width, height = redraw(made, kind, RULES)
    assert (width, height) == (60, 20)
    assert Image.open(drawn).size == (60, 20)
    drawn.close()


def test_what_is_seen_through_stays_so_and_a_moving_picture_stands_still() -> None:
    made = io.BytesIO()
    frames = [Image.new("RGBA", (10, 10), (number * 80, 0, 0, 100)) for number in range(3)]
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    drawn, _width, _height = redraw(made, FileKind.WEBP, RULES)
    still = Image.open(drawn)
    assert not getattr(still, "is_animated", False)
    assert still.convert("RGBA").getpixel((5, 5))[3] == 100
    drawn.close()


def test_words_packed_into_a_picture_unfold_within_bounds() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 60_000_000, zip=True)
    made = io.BytesIO()
    Image.new("RGB", (5, 5)).save(made, "PNG", pnginfo=info)
    assert len(made.getvalue()) < 200_000
    with pytest.raises(Refused) as refused:
        redraw(made, FileKind.PNG, RULES)
    assert refused.value.why is Unfit.BROKEN
