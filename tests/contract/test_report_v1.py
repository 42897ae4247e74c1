"""Python against the examples that PHP and the browser code are tested with as well."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import time_machine

from sidecar.domain.report import grouped, luhn_digit, reference_of, report_key
from sidecar.identity import Proofs, SiteCaller, Unproven
from sidecar.store import reports
from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers, bearer, dumps, faults, settings_of, signed, site_of
from tests.worlds import world as make_world

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "report_v1.json").read_bytes())
SECRETS: dict[str, str] = EXAMPLES["secrets"]
SITE: str = EXAMPLES["site"]
REPORTS: dict[str, Any] = EXAMPLES["reports"]["examples"]
SITES = (site_of(SITE, SECRETS["new"], SECRETS["old"]), site_of("institute-2", SECRETS["other"]))


def named(section: str) -> Any:
    """A parameter for each example of a section."""
    return pytest.mark.parametrize(
        "example", [pytest.param(e, id=e["name"].replace(" ", "-")) for e in EXAMPLES[section]["examples"]]
    )


@pytest.fixture
def api(sqlite_database: Database) -> Iterator[Callers]:
    """The application at the examples' moment."""
    world = make_world(sqlite_database)
    with time_machine.travel(EXAMPLES["now"], tick=False):
        yield Callers(world, settings_of(*SITES))


def changed(example: dict[str, Any]) -> dict[str, Any]:
    """The named report with the example's fields set and removed."""
    document = REPORTS[example["of"]]["body"] | example.get("set", {})
    return {name: value for name, value in document.items() if name not in example.get("remove", [])}


def raw_of(example: dict[str, Any]) -> bytes:
    """A body whose very bytes matter."""
    return base64.b64decode(example["body_base64"]) if "body_base64" in example else example["body"].encode()


def test_the_file_says_itself_what_its_sections_mean() -> None:
    sections = set(EXAMPLES) - {"about", "version", "now", "site"}
    assert {name for name in sections if EXAMPLES[name].get("about")} == sections
    assert {report["body"]["kind"] for report in REPORTS.values()} == {
        "session_problem", "room_log", "certificate_gap", "support_request", "complaint", "suggestion", "inquiry",
    }  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES["references"]["examples"], ids=lambda e: e["id"])
def test_a_reference_follows_from_the_id(example: dict[str, str]) -> None:
    assert grouped(reference_of(uuid.UUID(example["id"]))) == example["reference"]
    digits = example["reference"].replace("-", "")
    assert luhn_digit(digits[:9]) == int(digits[9])


@pytest.mark.parametrize("example", EXAMPLES["references"]["next"], ids=lambda e: e["reference"])
def test_a_taken_reference_is_followed_by_the_next(example: dict[str, Any]) -> None:
    assert grouped(reference_of(uuid.UUID(example["id"]), example["taken"])) == example["reference"]


@pytest.mark.parametrize("name", REPORTS)
def test_every_valid_report_is_accepted_with_its_reference_and_stored_as_it_was_said(api: Callers, name: str) -> None:
    example = REPORTS[name]
    said = example["body"]
    answer = api.site(said, secret=SECRETS["new"], site=SITE)
    assert (answer.status_code, answer.get_json()["reference"]) == (202, example["reference"])
    with api.world.runtime.db.read() as conn:
        stored = reports.load(conn, [key := report_key(SITE, uuid.UUID(said["id"]))])[key]
    for field in ("kind", "symptom", "category", "channel", "affected"):
        assert getattr(stored, field) == said.get(field)
    for field in ("text", "action_taken", "remedy_sought"):
        assert getattr(stored, field) == (said.get(field) or "")
    assert stored.gaps == frozenset(said.get("gaps") or ())
    assert stored.reporter.id == said["reporter"].get("id")
    assert stored.about == (None if not said.get("about") else type(stored.about)(**said["about"]))


@pytest.mark.parametrize("name", REPORTS)
def test_every_valid_report_satisfies_the_openapi_document(api: Callers, name: str) -> None:
    document = api.client.get("/v1/openapi.json").get_json()
    schema = {"$ref": "#/components/schemas/ReportIn", "components": document["components"]}
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(REPORTS[name]["body"])


@named("same")
def test_a_retry_is_the_same_or_contradicts(api: Callers, example: dict[str, Any]) -> None:
    first = api.site(REPORTS[example["of"]]["body"], secret=SECRETS["new"], site=SITE)
    again = api.site(changed(example), secret=SECRETS["old"], site=SITE)
    assert again.status_code == (202 if example["same"] else 409)
    if example["same"]:
        assert again.get_json() == first.get_json()


