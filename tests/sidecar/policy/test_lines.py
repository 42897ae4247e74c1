"""The scanner that gives every key of a TOML text its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.policy.lines import Path, lines_of
from sidecar.policy.load import shipped

TRICKY = '''# a remark with [brackets] and = signs
top = 1
"quoted key" = "a # that is no remark"
a.b . "c.d" = { x = 1, 'y' = [ { z = "}" } ] }

[table] # remark
text = """
[not.a.table]
key = 1 ""
"""
raw = \'\'\'
]] }\'\'\'
many = [
  "one", # first
  [ 2,
    3 ],
]
after = 2026-01-02T03:04:05Z

[[list]]
n = 0
[list.inside]
deep = true
[[list.rows]]
[[list]]
n = 1
[[list.rows]]
r = "\\\\"
[[list.rows]]
r = ''
["quoted table".x]
'''


def test_tricky_texts() -> None:
    lines = lines_of(TRICKY)
    expected = {
        ("top",): 2,
        ("quoted key",): 3,
        ("a", "b", "c.d"): 4,
        ("a", "b", "c.d", "y", 0, "z"): 4,
        ("table",): 6,
        ("table", "text"): 7,
        ("table", "raw"): 11,
        ("table", "many", 0): 14,
        ("table", "many", 1): 15,
        ("table", "many", 1, 1): 16,
        ("table", "after"): 18,
        ("list", 0): 20,
        ("list", 0, "inside", "deep"): 23,
        ("list", 0, "rows", 0): 24,
        ("list", 1): 25,
        ("list", 1, "n"): 26,
        ("list", 1, "rows", 0, "r"): 28,
        ("list", 1, "rows", 1): 29,
        ("list", 1, "rows", 1, "r"): 30,
        ("quoted table", "x"): 31,
    }
    assert {path: lines.get(path) for path in expected} == expected
    assert set(paths_of(tomllib.loads(TRICKY))) == set(lines)


@pytest.mark.parametrize("file", sorted(shipped().glob("*.toml")), ids=lambda f: f.name)
def test_every_key_of_the_shipped_policy_stands_on_its_line(file: File) -> None:
    text = file.read_text(encoding="utf-8")
    lines, written = lines_of(text), text.splitlines()
    for path in paths_of(tomllib.loads(text)):
        if isinstance(path[-1], str):
            assert path[-1] in written[lines[path] - 1]


words = st.text(st.sampled_from("ab \t#[]{}=,.\"'\\\nن"), max_size=8)
values = st.recursive(
    st.integers() | st.booleans() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(words, values, max_size=4), st.data())
def test_any_text_gives_exactly_the_paths_that_tomllib_reads(data: dict[str, Any], draw: st.DataObject) -> None:
    text = ""
    expected: dict[Path, int] = {}
    for key, value in data.items():
        text += "\n" * draw.draw(st.integers(0, 2)) + ("# remark ]\n" if draw.draw(st.booleans()) else "")
        expected[(key,)] = text.count("\n") + 1
        text += f"{quoted(key)} = {written(value)} # = [\n"
    lines = lines_of(text)
    assert set(lines) == set(paths_of(tomllib.loads(text)))
    assert {path: line for path, line in lines.items() if len(path) == 1} == expected


def quoted(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


def written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(written(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {written(one)}" for key, one in value.items()) + "}"
    return str(value)


def paths_of(value: Any, path: Path = ()) -> Iterator[Path]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*path, key)
        yield from paths_of(inner, (*path, key))
