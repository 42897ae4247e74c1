"""What the plugin writes is what the sidecar takes: byte for byte, through the real application."""

from __future__ import annotations

import base64
import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from sidecar.domain.report import Gap, Kind, Symptom, grouped, reference_of, report_key
from sidecar.store import reports
from tests.lms_plugin.php_side import speak
from tests.sidecar.api.callers import NEW, Callers, body, signed
from tests.worlds import SITE

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parents[1] / "contract/report_v1.json").read_bytes())
HOSTILE = "<script>alert(1)</script> \"'; DROP TABLE report; -- \u202e\u0007 {{x}} ${x} \\u0000 شكراً 🙂\r\n\u2028"
MOODLE: dict[str, Any] = {
    "channel": "web",
    "reporter": {
        "id": "21", "role": "trainee", "name": "ن" * 255, "email": "a" * 64 + "@example.org", "phone": "0" * 31 + "5",
        "contact_preference": None,
    },
    "about": None,
    "place": {
        "page": "course", "course": {"id": "2", "idnumber": "ق" * 128, "name": "د" * 1333},
        "activity": {"id": "3", "module": "bigbluebuttonbn", "name": "ع" * 1333}, "group": "7", "session": None,
    },
}  # fmt: skip


def written(said: dict[str, Any], **moodle: Any) -> bytes:
    """A report as the plugin puts it together."""
    answer = speak("body", said=said, now=int(time.time()), moodle=MOODLE | moodle)
    assert isinstance(answer, str), answer
    return base64.b64decode(answer)


def said(**changes: Any) -> dict[str, Any]:
    """What a browser says."""
    return {"id": str(uuid.uuid4()), "kind": "session_problem", "symptom": "no_sound", "diagnostics": ""} | changes


def accepted(api: Callers, raw: bytes) -> Any:
    """The sidecar's answer to a report of the plugin's, which must be 202."""
    document = json.loads(raw)
    answer = api.post(raw, signed(document["id"], raw, secret=NEW))
    assert answer.status_code == 202, answer.get_json()
    assert answer.get_json()["reference"] == grouped(reference_of(uuid.UUID(document["id"])))
    return answer.get_json()


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_accepted(api: Callers, kind: Kind) -> None:
    for symptom in Symptom if kind in {Kind.SESSION_PROBLEM, Kind.ROOM_LOG} else [None]:
        accepted(api, written(said(kind=str(kind), symptom=symptom, gaps=list(Gap), locale="en")))


def test_the_longest_that_the_plugin_takes_is_accepted(api: Callers) -> None:
    deep = '{"a":' * 8 + "9223372036854775807" + "}" * 8
    accepted(api, written(said(
        text="ن" * 20000, category="c" * 64, action_taken="x" * 4000, remedy_sought="y" * 4000, affected=100000,
        occurred_at="2026-11-22T17:03:11.123456789+14:00", ended_at="8999-12-31T23:59:59Z", diagnostics=deep,
    )))  # fmt: skip


def test_a_report_of_exactly_64_kib_is_accepted_and_one_more_is_never_written(api: Callers) -> None:
    fixed = said(diagnostics=json.dumps({"pad": ""}))
    bare = len(written(fixed))
    raw = written(fixed | {"diagnostics": json.dumps({"pad": "x" * (65536 - bare)})})
    assert len(raw) == 65536
    accepted(api, raw)
    with pytest.raises(pytest.fail.Exception, match="64 KiB"):
        written(fixed | {"diagnostics": json.dumps({"pad": "x" * (65537 - bare)})})


def test_hostile_text_arrives_as_it_was_written(api: Callers) -> None:
    facts = {"ua": HOSTILE, "": {}, "0": [], "n": 180.5}
    report = said(text=HOSTILE, action_taken=HOSTILE, diagnostics=json.dumps(facts))
    accepted(api, written(report))
    with api.world.runtime.db.read() as conn:
        key = report_key(SITE, uuid.UUID(report["id"]))
        stored = reports.load(conn, [key])[key]
    assert (stored.text, stored.action_taken) == (HOSTILE, HOSTILE)
    assert stored.diagnostics == facts


@pytest.mark.parametrize("diagnostics", ['{"n":1e999}', '{"n":1e19}', "[]", '"x"', '{"a":' * 9 + "1" + "}" * 9])
def test_what_the_sidecar_would_refuse_is_refused_at_once(api: Callers, diagnostics: str) -> None:
    answer = speak("body", said=said(diagnostics=diagnostics), now=0, moodle=MOODLE)
    assert answer["field"] == "diagnostics"
    raw = json.dumps(body()).replace('"channel"', f'"diagnostics": {diagnostics}, "channel"').encode()
    assert api.post(raw, signed(json.loads(raw)["id"], raw)).status_code in {400, 422}


def sayable(example: dict[str, Any]) -> bool:
    """Whether a browser can say it; whole numbers are checked by Moodle before us."""
    touched = {*example.get("set", {}), *example.get("remove", [])}
    number = example.get("set", {}).get("affected", 0)
    fields = {"id", "kind", "symptom", "category", "gaps", "text", "occurred_at", "affected"}
    return bool(touched) and touched <= fields and isinstance(number, int) and number < 2**63


SAYABLE = [example for example in EXAMPLES["invalid"]["examples"] if sayable(example)]


@pytest.mark.parametrize("example", SAYABLE, ids=lambda e: e["name"].replace(" ", "-"))
def test_what_the_contract_calls_invalid_is_named_before_it_is_stored(example: dict[str, Any]) -> None:
    report = said(id="0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f") | example.get("set", {})
    for name in example.get("remove", []):
        report.pop(name, None)
    answer = speak("body", said=report, now=0, moodle=MOODLE)
    assert answer["field"] in {fault["field"].split(".")[0] for fault in example["errors"]}


def test_most_of_the_contracts_invalid_examples_are_among_them() -> None:
    assert len(SAYABLE) >= 10


def test_python_and_php_agree_on_thousands_of_references() -> None:
    ids = [str(uuid.uuid4()) for _ in range(3000)] + [str(uuid.UUID(int=n)) for n in (0, 1, 2**60 - 1, 2**128 - 1)]
    assert speak("references", ids=ids) == [grouped(reference_of(uuid.UUID(id_))) for id_ in ids]


@pytest.mark.parametrize("example", EXAMPLES["known"]["examples"], ids=lambda example: example["name"])
def test_what_a_room_knows_is_read_as_the_contract_says_it(example: dict[str, Any]) -> None:
    assert speak("known", document=example["answer"]) == example["answer"]["known"]


def test_of_what_a_room_knows_the_plugin_passes_over_what_it_does_not_understand() -> None:
    good = {"symptom": "no_sound", "since": "2026-11-22T13:55:11.123456+00:00", "people": 3, "declared": False}
    odd: list[Any] = [
        7, None, {}, good | {"symptom": "<b>"}, good | {"symptom": ["no_sound"]}, good | {"since": "soon"},
        {"symptom": "no_sound"},
    ]  # fmt: skip
    assert speak("known", document={"known": [*odd, good]}) == [good]
    assert speak("known", document={"known": [good | {"people": "3", "declared": "yes"}]}) == [
        good | {"people": None, "declared": False}
    ]
    for nothing in (None, {}, {"known": None}, {"known": "no_sound"}, [good]):
        assert speak("known", document=nothing) == []
    every = [good | {"symptom": str(one)} for one in Symptom]
    assert speak("known", document={"known": every}) == every
