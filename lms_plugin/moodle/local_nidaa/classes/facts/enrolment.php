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
 * Whether a person is enrolled now, and if not, why not.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class enrolment implements source {
    /** @var string[] What several enrolments of one person come to: the first of these that one of them has. */
    private const BEST = ['active', 'not_started', 'suspended', 'ended'];

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
        return ['enrolment' => 'enrolment'];
    }

    #[\Override]
    public function fill(sheet $sheet): void {
        $roles = $this->roles($sheet);
        $accesses = $this->accesses($sheet);
        foreach ($sheet->in_courses() as [$userid, $courseid]) {
            $best = $this->best($this->membership->enrolments($userid, $courseid), time());
            $groups = $this->membership->groups($userid, $courseid);
            $named = fn(int $id, string $name): array => ['id' => $id, 'name' => $name];
            $sheet->put($userid, $courseid, 'enrolment', $best + [
                'roles' => $roles[$userid][$courseid] ?? [],
                'groups' => array_map($named, array_keys($groups), $groups),
                'lastaccess' => $accesses[$userid][$courseid] ?? 0,
            ]);
        }
    }

    /**
     * The one that counts, among several; of equal ones that which lasts longest.
     *
     * @param stdClass[] $enrolments
     * @param int $now
     * @return array status, reason, method, timestart, timeend
     */
    private function best(array $enrolments, int $now): array {
        $best = ['status' => 'not_enrolled', 'reason' => '', 'method' => null, 'timestart' => 0, 'timeend' => 0];
        $rank = PHP_INT_MAX;
        foreach ($enrolments as $enrolment) {
            [$status, $reason] = $this->status($enrolment, $now);
            $place = array_search($status, self::BEST, true);
            if ($place < $rank || ($place === $rank && $best['timeend'] && self::outlasts($enrolment->timeend, $best['timeend']))) {
                $rank = $place;
                $best = [
                    'status' => $status,
                    'reason' => $reason,
                    'method' => $enrolment->method,
                    'timestart' => $enrolment->timestart,
                    'timeend' => $enrolment->timeend,
                ];
            }
        }
        return $best;
    }

    /**
     * Whether one end is later than another.
     *
     * @param int $end 0 for none
     * @param int $other
     * @return bool
     */
    private static function outlasts(int $end, int $other): bool {
        return $end === 0 || $end > $other;
    }

    /**
     * The state of one enrolment. A suspended one is suspended also when its time is over: lifting that comes first.
     *
     * @param stdClass $enrolment
     * @param int $now
     * @return array of status and reason
     */
    private function status(stdClass $enrolment, int $now): array {
        return match (true) {
            (bool) $enrolment->suspended => ['suspended', 'the enrolment is suspended'],
            (bool) $enrolment->disabled => ['suspended', 'the enrolment method is switched off in the course'],
            $enrolment->timeend && $enrolment->timeend <= $now => ['ended', 'the end of the enrolment has passed'],
            $enrolment->timestart > $now => ['not_started', 'the enrolment begins later'],
            default => ['active', ''],
        };
    }

    /**
     * Short names of the roles that people have in the courses themselves.
     *
     * @param sheet $sheet
     * @return array
     */
    private function roles(sheet $sheet): array {
        global $DB;
        if (!$sheet->people || !$sheet->courses) {
            return [];
        }
        [$people, $params] = $DB->get_in_or_equal(array_keys($sheet->people), SQL_PARAMS_NAMED, 'u');
        [$courses, $more] = $DB->get_in_or_equal(array_keys($sheet->courses), SQL_PARAMS_NAMED, 'c');
        $sql = "SELECT ra.id, ra.userid, ctx.instanceid AS courseid, r.shortname
                  FROM {role_assignments} ra
                  JOIN {context} ctx ON ctx.id = ra.contextid AND ctx.contextlevel = :level
                  JOIN {role} r ON r.id = ra.roleid
                 WHERE ra.userid $people AND ctx.instanceid $courses
              ORDER BY r.sortorder, ra.id";
        $roles = [];
        foreach ($DB->get_records_sql($sql, $params + $more + ['level' => CONTEXT_COURSE]) as $row) {
            $roles[$row->userid][$row->courseid] ??= [];
            if (!in_array($row->shortname, $roles[$row->userid][$row->courseid], true)) {
                $roles[$row->userid][$row->courseid][] = $row->shortname;
            }
        }
        return $roles;
    }

    /**
     * When people were last seen in the courses.
     *
     * @param sheet $sheet
     * @return array
     */
    private function accesses(sheet $sheet): array {
        global $DB;
        if (!$sheet->people || !$sheet->courses) {
            return [];
        }
        [$people, $params] = $DB->get_in_or_equal(array_keys($sheet->people));
        [$courses, $more] = $DB->get_in_or_equal(array_keys($sheet->courses));
        $accesses = [];
        $where = "userid $people AND courseid $courses";
        $fields = 'id, userid, courseid, timeaccess';
        foreach ($DB->get_records_select('user_lastaccess', $where, array_merge($params, $more), '', $fields) as $row) {
            $accesses[$row->userid][$row->courseid] = (int) $row->timeaccess;
        }
        return $accesses;
    }
}
