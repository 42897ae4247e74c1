"""The browser core as Moodle gets it: what is committed is what its sources give, and how much of it people load.

The aim of 10 KB (gzip) in all is not met: decision 0012 says why. What stands here instead is a ratchet, so that it
grows for no reason that nobody noticed.
"""

from __future__ import annotations

import filecmp
import gzip
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.capture import CAPTURE, ROOT, built_by, modules, program

_AMD = ROOT / "lms_plugin" / "moodle" / "local_nidaa" / "amd"
_BY_HAND = {"src/host.js", "src/launcher.js"}
_UNTIL_PRESSED = 2048
_TWO_TAPS = 16_120
_ALL = 24_740
_FORMS = {"zero", "one", "two", "few", "many", "other"}  # Arabic's, by CLDR

Word = str | Mapping[str, str]


def files(folder: Path) -> set[str]:
    """Every file below a folder."""
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def differing(built: Path, kept: Path) -> set[str]:
    """What would be built anew, differently or no longer."""
    both = files(built) & files(kept)
    return (files(built) ^ files(kept)) | set(filecmp.cmpfiles(built, kept, sorted(both), shallow=False)[1])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Moodle's modules, built now."""
    folder = tmp_path_factory.mktemp("amd")
    built_by("--amd", folder)
    return folder


def test_what_is_committed_is_what_the_sources_give(built: Path) -> None:
    assert differing(built, _AMD) == _BY_HAND, "run `make capture` and commit what it built"

    (built / "build" / "host.min.js").write_text("define([]);", encoding="utf-8")
    assert differing(built, _AMD) == _BY_HAND | {"build/host.min.js"}


