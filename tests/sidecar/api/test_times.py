"""Clocks start at receipt, or when Moodle stored it; `occurred_at` only shows, within the day before (contract.md)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecar.domain.report import Report, report_key
from sidecar.store import reports
from tests.sidecar.api.callers import Callers, bearer, body, dumps, signed
from tests.worlds import NOON, SITE


def at(moment: datetime) -> str:
    return moment.isoformat()


def stored(api: Callers, sent_at: str | None = None, *, person: bool = False, **said: Any) -> Report:
    """What is stored of a report with these times."""
    raw = dumps(document := body(**said))
    proof = bearer() if person else signed(document["id"], raw)
    answer = api.post(raw, proof | ({"nidaa-sent-at": sent_at} if sent_at is not None else {}))
    assert answer.status_code == 202, answer.get_json()
    key = report_key(SITE, uuid.UUID(document["id"]))
    with api.world.runtime.db.read() as conn:
        return reports.load(conn, [key])[key]


HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("stored_at", "received"),
    [
        (None, NOON),
        (NOON - 3 * HOUR, NOON - 3 * HOUR),
        (NOON + HOUR, NOON),
        (NOON - 59 * DAY, NOON - 59 * DAY),
        (NOON - 400 * DAY, NOON - 60 * DAY),
    ],
    ids=["not said", "hours ago", "in the future", "weeks ago", "a broken clock"],
)
def test_clocks_start_when_the_site_stored_it(api: Callers, stored_at: datetime | None, received: datetime) -> None:
    found = stored(api, stored_at=at(stored_at) if stored_at else None)
    assert found.received_at == received


@pytest.mark.parametrize(
    ("occurred", "believed"),
    [
        (None, NOON),
        (NOON - 5 * MINUTE, NOON - 5 * MINUTE),
        (NOON + HOUR, NOON),
        (NOON - DAY + MINUTE, NOON - DAY + MINUTE),
        (NOON - 3 * DAY, NOON - DAY),
        (datetime(1970, 1, 1, tzinfo=UTC), NOON - DAY),
        (datetime(8999, 1, 1, tzinfo=UTC), NOON),
    ],
)
def test_when_it_occurred_is_clamped_to_the_day_before(
    api: Callers, occurred: datetime | None, believed: datetime
) -> None:
    assert stored(api, occurred_at=at(occurred) if occurred else None).occurred_at == believed


def test_the_day_before_counts_from_when_the_site_stored_it(api: Callers) -> None:
    earlier = NOON - 10 * DAY
    found = stored(api, stored_at=at(earlier), occurred_at=at(earlier - HOUR))
    assert found.occurred_at == earlier - HOUR
    assert stored(api, stored_at=at(earlier), occurred_at=at(NOON)).occurred_at == earlier


@pytest.mark.parametrize("off", [HOUR, -HOUR, 400 * DAY, timedelta(days=-56 * 365)], ids=str)
def test_a_wrong_browser_clock_is_corrected_by_what_it_says_now(api: Callers, off: timedelta) -> None:
    found = stored(api, at(NOON + off), person=True, occurred_at=at(NOON - 10 * MINUTE + off))
    assert found.occurred_at == NOON - 10 * MINUTE


@pytest.mark.parametrize(
    "sent_at", ["", "now", "2026-11-22T17:03:11", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "١", "7"]
)
def test_a_senseless_clock_corrects_nothing(api: Callers, sent_at: str) -> None:
    found = stored(api, sent_at.encode().decode("latin-1"), occurred_at=at(NOON - MINUTE))
    assert found.occurred_at == NOON - MINUTE


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    occurred=st.datetimes(datetime(1970, 1, 2), datetime(8999, 1, 1), timezones=st.just(UTC)),
    sent=st.datetimes(timezones=st.just(UTC)),
)
def test_no_two_clocks_whatsoever_make_a_crash_or_leave_the_day(
    api: Callers, occurred: datetime, sent: datetime
) -> None:
    who = uuid.uuid4().hex
    found = stored(api, at(sent), occurred_at=at(occurred), reporter__id=who)
    assert NOON - DAY <= found.occurred_at <= NOON


def test_times_are_kept_whatever_offset_they_were_said_in(both: Callers) -> None:
    session = {"starts_at": "2026-11-22T17:00:00+03:00", "ends_at": "2026-11-22T16:00:00Z"}
    found = stored(both, place__session=session, ended_at="2026-11-22T09:00:00-05:00")
    assert found.place.session is not None
    assert found.place.session.starts_at == datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert found.place.session.ends_at == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert found.ended_at == datetime(2026, 11, 22, 14, tzinfo=UTC)
