"""Total deadlines hold, whatever the server does."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from adapters.errors import Unavailable
from adapters.http import Answer, Door, Secret

Serve = Callable[[socket.socket], None]


def body_of(answer: Answer) -> bytes:
    return answer.body


def send(url: str, door: Door | None = None) -> bytes:
    door = door or Door("it", deadline=0.4)
    return door.send("POST", url, form={"wstoken": Secret("x"), "name": "أحمد"}, read=body_of)


def test_the_total_deadline_holds(hanging: Serve, raw_server: Any) -> None:
    with raw_server(hanging) as url:
        began = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            send(url)
        assert time.monotonic() - began < 0.9
        assert caught.value.attempted is True


def test_the_total_deadline_holds_for_tls_handshakes(raw_server: Any) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"\x16\x03\x03\x40\x00")  # a long record begins
        for _ in range(500):
            connection.sendall(b"\x02")
            time.sleep(0.02)

    with raw_server(serve) as url:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            send(url.replace("http://", "https://"))
        assert 0.3 < time.monotonic() - began < 0.9


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not there to make a certificate")
def test_the_total_deadline_holds_inside_tls(raw_server: Any, tmp_path: Path) -> None:
    """TLS takes the first handle of the socket away when it wraps it, so the watchdog needs one of its own."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out"]
    subprocess.run([*made, *named, str(certificate)], check=True, capture_output=True, timeout=10)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inside:
            inside.recv(65536)
            inside.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            for _ in range(500):
                inside.sendall(b"x")
                time.sleep(0.02)

    door = Door("it", deadline=0.5)
    door._session.verify = str(certificate)
    with raw_server(serve) as url:
        began = time.monotonic()
        with pytest.raises(Unavailable, match="deadline"):
            send(url.replace("http://", "https://"), door)
        assert 0.4 < time.monotonic() - began < 1.0


def test_the_total_deadline_holds_for_name_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def stuck(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not kwargs.get("flags"):
            time.sleep(0.9)
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        send("http://lms.invalid/api", Door("it", deadline=0.2))
    assert time.monotonic() - began < 0.7


def test_the_deadline_holds_under_gevent_too() -> None:
    script = """
        from gevent import monkey; monkey.patch_all()
        import socket, time, gevent
        from adapters.http import Door
        from adapters.errors import Unavailable
        listener = socket.create_server(("127.0.0.1", 0))
        def serve():
            while True:
                connection, _ = listener.accept()
                gevent.spawn(one, connection)
        def one(connection):
            connection.recv(9999)
            try:
                connection.sendall(b"HTTP/1.1 200 OK\\r\\n")
                while True:
                    connection.sendall(b"X-A: b\\r\\n"); gevent.sleep(0.02)
            except OSError:
                pass
        gevent.spawn(serve)
        door = Door("it", deadline=0.3)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        def call():
            began = time.monotonic()
            try:
                door.send("POST", url, form={}, read=lambda a: a)
            except Unavailable:
                return time.monotonic() - began
        jobs = [gevent.spawn(call) for _ in range(4)]
        gevent.joinall(jobs)
        assert all(job.value and job.value < 0.9 for job in jobs), [job.value for job in jobs]
        print("held")
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)],
        check=False,
        capture_output=True,
        text=True,
        timeout=20,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.strip().endswith("held"), done.stderr


def test_a_cut_connection_is_never_used_again_and_the_next_call_is_fine(httpserver: HTTPServer) -> None:
    slow = threading.Event()

    def handle(request: Request) -> Response:
        if request.form["n"] == "0":
            slow.wait(1)
        return Response(request.form["n"])

    httpserver.expect_request("/x").respond_with_handler(handle)
    door = Door("it", deadline=0.3)
    with pytest.raises(Unavailable):
        door.send("POST", httpserver.url_for("/x"), form={"n": "0"}, read=body_of)
    slow.set()
    for n in "123":
        assert door.send("POST", httpserver.url_for("/x"), form={"n": n}, read=body_of) == n.encode()


def test_connections_are_kept_and_shared_by_eight_threads(raw_server: Any) -> None:
    opened: list[int] = []

    def keep_alive(connection: socket.socket) -> None:
        opened.append(1)
        asked = b""
        while piece := connection.recv(65536):
            asked += piece
            if asked.endswith(b"a=b"):  # headers and body may come apart
                asked = b""
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with raw_server(keep_alive) as url:
        door = Door("it", deadline=2.0)
        answers: list[bytes] = []

        def work() -> None:
            answers.extend(door.send("POST", url, form={"a": "b"}, read=body_of) for _ in range(20))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [b"ok"] * 160
    assert len(opened) <= 8
