"""A person's client proves itself by the LMS's token, which outweighs the body (contract.md, "Who may call")."""

from __future__ import annotations

import base64
import hmac
import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from sidecar.domain.report import report_key
from sidecar.store import proofs, reports
from tests.sidecar.api.callers import (
    NEW,
    OLD,
    OTHER,
    OTHER_SITE,
    Callers,
    bearer,
    body,
    claims,
    dumps,
    key_of,
    settings_of,
    site_of,
    token,
)
from tests.worlds import SITE


def unsigned() -> str:
    return jwt.encode(claims(), None, algorithm="none")


def by_hand(header: dict[str, Any], *, digest: str = "sha256", **changes: Any) -> str:
    """A token with any header, signed correctly with the site's key."""

    def part(value: Any) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    text = part(header) + b"." + part(claims(**changes))
    mac = hmac.digest(key_of(NEW), text, digest)
    return (text + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


NOW = int(time.time())
DEFECTS: dict[str, Callable[[], str]] = {
    "alg none": unsigned,
    "alg NONE": lambda: by_hand({"alg": "NONE", "typ": "JWT"}),
    "HS512": lambda: by_hand({"alg": "HS512", "typ": "JWT"}, digest="sha512"),
    "HS384": lambda: by_hand({"alg": "HS384", "typ": "JWT"}),
    "RS256 over the shared key": lambda: by_hand({"alg": "RS256", "typ": "JWT"}),
    "no alg": lambda: by_hand({"typ": "JWT"}),
    "critical header": lambda: by_hand({"alg": "HS256", "crit": ["x"], "x": 1}),
    "another site's secret": lambda: token(secret=OTHER),
    "another site's name": lambda: token(iss=OTHER_SITE),
    "unknown issuer": lambda: token(iss="nobody"),
    "a list of issuers": lambda: by_hand({"alg": "HS256"}, iss=[SITE]),
    "aud launch": lambda: token(aud="launch"),
    "several audiences": lambda: token(aud=["report", "launch"]),
    "expired": lambda: token(iat=NOW - 7200, exp=NOW - 3600),
    "from the future": lambda: token(iat=NOW + 3600, exp=NOW + 7200),
    "role unknown": lambda: token(role="dean"),
    "ctx no object": lambda: token(ctx="course 2"),
    "course a list": lambda: token(ctx={"course": ["2"]}),
    "sub with NUL": lambda: token(sub="2\x001"),
    "sub too long": lambda: token(sub="2" * 65),
    "sub a number": lambda: by_hand({"alg": "HS256"}, sub=21),
    "exp endless": lambda: by_hand({"alg": "HS256"}, exp=float("inf")),
    "iat no number": lambda: by_hand({"alg": "HS256"}, iat="yesterday"),
    "jti no text": lambda: by_hand({"alg": "HS256"}, jti={"a": 1}),
    "nothing": lambda: "",
    "not three parts": lambda: "a.b",
    "three empty parts": lambda: "..",
    "letters beyond ASCII": lambda: "\u00e9.\u00e9.\u00e9",
    "claims no object": lambda: jwt.api_jws.encode(b"[1]", key_of(NEW), algorithm="HS256"),
} | {f"no {claim}": lambda claim=claim: token(**{claim: None}) for claim in ("iss", "aud", "sub", "iat", "exp", "jti")}


@pytest.mark.parametrize("defect", DEFECTS)
def test_every_defect_of_a_token_is_401(door: Callers, defect: str) -> None:
    answer = door.post(dumps(body()), bearer(DEFECTS[defect]()))
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


def test_the_helper_that_makes_bad_tokens_makes_good_ones_too(api: Callers) -> None:
    assert api.post(dumps(body()), bearer(by_hand({"alg": "HS256", "typ": "JWT"}))).status_code == 202


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.dictionaries(
        st.sampled_from(["sub", "name", "locale", "role", "ctx", "scope", "iat", "exp", "jti", "aud", "iss"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=9), inner, max_size=2),
            max_leaves=4,
        ),
        min_size=1,
        max_size=3,
    )
)
def test_no_claims_whatsoever_make_a_crash(api: Callers, said: dict[str, Any]) -> None:
    answer = api.post(dumps({}), bearer(by_hand({"alg": "HS256"}, **said)))
    assert answer.status_code in {401, 403, 422}, said


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_tokens_live_through_a_rotation_of_the_secret(api: Callers, secret: str) -> None:
    assert api.person(body(), secret=secret).status_code == 202


@pytest.mark.parametrize("scheme", ["Basic", "Token", "", "Bearer\t"])
def test_only_the_bearer_scheme_carries_a_token(door: Callers, scheme: str) -> None:
    assert door.post(dumps(body()), {"Authorization": f"{scheme}{token()}"}).status_code == 401


def test_tokens_from_before_the_sites_valid_from_prove_nothing(api: Callers) -> None:
    since = datetime.now(UTC) - timedelta(minutes=10)
    strict = Callers(api.world, settings_of(site_of(valid_from=since)))
    at = int(since.timestamp())
    assert strict.person(body(), iat=at - 1).status_code == 401
    assert strict.person(body(), iat=at + 2).status_code == 202


