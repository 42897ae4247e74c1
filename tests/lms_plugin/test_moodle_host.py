"""Moodle as host of the capture core: several reports in one request, of which one is refused."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.lacking import lacking
from tests.lms_plugin.php_side import PLUGIN

# Moodle's ajax.php ends at its first error, and core/ajax rejects every call behind it with that very error.
_SCRIPT = """
const refused = new Set(JSON.parse(process.argv[2]));
const away = process.argv[3] === 'away';
const asked = [];
const ajax = {call: (requests) => {
  asked.push(requests.map((one) => one.args.report.id));
  let error = away ? {message: 'network'} : null;
  return requests.map(({args}) => {
    error ??= refused.has(args.report.id) ? {errorcode: 'nidaa_invalid', message: 'too long'} : null;
    return error ? Promise.reject(error) : Promise.resolve({id: args.report.id, reference: 'r'});
  });
}};
class Refusal extends Error {
  constructor(code, reason, final) { super(reason); Object.assign(this, {code, reason, final}); }
}
const shown = (one) => one instanceof Refusal ? `${one.code} ${one.final}` : one instanceof Error ? 'again' : one.id;
const found = {};
globalThis.define = (name, names, body) => body(found, ajax, {Refusal});
require(process.argv[1]);
const host = found.moodleHost({contextid: 1, language: 'ar', person: 'p', room: null, rooms: []});
host.send(['a', 'b', 'c', 'd'].map((id) => ({id})))
  .then((answers) => console.log(JSON.stringify({asked, answers: answers.map(shown)})));
"""


def answers(refused: list[str], *, away: bool = False) -> dict[str, Any]:
    """What becomes of four reports in one batch."""
    built: Path = PLUGIN / "amd" / "build" / "host.min.js"
    command = ["node", "-e", _SCRIPT, str(built), json.dumps(refused), "away" if away else "there"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    except FileNotFoundError:
        lacking("nodejs", "Moodle as host of the capture core")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_all_go_in_one_request() -> None:
    assert answers([]) == {"asked": [["a", "b", "c", "d"]], "answers": ["a", "b", "c", "d"]}


def test_one_that_is_refused_takes_no_other_with_it() -> None:
    """Whoever stands behind it is asked about alone, and stored."""
    told = answers(["b"])
    assert told["answers"] == ["a", "nidaa_invalid true", "c", "d"]
    assert told["asked"] == [["a", "b", "c", "d"], ["b"], ["c"], ["d"]]


def test_a_lost_connection_refuses_nothing() -> None:
    told = answers([], away=True)
    assert told["answers"] == ["again"] * 4
    assert len(told["asked"]) == 1
