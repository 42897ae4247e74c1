"""A room manager's browser, as far as the server sees one: launched, listening, fetching what changes, and at work."""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator

import jwt

from sidecar.settings import whsec_key
from tests.live.presses import SECRET, SITE

_COOKIE = "nidaa_room"
_TITLE = "لا أسمع الصوت"  # of the card, as the board calls `no_sound` in Arabic
_CARD = re.compile(r'<article[^>]*data-card="(\d+)".*?</article>', re.DOTALL)
_PEOPLE = re.compile(r'nd-incident__n"><b>(\d+)</b>')
_PROOF = re.compile(r'name="csrf" content="([^"]+)"')
_PAUSE = 5.0  # seconds between two things that the manager does


def launched(port: int, *, person: str, course: int, room: int) -> str:
    """A room manager's cookie, as a request sends it."""
    now = int(time.time())
    claims = {"iss": SITE, "aud": "launch", "sub": person, "name": "مدير", "locale": "ar", "role": "room_manager",
              "ctx": {"course": str(course), "activity": str(room)}, "scope": "launch:room", "iat": now,
              "exp": now + 60, "jti": uuid.uuid4().hex}  # fmt: skip
    form = urllib.parse.urlencode({"target": "room", "token": jwt.encode(claims, whsec_key(SECRET), algorithm="HS256")})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/launch", form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        given = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", [])]
    finally:
        connection.close()
    cookie = next((one for one in given if one.startswith(f"{_COOKIE}=")), None)
    if answer.status != 303 or cookie is None:
        raise RuntimeError(f"/launch: HTTP {answer.status}, cookies {[one.partition('=')[0] for one in given]}")
    return cookie


def lines_of_stream(port: int, cookie: str, stop: threading.Event) -> Iterator[bytes]:
    """The lines of one stream, until it ends or `stop` is set."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/rooms/live", headers={"Cookie": cookie})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"/rooms/live: HTTP {answer.status}")
        while not stop.is_set() and (line := answer.readline()):
            yield line
    finally:
        connection.close()


class Manager:
    """Has the board of one room open.

    Attributes:
        fetched: for each fragment that came, when, and the number on the failure's own card. What is still being sorted
            stands on the board as well, apart from the card; it is not counted here.
        logs, tells: how much the manager did.
        failure: what stopped one of its threads, if anything did.
    """

    def __init__(self, port: int, *, course: int, room: int) -> None:
        self._port = port
        self._board = f"/rooms/{room}/-"
        self.cookie = launched(port, person="7", course=course, room=room)
        self.fetched: list[tuple[float, int]] = []
        self.logs = self.tells = 0
        self.failure: Exception | None = None
        self._stop = threading.Event()

    def begin(self) -> None:
        """Listen and work, each in a thread of its own, until `stop`."""
        for task in (self._listen, self._work):
            threading.Thread(target=self._noting_failure, args=(task,), daemon=True).start()

    def _noting_failure(self, task: object) -> None:
        try:
            task()  # type: ignore[operator]
        except Exception as error:
            if not self._stop.is_set():
                self.failure = error

    def _listen(self) -> None:
        """Fetch the cards at each news; a stream that ends is opened again, as an EventSource does."""
        while not self._stop.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                for line in lines_of_stream(self._port, self.cookie, self._stop):
                    if line.startswith((b"event: news", b"event: hello")):
                        page = self._ask("GET", f"{self._board}?part=cards")
                        self.fetched.append((time.monotonic(), _of_failure(page)[1]))
            self._stop.wait(2)  # as long as the stream's `retry` asks for

    def _work(self) -> None:
        """Log something else for the whole room, and every fourth time tell the failure's people that it is known."""
        turn = 0
        while not self._stop.wait(_PAUSE):
            turn += 1
            if turn % 4 == 0:
                self._act("tell")
                self.tells += 1
            else:
                form = {"csrf": self._opened()[1], "id": str(uuid.uuid4()), "symptom": "slow", "who": "", "action": "x"}
                self._ask("POST", f"{self._board}/log", form)
                self.logs += 1

    def solve(self) -> None:
        """Press R on the failure's card; it is done when the time to undo it is over."""
        self._act("solve")

    def stop(self) -> None:
        """Close the board.

        Raises:
            RuntimeError: it stopped working before.
        """
        self._stop.set()
        if self.failure is not None:
            raise RuntimeError("the manager's browser failed") from self.failure

    def _opened(self) -> tuple[str, str]:
        """The whole board, and the proof that its forms carry."""
        page = self._ask("GET", self._board)
        proof = _PROOF.search(page)
        if proof is None:
            raise RuntimeError("the board carries no proof for its forms")
        return page, proof.group(1)

    def _act(self, what: str) -> None:
        page, proof = self._opened()
        number, _people = _of_failure(page)
        if number is None:
            raise RuntimeError("the failure is not on the board")
        self._ask("POST", f"{self._board}/cases/{number}/{what}", {"csrf": proof})

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            body = urllib.parse.urlencode(form) if form else None
            headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: HTTP {answer.status}")
        return text


def _of_failure(page: str) -> tuple[str | None, int]:
    """The failure's card: its number, and how many people stand on it."""
    for card in _CARD.finditer(page):
        if f">{_TITLE}</h3>" in card.group(0):
            people = _PEOPLE.search(card.group(0))
            return card.group(1), int(people.group(1)) if people else 0
    return None, 0
