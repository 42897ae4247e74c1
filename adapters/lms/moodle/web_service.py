"""One call of a Moodle Web Service function, and what its answer means before anybody looks at its shape.

Moodle tells errors with HTTP 200 and `{exception, errorcode, message}`. Only `errorcode` is used: exception class
names change between versions, and `message` can hold personal data.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from marshmallow import Schema

from adapters.deadlines import Budget
from adapters.errors import Malformed, Refused, Unavailable
from adapters.http import Answer, Door, Secret
from adapters.lms.moodle import stock_wire
from adapters.lms.moodle.wire import shaped
from adapters.one_flight import OneFlight

SITE_INFO = "core_webservice_get_site_info"
_SITE_INFO_SECONDS = 300.0

# Moodle is there, yet cannot work now: maintenance, an upgrade, its database or its locks.
_NOT_NOW = frozenset(
    {
        "sitemaintenance",
        "upgraderunning",
        "dbconnectionfailed",
        "dmlreadexception",
        "dmlwriteexception",
        "dmltransactionexception",
        "sessioncannotobtainlock",
        "locktimeout",
        "general_error_no_answer",  # Moodle waited for BigBlueButton
    }
)
# The token, its user or its service: no other call will fare better.
_NOBODY = frozenset(
    {
        "invalidtoken",
        "http_401",
        "http_403",
        "http_404",
        "redirected",
        "wsaccessusersuspended",
        "wsaccessuserdeleted",
        "wsaccessuserunconfirmed",
        "wsaccessuserexpired",
        "wsaccessusernologin",
        "passwordisexpired",
    }
)
# Asked about somebody or something that is not there: no capability would help.
_NOT_THERE = frozenset({"usernotenroled", "nocriteriaset", "invaliduser", "invalidrecord", "invalidrecordunknown"})
_CODE = re.compile(r"^[A-Za-z0-9_/:.-]{1,80}\Z")


@dataclass(frozen=True, slots=True)
class Site:
    """What the token may call. `user_id` is the account behind it."""

    user_id: str
    release: str
    functions: frozenset[str]
    is_admin: bool
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotRead:
    """A part of an answer that this token cannot have; `note` is one of the notes of `port.Told`."""

    note: str


class WebService:
    """The functions of one site, called with one token."""

    def __init__(
        self,
        site_id: str,
        url: str,
        token: str,
        *,
        door: Door,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = f"Moodle {site_id}"
        self.clock = clock
        self.monotonic = monotonic
        self._endpoint = url.rstrip("/") + "/webservice/rest/server.php"
        self._token = Secret(token)
        self._door = door
        self._site: OneFlight[str, Site] = OneFlight(_SITE_INFO_SECONDS, most=1, monotonic=monotonic)

    def budget(self, seconds: float) -> Budget:
        return Budget(self.name, seconds, self.monotonic)

    def call(self, function: str, params: Mapping[str, Any], schema: Schema, budget: Budget) -> Any:
        """The validated answer of `function`.

        Args:
            params: nested dicts and lists, as Moodle's documentation writes them.

        Raises:
            Unavailable: Moodle is down, slow, in maintenance, or its breaker stands open.
            Refused: it said no; `code` is its errorcode.
            Malformed: it did not answer with JSON, or with JSON of another shape.
        """
        form: dict[str, str | Secret] = {"moodlewsrestformat": "json", "wsfunction": function, "wstoken": self._token}
        form.update(flattened(params))
        answer = self._door.send(
            "POST",
            self._endpoint,
            form=form,
            read=lambda raw: read_answer(raw, function),
            deadline=budget.left(),
        )
        return shaped(schema, answer, function)

    def part(self, function: str, params: Mapping[str, Any], schema: Schema, budget: Budget) -> Any | NotRead:
        """Like `call`, for one part of a composed answer: what this token may not have is `NotRead`.

        Raises:
            Unavailable: so that the whole is asked again, rather than kept with holes.
            Refused: the token itself is not accepted any more.
        """
        if not self.offers(function, budget):
            return NotRead("function_missing")
        try:
            return self.call(function, params, schema, budget)
        except Malformed:
            return NotRead("failed")
        except Refused as error:
            refused = error
        if refused.code in _NOBODY:
            raise refused
        if refused.code == "accessexception":  # this function was taken out of the service, or the service closed
            self.forget_site()
            if not self.offers(function, budget):
                return NotRead("function_missing")
        if refused.code is None:
            return NotRead("failed")
        return NotRead("not_offered" if refused.code in _NOT_THERE else "capability_missing")

    def site(self, budget: Budget) -> Site:
        """Whose token it is and what it may call, at most five minutes old."""
        return self._site.get("site", lambda: self._read_site(budget), budget)

    def offers(self, function: str, budget: Budget) -> bool:
        """Whether the token's service lists the function."""
        return function in self.site(budget).functions

    def is_newer(self, function: str, version: int, budget: Budget) -> bool:
        """Whether the function's plugin is of this version at least: Moodle refuses a parameter that is new to it."""
        said = self.site(budget).versions.get(function, "").partition(".")[0]
        return said.isascii() and said.isdigit() and int(said) >= version

    def forget_site(self) -> None:
        """Read anew what is offered: after a function was refused that used to be there."""
        self._site.forget("site")

    def _read_site(self, budget: Budget) -> Site:
        told = self.call(SITE_INFO, {}, stock_wire.SITE_INFO, budget)
        return Site(
            user_id=told["userid"],
            release=told["release"],
            functions=frozenset(function["name"] for function in told["functions"]),
            is_admin=told["userissiteadmin"],
            versions={function["name"]: function["version"] for function in told["functions"]},
        )


