"""Whom of a course somebody sees: everybody, some groups, nobody; and nothing else follows from a group (P3, P16)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.domain.access import Sight, StaffRole, Viewer, manages_course, roster_sight
from sidecar.domain.launch import Sent, Target, grants_of, united, viewer_of, viewer_with
from sidecar.domain.roster import groups_of, groups_text, sight_text

IDS = st.text(st.characters(blacklist_characters="|", blacklist_categories=["Cs"]), min_size=1).filter(
    lambda i: i != "*"
)


def come(*, manager: bool = False, course: str | None = "2", group: str | None = None,
         groups: tuple[str, ...] | None = None) -> Viewer:  # fmt: skip
    return viewer_of(Target.ROSTER, Sent("a", "8", course, None, group, groups, as_manager=manager), ["2", "5"])


@pytest.mark.parametrize("manager", [False, True])
def test_a_launch_grants_everybody_some_groups_or_nobody(manager: bool) -> None:
    office = StaffRole.ROOM_MANAGER if manager else StaffRole.TRAINER
    for told, sees in {
        (None, None): Sight(office, None), (None, "7"): Sight(office, frozenset({"7"})),
        (("7", "8"), "7"): Sight(office, frozenset({"7", "8"})), ((), None): None, ((), "7"): None,
    }.items():  # fmt: skip
        viewer = come(manager=manager, groups=told[0], group=told[1])
        assert roster_sight(viewer, "a", "2") == sees, told
        assert roster_sight(viewer, "a", "5") is None, "the roster names them there, and no launch has proven it"
        assert roster_sight(viewer, "b", "2") is None
        assert manages_course(viewer, "a", "2") == (manager and told == (None, None))
    assert roster_sight(come(manager=manager, course=None, groups=("7",)), "a", "2") is None


def test_what_is_kept_of_a_login_is_what_was_granted_and_the_latest_launch_says_all_of_a_course() -> None:
    whole, part, other, nobody = come(), come(groups=("7",)), come(groups=("8",)), come(groups=())
    manager, elsewhere = come(manager=True, groups=("7",)), come(course="5")
    for kept in (whole, part, nobody, manager):
        assert viewer_with(kept.key, grants_of(kept)) == kept
    trainer = StaffRole.TRAINER
    for launches, sees in (
        ([part, whole], Sight(trainer, frozenset({"7"}))),
        ([whole, part], Sight(trainer, None)),
        ([part, other], Sight(trainer, frozenset({"7"}))),
        ([nobody, whole], None),
        ([nobody, part], None),
        ([part, nobody], Sight(trainer, frozenset({"7"}))),
        ([elsewhere, nobody, whole], None),
        ([elsewhere, part, whole], Sight(trainer, frozenset({"7"}))),
        ([manager, whole], Sight(StaffRole.ROOM_MANAGER, frozenset({"7"}))),
    ):
        viewer = viewer_with("a:8", united([grants_of(one) for one in launches]))
        assert roster_sight(viewer, "a", "2") == sees, launches
        assert (roster_sight(viewer, "a", "5") is not None) == (elsewhere in launches)
    old = {key: value for key, value in grants_of(whole).items() if key != "grouped"}
    assert roster_sight(viewer_with("a:8", old), "a", "2") == Sight(StaffRole.TRAINER, None), (
        "kept before there were any"
    )


def test_no_other_office_sees_a_roster() -> None:
    for role in set(StaffRole) - {StaffRole.TRAINER, StaffRole.ROOM_MANAGER}:
        everything = frozenset({"a:2"})
        viewer = Viewer(
            "a:9", frozenset({role}), courses=everything, managed=everything, grouped=frozenset({("a:2", "7")})
        )
        assert roster_sight(viewer, "a", "2") is None


@given(st.frozensets(IDS))
def test_groups_are_read_back_as_they_were_kept_and_none_is_never_everybody(groups: frozenset[str]) -> None:
    assert groups_of(groups_text(groups)) == groups
    assert groups_of(sight_text(groups)) == groups
    assert groups_of(sight_text(None)) is None
