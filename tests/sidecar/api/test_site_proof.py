"""A site proves itself by Standard Webhooks; whatever is wrong with the proof is 401 (contract.md, "Who may call")."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from tests.sidecar.api.callers import (
    NEW,
    OLD,
    OTHER,
    OTHER_SITE,
    Callers,
    bearer,
    body,
    dumps,
    settings_of,
    signature,
    signed,
    site_of,
)
from tests.worlds import SITE

ID = "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f"
RAW = dumps(body(id=ID))


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_either_secret_proves_the_site_while_it_rotates(api: Callers, secret: str) -> None:
    assert api.site(body(), secret=secret).status_code == 202


def test_a_secret_that_is_rotated_out_proves_nothing(api: Callers) -> None:
    rotated = Callers(api.world, settings_of(site_of(SITE, NEW)))
    assert rotated.site(body(), secret=NEW).status_code == 202
    assert rotated.site(body(), secret=OLD).status_code == 401


def test_what_the_reference_library_signs_is_accepted(api: Callers) -> None:
    now = datetime.now(UTC)
    headers = signed(ID, RAW) | {"webhook-signature": Webhook(NEW).sign(ID, now, RAW.decode())}
    assert api.post(RAW, headers | {"webhook-timestamp": str(int(now.timestamp()))}).status_code == 202


def test_one_good_signature_among_several_is_enough(api: Callers) -> None:
    at = int(time.time())
    several = f"{signature(OTHER, ID, at, RAW)} v1a,AAAA {signature(OLD, ID, at, RAW)}"
    assert api.post(RAW, signed(ID, RAW, at=at, webhook_signature=several)).status_code == 202


def test_a_secret_of_another_site_proves_nothing_here(api: Callers) -> None:
    assert api.site(body(), secret=OTHER).status_code == 401
    assert api.site(body(), secret=OTHER, site=OTHER_SITE).status_code == 202
    assert api.site(body(), secret=NEW, site=OTHER_SITE).status_code == 401


DEFECTS: dict[str, Callable[[], dict[str, str]]] = {
    "unknown site": lambda: signed(ID, RAW, site="nobody"),
    "no site": lambda: {k: v for k, v in signed(ID, RAW).items() if k != "nidaa-site"},
    "no id": lambda: {k: v for k, v in signed(ID, RAW).items() if k != "webhook-id"},
    "no time": lambda: {k: v for k, v in signed(ID, RAW).items() if k != "webhook-timestamp"},
    "no signature": lambda: {k: v for k, v in signed(ID, RAW).items() if k != "webhook-signature"},
    "empty id": lambda: signed("", RAW),
    "another body": lambda: signed(ID, RAW + b" "),
    "another id signed": lambda: signed(ID, RAW, webhook_signature=signature(NEW, "x", int(time.time()), RAW)),
    "six minutes old": lambda: signed(ID, RAW, at=int(time.time()) - 360),
    "six minutes early": lambda: signed(ID, RAW, at=int(time.time()) + 360),
    "no number for a time": lambda: signed(ID, RAW, at="now"),
    "a time that is no number": lambda: signed(ID, RAW, at="nan"),
    "an endless time": lambda: signed(ID, RAW, at="inf"),
    "a time beyond every calendar": lambda: signed(ID, RAW, at="1e300"),
    "another version": lambda: signed(ID, RAW, webhook_signature=signature(NEW, ID, int(time.time()), RAW)[1:]),
    "no base64": lambda: signed(ID, RAW, webhook_signature="v1,%%%"),
    "base64 cut short": lambda: signed(ID, RAW, webhook_signature="v1,QUJ"),
    "no comma": lambda: signed(ID, RAW, webhook_signature="v1"),
    "only commas": lambda: signed(ID, RAW, webhook_signature=",,, ,"),
    "letters beyond ASCII": lambda: signed(ID, RAW, webhook_signature="v1,\u00e9\u00ff"),
    "a basic login beside it": lambda: signed(ID, RAW, Authorization="Basic YTpi"),
}


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("raw", [RAW, b"\xff\xfe not UTF-8"], ids=["text", "bytes"])
def test_every_defect_of_a_signature_is_401(door: Callers, defect: str, raw: bytes) -> None:
    answer = door.post(raw, DEFECTS[defect]())
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


@pytest.mark.parametrize("at", ["nan", "inf", "1e300", "-1", "soon", "٣"])
def test_a_senseless_time_is_401_even_when_it_is_signed_over_bytes(door: Callers, at: str) -> None:
    raw = b"\xff"
    assert door.post(raw, signed(ID, raw, at=at.encode().decode("latin-1"))).status_code == 401


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changed=st.dictionaries(
        st.sampled_from(["nidaa-site", "webhook-id", "webhook-timestamp", "webhook-signature", "Authorization"]),
        st.one_of(
            st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80),
            st.sampled_from(["v1,", "v1, v1,", "Bearer", "Bearer a.b.c", "Bearer ..", "1e9", "١٢٣", SITE]),
            st.binary(max_size=40).map(lambda b: "v1," + base64.b64encode(b).decode()),
        ),
        min_size=1,
    ),
    raw=st.sampled_from([RAW, b"", b"\xff\xfe", b"\x00"]),
)
def test_no_headers_whatsoever_make_a_proof_or_a_crash(api: Callers, changed: dict[str, str], raw: bytes) -> None:
    headers = {"nidaa-site": SITE, "webhook-id": ID, "webhook-timestamp": str(int(time.time()))}
    headers["webhook-signature"] = "v1," + base64.b64encode(bytes(32)).decode()
    sent = headers | {k: v.encode().decode("latin-1").replace("\x7f", "") for k, v in changed.items()}
    assert api.post(raw, sent).status_code == 401


def test_the_window_is_five_minutes_to_either_side(api: Callers) -> None:
    now = int(time.time())
    with time_machine.travel(now + 0.5, tick=False):
        for offset, status in [(-299, 202), (-302, 401), (299, 202), (302, 401)]:
            raw = dumps(document := body())
            assert api.post(raw, signed(document["id"], raw, at=now + offset)).status_code == status, offset


@pytest.mark.parametrize(
    ("document", "status"),
    [(body(id=ID), 401), (body(id=ID, kind="nonsense"), 401), (body(id="nonsense"), 422), ({"kind": "inquiry"}, 422)],
    ids=["another id", "another id comes before other faults", "no id at all to compare", "no id"],
)
def test_a_report_is_signed_under_its_own_id(door: Callers, document: dict[str, Any], status: int) -> None:
    raw = dumps(document)
    assert door.post(raw, signed(str(uuid.uuid4()), raw)).status_code == status


def test_an_id_is_the_same_in_either_case(api: Callers) -> None:
    raw = dumps(body(id=ID.upper()))
    answer = api.post(raw, signed(ID, raw))
    assert (answer.status_code, answer.get_json()["id"]) == (202, ID)


def test_reading_is_signed_over_the_id_in_the_path_and_an_empty_body(api: Callers) -> None:
    assert api.site(body(id=ID)).status_code == 202
    assert api.read(ID).status_code == 200
    assert api.read(ID, signed(str(uuid.uuid4()))).status_code == 401
    assert api.read(ID, signed(ID, b"x")).status_code == 401
    assert api.read("nonsense", signed(ID)).status_code == 401
    assert api.read("nonsense", signed("nonsense")).status_code == 404


def test_an_addition_is_signed_under_its_own_id_and_not_the_reports(api: Callers) -> None:
    api.site(body(id=ID))
    addition = {"id": str(uuid.uuid4()), "text": "الآن لا أرى الصورة أيضاً"}
    raw = dumps(addition)
    assert api.add(ID, addition, signed(ID, raw)).status_code == 401
    assert api.add(ID, addition).status_code == 202


def test_a_bearer_token_outranks_a_signature_beside_it(api: Callers) -> None:
    document = body()
    raw = dumps(document)
    good = signed(document["id"], raw)
    assert api.post(raw, good | bearer(secret=OTHER)).status_code == 401
    assert api.post(raw, good | bearer(sub="77")).status_code == 202
    assert api.read(document["id"], bearer(sub="77")).status_code == 200
