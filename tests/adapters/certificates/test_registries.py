"""Every register answers the same questions the same way; the example of CONTRIBUTING.md is one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from adapters.certificates.fake import FakeRegistry
from adapters.certificates.manar import Manar
from adapters.certificates.port import Asked, Entry, Registry, Secret
from adapters.errors import AdapterError, Malformed, Refused, Unavailable

AT = datetime(2026, 11, 11, tzinfo=UTC)
AHMED = Asked("academy", "21", "2", "a" * 64, ("احمد",), ("crs-1",))
NOURA = Asked("academy", "22", "2", None, ("نوره",), ("crs-1",))
NOBODY = Asked("academy", "99", "2")


def written() -> str:
    """The file that the example shows."""
    text = (Path(__file__).parents[3] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = re.search(r"\*\*a registry\*\*.*?```python\n(.*?)```", text, re.DOTALL)
    assert block
    return block.group(1)


def example() -> Any:
    """What makes the register that the example defines."""
    space: dict[str, Any] = {"__name__": "example"}
    exec(compile(written(), "CONTRIBUTING.md", "exec"), space)
    return space["register"]


def _serve(request: Request) -> Response:
    if request.headers.get("Authorization") != "Bearer right":
        return Response(status=401)
    known = {"a" * 64: {"state": "done", "at": AT.isoformat()}, None: {"state": "declined", "reason": "الاسم"}}
    told = [known[one["person"]] if one["names"] else {"state": "??"} for one in json.loads(request.get_data())]
    return Response(json.dumps(told), content_type="application/json")


@pytest.fixture(params=["fake", "manar", "example"])
def register(request: pytest.FixtureRequest, httpserver: HTTPServer) -> Iterator[Registry]:
    if request.param == "fake":
        fake = FakeRegistry()
        fake.set_entry("academy", "21", "2", "issued", as_of=AT)
        fake.set_entry("academy", "22", "2", "rejected", reason="الاسم")
        yield fake
    elif request.param == "manar":
        known = {AHMED: Entry("issued", "", AT, "manar"), NOURA: Entry("rejected", "الاسم", None, "manar")}
        yield Manar("manar", lambda _name, people: {one: known[one] for one in people if one in known})
    else:
        httpserver.expect_request("/certificates/lookup", method="POST").respond_with_handler(_serve)
        yield example()("example", url=httpserver.url_for("").rstrip("/"), token="right")


def test_everybody_asked_about_has_an_entry(register: Registry) -> None:
    told = register.lookup([AHMED, NOURA, NOBODY])
    assert [told[one].state for one in (AHMED, NOURA, NOBODY)] == ["issued", "rejected", "unknown"]
    assert (told[AHMED].as_of, told[NOURA].reason) == (AT, "الاسم")
    assert {entry.source for entry in told.values()} == {register.name}
    assert register.lookup([]) == {}
    assert register.deadline > 0


def test_the_example_fails_in_the_three_ways_of_the_house(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/certificates/lookup", method="POST").respond_with_handler(_serve)
    url = httpserver.url_for("").rstrip("/")
    made = example()

    def fails(path: str, token: str = "right") -> type[AdapterError]:
        with pytest.raises(AdapterError) as caught:
            made("example", url=url + path, token=token).lookup([AHMED])
        assert "right" not in str(caught.value)
        return type(caught.value)

    assert fails("", "wrong") is Refused
    httpserver.expect_request("/down/certificates/lookup").respond_with_data("", status=503)
    assert fails("/down") is Unavailable
    httpserver.expect_request("/html/certificates/lookup").respond_with_data("<html>")
    assert fails("/html") is Malformed
    httpserver.expect_request("/short/certificates/lookup").respond_with_data("[]")
    assert fails("/short") is Malformed


def test_who_is_asked_about_prints_no_number_nor_name() -> None:
    assert "احمد" not in repr(AHMED)
    assert "a" * 64 not in repr(AHMED)
    sealed = replace(AHMED, number=Secret("1000000008"))
    assert "1000000008" not in f"{sealed!r} {sealed.number!r} {sealed.number}"
