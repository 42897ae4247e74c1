<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

namespace local_nidaa\timetable;

use local_nidaa\facts\optional;

/**
 * The meetings of mod_zoom: single ones, and those occurrences of recurring ones that it has put into the calendar.
 *
 * A recurring meeting without fixed times has none that Moodle knows.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class zoom implements source {
    /** @var int A recurring meeting without fixed times (mod_zoom's ZOOM_RECURRINGTYPE_NOTIME). */
    private const NO_TIME = 0;

    #[\Override]
    public function read(rooms $rooms, period $period, array $told): answer {
        global $DB;
        $answer = new answer();
        $meetings = $rooms->by_instance('zoom');
        $readable = optional::installed('mod_zoom')
            && optional::has('zoom', 'course', 'start_time', 'duration', 'recurring', 'exists_on_zoom');
        if (!$readable || !$meetings) {
            return $answer;
        }
        [$in, $params] = $DB->get_in_or_equal(array_keys($meetings), SQL_PARAMS_NAMED, 'z');
        $typed = optional::has('zoom', 'recurrence_type') ? 'recurrence_type' : 'NULL AS recurrence_type';
        $fields = "id, course, start_time, duration, recurring, $typed";
        $rows = $DB->get_records_select('zoom', "id $in AND exists_on_zoom = 1", $params, 'id', $fields);
        $repeated = [];
        foreach ($rows as $row) {
            $courseid = (int) $row->course;
            if ($row->recurring) {
                $timed = $row->recurrence_type !== null && (int) $row->recurrence_type !== self::NO_TIME;
                $timed ? $repeated[$row->id] = $courseid : $answer->partly[] = $courseid;
                continue;
            }
            if (!(int) $row->start_time || !(int) $row->duration) {
                $answer->partly[] = $courseid;
                continue;
            }
            $answer->told[] = $courseid;
            if ($period->meets((int) $row->start_time, (int) $row->duration)) {
                $room = $meetings[$row->id];
                $answer->add("zoom-$room->cmid", $courseid, $room, 0, (int) $row->start_time, (int) $row->duration, 'zoom');
            }
        }
        $this->add_occurrences($answer, $repeated, $meetings, $period);
        return $answer;
    }

    /**
     * Adds the occurrences of recurring meetings.
     *
     * @param answer $answer
     * @param int[] $repeated course by meeting
     * @param room[] $meetings
     * @param period $period
     */
    private function add_occurrences(answer $answer, array $repeated, array $meetings, period $period): void {
        global $DB;
        if (!$repeated) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal(array_keys($repeated), SQL_PARAMS_NAMED, 'z');
        [$when, $more] = $period->sql('timestart');
        $where = "modulename = :zoom AND instance $in AND $when";
        $params += $more + ['zoom' => 'zoom'];
        $limit = reader::SESSIONS + 1;
        $fields = 'id, instance, timestart, timeduration, uuid';
        foreach ($DB->get_records_select('event', $where, $params, 'timestart, id', $fields, 0, $limit) as $row) {
            if ($period->meets((int) $row->timestart, (int) $row->timeduration)) {
                $room = $meetings[$row->instance];
                $key = "zoom-$room->cmid-" . ($row->uuid === '' ? $row->id : $row->uuid);
                $courseid = $repeated[$row->instance];
                $answer->add($key, $courseid, $room, 0, (int) $row->timestart, (int) $row->timeduration, 'zoom');
            }
        }
        $answer->told = array_merge($answer->told, array_values($repeated));
    }
}
