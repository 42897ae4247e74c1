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

/**
 * What people have entered into a course's or a group's calendar themselves.
 *
 * Such an entry says nothing of what it is. It is taken as a class only where it has a length of at most eight hours, the
 * course has a live room, and no attendance list or meeting tells of the course: then nothing else could. Whatever an
 * activity has put into the calendar is passed over: that is its opening window, or a session that is told of already.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class calendar implements source {
    /** @var int Seconds: longer entries are holidays, exam weeks and the like. */
    private const LONGEST_CLASS = 8 * HOURSECS;

    #[\Override]
    public function read(rooms $rooms, period $period, array $told): answer {
        global $DB;
        $answer = new answer();
        $courseids = array_filter(array_diff($rooms->courses(), $told), fn(int $courseid): bool => $rooms->any($courseid));
        if (!$courseids) {
            return $answer;
        }
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED, 'c');
        $entered = "courseid $in AND eventtype IN ('course', 'group') AND modulename = :none AND visible = 1
                    AND timeduration > 0 AND timeduration <= :longest";
        $params += ['none' => '', 'longest' => self::LONGEST_CLASS];
        $sql = "SELECT DISTINCT courseid FROM {event} WHERE $entered";
        $answer->told = array_map('intval', $DB->get_fieldset_sql($sql, $params));
        [$when, $more] = $period->sql('timestart');
        $fields = 'id, courseid, groupid, timestart, timeduration';
        $where = "$entered AND $when";
        $limit = reader::SESSIONS + 1;
        foreach ($DB->get_records_select('event', $where, $params + $more, 'timestart, id', $fields, 0, $limit) as $row) {
            if ($period->meets((int) $row->timestart, (int) $row->timeduration)) {
                $courseid = (int) $row->courseid;
                $room = $rooms->only($courseid);
                $group = (int) $row->groupid;
                $length = (int) $row->timeduration;
                $answer->add("calendar-$row->id", $courseid, $room, $group, (int) $row->timestart, $length, 'calendar');
            }
        }
        return $answer;
    }
}
