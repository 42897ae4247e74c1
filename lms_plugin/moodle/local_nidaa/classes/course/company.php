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

namespace local_nidaa\course;

use core\context;

/**
 * Which groups of a course the current person may look into.
 *
 * Moodle's rule for its participants page, applied to every list of people here: in a course with separate groups one sees
 * one's own groups alone, unless a role opens all of them.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class company {
    /**
     * The groups that limit what this person sees.
     *
     * @param context $context of the course or of an activity
     * @param int $groupmode the effective one there
     * @param int $groupingid the activity's, 0 for all groups of the course
     * @return int[]|null null where nothing is limited; an empty list is nobody
     */
    public static function limits(context $context, int $groupmode, int $groupingid = 0): ?array {
        global $USER;

        if ($groupmode !== SEPARATEGROUPS || has_capability('moodle/site:accessallgroups', $context)) {
            return null;
        }
        $courseid = (int) $context->get_course_context()->instanceid;
        return array_map('intval', array_keys(groups_get_all_groups($courseid, $USER->id, $groupingid)));
    }

    /**
     * Those of the people who are in one of these groups, and those who are in none at all: staff without a group serve
     * the whole course.
     *
     * @param int $courseid
     * @param int[] $userids
     * @param int[]|null $groupids from limits()
     * @return int[]
     */
    public static function staff_within(int $courseid, array $userids, ?array $groupids): array {
        global $DB;

        if ($groupids === null || !$userids) {
            return $userids;
        }
        [$in, $params] = $DB->get_in_or_equal($userids, SQL_PARAMS_NAMED);
        $memberships = $DB->get_records_sql(
            "SELECT gm.id, gm.userid, gm.groupid
               FROM {groups_members} gm
               JOIN {groups} g ON g.id = gm.groupid
              WHERE g.courseid = :courseid AND gm.userid $in",
            $params + ['courseid' => $courseid]
        );
        $grouped = [];
        foreach ($memberships as $membership) {
            $shared = in_array((int) $membership->groupid, $groupids, true);
            $grouped[$membership->userid] = ($grouped[$membership->userid] ?? false) || $shared;
        }
        return array_values(array_filter($userids, fn($userid): bool => $grouped[$userid] ?? true));
    }
}
