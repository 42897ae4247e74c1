"""A user record for each pair, in as few calls as Moodle allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.deadlines import Budget
from adapters.lms.moodle import stock_wire
from adapters.lms.moodle.course_reading import People
from adapters.lms.moodle.profiles import Profiles, Seen, shown_fields
from adapters.lms.moodle.web_service import NotRead, WebService
from adapters.lms.port import Pair

PROFILES = "core_user_get_course_user_profiles"
USERS = "core_user_get_users_by_field"
COURSES_IN_DEPTH = 8

# Per pair: the record, the fields that its context is known to show, and the function that told it.
Records = Mapping[Pair, tuple[Seen, frozenset[str], str]]


class UserRecords:
    """Reads user records of one site."""

    def __init__(self, service: WebService, profiles: Profiles) -> None:
        self._service = service
        self._profiles = profiles

    def of(self, pairs: Sequence[Pair], rosters: Mapping[str, People | NotRead], budget: Budget) -> Records:
        """A user record for each pair that Moodle shows one for, with the fields that its context is known to show."""
        refused = {c for c, roster in rosters.items() if isinstance(roster, NotRead) and roster.note != "not_offered"}
        in_course = [pair for pair in pairs if pair.course_id is not None and pair.course_id not in refused]
        records: dict[Pair, tuple[Seen, frozenset[str], str]] = {}
        for pair, seen in self._in_courses(in_course, budget).items():
            roster = rosters[pair.course_id or ""]
            records[pair] = (seen, roster.shown if isinstance(roster, People) else frozenset(), PROFILES)
        alone = [pair for pair in pairs if pair not in records]
        for pair, seen in self._alone(alone, budget).items():
            records[pair] = (seen, frozenset(), USERS)
        return _with_neighbours(records)

    def _in_courses(self, pairs: Sequence[Pair], budget: Budget) -> dict[Pair, Seen]:
        found: dict[Pair, Seen] = {}
        for once in _rounds(pairs)[:COURSES_IN_DEPTH]:
            told = self._bulk(once, budget)
            if told is None:  # one course that is closed to the token sinks the whole answer: each course for itself
                for course_id in list(dict.fromkeys(pair.course_id for pair in once))[:COURSES_IN_DEPTH]:
                    found |= self._bulk([pair for pair in once if pair.course_id == course_id], budget) or {}
            else:
                found |= told
        return found

    def _bulk(self, pairs: Sequence[Pair], budget: Budget) -> dict[Pair, Seen] | None:
        asked = {"userlist": [{"userid": pair.person_id, "courseid": pair.course_id} for pair in pairs]}
        users = self._service.part(PROFILES, asked, stock_wire.USERS, budget)
        if isinstance(users, NotRead):
            return None
        by_person = {pair.person_id: pair for pair in pairs}
        return {by_person[user["id"]]: self._profiles.seen(user) for user in users if user["id"] in by_person}

    def _alone(self, pairs: Sequence[Pair], budget: Budget) -> dict[Pair, Seen]:
        ids = sorted({pair.person_id for pair in pairs})
        if not ids:
            return {}
        users = self._service.part(USERS, {"field": "id", "values": ids}, stock_wire.USERS, budget)
        if isinstance(users, NotRead):
            return {}
        seen = {user["id"]: self._profiles.seen(user) for user in users}
        return {pair: seen[pair.person_id] for pair in pairs if pair.person_id in seen}


def _rounds(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Pairs in rounds that name each person once: Moodle answers a person named twice for the last course only."""
    rounds: list[dict[str, Pair]] = []
    for pair in pairs:
        for once in rounds:
            if pair.person_id not in once:
                once[pair.person_id] = pair
                break
        else:
            rounds.append({pair.person_id: pair})
    return [list(once.values()) for once in rounds]


def _with_neighbours(records: Records) -> Records:
    """Fields that the same function showed for anybody in the same course are visible for all of them."""
    together: dict[tuple[str | None, str], list[Seen]] = {}
    for pair, (seen, _, source) in records.items():
        together.setdefault((pair.course_id, source), []).append(seen)
    return {
        pair: (seen, shown | shown_fields(together[pair.course_id, source]), source)
        for pair, (seen, shown, source) in records.items()
    }