@named("invalid")
def test_an_invalid_report_is_refused_naming_its_fields(api: Callers, example: dict[str, Any]) -> None:
    raw = raw_of(example) if "body_base64" in example else dumps(changed(example))
    answer = api.post(raw, signed(REPORTS[example["of"]]["body"]["id"], raw, secret=SECRETS["new"], site=SITE))
    assert answer.status_code == example["status"]
    assert faults(answer) == {fault["field"]: fault["code"] for fault in example["errors"]}


@named("malformed")
def test_a_malformed_body_is_400(api: Callers, example: dict[str, Any]) -> None:
    raw, message = raw_of(example), str(uuid.uuid4())
    assert api.post(raw, signed(message, raw, secret=SECRETS["new"], site=SITE)).status_code == example["status"]


@named("signatures")
def test_a_signature_proves_the_site_or_does_not(example: dict[str, Any]) -> None:
    proofs = Proofs({site.id: site for site in SITES}, frozenset)
    headers = {name: value for name, value in example.items() if name.startswith(("webhook-", "nidaa-"))}
    with time_machine.travel(EXAMPLES["now"], tick=False):
        if example["proves"]:
            caller = proofs.prove(headers, raw_of(example), "report:create")
            assert caller == SiteCaller(SITE, example["webhook-id"])
        else:
            with pytest.raises(Unproven):
                proofs.prove(headers, raw_of(example), "report:create")


@named("signatures")
def test_signing_by_the_words_of_the_file_gives_the_files_signature(example: dict[str, Any]) -> None:
    if not example["proves"] or " " in example["webhook-signature"]:
        return
    key = base64.b64decode(SECRETS[example["secret"]].removeprefix("whsec_"))
    text = f"{example['webhook-id']}.{example['webhook-timestamp']}.".encode() + raw_of(example)
    mac = hmac.new(key, text, hashlib.sha256).digest()
    assert "v1," + base64.b64encode(mac).decode() == example["webhook-signature"]


@named("tokens")
def test_a_token_proves_its_person_or_does_not(api: Callers, example: dict[str, Any]) -> None:
    answer = api.post(dumps(REPORTS["session_problem"]["body"]), bearer(example["token"]))
    assert answer.status_code == example["status"]


@named("tokens")
def test_a_token_is_made_of_exactly_the_texts_beside_it(example: dict[str, Any]) -> None:
    parts = [base64.urlsafe_b64decode(part + "==").decode("utf-8", "replace") for part in example["token"].split(".")]
    assert parts[:2] == [example["header_json"], example["claims_json"]]


@named("status")
def test_every_status_satisfies_the_openapi_document_and_no_answer_says_more(
    api: Callers, example: dict[str, Any]
) -> None:
    document = api.client.get("/v1/openapi.json").get_json()
    schema = {"$ref": "#/components/schemas/StatusOut", "components": document["components"]}
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(example["answer"])
    report = REPORTS["session_problem"]["body"]
    api.site(report, secret=SECRETS["new"], site=SITE)
    answer = api.read(report["id"], signed(report["id"], secret=SECRETS["new"], site=SITE)).get_json()
    assert set(answer) == set(example["answer"])


@named("known")
def test_what_a_room_knows_satisfies_the_openapi_document_and_no_answer_says_more(
    api: Callers, example: dict[str, Any]
) -> None:
    document = api.client.get("/v1/openapi.json").get_json()
    schema = {"$ref": "#/components/schemas/RoomKnowsOut", "components": document["components"]}
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(example["answer"])
    logged = REPORTS["room_log"]["body"] | {"about": None, "ended_at": None}
    assert api.site(logged, secret=SECRETS["new"], site=SITE).status_code == 202
    api.world.drain()
    place = logged["place"]
    query = {"activity": place["activity"]["id"], "group": place["group"] or ""}
    proof = signed(str(uuid.uuid4()), secret=SECRETS["new"], site=SITE)
    answer = api.client.get("/v1/known", query_string=query, headers=proof).get_json()
    assert set(answer) == set(example["answer"])
    fields = {"symptom", "since", "people", "declared"}
    assert [set(one) for one in answer["known"]] == [fields]
    assert all(set(one) == fields for one in example["answer"]["known"])
