from datetime import timedelta

import pytest

from sidecar.domain.incident import RoomFailure, gap_key, incident_key, major, major_key, room_key
from tests.staff import place
from tests.worlds import NOON, POLICY, report

RULES = POLICY.incidents


@pytest.mark.parametrize(
    ("where", "key"),
    [
        (place("3"), "academy|3|-|no_sound"),
        (place("3", group="5"), "academy|3|5|no_sound"),
        (place("4"), "academy|4|-|no_sound"),
        (place(None), None),
    ],
)
def test_a_failure_is_keyed_by_site_room_group_and_symptom(where, key) -> None:
    assert incident_key(report(place=where), "no_sound") == key


def test_two_sites_with_the_same_activity_number_share_nothing() -> None:
    assert room_key(report()) != room_key(report(site_id="other"))
    assert gap_key("academy", "2", "21") != gap_key("other", "2", "21")
    assert major_key("academy", "zoom") != major_key("other", "zoom")


def failures(*minutes_and_rooms: tuple[float, str]) -> list[RoomFailure]:
    return [
        RoomFailure(number, room, NOON + timedelta(minutes=minutes))
        for number, (minutes, room) in enumerate(minutes_and_rooms, start=1)
    ]


@pytest.mark.parametrize(
    ("seen", "members"),
    [
        ([(0, "a"), (2, "b"), (5, "c")], (1, 2, 3)),
        ([(0, "a"), (2, "b"), (5.02, "c")], ()),
        ([(0, "a"), (2, "b")], ()),
        ([(0, "a"), (1, "a"), (2, "b")], ()),  # two failures of one room are one room
        ([(0, "a"), (4, "b"), (8, "c"), (9, "d")], (2, 3, 4)),
        ([(0, "a"), (4, "b"), (5, "c"), (9, "d")], (1, 2, 3, 4)),
        ([(5, "c"), (0, "a"), (2, "b")], (2, 3, 1)),  # oldest first, in whatever order they came
        ([], ()),
    ],
)
def test_three_rooms_within_five_minutes_are_one_major_incident(seen, members) -> None:
    assert major(failures(*seen), RULES) == members


def test_the_policy_says_three_rooms_within_five_minutes_and_a_window_of_ten() -> None:
    assert (RULES.major_rooms, RULES.major_window, RULES.window) == (3, timedelta(minutes=5), timedelta(minutes=10))
