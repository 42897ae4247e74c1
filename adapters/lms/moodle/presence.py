"""How many people are in a live room: BigBlueButton says so through Moodle; of other platforms Moodle knows nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.deadlines import Budget
from adapters.errors import Unavailable
from adapters.lms.moodle import plugin_wire, stock_wire
from adapters.lms.moodle.course_reading import Activity, CourseReadings
from adapters.lms.moodle.web_service import NotRead, WebService
from adapters.lms.port import LiveRoom

PRESENCE = "local_nidaa_get_presence"
MEETING = "mod_bigbluebuttonbn_meeting_info"
_MODULE = "bigbluebuttonbn"
_NO_ANSWER = "general_error_no_answer"


class Presence:
    """Reads who is in the rooms of one site."""

    def __init__(self, service: WebService, readings: CourseReadings) -> None:
        self._service = service
        self._readings = readings

    def from_plugin(self, rooms: Sequence[LiveRoom], budget: Budget) -> Mapping[LiveRoom, int | None]:
        """The same in one call."""
        asked = [{"cmid": room.activity_id, "groupid": room.group_id or "0"} for room in rooms]
        told = self._service.call(PRESENCE, {"rooms": asked}, plugin_wire.PRESENCE, budget)
        found = {(row["cmid"], row["groupid"]): row["present"] for row in told["rooms"]}
        return {room: found.get((room.activity_id, room.group_id)) for room in rooms}

    def from_stock(self, rooms: Sequence[LiveRoom], budget: Budget) -> Mapping[LiveRoom, int | None]:
        """Moderators and the others together; None where nobody can tell. One call a room, and cached ones a course."""
        return {room: self._of(room, budget) for room in rooms}

    def _of(self, room: LiveRoom, budget: Budget) -> int | None:
        activities = self._readings.activities(room.course_id, budget)
        found = None if isinstance(activities, NotRead) else _activity(activities, room.activity_id)
        if found is None or found.instance is None or found.module != _MODULE:
            return None
        asked = {"bigbluebuttonbnid": found.instance, "groupid": room.group_id or "0"}
        try:
            told = self._service.part(MEETING, asked, stock_wire.MEETING, budget)
        except Unavailable as error:
            if error.code != _NO_ANSWER:
                raise
            return None  # Moodle is here, and its BigBlueButton is not
        if isinstance(told, NotRead):
            return None
        # A meeting that does not run leaves its counts out.
        return int(told["moderatorcount"]) + int(told["participantcount"]) if told["statusrunning"] else 0


def _activity(activities: Sequence[Activity], cmid: str) -> Activity | None:
    return next((one for one in activities if one.cmid == cmid), None)
