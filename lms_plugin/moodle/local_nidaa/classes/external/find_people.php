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

namespace local_nidaa\external;

use core\context;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure as many;
use core_external\external_single_structure as one;
use core_external\external_value as value;
use local_nidaa\course\company;
use local_nidaa\course\rooms;
use local_nidaa\people\finder;
use local_nidaa\permission;

/**
 * People of a room or a course by the beginning of their name.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class find_people extends external_api {
    /**
     * Describes the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'contextid' => new value(PARAM_INT, 'context of the course or of the room'),
            'room' => new value(PARAM_INT, 'cmid of the room', VALUE_DEFAULT, null, NULL_ALLOWED),
            'group' => new value(PARAM_INT, 'group of the room', VALUE_DEFAULT, null, NULL_ALLOWED),
            'prefix' => new value(PARAM_TEXT, 'beginning of a name', VALUE_DEFAULT, ''),
        ]);
    }

    /**
     * Answers the question.
     *
     * @param int $contextid
     * @param int|null $room
     * @param int|null $group
     * @param string $prefix
     * @return array
     */
    public static function execute(int $contextid, ?int $room = null, ?int $group = null, string $prefix = ''): array {
        ['contextid' => $contextid, 'room' => $room, 'group' => $group, 'prefix' => $prefix] = self::validate_parameters(
            self::execute_parameters(),
            ['contextid' => $contextid, 'room' => $room, 'group' => $group, 'prefix' => $prefix]
        );
        $context = permission::place($contextid);
        self::validate_context($context);

        if ($room) {
            $courseid = (int) $context->get_course_context()->instanceid;
            $cm = rooms::one($courseid, $room);
            permission::require_can_log($cm->context);
            if ($group) {
                rooms::require_group($cm, $group);
            }
            $groups = $group ? [$group]
                : company::limits($cm->context, (int) groups_get_activity_groupmode($cm), (int) $cm->groupingid);
            return finder::by_prefix($cm->context, $groups, $prefix);
        }
        permission::require_can_log($context);
        return finder::by_prefix($context, self::within_course($context, $group), $prefix);
    }

    /**
     * Describes the answer: Person[] of the capture core.
     *
     * @return many
     */
    public static function execute_returns(): many {
        return new many(new one([
            'id' => new value(PARAM_ALPHANUM, 'user'),
            'name' => new value(PARAM_RAW, 'name'),
        ]));
    }

    /**
     * The groups to look into where no room is named; one that is not this person's to see holds nobody.
     *
     * @param context $context
     * @param int|null $group
     * @return int[]|null
     */
    private static function within_course(context $context, ?int $group): ?array {
        $courseid = (int) $context->get_course_context()->instanceid;
        $limits = company::limits($context, (int) groups_get_course_groupmode(get_course($courseid)));
        if (!$group) {
            return $limits;
        }
        $known = $limits ?? array_map('intval', array_keys(groups_get_all_groups($courseid)));
        return array_values(array_intersect([$group], $known));
    }
}
