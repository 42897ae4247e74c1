"""Many reports summed up as one card; who is most troubled; whose name was typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sidecar.domain.board import Code, Finding, Trouble, folded, most_troubled_first, named, sum_up

NOON = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)


def told(**changes: Any) -> dict[str, Any]:
    """What a healthy browser says."""
    return {
        "browser": "Chrome 141.0.7390.55", "platform": "Android 14", "connection": {"type": "cellular", "rtt_ms": 100},
        "ping": {"sent": 3, "rtt_ms": [70, 80, 95], "lost": 0}, "online": True, "events": [],
    } | changes  # fmt: skip


def test_what_all_share_is_said_once() -> None:
    found = sum_up([told()] * 14 + [told(connection={"type": "wifi"})] * 3, [NOON] * 17)
    assert Finding(Code.NETWORK, 14, 17, "cellular") in found
    assert Finding(Code.PLATFORM, 17, 17, "Android") in found
    assert Finding(Code.BROWSER, 17, 17, "Chrome") in found
    assert Finding(Code.ALL_SINCE, 17, 17, NOON) in found
    assert Finding(Code.NOT_THEIR_LINE, 17, 17) in found


def test_what_few_share_is_not_said() -> None:
    mixed = [
        told(platform="Android 14"),
        told(platform="Windows 11"),
        told(platform="iOS 18"),
        told(platform="macOS 15"),
    ]
    assert Code.PLATFORM not in {one.code for one in sum_up(mixed, [NOON] * 4)}


def test_over_minutes_it_is_from_to() -> None:
    later = NOON + timedelta(minutes=9)
    assert Finding(Code.BETWEEN, 2, 2, NOON, later) in sum_up([told()] * 2, [later, NOON])


def test_poor_lines_are_told_with_their_span_and_lost_ones_count_as_poor() -> None:
    slow = [told(ping={"sent": 3, "rtt_ms": [400 + n, 410 + n, 430 + n], "lost": 0}) for n in (0, 50)]
    lost = told(ping={"sent": 3, "rtt_ms": [], "lost": 3})
    found = sum_up([*slow, lost], [NOON] * 3)
    assert Finding(Code.POOR_LINE, 3, 3) in found
    assert Finding(Code.ROUND_TRIP, 2, 3, 410, 460) in found
    assert Finding(Code.THEIR_LINE, 3, 3) in found


def test_who_lost_the_network_is_counted() -> None:
    offline = told(events=[{"ago_s": 30, "what": "offline"}])
    assert Finding(Code.WERE_OFFLINE, 2, 3) in sum_up([offline, told(online=False), told()], [NOON] * 3)


@pytest.mark.parametrize(
    "rubbish",
    [
        {}, {"ping": "x", "connection": [], "events": "no", "browser": 7, "platform": None},
        {"ping": {"sent": -1, "rtt_ms": ["a", None, True], "lost": "many"}}, {"events": [None, 3, {"what": []}]},
        {"connection": {"type": "\u202eevil", "rtt_ms": -5}}, {"browser": "<script>alert(1)</script>"},
    ],
)  # fmt: skip
def test_nothing_that_a_browser_sends_is_trusted(rubbish: dict[str, Any]) -> None:
    for finding in sum_up([rubbish, rubbish, rubbish], [NOON] * 3):
        assert finding.code is Code.ALL_SINCE, finding


def test_nobody_at_all() -> None:
    assert sum_up([], []) == ()


def trouble(**changes: Any) -> Trouble:
    return Trouble(**({"ringing": False, "unseen": False, "severity": 3, "affected": 2, "since": NOON} | changes))


def test_the_most_troubled_comes_first() -> None:
    ranked = [
        trouble(ringing=True, severity=4),
        trouble(severity=1),
        trouble(affected=9),
        trouble(unseen=True),
        trouble(since=NOON - timedelta(minutes=4)),
        trouble(),
    ]
    jumbled = [ranked[at] for at in (5, 2, 0, 4, 1, 3)]
    assert sorted(jumbled, key=most_troubled_first) == ranked


PEOPLE = {"1": "نورة الشمري", "2": "نورا الغامدي", "3": "أحمد القحطاني", "4": "Maria Santos", "5": "نورة", "6": "آمنة"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("نور", ["1", "2", "5"]), ("نوره", ["5"]), ("نورة الش", ["1"]), ("احمد", ["3"]), ("أَحْمَد", ["3"]),
        ("القحطاني", ["3"]),
        ("القحطانى", ["3"]), ("maria", ["4"]), ("SAN", ["4"]), ("امنه", ["6"]), ("ـنورة", ["5"]), ("", []), ("  ", []),
        ("xyz", []),
    ],
)  # fmt: skip
def test_the_beginning_of_a_name_is_enough(typed: str, found: list[str]) -> None:
    assert named(typed, PEOPLE) == found


def test_letters_that_people_write_for_one_another_are_one() -> None:
    assert folded("  إيمان  الأُولى ") == folded("ايمان الاولي")
