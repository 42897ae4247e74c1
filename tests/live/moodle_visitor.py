"""A person in a real Moodle, over HTTP: signs in, opens pages, calls what the page's scripts call."""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

_TOKEN = re.compile(r'name="logintoken" value="([^"]+)"')
_SESSKEY = re.compile(r'"sesskey":"([^"]+)"')


@dataclass(frozen=True, slots=True)
class TestMoodle:
    """Where it is and who is in it: `NIDAA_TEST_MOODLE_URL` and `NIDAA_TEST_MOODLE_ACCOUNTS` (CONTRIBUTING.md).

    Attributes:
        accounts: a JSON object, `{"password": …, "admin": {"username", "password"}, "trainee": …, "trainer": …,
            "room_manager": …, "without_button": …, "course": id, "room": cmid, "room_context": id, "page": cmid,
            "people": [user ids], "token": the service's token or missing}`.
    """

    __test__ = False

    url: str
    accounts: dict[str, Any]

    @classmethod
    def named(cls) -> TestMoodle:
        """The one that the environment names.

        Raises:
            KeyError: it names none.
        """
        accounts = json.loads(Path(os.environ["NIDAA_TEST_MOODLE_ACCOUNTS"]).read_text(encoding="utf-8"))
        return cls(os.environ["NIDAA_TEST_MOODLE_URL"].rstrip("/"), accounts)

    def visitor(self, who: str) -> Visitor:
        """Somebody who has signed in. `who` is a key of the accounts or a user name of the seed."""
        known = self.accounts.get(who)
        if isinstance(known, dict):
            return Visitor(self.url, known["username"], known["password"])
        return Visitor(self.url, who, self.accounts["password"])


class AjaxError(Exception):
    """Moodle answered a call with an error; `code` is its `errorcode`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Visitor:
    """One signed-in person. Every request waits at most `timeout` seconds."""

    def __init__(self, url: str, username: str, password: str, *, timeout: float = 60) -> None:
        self.url = url
        self.timeout = timeout
        self.http = requests.Session()
        form = self.page("/login/index.php")
        token = _TOKEN.search(form)
        fields = {"username": username, "password": password, "logintoken": token.group(1) if token else ""}
        answer = self.http.post(f"{url}/login/index.php", data=fields, timeout=timeout)
        if "/login/index.php" in answer.url:
            raise AjaxError("invalidlogin", f"{username} cannot sign in")
        self.sesskey = self._sesskey(answer.text)

    def _sesskey(self, page: str) -> str:
        found = _SESSKEY.search(page) or _SESSKEY.search(self.page("/my/"))
        if found is None:
            raise AjaxError("nosesskey", "the page carries no session key")
        return found.group(1)

    def page(self, path: str) -> str:
        """A page's HTML, after redirects."""
        answer = self.http.get(self.url + path, timeout=self.timeout)
        answer.raise_for_status()
        return answer.text

    def call(self, *calls: tuple[str, dict[str, Any]], sesskey: str | None = None) -> list[Any]:
        """What the page's scripts do: several calls in one request; their data in order, or the first error.

        Raises:
            AjaxError: the first call that Moodle refused.
        """
        key = self.sesskey if sesskey is None else sesskey
        body = [{"index": at, "methodname": name, "args": args} for at, (name, args) in enumerate(calls)]
        path = f"/lib/ajax/service.php?sesskey={key}&info={calls[0][0]}"
        answer = self.http.post(self.url + path, json=body, timeout=self.timeout)
        told = answer.json()
        if isinstance(told, dict):
            raise AjaxError(str(told.get("errorcode")), str(told.get("error")))
        for one in told:
            if one["error"]:
                raise AjaxError(one["exception"]["errorcode"], one["exception"]["message"])
        return [one["data"] for one in told]

    def timed(self, name: str, args: dict[str, Any]) -> float:
        """Milliseconds that one call takes."""
        began = time.perf_counter()
        self.call((name, args))
        return (time.perf_counter() - began) * 1000


def report(contextid: int, *, room: str | None, symptom: str | None = "no_sound", **said: Any) -> dict[str, Any]:
    """Arguments for `local_nidaa_submit_report`, each time with a new id."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    draft = {"id": str(uuid.uuid4()), "kind": "session_problem", "symptom": symptom, "occurred_at": now, "room": room,
             "diagnostics": "{}", "locale": "ar"}  # fmt: skip
    return {"contextid": contextid, "report": draft | said, "sentat": now}
