"""`Moodle`: the port's questions. Each chooses between the plugin's function and stock ones, per function."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from adapters.deadlines import Budget
from adapters.errors import Refused
from adapters.http import Door
from adapters.lms.moodle import checkup, plugin_facts, presence, roster, telling, timetable, writing
from adapters.lms.moodle.course_reading import CourseReadings
from adapters.lms.moodle.notes import ACCOUNT, COURSE_FACTS, Notebook
from adapters.lms.moodle.profiles import DEFAULT_FIELDS, Profiles
from adapters.lms.moodle.roster import DEFAULT_ROLES, Role
from adapters.lms.moodle.stock_facts import StockFacts
from adapters.lms.moodle.web_service import WebService, gone
from adapters.lms.port import (
    ROOMS_AT_MOST,
    CourseInfo,
    Finding,
    LiveRoom,
    Notice,
    NoticeOutcome,
    Pair,
    PairFacts,
    Sessions,
)

T = TypeVar("T")

PAIRS_AT_MOST = 50

_OF_NO_COURSE: Final = frozenset({"mine", "desk"})  # as the plugin sends people there from anywhere


class Moodle:
    """One Moodle site as an LMS (`port.Lms`). Safe for threads and greenlets; make one per site and process.

    Args:
        site_id: our name of the site.
        url: its address, such as `https://lms.example.org` (with the path, if Moodle lives in one).
        token: of a Web Service user. It travels in request bodies alone, and prints as `<secret>`.
        clock: gives the time at which something was read, aware and in UTC.
        deadline: seconds that one question of the port may take in all, however many calls it is composed of.
        fields: certificate fields to Moodle's profile fields: `{"national_id": shortname, "phone": "phone1", …}`.
        id_key: of the keyed hash by which national ids are compared with what comes from elsewhere; None, they are not.
        seal: makes of a number what only this house can read again; None, no number leaves this process in any form.
        writes: which of these may be written, none by default.
        roles: role shortnames to ours, for courses read with stock functions.
        door: the HTTP door to the site, one of its own by default. monotonic: for caches and deadlines.
    """

    def __init__(
        self,
        site_id: str,
        url: str,
        token: str,
        *,
        clock: Callable[[], datetime],
        deadline: float = 10.0,
        fields: Mapping[str, str] = DEFAULT_FIELDS,
        writes: Collection[str] = (),
        roles: Mapping[str, Role] = DEFAULT_ROLES,
        id_key: bytes | None = None,
        seal: Callable[[str], str] | None = None,
        door: Door | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.site_id = site_id
        self.deadline = deadline
        self.writes = frozenset(writes)
        self._clock = clock
        self._url = url.rstrip("/")
        door = door or Door(f"Moodle {site_id}", deadline=deadline, monotonic=monotonic)
        self._service = WebService(site_id, url, token, door=door, clock=clock, monotonic=monotonic)
        self._profiles = Profiles(fields, id_key, seal)
        self._readings = CourseReadings(self._service, self._profiles)
        self._stock_facts = StockFacts(self._service, self._profiles, self._readings)
        self._plugin_facts = plugin_facts.PluginFacts(self._service, self._profiles.names, id_key)
        self._timetable = timetable.Timetable(self._service, self._readings)
        self._roster = roster.Roster(self._service, self._readings, roles)
        self._telling = telling.Telling(self._service)
        self._presence = presence.Presence(self._service, self._readings)
        self._writing = writing.Writing(self._service, self._profiles.mapping, writes)

    def __repr__(self) -> str:
        return f"Moodle({self.site_id!r})"

    def facts(self, pairs: Sequence[Pair]) -> Mapping[Pair, PairFacts]:
        """See `port.Lms.facts`. One call with the plugin; otherwise what `stock_facts` says.

        Raises:
            ValueError: more than 50 pairs.
        """
        if len(pairs) > PAIRS_AT_MOST:
            raise ValueError(f"at most {PAIRS_AT_MOST} pairs a call")
        asked = list(dict.fromkeys(pairs))
        askable = [p for p in asked if _is_id(p.person_id) and (p.course_id is None or _is_id(p.course_id))]
        found = {pair: self._not_of_moodle(pair) for pair in asked}
        if askable:
            budget = self._service.budget(self.deadline)
            found |= self._either(
                plugin_facts.FACTS,
                lambda: self._plugin_facts.facts(askable, budget),
                lambda: self._stock_facts.facts(askable, budget),
                budget,
            )
        return found

    def sessions(self, course_ids: Sequence[str], since: datetime, until: datetime) -> Sessions:
        """See `port.Lms.sessions`. A course may be in both parts: some of its sources told, others could not."""
        budget = self._service.budget(self.deadline)
        ids = _askable(course_ids)
        found = Sessions(())
        if ids:
            found = self._either(
                timetable.SESSIONS,
                lambda: self._timetable.from_plugin(ids, since, until, budget),
                lambda: self._timetable.from_stock(ids, since, until, budget),
                budget,
            )
        return Sessions(found.found, found.unknown_courses | (frozenset(course_ids) - frozenset(ids)))

    def courses(self, course_ids: Sequence[str]) -> Mapping[str, CourseInfo]:
        """See `port.Lms.courses`. A person with two roles in a course is two members."""
        budget = self._service.budget(self.deadline)
        ids = _askable(course_ids)
        if not ids:
            return {}
        return self._either(
            roster.COURSE,
            lambda: self._roster.from_plugin(ids, budget),
            lambda: self._roster.from_stock(ids, budget),
            budget,
        )

    def running_courses(self) -> Sequence[CourseInfo]:
        """See `port.Lms.running_courses`. One stock call, with the plugin and without it.

        Raises:
            AdapterError: it could not be read; a token that may not ask is `Refused`, and a site whose answer is
                longer than the door lets in `Malformed`.
        """
        return self._roster.running(self._service.budget(self.deadline))

    def presence(self, rooms: Sequence[LiveRoom]) -> Mapping[LiveRoom, int | None]:
        """See `port.Lms.presence`. One call with the plugin, else one a room; for BigBlueButton alone."""
        if len(rooms) > ROOMS_AT_MOST:
            raise ValueError(f"at most {ROOMS_AT_MOST} rooms a call")
        found: dict[LiveRoom, int | None] = dict.fromkeys(rooms)
        askable = [room for room in rooms if _is_id(room.activity_id) and _is_id(room.group_id or "1")]
        if askable:
            budget = self._service.budget(self.deadline)
            found |= self._either(
                presence.PRESENCE,
                lambda: self._presence.from_plugin(askable, budget),
                lambda: self._presence.from_stock(askable, budget),
                budget,
            )
        return found

    def notify(self, notices: Sequence[Notice]) -> Mapping[str, NoticeOutcome]:
        """See `port.Lms.notify`. Only the plugin knows keys; stock messages are sent again when asked again.

        Raises:
            AdapterError: only if nothing was sent; otherwise the outcomes so far are returned.
        """
        outcomes: dict[str, NoticeOutcome] = {n.key: "refused" for n in notices if not _is_id(n.person_id)}
        able = [notice for notice in notices if _is_id(notice.person_id)]
        if able:
            budget = self._service.budget(self.deadline)
            outcomes |= self._either(
                telling.NOTIFY,
                lambda: self._telling.by_plugin(able, budget),
                lambda: self._telling.by_stock(able, budget),
                budget,
            )
        return outcomes

    def write(self, person_id: str, values: Mapping[str, str]) -> None:
        """See `port.Lms.write`. A stock function, with the plugin and without it."""
        if not _is_id(person_id):
            raise Refused("nobody of this Moodle", code="invaliduserid")
        self._writing.write(person_id, values, self._service.budget(self.deadline))

    def way_in(self, target: str, course_id: str | None) -> str | None:
        """See `port.Lms.way_in`: the plugin's page, which asks people to sign in first."""
        launch = f"{self._url}/local/nidaa/launch.php?target={target}"
        if course_id is not None and _is_id(course_id):
            return f"{launch}&course={course_id}"
        return launch if target in _OF_NO_COURSE else self._url

    def check(self) -> Sequence[Finding]:
        """See `port.Lms.check`. A site that does not answer, or refuses the token, is a finding too."""
        budget = self._service.budget(self.deadline)
        return checkup.examine(self._service, self._readings, self._profiles, self._writing, budget)

    def _either(self, function: str, plugin: Callable[[], T], stock: Callable[[], T], budget: Budget) -> T:
        """The plugin's answer where the token lists its function; stock ones, too, if it has gone since we looked."""
        if not self._service.offers(function, budget):
            return stock()
        try:
            return plugin()
        except Refused as error:
            refused = error
        if gone(refused):
            self._service.forget_site()
            if not self._service.offers(function, budget):
                return stock()
        raise refused

    def _not_of_moodle(self, pair: Pair) -> PairFacts:
        """A visitor, or an id of another system: there is nobody to ask about."""
        book = Notebook()
        names = (*ACCOUNT, *self._profiles.names, *(COURSE_FACTS if pair.course_id is not None else ()))
        book.unknown(names, "moodle", self._clock(), "not_offered")
        return PairFacts(pair, book.values)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) < 16 and text[0] != "0"


def _askable(ids: Sequence[str]) -> list[str]:
    return [one for one in dict.fromkeys(ids) if _is_id(one)]
