"""The door: caps, kinds of failure, and secrets that do not leak."""

from __future__ import annotations

import gzip
import logging
import pickle
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from adapters.breaker import Breaker
from adapters.errors import AdapterError, Malformed, Refused, Unavailable
from adapters.http import Answer, Door, Secret

SECRET = "wstoken-6c1f-very-secret"
Serve = Callable[[socket.socket], None]


def body_of(answer: Answer) -> bytes:
    return answer.body


def send(url: str, door: Door | None = None) -> bytes:
    door = door or Door("it", deadline=0.4)
    return door.send("POST", url, form={"wstoken": Secret(SECRET), "name": "أحمد"}, read=body_of)


def test_a_huge_answer_is_not_swallowed(raw_server: Any, endless: Serve) -> None:
    with raw_server(endless) as url, pytest.raises(Malformed):
        send(url, Door("it", deadline=2.0, limit=1_000_000))


def test_a_zip_bomb_is_not_swallowed(httpserver: HTTPServer) -> None:
    packed = gzip.compress(b"x" * 5_000_000)
    httpserver.expect_request("/x").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Malformed):
        send(httpserver.url_for("/x"), Door("it", deadline=2.0, limit=1_000_000))


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
        b"this is not HTTP\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf",
    ],
)
def test_broken_answers_are_one_of_ours(answer: bytes, raw_server: Any, no_leak: Any) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    with raw_server(serve) as url, pytest.raises((Unavailable, Malformed)) as caught:
        send(url)
    no_leak(caught.value)


def test_a_refused_connection_and_an_unknown_name(no_leak: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "http://nowhere.invalid/"):
        with pytest.raises(Unavailable) as caught:
            send(url)
        no_leak(caught.value)


def test_redirects_are_not_followed_and_their_query_is_dropped(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data(
        b"", status=307, headers={"Location": "https://elsewhere.invalid/login?token=abc"}
    )
    answer = Door("it").send("POST", httpserver.url_for("/x"), form={"t": Secret(SECRET)}, read=lambda a: a)
    assert answer.status == 307
    assert answer.redirected_to == "https://elsewhere.invalid"
    assert "abc" not in repr(answer)


def test_cookies_and_the_environment_are_ignored(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    seen: list[str | None] = []

    def handle(request: Request) -> Response:
        seen.append(request.headers.get("Cookie"))
        return Response("ok", headers={"Set-Cookie": "MoodleSession=1; Path=/"})

    httpserver.expect_request("/x").respond_with_handler(handle)
    door = Door("it")
    for _ in range(2):
        door.send("POST", httpserver.url_for("/x"), form={}, read=body_of)
    assert seen == [None, None]


@pytest.mark.parametrize("url", ["http://h/p?token=1", "http://u:p@h/", "http://h/#x", "ftp://h/"])
def test_an_address_that_would_leak_is_a_programming_error(url: str) -> None:
    with pytest.raises(ValueError, match="an address is"):
        send(url)


def test_json_and_headers_can_be_sent(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x", json={"a": 1}, headers={"Authorization": SECRET}).respond_with_data("ok")
    got = Door("it").send(
        "POST", httpserver.url_for("/x"), json={"a": 1}, headers={"Authorization": Secret(SECRET)}, read=body_of
    )
    assert got == b"ok"


def test_secrets_do_not_print_compare_by_text_and_do_not_pickle() -> None:
    secret = Secret(SECRET)
    assert SECRET not in f"{secret} {secret!r} {[secret]} {vars(type(secret))}"
    assert secret == Secret(SECRET)
    assert len({secret, Secret(SECRET)}) == 1
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_no_log_holds_the_secret(
    hanging: Serve,
    raw_server: Any,
    no_leak: Any,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with raw_server(hanging) as url:
        door = Door("it", deadline=0.1, breaker=Breaker("it", failures=1))
        for _ in range(2):
            with pytest.raises(Unavailable) as caught:
                send(url, door)
            no_leak(caught.value)
    out = capsys.readouterr()
    assert SECRET not in caplog.text + out.out + out.err


@responses.activate
def test_whatever_requests_raises_becomes_ours_and_carries_nothing(no_leak: Any) -> None:
    for error in (
        requests.ConnectionError(f"wstoken={SECRET}"),
        requests.exceptions.SSLError(SECRET),
        requests.exceptions.InvalidURL(SECRET),
        requests.exceptions.ContentDecodingError(SECRET),
        RuntimeError(SECRET),
    ):
        responses.reset()
        responses.post("http://it.invalid/", body=error)
        with pytest.raises(AdapterError) as caught:
            send("http://it.invalid/")
        no_leak(caught.value)


class TestWhatTheBreakerCounts:
    def door(self) -> Door:
        return Door("it", deadline=1.0, breaker=Breaker("it", failures=2, open_for=60.0))

    @pytest.mark.parametrize("error", [Unavailable("5xx"), Malformed("a gateway's page")])
    def test_failures(self, httpserver: HTTPServer, error: AdapterError) -> None:
        httpserver.expect_request("/x").respond_with_data("?")
        door = self.door()

        def read(answer: Answer) -> None:
            raise type(error)(error.reason)

        for _ in range(2):
            with pytest.raises(type(error)):
                door.send("POST", httpserver.url_for("/x"), form={}, read=read)
        with pytest.raises(Unavailable) as caught:
            door.send("POST", httpserver.url_for("/x"), form={}, read=read)
        assert caught.value.attempted is False

    def test_a_refusal_is_an_answer(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/x").respond_with_data("?")
        door = self.door()

        def read(answer: Answer) -> None:
            raise Refused("no")

        for _ in range(5):
            with pytest.raises(Refused):
                door.send("POST", httpserver.url_for("/x"), form={}, read=read)
        assert door.breaker.state == "closed"

    def test_an_open_one_sends_nothing(self) -> None:
        door = self.door()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        for _ in range(2):
            with pytest.raises(Unavailable):
                send(f"http://127.0.0.1:{port}/", door)
        began = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            send(f"http://127.0.0.1:{port}/", door)
        assert time.monotonic() - began < 0.05
        assert caught.value.attempted is False
        assert caught.value.retry_after is not None
