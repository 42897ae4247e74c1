"""`/v1/openapi.json` describes what is served: it is valid, it is complete, and what it says holds (contract.md)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.definitions import OPENAPI_31

from tests.sidecar.api.callers import Callers, bearer, body
from tests.worlds import SITE

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
OPERATIONS = [
    ("POST", "/v1/reports"),
    ("GET", "/v1/reports/{report_id}"),
    ("POST", "/v1/reports/{report_id}/additions"),
    ("GET", "/v1/known"),
    ("GET", "/v1/health"),
    ("GET", "/v1/contact"),
    ("GET", "/v1/forms"),
]


def spec_of(api: Callers) -> dict[str, Any]:
    answer = api.client.get("/v1/openapi.json")
    assert answer.status_code == 200, "it needs no proof"
    document: dict[str, Any] = answer.get_json()
    return document


def test_the_document_is_valid_openapi_3_1(api: Callers) -> None:
    document = spec_of(api)
    assert document["openapi"].startswith("3.1.")
    jsonschema_rs.validator_for(OPENAPI_31).validate(document)
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


def test_the_document_names_every_call_and_every_answer(api: Callers) -> None:
    document = spec_of(api)
    found = {
        (method.upper(), path)
        for path, calls in document["paths"].items()
        for method in calls
        if method != "parameters"
    }
    assert found == set(OPERATIONS)
    answers = {
        f"{method} {path}": set(document["paths"][path][method.lower()]["responses"]) for method, path in OPERATIONS
    }
    assert answers["POST /v1/reports"] == {"202", "400", "401", "403", "409", "413", "415", "422", "429", "503"}
    assert answers["GET /v1/reports/{report_id}"] == {"200", "304", "401", "403", "404", "413", "503"}
    assert answers["GET /v1/known"] == {"200", "304", "401", "403", "413", "422", "429", "503"}
    assert answers["POST /v1/reports/{report_id}/additions"] == {
        "202", "400", "401", "403", "404", "409", "413", "415", "422", "429", "503",
    }  # fmt: skip


def test_the_document_shows_what_is_refused(api: Callers) -> None:
    schemas = spec_of(api)["components"]["schemas"]
    report = schemas["ReportIn"]["properties"]
    assert report["id"] == {"type": "string", "format": "uuid"}
    assert report["text"]["maxLength"] == 20_000
    assert report["version"] == {"type": "integer", "minimum": 1, "maximum": 1}
    assert "certificate_gap" in report["kind"]["enum"]
    assert None not in report["kind"]["enum"]
    assert None in report["symptom"]["enum"]
    assert report["occurred_at"]["format"] == "date-time"
    assert "enum" in report["gaps"]["items"]
    shapeless = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, shape in schema.get("properties", {}).items()
        if not {"type", "$ref", "anyOf", "enum"} & set(shape)
    ]
    assert shapeless == []


def test_the_contracts_example_satisfies_the_document_and_a_faulty_one_does_not(api: Callers) -> None:
    document = spec_of(api)
    schema = {"$ref": "#/components/schemas/ReportIn", "components": document["components"]}
    validator = jsonschema_rs.validator_for(schema)
    validator.validate(body())
    for fault in ({"kind": "wish"}, {"affected": -1}, {"text": 7}, {"place__page": "moon"}, {"gaps": ["tail"]}):
        assert not validator.is_valid(body(**fault)), fault


def refuses(api: Callers, name: str) -> Callable[[Any], bool]:
    """Whether the document forbids a body, apart from what a person's token says instead."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": spec_of(api)["components"]}
    validator = jsonschema_rs.validator_for(schema)

    def refused(said: Any) -> bool:
        if not isinstance(said, dict):
            return False  # raw bytes, or nothing at all: not the document's business
        said = {field: value for field, value in said.items() if field != "reporter"}
        if isinstance(said.get("place"), dict):
            said["place"] = {field: value for field, value in said["place"].items() if field == "page"}
        return not validator.is_valid(said)

    return refused


def _schema(api: Callers) -> Any:
    return schemathesis.openapi.from_wsgi("/v1/openapi.json", api.app)


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{m} {p}" for m, p in OPERATIONS])
def test_schemathesis_finds_nothing_that_the_document_does_not_say(
    api: Callers, method: str, path: str, mode: str
) -> None:
    there = body()
    assert api.site(there).status_code == 202
    operation = _schema(api)[path][method]
    modes = {
        "positive": schemathesis.GenerationMode.POSITIVE,
        "negative": schemathesis.GenerationMode.NEGATIVE,
    }
    if mode == "negative" and path in {"/v1/health", "/v1/contact", "/v1/forms"}:
        return  # it takes nothing that could be wrong
    refused = refuses(api, "AdditionIn" if "additions" in path else "ReportIn")

    @settings(
        max_examples=20, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=modes[mode]), known=st.booleans())
    def calls(case: Any, known: bool) -> None:
        if known and mode == "positive" and "report_id" in case.path_parameters:
            case.path_parameters["report_id"] = there["id"]
        who = bearer(sub="21" if known else uuid.uuid4().hex, iss=SITE)
        answer = case.call(headers=who)
        case.validate_response(answer, checks=CHECKS)
        if method == "POST" and refused(case.body):
            assert 400 <= answer.status_code < 500

    calls()
