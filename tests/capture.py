"""The browser core's tools: Node, and what its lock names. Set up once, for every test that needs them."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

from tests.lacking import lacking

ROOT = Path(__file__).resolve().parents[1]
CAPTURE = ROOT / "lms_plugin" / "capture"
_PACKAGES = {"node": "nodejs"}


def program(name: str, needed_by: str) -> str:
    """A program's path; skips (in CI: fails) where it is not installed."""
    found = shutil.which(name)
    if found is None:
        lacking(_PACKAGES.get(name, name), needed_by)
    return str(found)


def modules() -> Path:
    """`node_modules` of the core, as its lock says; the stamp is the one that `make capture` looks at."""
    npm = program("npm", "the browser core")
    folder = CAPTURE / "node_modules"
    stamp = folder / ".nidaa"
    lock = CAPTURE / "package-lock.json"
    with (CAPTURE / "package.json").open(encoding="utf-8") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run([npm, "ci", "--silent"], cwd=CAPTURE, check=True, timeout=300)
            stamp.touch()
    return folder


def built_by(mode: str, folder: Path) -> None:
    """The core built into a folder: `--esm` for plain pages, `--amd` for Moodle."""
    modules()
    node = program("node", "the browser core")
    subprocess.run([node, "build.mjs", mode, str(folder)], cwd=CAPTURE, check=True, timeout=100)
