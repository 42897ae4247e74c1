"""The one door to `requests`: pooled, with total deadlines, a size cap, a breaker, and no secret that leaks.

What shouldn't be in this package's other files: `requests`, sockets, retries. A caller names the address, the fields
and a `read` that turns an answer into a value; whatever goes wrong becomes one of `adapters.errors`.

Errors are raised outside every `except`, so that no exception of `requests` (which holds the whole request, token
included) hangs on them as `__cause__` or `__context__`.
"""

from __future__ import annotations

import http.cookiejar
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

import orjson
import requests
import requests.exceptions

from adapters.breaker import Breaker
from adapters.deadlines import FirmDeadline, WatchedAdapter
from adapters.errors import AdapterError, Malformed, Refused, Unavailable

T = TypeVar("T")

_CHUNK = 64 * 1024
_CONNECT_SECONDS = 5.0
_USER_AGENT = "nidaa/1"


class Secret:
    """A text that only the wire may see: it prints as `<secret>`, and cannot be pickled into a queue or a report."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Call it in the last frame before the wire, never in one that raises."""
        return self._text

    def __repr__(self) -> str:
        return "<secret>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("secret", self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not for pickling")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, before anybody judged it.

    Attributes:
        status: the HTTP status.
        content_type: the media type alone, lower case, or an empty text.
        body: the bytes, decompressed, at most the door's `limit`; kept out of `repr` because it holds personal data.
        retry_after: seconds of a `Retry-After` header, if it gave seconds.
        redirected_to: scheme and host of a `Location` header, without path or query.
    """

    status: int
    content_type: str
    body: bytes = field(repr=False)
    retry_after: float | None = None
    redirected_to: str | None = None


class Door:
    """One outside system, reached over HTTP. Safe to share between threads and between greenlets.

    Redirects are never followed: a form with a token in it goes to the address that was configured, or nowhere.
    Proxies and `.netrc` of the environment are ignored for the same reason.

    Args:
        name: what stands behind it, as logs and errors call it; never a URL.
        deadline: seconds from the first byte sent to the last byte read, name lookup and connecting included.
        limit: bytes of a decompressed answer; a longer one is `Malformed`.
        pool: connections kept open.
        breaker: its circuit breaker; one of its own by default.
    """

    def __init__(
        self,
        name: str,
        *,
        deadline: float = 10.0,
        limit: int = 16 * 1024 * 1024,
        pool: int = 16,
        breaker: Breaker | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.deadline = deadline
        self.breaker = breaker or Breaker(name, monotonic=monotonic)
        self._limit = limit
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["User-Agent"] = _USER_AGENT
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, WatchedAdapter(pool))

    def __repr__(self) -> str:
        return f"Door({self.name!r})"

    def send(
        self,
        method: str,
        url: str,
        *,
        read: Callable[[Answer], T],
        form: Mapping[str, str | Secret] | None = None,
        json: object = None,
        headers: Mapping[str, str | Secret] | None = None,
        deadline: float | None = None,
    ) -> T:
        """Make one call and return what `read` makes of the answer.

        Args:
            url: without user, query or fragment (ValueError otherwise): those reach logs.
            form: sent urlencoded in the body. `json`: sent as JSON instead; a `Secret` in it is revealed here alone.
            read: judges the answer. Its `Unavailable` and `Malformed` count against the breaker, its `Refused` not.
            deadline: a shorter total deadline for this call, in seconds.

        Raises:
            Unavailable, Refused, Malformed: see `adapters.errors`; `Unavailable(attempted=False)` when the breaker
                stands open.
        """
        parts = urlsplit(url)
        if parts.query or parts.fragment or parts.username or parts.password or parts.scheme not in {"http", "https"}:
            raise ValueError("an address is http(s), without user, query or fragment")
        seconds = self.deadline if deadline is None else min(deadline, self.deadline)
        permit = self.breaker.enter()
        try:
            outcome = self._transmit(method, url, form=form, json=json, headers=headers or {}, seconds=seconds)
            if isinstance(outcome, AdapterError):
                if not isinstance(outcome, Refused):
                    permit.failed()
                raise outcome
            try:
                value = read(outcome)
            except Refused:
                permit.passed()
                raise
            except (Unavailable, Malformed):
                permit.failed()
                raise
            permit.passed()
            return value
        finally:
            permit.release()

    def _transmit(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str | Secret] | None,
        json: object,
        headers: Mapping[str, str | Secret],
        seconds: float,
    ) -> Answer | AdapterError:
        """Everything that touches the wire. It returns what went wrong, because raising would tie the request to it."""
        call = FirmDeadline(seconds)
        try:
            with call:
                data = None if form is None else {key: _revealed(value) for key, value in form.items()}
                sent = {key: _revealed(value) for key, value in headers.items()}
                if json is not None:
                    sent["Content-Type"] = "application/json"
                response = self._session.request(
                    method,
                    url,
                    data=orjson.dumps(json, default=_told) if json is not None else data,
                    headers=sent,
                    timeout=(min(_CONNECT_SECONDS, seconds), seconds),
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    body = self._body(response)
                if not call.expired:
                    return _answer(response, body) if body is not None else self._too_long()
        except Exception as error:  # whatever a library raises, the house knows three errors
            return self._explained(error, call)
        return self._late()

    def _body(self, response: requests.Response) -> bytes | None:
        """The whole body, or None when it is longer than the limit."""
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._limit:
                return None
        return bytes(body)

    def _explained(self, error: Exception, call: FirmDeadline) -> AdapterError:
        """Which of the three it was. Only the kind of `error` is used: its text may hold the address and the form."""
        if call.expired or isinstance(error, requests.exceptions.Timeout):
            return self._late()
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
            return Refused(f"{self.name}: its address is not usable")
        if isinstance(error, requests.exceptions.SSLError):
            return Unavailable(f"{self.name}: its TLS certificate or handshake was not accepted")
        if isinstance(error, requests.exceptions.ContentDecodingError):
            return Malformed(f"{self.name}: its answer could not be decompressed")
        return Unavailable(f"{self.name}: the connection failed ({type(error).__name__})")

    def _late(self) -> Unavailable:
        return Unavailable(f"{self.name}: no complete answer within the deadline")

    def _too_long(self) -> Malformed:
        return Malformed(f"{self.name}: its answer is longer than {self._limit} bytes")


def _revealed(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _told(value: object) -> str:
    """What JSON does not know by itself."""
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(type(value).__name__)


def _answer(response: requests.Response, body: bytes) -> Answer:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    wait = response.headers.get("Retry-After", "").strip()
    target = urlsplit(response.headers.get("Location", ""))
    return Answer(
        status=response.status_code,
        content_type=kind,
        body=body,
        retry_after=float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None,
        redirected_to=f"{target.scheme}://{target.hostname}" if target.hostname else None,
    )
