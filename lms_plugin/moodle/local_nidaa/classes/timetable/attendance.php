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
 * The sessions on mod_attendance's lists.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class attendance implements source {
    #[\Override]
    public function read(rooms $rooms, period $period, array $told): answer {
        global $DB;
        $answer = new answer();
        $readable = optional::installed('mod_attendance')
            && optional::has('attendance_sessions', 'attendanceid', 'groupid', 'sessdate', 'duration');
        if (!$readable || !$rooms->courses()) {
            return $answer;
        }
        [$in, $params] = $DB->get_in_or_equal($rooms->courses(), SQL_PARAMS_NAMED, 'c');
        $sql = "SELECT a.id, a.course
                  FROM {attendance} a
                  JOIN {modules} m ON m.name = :module
                  JOIN {course_modules} cm ON cm.module = m.id AND cm.instance = a.id AND cm.deletioninprogress = 0
                 WHERE a.course $in";
        $lists = array_map('intval', $DB->get_records_sql_menu($sql, $params + ['module' => 'attendance']));
        if (!$lists) {
            return $answer;
        }
        $answer->told = array_values(array_unique($lists));
        [$in, $params] = $DB->get_in_or_equal(array_keys($lists), SQL_PARAMS_NAMED, 'a');
        [$when, $more] = $period->sql('sessdate');
        $fields = 'id, attendanceid, groupid, sessdate, duration';
        $limit = reader::SESSIONS + 1;
        $rows = $DB->get_records_select(
            'attendance_sessions',
            "attendanceid $in AND $when",
            $params + $more,
            'sessdate, id',
            $fields,
            0,
            $limit
        );
        foreach ($rows as $row) {
            $courseid = $lists[$row->attendanceid];
            $start = (int) $row->sessdate;
            $length = (int) $row->duration;
            if ($period->meets($start, $length)) {
                $room = $rooms->only($courseid);
                $answer->add("attendance-$row->id", $courseid, $room, (int) $row->groupid, $start, $length, 'attendance');
            } else if (!$length && $start >= $period->since) {
                $answer->partly[] = $courseid; // It has no end, and a guessed one would be told as true.
            }
        }
        return $answer;
    }
}