def gone(error: Refused) -> bool:
    """Whether a function that was listed may have left the service, or the site, since."""
    return error.code in {"accessexception", "invalidrecord"}


def flattened(params: Mapping[str, Any]) -> dict[str, str | Secret]:
    """Moodle's form encoding: `{"pairs": [{"userid": 6}]}` → `{"pairs[0][userid]": "6"}`; True and False → 1 and 0."""
    flat: dict[str, str | Secret] = {}

    def add(key: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for name, inner in value.items():
                add(f"{key}[{name}]" if key else str(name), inner)
        elif isinstance(value, list | tuple):
            for place, inner in enumerate(value):
                add(f"{key}[{place}]", inner)
        elif isinstance(value, Secret):
            flat[key] = value
        else:
            flat[key] = str(int(value)) if isinstance(value, bool) else str(value)

    add("", params)
    return flat


def read_answer(answer: Answer, function: str) -> Any:
    """The JSON of an answer that is one; see `WebService.call` for the errors."""
    _check_status(answer, function)
    if not answer.body.strip():
        raise Malformed(f"{function}: an empty answer")
    try:
        value = orjson.loads(answer.body)
    except ValueError:
        value = _NOT_JSON
    if value is _NOT_JSON:
        raise Malformed(f"{function}: {_looks_like(answer.body)} instead of JSON")
    if isinstance(value, dict) and ("exception" in value or ("errorcode" in value and "error" in value)):
        raise _told_error(value, function)
    return value


_NOT_JSON = object()


def _check_status(answer: Answer, function: str) -> None:
    status = answer.status
    if 200 <= status < 300:
        return
    if status == 403 and not answer.body:
        raise Refused("Moodle's web services, or their REST protocol, are switched off", code="http_403")
    if 300 <= status < 400:
        raise Refused(f"the site's address redirects to {answer.redirected_to or 'another path'}", code="redirected")
    if status >= 500 or status in {408, 425, 429}:
        raise Unavailable(f"{function}: HTTP {status}", retry_after=answer.retry_after)
    raise Refused(f"{function}: HTTP {status}", code=f"http_{status}")


def _told_error(value: Mapping[str, Any], function: str) -> Refused | Unavailable:
    told = value.get("errorcode")
    code = told if isinstance(told, str) and _CODE.match(told) else None
    if code in _NOT_NOW:
        return Unavailable(f"{function}: {code}", code=code)
    return Refused(f"{function}: {code or 'Moodle failed inside this function'}", code=code)


def _looks_like(body: bytes) -> str:
    start = body.lstrip()[:200].lower()
    if start.startswith(b"<?xml"):
        return "XML"
    if start.startswith(b"<"):
        return "a web page"
    return "half a document" if start[:1] in {b"{", b"["} else "something else"
