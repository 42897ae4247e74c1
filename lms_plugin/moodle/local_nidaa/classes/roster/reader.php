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

namespace local_nidaa\roster;

use core_user\fields;
use local_nidaa\service\too_much;
use stdClass;

/**
 * Dates and people of courses: the answer of local_nidaa_get_course.
 *
 * On a course's list are those who are enrolled in it, in whatever state, and those who have a role in it or in a category
 * above it. What each of them is, the capabilities in the course say. Whoever is not enrolled and has a role on the whole site
 * alone, or manages a category, may do everything here as a site administrator may, and is nobody's trainer or room manager:
 * else no course would ever be without one. However many courses are asked for, the number of queries stays the same.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class reader {
    /** @var int Courses that are read at once. */
    public const AT_MOST = 50;

    /** @var string[] What makes somebody which. */
    private const CAPABILITIES = [
        'trainers' => 'local/nidaa:answerquestions',
        'roommanagers' => 'local/nidaa:manageroom',
        'trainees' => 'local/nidaa:report',
    ];

    /** @var string What opens all groups of a course. */
    private const ALL_GROUPS = 'moodle/site:accessallgroups';

    /** @var string What managers of a part of the site may. */
    private const MANAGING = 'moodle/category:manage';

    /**
     * Those of the courses that exist.
     *
     * @param int[] $courseids at most 50
     * @return array as plugin_wire.py defines it
     */
    public static function courses(array $courseids): array {
        $courseids = array_values(array_unique(array_map('intval', $courseids)));
        if (count($courseids) > self::AT_MOST) {
            throw new too_much('at most ' . self::AT_MOST . ' courses');
        }
        $courses = self::records(array_values(array_diff($courseids, [SITEID])));
        try {
            $people = self::people($courses);
        } catch (\Throwable $error) {
            debugging('local_nidaa could not read a roster: ' . $error->getMessage(), DEBUG_DEVELOPER, $error->getTrace());
            $people = [];
        }
        return array_values(array_map(fn(stdClass $course): array => [
            'id' => (int) $course->id,
            'fullname' => $course->fullname,
            'idnumber' => $course->idnumber,
            'startdate' => (int) $course->startdate,
            'enddate' => (int) $course->enddate,
        ] + ($people[$course->id] ?? ['trainers' => null, 'roommanagers' => null, 'trainees' => null]), $courses));
    }

    /**
     * The courses with the contexts above them.
     *
     * @param int[] $courseids
     * @return stdClass[] by id, `path` from the course up to the site
     */
    private static function records(array $courseids): array {
        global $DB;
        if (!$courseids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $sql = "SELECT c.id, c.fullname, c.idnumber, c.startdate, c.enddate, c.groupmode, ctx.path
                  FROM {course} c
                  JOIN {context} ctx ON ctx.instanceid = c.id AND ctx.contextlevel = :level
                 WHERE c.id $in
              ORDER BY c.id";
        $courses = $DB->get_records_sql($sql, $params + ['level' => CONTEXT_COURSE]);
        foreach ($courses as $course) {
            $course->path = array_reverse(array_map('intval', explode('/', trim($course->path, '/'))));
        }
        return $courses;
    }

    /**
     * The lists of each course.
     *
     * @param stdClass[] $courses
     * @return array
     */
    private static function people(array $courses): array {
        global $CFG;
        if (!$courses) {
            return [];
        }
        $contextids = array_values(array_unique(array_merge(...array_column($courses, 'path'))));
        $authority = authority::over([...array_values(self::CAPABILITIES), self::MANAGING, self::ALL_GROUPS], $contextids);
        $groups = self::groups(array_column(array_filter($courses, self::separates(...)), 'id'));
        $roles = self::roles($contextids);
        $enrolled = self::enrolled(array_keys($courses));
        $everybody = [(int) ($CFG->defaultuserroleid ?? 0)];
        $lists = [];
        foreach ($courses as $course) {
            $lists[$course->id] = array_fill_keys(array_keys(self::CAPABILITIES), []);
            $candidates = $enrolled[$course->id] ?? [];
            foreach (array_slice($course->path, 0, -1) as $contextid) {
                $candidates += $roles['people'][$contextid] ?? [];
            }
            foreach ($candidates as $userid => $person) {
                $theirs = $everybody;
                foreach ($course->path as $contextid) {
                    $theirs = array_merge($theirs, $roles['assigned'][$contextid][$userid] ?? []);
                }
                if (!$person['enrolled'] && $authority->allows(self::MANAGING, $course->path, $theirs)) {
                    continue;
                }
                $allowed = fn(string $list): bool => $authority->allows(self::CAPABILITIES[$list], $course->path, $theirs);
                $limited = self::separates($course) && !$authority->allows(self::ALL_GROUPS, $course->path, $theirs);
                $sees = ['groups' => $limited ? $groups[$course->id][$userid] ?? [] : null];
                foreach (self::lists($allowed, $person, $theirs === $everybody) as $list) {
                    $one = ['userid' => $userid, 'fullname' => $person['fullname']];
                    $lists[$course->id][$list][] = $list === 'trainees' ? $one : $one + $sees;
                }
            }
        }
        return $lists;
    }

    /**
     * The lists that somebody belongs on. Who works in a course is no trainee of it.
     *
     * @param \Closure $allowed
     * @param array $person
     * @param bool $bare whether they have no role here: Moodle can take them away when an enrolment ends or is suspended
     * @return string[]
     */
    private static function lists(\Closure $allowed, array $person, bool $bare): array {
        $work = array_values(array_filter(['trainers', 'roommanagers'], $allowed));
        if ($work || !$person['enrolled']) {
            return $work;
        }
        return $allowed('trainees') || ($bare && !$person['active']) ? ['trainees'] : [];
    }

    /**
     * Whether a course keeps its groups apart.
     *
     * @param stdClass $course
     * @return bool
     */
    private static function separates(stdClass $course): bool {
        return (int) $course->groupmode === SEPARATEGROUPS;
    }

    /**
     * Who is in which groups of these courses.
     *
     * @param int[] $courseids
     * @return array groups by course and person
     */
    private static function groups(array $courseids): array {
        global $DB;
        if (!$courseids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $sql = "SELECT gm.id, g.courseid, gm.userid, gm.groupid
                  FROM {groups_members} gm
                  JOIN {groups} g ON g.id = gm.groupid
                 WHERE g.courseid $in
              ORDER BY gm.groupid";
        $groups = [];
        foreach ($DB->get_records_sql($sql, $params) as $row) {
            $groups[$row->courseid][(int) $row->userid][] = (int) $row->groupid;
        }
        return $groups;
    }

    /**
     * Who has which roles in these contexts.
     *
     * @param int[] $contextids
     * @return array people and assigned, by context and person
     */
    private static function roles(array $contextids): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($contextids, SQL_PARAMS_NAMED);
        $sql = "SELECT ra.id, ra.contextid, ra.roleid, ra.userid, " . self::names() . "
                  FROM {role_assignments} ra
                  JOIN {user} u ON u.id = ra.userid AND u.deleted = 0
                 WHERE ra.contextid $in
              ORDER BY ra.userid, ra.id";
        $people = $assigned = [];
        foreach ($DB->get_records_sql($sql, $params) as $row) {
            $assigned[$row->contextid][$row->userid][] = (int) $row->roleid;
            $people[$row->contextid][(int) $row->userid] ??= ['fullname' => fullname($row), 'enrolled' => false, 'active' => false];
        }
        return ['people' => $people, 'assigned' => $assigned];
    }

    /**
     * Who is enrolled, in whatever state.
     *
     * @param int[] $courseids
     * @return array by course and person
     */
    private static function enrolled(array $courseids): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $sql = "SELECT ue.id, e.courseid, ue.userid, ue.status, e.status AS disabled, ue.timestart, ue.timeend,
                       " . self::names() . "
                  FROM {user_enrolments} ue
                  JOIN {enrol} e ON e.id = ue.enrolid
                  JOIN {user} u ON u.id = ue.userid AND u.deleted = 0
                 WHERE e.courseid $in
              ORDER BY ue.userid, ue.id";
        $now = time();
        $enrolled = [];
        foreach ($DB->get_records_sql($sql, $params) as $row) {
            $running = $row->timestart <= $now && (!$row->timeend || $row->timeend > $now);
            $active = $running && !$row->status && !$row->disabled;
            $known = $enrolled[$row->courseid][(int) $row->userid] ?? ['active' => false];
            $enrolled[$row->courseid][(int) $row->userid] = [
                'fullname' => fullname($row),
                'enrolled' => true,
                'active' => $active || $known['active'],
            ];
        }
        return $enrolled;
    }

    /**
     * The columns that a full name is made of.
     *
     * @return string
     */
    private static function names(): string {
        return fields::for_name()->get_sql('u', false, '', '', false)->selects;
    }
}
