"""Who is calling, proven: a site by its signature, a person by the LMS's token (contract.md, "Who may call").

Whatever is wrong with a proof is `Unproven` (401), never a 500: nobody learns what we tripped on.
"""

from __future__ import annotations

import hmac
import math
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol

import jwt
from standardwebhooks import Webhook

from sidecar.domain.report import Role
from sidecar.settings import Site, whsec_key

_TOLERANCE = 300  # seconds, as Standard Webhooks
_KNOWN = 5  # seconds for which the revoked tokens are not read again
_FAILED = 1  # the same after they could not be read
_LEEWAY = 60  # seconds a person's clock-bound claims may be off
_LAUNCH_LIVES = 60  # seconds, at most, from being made to being used
_GROUPS = 500  # of one course that somebody is in
_LAUNCH_LEEWAY = 10  # seconds: less, since so short a life is the point of it


class Headers(Protocol):
    """Request headers, found by any case."""

    def get(self, key: str, default: str, /) -> str:
        """One header, or the default."""
        ...


class Unproven(Exception):
    """401. The reason is for our log; the caller is told only that it is not proven."""


class OutOfScope(Exception):
    """403: proven, but this token may not do this. Carries the person's language."""

    def __init__(self, locale: str) -> None:
        super().__init__(locale)
        self.locale = locale


@dataclass(frozen=True, slots=True)
class SiteCaller:
    """An LMS speaking for one of its people. `webhook_id` is what it signed as the message's id."""

    site_id: str
    webhook_id: str


@dataclass(frozen=True, slots=True)
class PersonCaller:
    """A person's client. Everything here comes from the LMS's token and outweighs what a body says."""

    site_id: str
    sub: str
    name: str
    locale: str
    role: Role
    course: str | None
    activity: str | None
    group: str | None
    session: str | None
    jti: str
    issued_at: datetime
    groups: tuple[str, ...] | None = None  # of the course: it sees the people of these alone; None: nothing is said


Caller = SiteCaller | PersonCaller


