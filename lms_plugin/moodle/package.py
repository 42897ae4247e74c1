"""Builds the zip for Moodle's plugin installer: `make plugin`, or `python lms_plugin/moodle/package.py [FOLDER]`.

The same sources give the same bytes, so that anyone can build it again and compare.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

PLUGIN = Path(__file__).resolve().parent / "local_nidaa"
ROOT = PLUGIN.parents[2]

# Moodle unpacks into local/ and finds the plugin by the name of the one folder.
_TOP = "nidaa"
# Zip has no earlier year; a file's own time would make every checkout another zip.
_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16  # a plain file, whatever the umask was
_UNIX = 3


class Unpackable(Exception):
    """The plugin is not as Moodle expects it; the text says why."""


def release(plugin: Path = PLUGIN) -> str:
    """The version that people read, from version.php."""
    said = (plugin / "version.php").read_text(encoding="utf-8")
    found = re.search(r"\$plugin->release\s*=\s*'([0-9A-Za-z.+-]+)'", said)
    component = re.search(r"\$plugin->component\s*=\s*'(\w+)'", said)
    if found is None or component is None or component[1] != plugin.name:
        raise Unpackable(f"{plugin / 'version.php'} names no release, or another component than {plugin.name}")
    return found[1]


def contents(plugin: Path = PLUGIN) -> Iterator[tuple[str, Path]]:
    """What goes in, in order: the name inside the zip, and the file. Tests are part of a plugin in Moodle."""
    files = {
        file.relative_to(plugin).as_posix(): file
        for file in plugin.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(plugin).parts)
    }
    files["LICENSE"] = ROOT / "LICENSE"
    yield from sorted((f"{_TOP}/{name}", file) for name, file in files.items())


def unbuilt(names: set[str]) -> set[str]:
    """The built modules and maps that are missing: without its map Moodle's developer mode passes over a module."""
    sources = {name.removeprefix(f"{_TOP}/amd/src/")[:-3] for name in names if name.startswith(f"{_TOP}/amd/src/")}
    return {f"{_TOP}/amd/build/{one}.min.js{end}" for one in sources for end in ("", ".map")} - names


def build(folder: Path, plugin: Path = PLUGIN) -> Path:
    """The zip in `folder`, named after component and release."""
    packed = list(contents(plugin))
    missing = unbuilt({name for name, _ in packed})
    if missing:
        raise Unpackable(f"not built, run `make capture`: {', '.join(sorted(missing))}")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{plugin.name}-{release(plugin)}.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for name, file in packed:
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return target


def main() -> int:
    """Build, and say where it lies."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build"
    try:
        target = build(folder)
    except Unpackable as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target.relative_to(ROOT) if target.is_relative_to(ROOT) else target}")
    print("Moodle takes it under Site administration → Plugins → Install plugins.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
