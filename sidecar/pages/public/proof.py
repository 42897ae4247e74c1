"""`/public/proof`: the riddle that a browser works out before it sends the public form, and what it sends of it."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import altcha
from flask import Response, jsonify
from flask_babel import gettext as _

from sidecar.domain import proof as rules
from sidecar.pages.session import runtime
from sidecar.pages.shell.views import asset_url
from sidecar.store import public_limits

FIELD: Final = "altcha"
_LONGEST: Final = 4096  # letters; a real one has about 700


class How(StrEnum):
    """How a proof stands."""

    NONE = "none"
    GOOD = "good"
    EXPIRED = "expired"
    SPENT = "spent"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a form brought; `key` and `until` of a good one only."""

    how: How
    key: str = ""
    until: datetime | None = None


def challenge() -> Response:
    """A new riddle, signed, for half an hour."""
    first, last = rules.COUNTERS
    secret = runtime().tracking_secret
    made = altcha.create_challenge(
        rules.ALGORITHM, rules.COST, counter=first + secrets.randbelow(last - first + 1),
        expires_at=runtime().clock() + rules.HOLDS, hmac_secret=rules.challenge_key(secret),
        hmac_key_secret=rules.answer_key(secret),
    )  # fmt: skip
    answer = jsonify(made.to_dict())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def read(given: str) -> Proof:
    """How a proof stands by itself; whether it was used already says `spend`."""
    if not given:
        return Proof(How.NONE)
    if len(given) > _LONGEST:
        return Proof(How.WRONG)
    secret = runtime().tracking_secret
    found = altcha.verify_solution(given, rules.challenge_key(secret), hmac_key_secret=rules.answer_key(secret))
    if found.expired:
        return Proof(How.EXPIRED)
    if not found.verified:
        return Proof(How.WRONG)
    of = altcha.Payload.from_base64(given).challenge
    if of.signature is None or of.parameters.expires_at is None:
        return Proof(How.WRONG)  # we sign none without an end
    return Proof(How.GOOD, of.signature, datetime.fromtimestamp(of.parameters.expires_at, UTC))


def spend(proof: Proof, report_id: uuid.UUID) -> bool:
    """Use it for a report, once; False when it was used for another."""
    if proof.until is None:
        return False
    with runtime().db.write() as conn:
        return public_limits.spend(conn, proof.key, report_id, proof.until)


def is_spent(proof: Proof, report_id: uuid.UUID) -> bool:
    """Whether it was used for another report already; changes nothing."""
    with runtime().db.read() as conn:
        return public_limits.is_spent(conn, proof.key, report_id)


def words(how: How) -> str:
    """Why it is refused."""
    told = {
        How.EXPIRED: _("The check that your browser makes had grown too old."),
        How.SPENT: _("The check that your browser made was used for another message."),
    }.get(how, _("The check that your browser makes did not succeed."))
    return f"{told} {_('What you wrote is still here; please send it again.')}"


def for_page() -> dict[str, Any]:
    """What the page's script needs."""
    told = {
        "label": _("Checked by itself when you send"), "verifying": _("Checking that you are no machine…"),
        "verified": _("Checked"), "error": _("This check did not succeed. You can send all the same."),
        "expired": _("The check has grown too old. It is made again when you send."),
        "waitAlert": _("Checking that you are no machine…"), "loading": _("Checking that you are no machine…"),
        "verificationRequired": _("Checking that you are no machine…"),
    }  # fmt: skip
    strings = json.dumps({name: str(word) for name, word in told.items()}, ensure_ascii=False)
    waits = int(rules.UNPROVEN_WAITS.total_seconds())
    return {"strings": strings, "worker": asset_url("altcha-pbkdf2.js"), "name": FIELD, "waits": waits}
