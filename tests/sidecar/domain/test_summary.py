"""Minutes lost, against a count minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sidecar.domain.summary import Incident, lost, minutes_of

FIVE = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
CLASS = 120
SEVEN = FIVE + timedelta(minutes=CLASS)
PEOPLE = ("a", "b", "c", "not of the roster")
ROSTER = ("a", "b")


@st.composite
def incidents(draw: st.DrawFn) -> list[Incident]:
    """Failures that begin before, in or after the class, some of which go on."""
    found = []
    for number in range(draw(st.integers(0, 5))):
        began = draw(st.integers(-60, CLASS + 30))
        lasted = draw(st.none() | st.integers(0, 150))
        ended = None if lasted is None else FIVE + timedelta(minutes=began + lasted)
        people = frozenset(draw(st.sets(st.sampled_from(PEOPLE))))
        found.append(Incident(number, FIVE + timedelta(minutes=began), ended, people, draw(st.booleans())))
    return found


def hit(one: Incident, person: str, minute: int) -> bool:
    at = FIVE + timedelta(minutes=minute)
    return one.began <= at < (one.ended or SEVEN) and (person in one.people or (one.whole_room and person in ROSTER))


@given(incidents())
def test_a_person_loses_each_minute_once(found: list[Incident]) -> None:
    counted = {one.person_id: one.minutes for one in lost(found, ROSTER, FIVE, SEVEN)}
    by_minute = {who: sum(any(hit(one, who, m) for one in found) for m in range(CLASS)) for who in PEOPLE}
    assert counted == {who: minutes for who, minutes in by_minute.items() if minutes}


@given(incidents())
def test_nobody_loses_more_than_the_class_and_only_to_the_cases_that_hit(found: list[Incident]) -> None:
    for one in lost(found, ROSTER, FIVE, SEVEN):
        mine = [i for i in found if one.person_id in i.people or (i.whole_room and one.person_id in ROSTER)]
        assert one.cases == tuple(i.case_id for i in mine if max(i.began, FIVE) < min(i.ended or SEVEN, SEVEN))
        longest = max(minutes_of(i, FIVE, SEVEN) for i in mine)
        assert longest <= one.minutes <= min(CLASS, sum(minutes_of(i, FIVE, SEVEN) for i in mine))
