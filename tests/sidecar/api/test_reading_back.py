"""`GET /v1/reports/{id}`: what a reporter may see, and only the reporter (contract.md, "Sending a report")."""

from __future__ import annotations

import uuid

import pytest

from sidecar.casework.resolve import solve
from sidecar.casework.tell import tell
from sidecar.store import tellings
from tests.sidecar.api.callers import OTHER, OTHER_SITE, Callers, bearer, body, dumps, signed
from tests.staff import MANAGER

ID = "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f"


def test_a_status_is_complete_before_and_after_assessment(both: Callers) -> None:
    both.site(body(id=ID))
    before = both.read(ID).get_json()
    assert set(before) == {
        "id", "reference", "state", "case", "same_in_room", "links", "timeline", "facts", "poll_after",
        "said", "asks_works", "since", "already_known", "joined_known",
    }  # fmt: skip
    assert (before["state"], before["case"], before["reference"]) == ("received", None, "208-226-399-3")
    assert isinstance(before["poll_after"], int)
    assert before["poll_after"] >= 1
    both.world.drain()
    after = both.read(ID).get_json()
    assert after["case"] == "1"
    assert [line["what"] for line in after["timeline"]][:1] == ["open"]
    assert after["timeline"][0]["at"] == "2026-11-22T14:03:00+00:00"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({}, 200),
        ({"sub": "22"}, 404),
        ({"role": "trainer", "sub": "9"}, 404),
        ({"iss": OTHER_SITE, "secret": OTHER}, 404),
    ],
    ids=["the reporter", "another trainee", "the trainer", "the same number at another site"],
)
def test_nobody_but_the_reporter_finds_a_report(both: Callers, who: dict[str, str], status: int) -> None:
    both.site(body(id=ID, text="سر"))
    answer = both.read(ID, bearer(**who))
    assert answer.status_code == status
    if status == 404:
        assert "208-226" not in answer.get_data(as_text=True)


def test_a_site_reads_its_own_reports_and_no_other_sites(api: Callers) -> None:
    api.site(body(id=ID))
    assert api.read(ID).status_code == 200
    assert api.read(ID, signed(ID, secret=OTHER, site=OTHER_SITE)).status_code == 404
    unknown = str(uuid.uuid4())
    assert api.read(unknown).status_code == 404


def test_a_visitors_report_is_read_by_the_site_alone(api: Callers) -> None:
    api.site(body(id=ID, kind="inquiry", reporter={"role": "visitor", "email": "v@example.org"}))
    assert api.read(ID).status_code == 200
    assert api.read(ID, bearer(sub="visitor:v@example.org")).status_code == 404


@pytest.mark.parametrize("path", ["nonsense", "0198f3c27b1e7c449d0a6f2b1c3d4e5f", "%00", "urn:uuid:" + ID])
def test_what_is_no_canonical_uuid_is_nobodys_report(api: Callers, path: str) -> None:
    api.site(body(id=ID))
    assert api.read(path, bearer()).status_code == 404


def test_an_etag_saves_the_body_until_something_happens(both: Callers) -> None:
    both.site(body(id=ID))
    first = both.read(ID, bearer())
    tag = first.headers["ETag"]
    same = both.read(ID, bearer() | {"If-None-Match": tag})
    assert (same.status_code, same.get_data(), same.headers["ETag"]) == (304, b"", tag)
    assert "private" in first.headers["Cache-Control"]
    both.world.drain()
    news = both.read(ID, bearer() | {"If-None-Match": tag})
    assert news.status_code == 200
    assert news.headers["ETag"] != tag


def test_the_timeline_speaks_the_readers_language(api: Callers) -> None:
    api.site(body(id=ID))
    said = {}
    for locale in ("ar", "en", "en_GB", "fr"):
        answer = api.read(ID, bearer(locale=locale))
        said[locale] = (answer.headers["Content-Language"], answer.get_json()["timeline"][0]["text"])
    assert said["ar"] == said["fr"] == ("ar", "تم استلام بلاغك.")
    assert said["en"] == said["en_GB"] == ("en", "Your report has been received.")
    answer = api.read(ID, signed(ID) | {"Accept-Language": "en-US,en;q=0.9"})
    assert answer.headers["Content-Language"] == "en"


def test_others_in_the_room_are_counted_before_the_case_is_opened_and_after(both: Callers) -> None:
    both.site(body(id=ID))
    both.site(body(reporter__id="22"))
    assert both.read(ID).get_json()["same_in_room"] == 1
    both.world.drain()
    assert both.read(ID).get_json()["same_in_room"] == 1
    elsewhere = body(place__activity=None)
    both.site(elsewhere)
    assert both.read(elsewhere["id"]).get_json()["same_in_room"] is None


def delivered(api: Callers) -> list[str]:
    with api.world.runtime.db.read() as conn:
        return [row.state for row in conn.execute(tellings.deliveries.select())]


def test_what_was_said_is_told_in_the_readers_language_and_then_sent_no_more(both: Callers) -> None:
    both.site(body(id=ID))
    both.world.drain()
    tag = both.read(ID, bearer()).headers["ETag"]
    tell(both.world.runtime, MANAGER, 1, message="ready")
    solve(both.world.runtime, MANAGER, 1)
    assert delivered(both) == ["waiting", "waiting"]
    news = both.read(ID, bearer(locale="en") | {"If-None-Match": tag})
    assert news.status_code == 200
    told, solved = news.get_json()["said"]
    assert (told["cause"], solved["cause"], told["at"]) == ("told", "solved", "2026-11-22T14:03:00+00:00")
    assert told["text"].startswith("From the room manager")
    assert news.get_json()["asks_works"] is True
    assert news.get_json()["since"] == "2026-11-22T14:03:00+00:00"
    assert delivered(both) == ["shown", "shown"]
    arabic = both.read(ID, bearer()).get_json()
    assert arabic["said"][0]["text"].startswith("رسالة من مدير القاعة")
    again = both.read(ID, bearer(locale="en") | {"If-None-Match": news.headers["ETag"]})
    assert again.status_code == 304, "being read is no news to the reader"


def test_only_reading_the_own_report_counts_as_being_told(api: Callers) -> None:
    api.site(body(id=ID))
    api.world.drain()
    solve(api.world.runtime, MANAGER, 1)
    assert api.read(ID, bearer(sub="22")).status_code == 404
    assert api.read(ID, signed(ID, secret=OTHER, site=OTHER_SITE)).status_code == 404
    addition = {"id": str(uuid.uuid4()), "text": "تفصيل"}
    assert api.post(dumps(addition), bearer(), f"/v1/reports/{ID}/additions").status_code == 202
    assert delivered(api) == ["waiting"], "who adds something has read nothing by it"
    assert api.read(ID).status_code == 200
    assert delivered(api) == ["shown"], "the site asks for its reporter"