class Proofs:
    """Checks proofs against the sites of this deployment.

    Args:
        sites: by id.
        revoked: reads the revoked (site, jti) pairs; asked at most every five seconds.
    """

    def __init__(self, sites: Mapping[str, Site], revoked: Callable[[], frozenset[tuple[str, str]]]) -> None:
        self._sites = sites
        self._hooks = {site.id: [Webhook(secret) for secret in site.secrets] for site in sites.values()}
        self._read_revoked = revoked
        self._reading: Future[frozenset[tuple[str, str]]] | None = None
        self._good_until = -math.inf
        self._lock = threading.Lock()

    def prove(self, headers: Headers, body: bytes, scope: str) -> Caller:
        """The caller behind a request to `/v1`.

        Raises:
            Unproven: for any defect of the proof whatsoever.
            OutOfScope: a good token without `scope`.
            SQLAlchemyError: the revoked tokens could not be read, which says nothing about this one (503).
        """
        try:
            authorization = headers.get("Authorization", "")
            if authorization:
                claims, site = self._claims(authorization, audience="report")
            else:
                return self._site(headers, body)
        except Unproven:
            raise
        except Exception as error:
            raise Unproven(type(error).__name__) from None
        if (site.id, claims["jti"]) in self._known_revoked():
            raise Unproven("revoked")
        return _person(claims, site, scope)

    def prove_launch(self, token: str, target: str) -> PersonCaller:
        """The person whom the LMS sends to a page. That the token is used once is for the caller to see to.

        Args:
            target: the page, as `/launch` names it; the token's scope must be `launch:<target>`.

        Raises:
            Unproven, OutOfScope, SQLAlchemyError: as `prove`.
        """
        try:
            claims, site = self._claims(f"Bearer {token}", audience="launch", leeway=_LAUNCH_LEEWAY)
            if not 0 < claims["exp"] - claims["iat"] <= _LAUNCH_LIVES:
                raise Unproven("a launch that lives too long")
        except Unproven:
            raise
        except Exception as error:
            raise Unproven(type(error).__name__) from None
        if (site.id, claims["jti"]) in self._known_revoked():
            raise Unproven("revoked")
        return _person(claims, site, f"launch:{target}")

    @property
    def valid_from(self) -> Mapping[str, datetime | None]:
        """For each site, since when the tokens it issues prove anything."""
        return {site.id: site.valid_from for site in self._sites.values()}

    def _site(self, headers: Headers, body: bytes) -> SiteCaller:
        site_id = headers.get("nidaa-site", "")
        hooks = self._hooks.get(site_id)
        webhook_id = headers.get("webhook-id", "")
        if hooks is None or not webhook_id:
            raise Unproven("unknown site or no message id")
        proof = {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        for secret, hook in zip(self._sites[site_id].secrets, hooks, strict=True):
            if _signed(hook, secret, body, proof):
                return SiteCaller(site_id, webhook_id)
        raise Unproven("no matching signature")

    def _claims(self, authorization: str, audience: str, leeway: int = _LEEWAY) -> tuple[dict[str, Any], Site]:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unproven("not a bearer token")
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        site = self._sites.get(issuer) if isinstance(issuer, str) else None
        if site is None:
            raise Unproven("unknown issuer")
        claims = _verified(token.strip(), site, audience, leeway)
        if site.valid_from is not None and claims["iat"] < site.valid_from.timestamp():
            raise Unproven("issued before the site's valid_from")
        return claims, site

    def _known_revoked(self) -> frozenset[tuple[str, str]]:
        """What was last read; one reads for all that ask meanwhile, and a failure is theirs too, for a second more."""
        with self._lock:
            reading = self._reading
            mine = reading is None or (reading.done() and time.monotonic() > self._good_until)
            if reading is None or mine:
                reading = self._reading = Future()
        if mine:
            self._read(reading)
        return reading.result()

    def _read(self, reading: Future[frozenset[tuple[str, str]]]) -> None:
        began = time.monotonic()
        try:
            revoked = self._read_revoked()
        except BaseException as error:  # whatever it was, nobody may wait for ever for what is not read any more
            self._good_until = time.monotonic() + _FAILED
            reading.set_exception(error)
        else:
            self._good_until = began + _KNOWN
            reading.set_result(revoked)


def _signed(hook: Webhook, secret: str, body: bytes, proof: Mapping[str, str]) -> bool:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        # Signed bytes that are no UTF-8 are a proven caller's malformed request (400), and the library takes only text.
        return _signed_bytes(whsec_key(secret), body, proof)
    try:
        hook.verify(text, dict(proof), json_parse=False)
    except Exception:  # the library lets several kinds through; each means "not proven"
        return False
    return True


def _signed_bytes(key: bytes, body: bytes, proof: Mapping[str, str]) -> bool:
    try:
        sent_at = math.floor(float(proof["webhook-timestamp"]))
        if abs(time.time() - sent_at) > _TOLERANCE:
            return False
        wanted = hmac.new(key, f"{proof['webhook-id']}.{sent_at}.".encode() + body, sha256).digest()
        offered = [part.partition(",") for part in proof["webhook-signature"].split(" ")]
        return any(v == "v1" and hmac.compare_digest(wanted, b64decode(signature)) for v, _, signature in offered)
    except (ValueError, OverflowError):
        return False


def _verified(token: str, site: Site, audience: str, leeway: int) -> dict[str, Any]:
    last: Exception = Unproven("no secret")
    for secret in site.secrets:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                whsec_key(secret),
                algorithms=["HS256"],
                audience=audience,
                issuer=site.id,
                leeway=leeway,
                options={"require": ["iss", "aud", "sub", "iat", "exp", "jti"], "strict_aud": True},
            )
        except jwt.InvalidTokenError as error:
            last = error
        else:
            return claims
    raise Unproven(type(last).__name__)


def _person(claims: Mapping[str, Any], site: Site, scope: str) -> PersonCaller:
    try:
        ctx = claims.get("ctx") or {}
        person = PersonCaller(
            site_id=site.id,
            sub=_text(claims["sub"], 64) or "",
            name=_text(claims.get("name"), 300) or "",
            locale=_text(claims.get("locale"), 16) or "ar",
            role=Role(claims.get("role") or Role.TRAINEE),
            course=_place(ctx.get("course")),
            activity=_place(ctx.get("activity")),
            group=_place(ctx.get("group")),
            session=_text(ctx.get("session"), 128),
            jti=_text(claims["jti"], 128) or "",
            issued_at=datetime.fromtimestamp(claims["iat"], UTC),
            groups=_groups(ctx.get("groups")),
        )
        granted = str(claims.get("scope") or "").split()
    except (ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise Unproven(f"claims: {type(error).__name__}") from None
    if not person.sub:
        raise Unproven("no subject")
    if scope not in granted:
        raise OutOfScope(person.locale)
    return person


def _place(value: object) -> str | None:
    """An id of a place; parts of a room's key are joined by "|"."""
    text = _text(value, 64)
    if text and "|" in text:
        raise ValueError("place")
    return text


def _groups(value: object) -> tuple[str, ...] | None:
    """The groups that limit what somebody sees; none at all is nobody, and never everybody."""
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > _GROUPS:
        raise ValueError("groups")
    found = [_place(one) for one in value]
    if None in found:
        raise ValueError("groups")
    return tuple(one for one in found if one is not None)


def _text(value: object, longest: int) -> str | None:
    """A claim as bounded text that every database takes; numbers are ids as some LMSs write them."""
    if value is None or value == "":
        return None
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not text or len(text) > longest or "\x00" in text:
        raise ValueError("claim")
    text.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    return text
