"""What `make` sets up, what the locks hold, and what a built Nidaa has in it."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Debian 12's own Python is one of them, and redis wants something there that it wants nowhere later.
PYTHONS = ("3.11.2", "3.11.9", "3.12.4", "3.13.2", "3.14.0")
_PIN = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+) \\$(?P<hashes>(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?$)+)", re.MULTILINE
)


def text_of(lock: str) -> str:
    """A lock without its comments."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.strip().startswith("#")) + "\n"


def pins(lock: str) -> dict[str, str]:
    """Name and version of everything in a lock."""
    return {canonicalize_name(found["name"]): found["version"] for found in _PIN.finditer(text_of(lock))}


def lacking(pinned: dict[str, str], python: str) -> set[str]:
    """What the pinned packages ask for on a Python on Linux, and the lock does not have."""
    version = ".".join(python.split(".")[:2])
    there = {"python_version": version, "python_full_version": python, "sys_platform": "linux", "extra": "",
             "platform_system": "Linux", "platform_python_implementation": "CPython"}  # fmt: skip
    asked = (Requirement(line) for name in pinned for line in metadata.requires(name) or [])
    return {canonicalize_name(r.name) for r in asked if r.marker is None or r.marker.evaluate(there)} - set(pinned)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_is_versions_and_hashes_and_nothing_else(lock: str) -> None:
    assert _PIN.sub("", text_of(lock)).strip() == ""
    assert len(pins(lock)) > 30


def test_the_locks_hold_what_the_project_asks_for() -> None:
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    for pinned, asked in ((runtime, PROJECT["dependencies"]), (dev, PROJECT["optional-dependencies"]["dev"])):
        for line in asked:
            requirement = Requirement(line)
            assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), line
    assert runtime.items() <= dev.items(), "what is tested is what runs"
    assert "pytest" not in runtime


@pytest.mark.parametrize("python", PYTHONS)
def test_a_lock_made_on_one_python_serves_the_others(python: str) -> None:
    runtime = pins("requirements.lock")
    assert lacking(runtime, python) == set()


def test_what_a_lock_lacks_would_be_seen() -> None:
    without = {name: version for name, version in pins("requirements.lock").items() if name != "async-timeout"}
    assert lacking(without, "3.11.2") == {"async-timeout"}
    assert lacking(without, "3.11.9") == set()


@pytest.mark.slow
def test_a_built_nidaa_has_all_its_files(tmp_path: Path) -> None:
    """The image installs a wheel, which holds only the kinds of file that pyproject.toml names (package-data)."""
    source = tmp_path / "source"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "sidecar", "adapters", "pyproject.toml",
         "README.md", "LICENSE"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    files = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    for name in files:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--wheel-dir", str(tmp_path), str(source)],
        check=True,
    )  # fmt: skip
    with zipfile.ZipFile(next(tmp_path.glob("nidaa-*.whl"))) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == {name for name in files if name.startswith(("sidecar/", "adapters/"))}


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make` in a folder, as a person would call it."""
    env = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    return subprocess.run(["make", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a fresh clone as `make` looks at."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
        os.utime(tmp_path / name, (1_000_000, 1_000_000))
    return tmp_path


def stand_in(folder: Path, script: str) -> str:
    """A program that answers as told in place of Python."""
    file = folder / "python-stand-in"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return f"PYTHON={file}"


def test_make_alone_lists_what_there_is(clone: Path) -> None:
    listed = make(clone).stdout
    assert all(
        f"make {name} " in listed
        for name in ("demo", "test", "test-system", "lint", "bench", "torture", "lock", "capture", "plugin")
    )


def test_an_old_python_is_told_apart(clone: Path) -> None:
    old = stand_in(clone, 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    run = make(clone, "demo", old)
    assert run.returncode != 0
    assert "needs Python 3.11 or newer" in run.stderr
    assert "Python 3.9.2" in run.stderr
    assert not (clone / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(clone: Path) -> None:
    run = make(clone, "demo", stand_in(clone, 'case "$2" in *ensurepip*) exit 1;; esac'))
    assert run.returncode != 0
    assert "apt-get install python3-venv" in run.stderr


def test_set_up_runs_once_and_again_when_a_lock_changes(clone: Path) -> None:
    first = make(clone, "--dry-run", "demo").stdout
    assert "--require-hashes -r requirements.lock" in first
    assert "requirements-dev.lock" not in first

    (clone / ".venv" / "bin").mkdir(parents=True)
    for made in ("bin/python", ".runtime"):
        (clone / ".venv" / made).touch()
    assert make(clone, "--dry-run", "demo").stdout.splitlines() == [".venv/bin/nidaa demo"]

    (clone / "requirements.lock").touch()
    os.utime(clone / ".venv" / ".runtime", (2_000_000, 2_000_000))
    assert "--require-hashes" in make(clone, "--dry-run", "demo").stdout


def test_ci_runs_everything_and_stops_at_the_first_failure() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    said = script.read_text(encoding="utf-8")
    assert "set -euo pipefail" in said
    assert "exec make test-system" in said


def test_ci_installs_every_program_that_a_test_would_miss(clone: Path, tmp_path: Path) -> None:
    """PHP for Moodle's plugin, a browser with Arabic for the pages; Node only where there is none."""
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("make", "sh", "id", "awk"):
        (bare / name).symlink_to(shutil.which(name) or name)

    def installs(path: Path) -> set[str]:
        ran = subprocess.run(
            [bare / "make", "--dry-run", "test-system"], cwd=clone, env={"PATH": str(path)}, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        return set(next(line for line in ran.stdout.splitlines() if "--no-install-recommends" in line).split())

    always = {"openssl", "postgresql", "redis-server", "rabbitmq-server", "php-cli", "php-curl", "php-mbstring",
              "php-xml", "phpunit", "chromium", "fonts-noto-core"}  # fmt: skip
    assert always | {"nodejs", "npm"} <= installs(bare)
    for name in ("node", "npm"):
        (bare / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (bare / name).chmod(0o755)
    assert always <= installs(bare)
    assert not installs(bare) & {"nodejs", "npm"}
