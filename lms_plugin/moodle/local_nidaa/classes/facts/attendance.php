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

namespace local_nidaa\facts;

use stdClass;

/**
 * How much of a course somebody has been at, from the lists of mod_attendance.
 *
 * As mod_attendance's own summary, it counts sessions that were taken since the course began, group sessions for the group
 * alone. It differs in two ways. That summary passes over sessions in which a person has no mark, so that in a course where
 * trainees mark themselves whoever came once has come always; here a session without a mark is one that was missed, for
 * whoever was enrolled then. And it measures points of points, so that coming late costs half a class; here a status that
 * is worth points is attendance, since that is what certificates ask for.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class attendance implements source {
    /** @var string[] What the figures mean, for whoever has to explain them. */
    private const DEFINITION = [
        'sessions' => 'taken, since the course began, for everybody or a group of the person; marked or, without a mark, '
            . 'held while the person was enrolled (then absent)',
        'late' => 'attended, as every status that is worth more than 0 points',
        'excused' => 'as its points say: attended with more than 0 points (the usual setting), absent with 0; never left out',
    ];

    /**
     * Reads memberships that others may have read already.
     *
     * @param membership $membership
     */
    public function __construct(
        /** @var membership Enrolments and groups. */
        private readonly membership $membership
    ) {
    }

    #[\Override]
    public function sections(): array {
        return ['attendance' => 'attendance'];
    }

    #[\Override]
    public function fill(sheet $sheet): void {
        $readable = optional::installed('mod_attendance')
            && optional::has('attendance_sessions', 'attendanceid', 'groupid', 'sessdate', 'lasttaken')
            && optional::has('attendance_log', 'sessionid', 'studentid', 'statusid')
            && optional::has('attendance_statuses', 'grade');
        $courses = $readable && $sheet->courses ? $this->courses(array_keys($sheet->courses)) : [];
        $sessions = $this->sessions($courses);
        $marks = $this->marks(array_keys($courses), array_keys($sheet->people));
        foreach ($sheet->in_courses() as [$userid, $courseid]) {
            if (!in_array($courseid, $courses, true)) {
                $sheet->unread($userid, $courseid, 'attendance', $readable ? 'not_offered' : 'function_missing');
                continue;
            }
            $since = (int) $sheet->courses[$courseid]->startdate;
            $held = $attended = 0;
            foreach ($sessions[$courseid] ?? [] as $session) {
                $points = $marks[$userid][$session->id] ?? null;
                if ($session->sessdate >= $since && $this->counts($session, $userid, $courseid, $points)) {
                    $held++;
                    $attended += $points > 0 ? 1 : 0;
                }
            }
            $sheet->put($userid, $courseid, 'attendance', [
                'held' => $held,
                'attended' => $attended,
                'rate' => $held ? round($attended / $held, 4) : null,
                'definition' => self::DEFINITION,
            ]);
        }
    }

    /**
     * Whether a session was one for this person.
     *
     * @param stdClass $session
     * @param int $userid
     * @param int $courseid
     * @param float|null $points of the mark, null without one
     * @return bool
     */
    private function counts(stdClass $session, int $userid, int $courseid, ?float $points): bool {
        if ($session->groupid && !isset($this->membership->groups($userid, $courseid)[$session->groupid])) {
            return false;
        }
        return $points !== null || $this->membership->was_enrolled($userid, $courseid, $session->sessdate);
    }

    /**
     * The lists that courses keep.
     *
     * @param int[] $courseids
     * @return int[] course by list
     */
    private function courses(array $courseids): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $sql = "SELECT a.id, a.course
                  FROM {attendance} a
                  JOIN {modules} m ON m.name = :module
                  JOIN {course_modules} cm ON cm.module = m.id AND cm.instance = a.id AND cm.deletioninprogress = 0
                 WHERE a.course $in";
        return array_map('intval', $DB->get_records_sql_menu($sql, $params + ['module' => 'attendance']));
    }

    /**
     * The sessions that were taken.
     *
     * @param int[] $courses course by list
     * @return array by course
     */
    private function sessions(array $courses): array {
        global $DB;
        if (!$courses) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal(array_keys($courses));
        $sessions = [];
        $where = "attendanceid $in AND lasttaken > 0";
        $fields = 'id, attendanceid, groupid, sessdate';
        foreach ($DB->get_records_select('attendance_sessions', $where, $params, '', $fields) as $row) {
            $row->groupid = (int) $row->groupid;
            $row->sessdate = (int) $row->sessdate;
            $sessions[$courses[$row->attendanceid]][] = $row;
        }
        return $sessions;
    }

    /**
     * The marks that people have. A row without a status says that somebody was on the list, and no more.
     *
     * @param int[] $lists
     * @param int[] $userids
     * @return array points by person and session, the best where somebody was marked twice
     */
    private function marks(array $lists, array $userids): array {
        global $DB;
        if (!$lists || !$userids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($lists, SQL_PARAMS_NAMED, 'a');
        [$people, $more] = $DB->get_in_or_equal($userids, SQL_PARAMS_NAMED, 'u');
        $sql = "SELECT l.id, l.studentid, l.sessionid, st.grade
                  FROM {attendance_log} l
                  JOIN {attendance_sessions} s ON s.id = l.sessionid AND s.lasttaken > 0
             LEFT JOIN {attendance_statuses} st ON st.id = l.statusid
                 WHERE s.attendanceid $in AND l.studentid $people";
        $marks = [];
        $rows = $DB->get_recordset_sql($sql, $params + $more);
        foreach ($rows as $row) {
            $marks[$row->studentid][$row->sessionid] = max((float) $row->grade, $marks[$row->studentid][$row->sessionid] ?? 0.0);
        }
        $rows->close();
        return $marks;
    }
}
