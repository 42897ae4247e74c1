"""Who is calling: what a proof turns into, and how often the database is asked about it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from sidecar import identity
from sidecar.identity import OutOfScope, PersonCaller, Proofs, SiteCaller, Unproven
from tests.sidecar.api.callers import NEW, OLD, OTHER, OTHER_SITE, bearer, signed, site_of
from tests.worlds import SITE


def proofs_of(revoked: Callable[[], frozenset[tuple[str, str]]] = frozenset) -> Proofs:
    return Proofs({SITE: site_of(SITE, NEW, OLD), OTHER_SITE: site_of(OTHER_SITE, OTHER)}, revoked)


def test_a_site_is_known_by_its_id_and_by_what_it_signed() -> None:
    assert proofs_of().prove(signed("m-1", b"x"), b"x", "any") == SiteCaller(SITE, "m-1")


def test_a_person_is_what_the_token_says() -> None:
    said = {"course": 2, "activity": "3", "group": 0, "session": "meet-1"}
    now = int(time.time())
    given = bearer(ctx=said, role="trainer", locale="en", jti="j", iat=now)
    caller = proofs_of().prove(given, b"", "report:create")
    assert caller == PersonCaller(
        SITE,
        "21",
        "أحمد القحطاني",
        "en",
        caller.role,
        course="2",
        activity="3",
        group="0",
        session="meet-1",
        jti="j",
        issued_at=datetime.fromtimestamp(now, UTC),
    )  # type: ignore[union-attr]
    assert caller.role == "trainer"


@pytest.mark.parametrize("missing", ["name", "locale", "role", "ctx"])
def test_what_a_token_need_not_say_has_a_default(missing: str) -> None:
    caller = proofs_of().prove(bearer(**{missing: None}), b"", "report:create")
    assert isinstance(caller, PersonCaller)
    assert caller.sub == "21"
    if missing == "ctx":
        assert (caller.course, caller.activity, caller.group, caller.session) == (None, None, None, None)


def test_missing_scope_is_not_a_missing_proof_and_tells_the_language() -> None:
    with pytest.raises(OutOfScope) as refused:
        proofs_of().prove(bearer(scope="report:read-own", locale="en"), b"", "report:create")
    assert refused.value.locale == "en"


def test_the_reason_of_a_refusal_never_holds_what_the_caller_sent() -> None:
    secret = "do-not-repeat-me"
    sent: list[dict[str, str]] = [
        {"Authorization": f"Bearer {secret}"},
        {"Authorization": f"Basic {secret}"},
        signed(secret, b"x", site=secret),
        signed(secret, b"x", webhook_signature=f"v1,{secret}"),
        signed("m", b"x", at=secret),
        bearer(role=secret),
        bearer(iss=secret),
        bearer(aud=secret),
    ]
    for headers in sent:
        with pytest.raises(Unproven) as refused:
            proofs_of().prove(headers, b"x", "report:create")
        assert str(refused.value)
        assert secret not in str(refused.value)


def test_the_database_is_asked_about_revoked_tokens_once_in_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    clock = [1000.0]
    monkeypatch.setattr(identity.time, "monotonic", lambda: clock[0])

    def revoked() -> frozenset[tuple[str, str]]:
        asked.append(threading.get_ident())
        return frozenset({(SITE, "stolen")} if len(asked) > 1 else ())

    proofs, stolen = proofs_of(revoked), bearer(jti="stolen")

    def prove(_: Any = None) -> None:
        proofs.prove(stolen, b"", "report:create")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(prove, range(100)))
    assert len(asked) == 1
    clock[0] += 5.1
    with pytest.raises(Unproven, match="revoked"):
        prove()
    assert len(asked) == 2


def test_a_failure_is_shared_by_all_that_wait_for_it_and_remembered_for_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    clock = [1000.0]
    monkeypatch.setattr(identity.time, "monotonic", lambda: clock[0])
    hangs = threading.Event()

    def away() -> frozenset[tuple[str, str]]:
        asked.append(1)
        hangs.wait(0.3)
        raise ConnectionError("away")

    proofs, token = proofs_of(away), bearer()

    def prove(_: Any = None) -> None:
        with pytest.raises(ConnectionError):
            proofs.prove(token, b"", "report:create")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(prove, range(60)))
    assert len(asked) == 1
    clock[0] += 1.1
    prove()
    assert len(asked) == 2


def test_a_site_is_proven_without_asking_the_database() -> None:
    def away() -> frozenset[tuple[str, str]]:
        raise AssertionError("asked")

    assert proofs_of(away).prove(signed("m-1"), b"", "any") == SiteCaller(SITE, "m-1")
