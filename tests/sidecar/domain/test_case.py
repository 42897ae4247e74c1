import pytest

from sidecar.domain.case import OPEN_STATES, TRANSITIONS, Action, NotAllowed, State, after

# The table once more, as the product means it: which states allow an action, and where it leads.
ALIVE = {"received", "assessing", "in_progress", "referred", "waiting", "reopened", "resolved"}
OPEN = ALIVE - {"resolved"}
EVERYWHERE = set(State)
STAYS = None
MEANT = {
    "join": (ALIVE | {"closed"}, STAYS),
    "add": (EVERYWHERE, STAYS),
    "see": (EVERYWHERE, STAYS),
    "reassess": (OPEN, STAYS),
    "acknowledge": (ALIVE, STAYS),
    "pick_up": (OPEN - {"waiting"}, "in_progress"),
    "transfer": (OPEN, "received"),
    "refer": (OPEN, "referred"),
    "escalate": (ALIVE, STAYS),
    "accept_escalation": (ALIVE, STAYS),
    "reply": (ALIVE, STAYS),
    "pause": (OPEN - {"waiting"}, "waiting"),
    "resume": ({"waiting"}, "in_progress"),
    "merge": (OPEN, "merged"),
    "gather": (OPEN, STAYS),
    "split": (ALIVE, STAYS),
    "group": (OPEN, STAYS),
    "propose": (OPEN, "resolved"),
    "solve": (OPEN, "resolved"),
    "verify": ({"resolved"}, "closed"),
    "refuse": ({"resolved"}, "reopened"),
    "close": ({"resolved"}, "closed"),
    "reopen": ({"resolved", "closed"}, "reopened"),
    "withdraw": (ALIVE, "withdrawn"),
    "tell": (ALIVE, STAYS),
    "verdict": (EVERYWHERE, STAYS),
    "evidence": (EVERYWHERE, STAYS),
    "note": (EVERYWHERE, STAYS),
    "call": (EVERYWHERE, STAYS),
    "look_again": (ALIVE, STAYS),
    "attach": (EVERYWHERE, STAYS),
    "prefer": (EVERYWHERE, STAYS),
    "rate": (EVERYWHERE, STAYS),
    "intend": (ALIVE, STAYS),
    "warn": (EVERYWHERE, STAYS),
    "overdue": (EVERYWHERE, STAYS),
}
PAIRS = [(state, action) for state in State for action in Action if action is not Action.OPEN]


@pytest.mark.parametrize(("state", "action"), PAIRS, ids=[f"{state}-{action}" for state, action in PAIRS])
def test_every_state_allows_exactly_the_actions_of_the_table(state: State, action: Action) -> None:
    allowed, leads_to = MEANT[action]
    if state in allowed:
        assert after(state, action) == (state if leads_to is STAYS else leads_to)
        return
    with pytest.raises(NotAllowed) as refused:
        after(state, action)
    assert (refused.value.action, refused.value.state) == (action, state)


def test_every_action_but_opening_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(Action) - {Action.OPEN}


def test_nothing_leads_out_of_withdrawn_or_merged() -> None:
    for state in (State.WITHDRAWN, State.MERGED):
        left = {to for allowed, to in TRANSITIONS.values() if state in allowed and to is not None}
        assert left == set()


def test_every_open_state_can_be_solved_merged_and_withdrawn() -> None:
    for state in OPEN_STATES:
        assert after(state, Action.SOLVE) is State.RESOLVED
        assert after(state, Action.MERGE) is State.MERGED
        assert after(state, Action.WITHDRAW) is State.WITHDRAWN


def test_only_somebody_verifying_or_closing_closes_a_case() -> None:
    assert {action for action, (_, to) in TRANSITIONS.items() if to is State.CLOSED} == {Action.VERIFY, Action.CLOSE}
