"""The zip for Moodle's plugin installer: its layout, and that the same sources give the same bytes."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "lms_plugin" / "moodle"


@pytest.fixture(scope="module")
def package() -> ModuleType:
    """The script that packs; it lives beside the plugin and is no package of ours."""
    spec = importlib.util.spec_from_file_location("nidaa_package", FOLDER / "package.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The plugin somewhere else, with other times and modes, and with what editors and systems leave behind."""
    copied = tmp_path / "elsewhere" / "local_nidaa"
    shutil.copytree(FOLDER / "local_nidaa", copied)
    for number, file in enumerate(sorted(copied.rglob("*"))):
        if file.is_file():
            file.chmod(0o600)
            os.utime(file, (1_000_000 + number, 1_000_000 + number))
    (copied / ".DS_Store").write_bytes(b"\0")
    (copied / "classes" / ".idea").mkdir()
    (copied / "classes" / ".idea" / "workspace.xml").write_text("<x/>", encoding="utf-8")
    return copied


def test_the_same_sources_give_the_same_bytes(package: ModuleType, tmp_path: Path, copy: Path) -> None:
    first = package.build(tmp_path / "first")
    assert package.build(tmp_path / "second", copy).read_bytes() == first.read_bytes()

    (copy / "lib.php").write_text("<?php\n", encoding="utf-8")
    assert package.build(tmp_path / "third", copy).read_bytes() != first.read_bytes()


def test_it_is_laid_out_as_moodle_expects(package: ModuleType, tmp_path: Path) -> None:
    zipped = package.build(tmp_path)
    assert zipped.name == f"local_nidaa-{package.release()}.zip"
    with zipfile.ZipFile(zipped) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        version = archive.read("nidaa/version.php").decode()
        licence = archive.read("nidaa/LICENSE").decode()
    assert {name.split("/")[0] for name in names} == {"nidaa"}, "one folder, named after the plugin"
    assert names == sorted(set(names))
    assert not [name for name in names if re.search(r"/\.|__pycache__|node_modules|~$|\.(?:orig|rej|bak|pyc)$", name)]
    assert "$plugin->component = 'local_nidaa';" in version
    assert "GNU GENERAL PUBLIC LICENSE" in licence
    for needed in ("db/install.xml", "db/access.php", "db/services.php", "lang/en/local_nidaa.php",
                   "lang/ar/local_nidaa.php", "README.md", "CHANGES.md", "classes/privacy/provider.php", "launch.js",
                   "ping.txt", "thirdpartylibs.xml", "licences/lucide.txt"):  # fmt: skip
        assert f"nidaa/{needed}" in names
    assert any(name.startswith("nidaa/tests/") for name in names)


def test_every_module_is_built_and_has_its_map(package: ModuleType, tmp_path: Path, copy: Path) -> None:
    names = {name for name, _ in package.contents()}
    sources = {Path(name).stem for name in names if name.startswith("nidaa/amd/src/")}
    assert sources
    assert package.unbuilt(names) == set()

    (copy / "amd" / "build" / f"{min(sources)}.min.js.map").unlink()
    with pytest.raises(package.Unpackable, match="make capture"):
        package.build(tmp_path, copy)


def test_what_git_keeps_is_what_is_packed(package: ModuleType) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "lms_plugin/moodle/local_nidaa"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    kept = {Path(name).relative_to("lms_plugin/moodle/local_nidaa").as_posix()
            for name in listed.split("\0") if name and (ROOT / name).is_file()}  # fmt: skip
    packed = {name.removeprefix("nidaa/") for name, _ in package.contents()} - {"LICENSE"}
    assert packed == kept, "built modules that git ignores would be missing in a clone; others would be ours alone"


def test_what_others_wrote_is_named_with_its_licence() -> None:
    plugin = FOLDER / "local_nidaa"
    libraries = ElementTree.parse(plugin / "thirdpartylibs.xml").getroot()
    lock = json.loads((ROOT / "lms_plugin" / "capture" / "package-lock.json").read_text(encoding="utf-8"))
    (icons,) = libraries.findall("library")
    assert (plugin / str(icons.findtext("location"))).is_file()
    assert icons.findtext("version") == lock["packages"]["node_modules/lucide-static"]["version"]
    assert "ISC License" in (plugin / "licences" / "lucide.txt").read_text(encoding="utf-8")


def test_another_component_is_refused(package: ModuleType, tmp_path: Path, copy: Path) -> None:
    version = copy / "version.php"
    version.write_text(version.read_text(encoding="utf-8").replace("local_nidaa'", "local_other'"), encoding="utf-8")
    with pytest.raises(package.Unpackable, match="another component"):
        package.build(tmp_path, copy)


def test_it_says_where_the_zip_lies(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(FOLDER / "package.py"), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert Path(ran.stdout.splitlines()[0]).is_file()
