"""What calls that want a proof say of themselves in the OpenAPI document."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from marshmallow import Schema

from sidecar.api.problems import N_
from sidecar.api.schemas import ProblemOut

TEXT: Final = {"type": "string"}
PROOFS: Final[list[dict[str, list[str]]]] = [
    {"site": [], "site_id": [], "site_time": [], "site_message": []},
    {"person": []},
]
KNOWN_ALREADY: Final = {
    "in": "header", "name": "If-None-Match", "schema": TEXT,
    "description": "The ETag of the answer that is known already",
}  # fmt: skip
UNCHANGED: Final = {"description": N_("Nothing has changed since the ETag that is known")}
ETAG: Final = {"ETag": {"schema": TEXT}}

_RETRY_HEADER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}}


def answers(good: dict[int, dict[str, Any]], *refusals: int) -> dict[str, Any]:
    """A call's answers. As data, since each decorator of flask-smorest's would wrap every call again."""
    shown: dict[str, Any] = {str(code): answer for code, answer in good.items()}
    for code in refusals:
        shown[str(code)] = {
            "description": HTTPStatus(code).phrase,
            "content": {"application/problem+json": {"schema": ProblemOut}},
        } | ({"headers": _RETRY_HEADER} if code in {429, 503} else {})
    return shown


def shaped(description: str, schema: type[Schema], **more: Any) -> dict[str, Any]:
    """One answer with its schema."""
    return {"description": description, "content": {"application/json": {"schema": schema}}, **more}
