"""What a room knows already (acceptance B1): declared or reported by enough, and nothing that is not the room's."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import event, update

from sidecar.api import limits
from sidecar.domain.report import About, Kind, Report, Reporter, Role, Symptom
from sidecar.store.cases import cases
from tests.sidecar.api.callers import OTHER, OTHER_SITE, Callers, bearer, faults, signed
from tests.staff import arrive, place
from tests.worlds import report


def log(about: str | None = None, **changes: Any) -> Report:
    """A room manager's entry."""
    who = Reporter(id="7", role=Role.ROOM_MANAGER, name="منى")
    return report(
        by="7", kind=Kind.ROOM_LOG, reporter=who, about=About(about, Role.TRAINEE) if about else None, **changes
    )


def ask(api: Callers, **about: str) -> Any:
    """The site asks about a room."""
    query = {"course": "2", "activity": "3"} | about
    return api.client.get("/v1/known", query_string=query, headers=signed(str(uuid.uuid4())))


def told(api: Callers, **about: str) -> list[dict[str, Any]]:
    answer = ask(api, **about)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["known"]
    return found


def mine(api: Callers, sub: str = "50", **changes: Any) -> list[dict[str, Any]]:
    """A person's client asks about the token's room."""
    answer = api.client.get("/v1/known", headers=bearer(sub=sub, **changes))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["known"]
    return found


def test_what_the_manager_declared_is_known_before_anybody_reports(both: Callers) -> None:
    since = both.world.clock().isoformat()
    arrive(both.world, log())
    both.world.clock.forward(minutes=8)
    declared = {"symptom": "no_sound", "since": since, "people": None, "declared": True}
    assert told(both) == [declared]
    assert mine(both) == [declared]
    now = both.world.clock()
    arrive(both.world, report(by="22", received_at=now, occurred_at=now))
    assert told(both) == [declared | {"people": 1}]
    assert mine(both, "22") == [], "who has reported it is not asked again"
    assert mine(both, "7") != [], "a log says nothing of its writer"


def test_so_many_as_the_policy_says_make_it_known(both: Callers) -> None:
    assert both.world.runtime.policy.rooms.known_from == 3
    arrive(both.world, *(report(by=by) for by in ("21", "22", "22")))
    assert told(both) == []
    arrive(both.world, report(by="23"))
    assert [(one["people"], one["declared"]) for one in told(both)] == [(3, False)]
    both.world.clock.forward(minutes=11)
    assert told(both) == [], "a report now would join it no more"


def test_of_one_trainee_alone_a_log_tells_the_room_nothing(both: Callers) -> None:
    arrive(both.world, log("21"))
    assert told(both) == []


@pytest.mark.parametrize("hidden", [{"confidential": True}, {"bars_room": True}, {"state": "resolved"}])
def test_what_is_confidential_kept_from_the_room_or_over_is_not_told(both: Callers, hidden: dict[str, Any]) -> None:
    found = arrive(both.world, log())
    assert len(told(both)) == 1
    with both.world.runtime.db.write() as conn:
        conn.execute(update(cases).where(cases.c.id == found.id).values(hidden))
    assert told(both) == []


def test_another_room_group_or_site_learns_nothing(api: Callers) -> None:
    arrive(api.world, log(place=place(group="7")))
    assert len(told(api, group="7")) == 1
    assert (told(api), told(api, group="8"), told(api, activity="4", group="7")) == ([], [], [])
    ctx = {"course": "2", "activity": "3", "group": "7", "session": None}
    assert len(mine(api, ctx=ctx)) == 1
    assert (mine(api), mine(api, ctx={"course": "2"})) == ([], [])
    other = api.client.get(
        "/v1/known?activity=3&group=7", headers=signed(str(uuid.uuid4()), secret=OTHER, site=OTHER_SITE)
    )
    assert other.get_json() == {"known": []}
    query = api.client.get("/v1/known?activity=3&group=7", headers=bearer())
    assert query.get_json() == {"known": []}, "what a person's query says is ignored"


def test_every_symptom_by_itself_the_oldest_first(api: Callers) -> None:
    arrive(api.world, log(symptom=Symptom.NO_VIDEO))
    api.world.clock.forward(minutes=1)
    now = api.world.clock()
    arrive(api.world, log(received_at=now, occurred_at=now))
    assert [one["symptom"] for one in told(api)] == ["no_video", "no_sound"]


def test_it_is_proven_like_everything_else(api: Callers) -> None:
    assert api.client.get("/v1/known?activity=3").status_code == 401
    assert api.client.get("/v1/known", headers=bearer(scope="report:create")).status_code == 403
    assert api.client.get("/v1/known?activity=3", headers=signed("known")).status_code == 401, "no UUID"
    for query, fault in (("", "required"), ("activity=", "required"), (f"activity={'x' * 65}", "too_long"),
                         ("activity=3%7C4", "has_a_bar")):  # fmt: skip
        answer = api.client.get(f"/v1/known?{query}", headers=signed(str(uuid.uuid4())))
        assert (answer.status_code, faults(answer)["activity"]) == (422, fault)


def test_it_says_for_how_long_and_whether_it_changed(api: Callers) -> None:
    arrive(api.world, log())
    answer = ask(api)
    assert answer.headers["Cache-Control"] == "private, max-age=5"
    proof = signed(str(uuid.uuid4())) | {"If-None-Match": answer.headers["ETag"]}
    assert api.client.get("/v1/known?activity=3", headers=proof).status_code == 304
    arrive(api.world, report(by="22"))
    assert api.client.get("/v1/known?activity=3", headers=proof).status_code == 200


def test_one_person_asks_so_often_and_nobody_else_waits_for_it(api: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(api.app.extensions, "nidaa_known_limits", limits.PerPerson(2))
    answers = [api.client.get("/v1/known", headers=bearer(sub="21")) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert api.client.get("/v1/known", headers=bearer(sub="22")).status_code == 200
    assert {ask(api).status_code for _ in range(4)} == {200}, "a site asks for many"
    api.world.clock.forward(minutes=11)
    assert api.client.get("/v1/known", headers=bearer(sub="21")).status_code == 200


def test_it_is_one_question_by_the_rooms_index(api: Callers) -> None:
    arrive(api.world, log(), *(report(by=str(by)) for by in range(100, 130)))
    asked: list[tuple[str, Any]] = []
    engine = api.world.runtime.db.engine

    def heard(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "cases" in statement:
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", heard)
    try:
        assert told(api)[0]["people"] == 30
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    ((statement, parameters),) = asked
    with engine.connect() as conn:
        plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert any("ix_cases_room_key" in line for line in plan), plan
    assert not any(line.startswith("SCAN") for line in plan), plan


def test_what_was_declared_is_known_until_it_is_solved(api: Callers) -> None:
    arrive(api.world, log())
    began = api.world.clock()
    api.world.clock.forward(hours=3)
    assert [one["since"] for one in told(api)] == [began.isoformat()]