def test_a_revoked_token_proves_nothing_at_its_site_within_five_seconds(both: Callers) -> None:
    assert both.person(body(), jti="stolen").status_code == 202
    with both.world.runtime.db.write() as conn:
        proofs.revoke(conn, SITE, "stolen", both.world.clock())
    both.app.extensions["nidaa_reports"].proofs._good_until -= 5.1  # five seconds pass
    assert both.person(body(), jti="stolen").status_code == 401
    assert both.person(body(), jti="another").status_code == 202
    elsewhere = both.person(body(), jti="stolen", iss=OTHER_SITE, secret=OTHER)
    assert elsewhere.status_code == 202


def test_a_database_that_cannot_say_what_is_revoked_is_503_and_not_a_bad_token(api: Callers) -> None:
    def away() -> frozenset[tuple[str, str]]:
        raise OperationalError("SELECT", {}, Exception("away"))

    api.app.extensions["nidaa_reports"].proofs._read_revoked = away
    answer = api.person(body())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


@pytest.mark.parametrize(
    ("scope", "sends", "reads"),
    [
        ("report:create report:read-own", 202, 200),
        ("report:create", 202, 403),
        ("report:read-own", 403, 200),
        ("report:creates  report:read-own2", 403, 403),
        ("", 403, 403),
        (None, 403, 403),
        (["report:create", "report:read-own"], 403, 403),
    ],
)
def test_a_token_does_what_its_scope_says_and_nothing_else(api: Callers, scope: Any, sends: int, reads: int) -> None:
    there = body()
    assert api.site(there).status_code == 202
    assert api.person(body(), scope=scope).status_code == sends
    assert api.read(there["id"], bearer(scope=scope)).status_code == reads
    addition = dumps({"id": "0198f3c2-7b1e-7c44-9d0a-000000000001", "text": "x"})
    assert api.post(addition, bearer(scope=scope), f"/v1/reports/{there['id']}/additions").status_code == sends


def test_the_tokens_claims_outweigh_what_the_body_says_of_them(api: Callers) -> None:
    lies = body(
        reporter={"id": "1", "role": "supervisor", "name": "مدير", "email": "x@example.org"},
        place__course={"id": "99", "name": "أخرى"},
        place__activity={"id": "98"},
        place__group="97",
        place__session={"key": "s-96"},
        stored_at="2026-11-22T10:00:00Z",
    )
    said = {"course": "2", "activity": "3", "group": "5", "session": "meet-1"}
    answer = api.person(lies, sub="21", name="أحمد", role="trainer", ctx=said)
    assert answer.status_code == 202
    key = report_key(SITE, uuid.UUID(lies["id"]))
    with api.world.runtime.db.read() as conn:
        stored = reports.load(conn, [key])[key]
    assert (stored.reporter.id, stored.reporter.name, stored.reporter.role) == ("21", "أحمد", "trainer")
    assert stored.reporter.email is None
    assert stored.place.course is not None
    assert (stored.place.course.id, stored.place.course.name) == ("2", "")
    assert stored.place.activity is not None
    assert stored.place.activity.id == "3"
    assert stored.place.group == "5"
    assert stored.place.session is not None
    assert stored.place.session.key == "meet-1"
    assert stored.received_at == api.world.clock(), "only a site knows when it stored something"


@pytest.mark.parametrize("nonsense", [None, 7, {"id": 5, "role": "king"}, []])
def test_not_even_faults_count_in_what_the_token_says_instead(api: Callers, nonsense: Any) -> None:
    senseless = body(reporter=nonsense, place__course=nonsense, place__activity=nonsense, place__session=nonsense)
    assert api.person(senseless).status_code == 202


def test_a_reporter_is_required_from_a_site_and_from_nobody_else(api: Callers) -> None:
    document = body()
    del document["reporter"]
    assert api.person(document).status_code == 202
    del (other := body())["reporter"]
    answer = api.site(other)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.get_json()["errors"]] == ["reporter"]


@pytest.mark.parametrize(
    ("role", "document", "status"),
    [
        ("trainee", body(kind="room_log"), 403),
        ("trainer", body(kind="room_log"), 403),
        ("room_manager", body(kind="room_log"), 202),
        ("trainee", body(kind="certificate_gap", gaps=["phone_missing"]), 202),
        ("trainee", body(kind="certificate_gap", about={"id": "21", "role": "trainee"}), 202),
        ("trainee", body(kind="certificate_gap", about={"id": "22", "role": "trainee"}), 403),
        ("trainer", body(kind="certificate_gap", about={"id": "22", "role": "trainee"}), 202),
        ("room_manager", body(kind="certificate_gap", about={"id": "22", "role": "trainee"}), 202),
    ],
)
def test_people_send_for_others_only_what_is_theirs_to_say(
    api: Callers, role: str, document: dict[str, Any], status: int
) -> None:
    assert api.person(document | {"id": str(uuid.uuid4())}, role=role).status_code == status