def test_the_types_hold() -> None:
    compiler = modules() / "typescript" / "bin" / "tsc"
    ran = subprocess.run(
        [program("node", "the browser core"), str(compiler), "--noEmit"],
        cwd=CAPTURE, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout


def knows_an_lms(text: str) -> bool:
    """Whether a file speaks of one LMS, comments aside."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    return re.search(r"moodle|\bM\.cfg|sesskey|local_nidaa", code, re.IGNORECASE) is not None


def test_the_core_knows_no_lms() -> None:
    sources = {file.name: file.read_text(encoding="utf-8") for file in (CAPTURE / "src").rglob("*.ts")}
    assert len(sources) > 20
    assert {name for name, text in sources.items() if knows_an_lms(text)} == set()
    assert knows_an_lms("fetch(M.cfg.wwwroot)")
    assert not knows_an_lms("/* Moodle's */ start(); // as Moodle does")


def weight(module: str) -> int:
    """Bytes that a module costs somebody, compressed as well as servers do."""
    return len(gzip.compress((_AMD / "build" / f"{module}.min.js").read_bytes(), 9, mtime=0))


def test_it_weighs_no_more_than_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    names = sorted(file.name.removesuffix(".min.js") for file in (_AMD / "build").glob("*.min.js"))
    sizes = {name: weight(name) for name in names}
    taps, everything = {}, {}
    for language in ("ar", "en"):
        taps[language] = sum(sizes[one] for one in ("launcher", "capture", "host", f"words_{language}"))
        everything[language] = taps[language] + sizes[f"flows_{language}"]
    with capsys.disabled():
        print("\nbytes, gzip -9:", *(f"  {name:<10} {size:>6}" for name, size in sizes.items()), sep="\n")
        for language, size in taps.items():
            print(f"  two taps ({language}) {size:>6}, every flow {everything[language]:>6}; the aim was 10240")
    assert sizes["launcher"] <= _UNTIL_PRESSED, "what every page loads before anybody presses"
    assert max(taps.values()) <= _TWO_TAPS
    assert max(everything.values()) <= _ALL


def evaluated(folder: Path, source: str) -> Any:
    """What a piece of TypeScript in the core's folder prints, as JSON."""
    bundle = folder / "bundle.mjs"
    esbuild = modules() / "esbuild" / "bin" / "esbuild"
    subprocess.run(
        [str(esbuild), "--bundle", "--format=esm", "--loader=ts", "--log-level=error", f"--outfile={bundle}"],
        cwd=CAPTURE, input=source, text=True, check=True, timeout=60,
    )  # fmt: skip
    ran = subprocess.run(
        [program("node", "the browser core"), str(bundle)], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(ran.stdout)


def forms(word: Word) -> Iterator[str]:
    """Every form of a word."""
    yield from [word] if isinstance(word, str) else word.values()


def disagreements(ar: Mapping[str, Word], en: Mapping[str, Word]) -> Iterator[str]:
    """Where the two languages do not say the same."""
    yield from (f"{key}: in one language alone" for key in sorted(set(ar) ^ set(en)))
    for key in sorted(set(ar) & set(en)):
        if not isinstance(ar[key], str) and set(ar[key]) != _FORMS:
            yield f"{key}: Arabic counts in six forms"
        if isinstance(ar[key], str) and not isinstance(en[key], str):
            yield f"{key}: counted in English alone"
        if not all(form.strip() for word in (ar[key], en[key]) for form in forms(word)):
            yield f"{key}: empty"
        asked = [set(re.findall(r"\{(\w+)\}", " ".join(forms(word)))) for word in (ar[key], en[key])]
        if asked[0] != asked[1]:
            yield f"{key}: {asked[0]} is not {asked[1]}"


@pytest.mark.parametrize("where", ["words", "flows/words"])
def test_both_languages_say_the_same(where: str, tmp_path: Path) -> None:
    ar, en = evaluated(
        tmp_path,
        f"import ar from './src/{where}.ar'; import en from './src/{where}.en'; console.log(JSON.stringify([ar, en]));",
    )
    assert len(ar) > 40
    assert list(disagreements(ar, en)) == []


def test_every_word_is_said_somewhere(tmp_path: Path) -> None:
    """People load them all."""
    keys = evaluated(
        tmp_path,
        "import a from './src/words.en'; import b from './src/flows/words.en';"
        "console.log(JSON.stringify([...Object.keys(a), ...Object.keys(b)]));",
    )
    code = "".join(f.read_text(encoding="utf-8") for f in (CAPTURE / "src").rglob("*.ts") if "words." not in f.name)
    composed = re.compile("|".join(re.findall(r"'(\w+)' \+", code)))
    assert {key for key in keys if f"'{key}'" not in code and not composed.match(key)} == set()
    assert not composed.match("sign_in")


def test_words_that_disagree_are_seen() -> None:
    counted = dict.fromkeys(_FORMS, "{n}")
    assert list(disagreements({"a": "x", "n": counted}, {"a": "y", "n": {"one": "one", "other": "{n}"}})) == []
    for ar, en, said in (
        ({"a": "x"}, {}, "in one language alone"),
        ({"a": {"one": "x", "other": "x"}}, {"a": {"one": "x", "other": "x"}}, "six forms"),
        ({"a": "x"}, {"a": {"one": "x", "other": "x"}}, "English alone"),
        ({"a": "{who}"}, {"a": "{whom}"}, "is not"),
        ({"a": " "}, {"a": "x"}, "empty"),
    ):
        found = list(disagreements(ar, en))  # type: ignore[arg-type]
        assert len(found) == 1, found
        assert said in found[0]


def test_references_are_those_of_the_contract(tmp_path: Path) -> None:
    contract = json.loads((ROOT / "tests" / "contract" / "report_v1.json").read_text(encoding="utf-8"))
    examples = contract["references"]["examples"]
    ids = json.dumps([one["id"] for one in examples])
    found = evaluated(
        tmp_path,
        f"import {{ referenceOf }} from './src/reference'; console.log(JSON.stringify({ids}.map(referenceOf)));",
    )
    assert len(examples) > 5
    assert found == [one["reference"] for one in examples]


def test_new_ids_are_of_version_7_and_in_order(tmp_path: Path) -> None:
    source = "import { newId } from './src/reference'; console.log(JSON.stringify([1e12, 2e12, 2 ** 47].map(newId)));"
    found = evaluated(tmp_path, source)
    assert found == sorted(found)
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one) for one in found
    )
