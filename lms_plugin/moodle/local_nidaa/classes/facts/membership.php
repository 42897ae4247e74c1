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
 * Who is enrolled where, and in which groups: read once for all sources that need it.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class membership {
    /** @var array|null Enrolments by person and course. */
    private ?array $enrolments = null;

    /** @var array|null Names of groups by person, course and group. */
    private ?array $groups = null;

    /**
     * Reads nothing yet.
     *
     * @param int[] $userids
     * @param int[] $courseids
     */
    public function __construct(
        /** @var int[] People. */
        private readonly array $userids,
        /** @var int[] Courses. */
        private readonly array $courseids
    ) {
    }

    /**
     * A person's enrolments in a course, by whatever method.
     *
     * @param int $userid
     * @param int $courseid
     * @return stdClass[] method, disabled, suspended, timestart, timeend, timecreated
     */
    public function enrolments(int $userid, int $courseid): array {
        $this->enrolments ??= $this->read_enrolments();
        return $this->enrolments[$userid][$courseid] ?? [];
    }

    /**
     * A person's groups of a course.
     *
     * @param int $userid
     * @param int $courseid
     * @return string[] names by id
     */
    public function groups(int $userid, int $courseid): array {
        $this->groups ??= $this->read_groups();
        return $this->groups[$userid][$courseid] ?? [];
    }

    /**
     * Whether a person was enrolled at this time. Since when somebody has been suspended is not known, so these do not count.
     *
     * @param int $userid
     * @param int $courseid
     * @param int $time
     * @return bool
     */
    public function was_enrolled(int $userid, int $courseid, int $time): bool {
        foreach ($this->enrolments($userid, $courseid) as $enrolment) {
            $since = $enrolment->timestart ?: $enrolment->timecreated;
            if (!$enrolment->suspended && $since <= $time && (!$enrolment->timeend || $time < $enrolment->timeend)) {
                return true;
            }
        }
        return false;
    }

    /**
     * All enrolments.
     *
     * @return array
     */
    private function read_enrolments(): array {
        $sql = "SELECT ue.id, ue.userid, e.courseid, e.enrol AS method, ue.timestart, ue.timeend, ue.timecreated,
                       ue.status AS suspended, e.status AS disabled
                  FROM {user_enrolments} ue
                  JOIN {enrol} e ON e.id = ue.enrolid
                 WHERE ue.userid :people AND e.courseid :courses
              ORDER BY ue.id";
        $enrolments = [];
        foreach ($this->rows($sql) as $row) {
            foreach (['timestart', 'timeend', 'timecreated', 'suspended', 'disabled'] as $number) {
                $row->$number = (int) $row->$number;
            }
            $enrolments[$row->userid][$row->courseid][] = $row;
        }
        return $enrolments;
    }

    /**
     * All groups.
     *
     * @return array
     */
    private function read_groups(): array {
        $sql = "SELECT gm.id, gm.userid, g.courseid, g.id AS groupid, g.name
                  FROM {groups_members} gm
                  JOIN {groups} g ON g.id = gm.groupid
                 WHERE gm.userid :people AND g.courseid :courses
              ORDER BY g.name, g.id";
        $groups = [];
        foreach ($this->rows($sql) as $row) {
            $groups[$row->userid][$row->courseid][(int) $row->groupid] = $row->name;
        }
        return $groups;
    }

    /**
     * Rows about these people and courses.
     *
     * @param string $sql with :people and :courses where the conditions stand
     * @return stdClass[]
     */
    private function rows(string $sql): array {
        global $DB;
        if (!$this->userids || !$this->courseids) {
            return [];
        }
        [$people, $params] = $DB->get_in_or_equal($this->userids, SQL_PARAMS_NAMED, 'u');
        [$courses, $more] = $DB->get_in_or_equal($this->courseids, SQL_PARAMS_NAMED, 'c');
        return $DB->get_records_sql(strtr($sql, [':people' => $people, ':courses' => $courses]), $params + $more);
    }
}
