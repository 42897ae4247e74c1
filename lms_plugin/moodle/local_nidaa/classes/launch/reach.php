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

namespace local_nidaa\launch;

use cm_info;
use core\context;
use core\context\module as context_module;
use local_nidaa\course\company;
use local_nidaa\course\rooms;
use local_nidaa\permission;

/**
 * From where the current person may be sent to a page.
 *
 * Who sees one's own groups alone is sent to the board of such a group's room, and never to all rooms of a course (decision
 * 0018); and to the roster of these groups' people, which the launch names (decision 0042).
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class reach {
    /**
     * Whether this person may be sent to this page from here.
     *
     * @param string $target a key of permission::TARGETS
     * @param context $context
     * @return bool
     */
    public static function is_open(string $target, context $context): bool {
        return permission::can_launch($target, $context) && match ($target) {
            'room' => self::has_board($context),
            'roster' => self::groups($context) !== [],
            default => true,
        };
    }

    /**
     * The group whose room is meant where somebody names none: that which Moodle shows them, if it shows them one at a time.
     *
     * @param cm_info $cm
     * @return int|null null for the room of everybody
     */
    public static function group(cm_info $cm): ?int {
        return self::limits($cm) ? (int) groups_get_activity_group($cm) : null;
    }

    /**
     * Whether there is a board that this person may see the whole of.
     *
     * @param context $context a course or an activity
     * @return bool
     */
    private static function has_board(context $context): bool {
        $courseid = (int) $context->get_course_context()->instanceid;
        $live = rooms::of($courseid);
        if ($context instanceof context_module) {
            $here = array_filter($live, fn(cm_info $cm): bool => (int) $cm->id === (int) $context->instanceid);
            return $here && self::limits(reset($here)) !== [];
        }
        $limited = array_filter($live, fn(cm_info $cm): bool => self::limits($cm) !== null);
        return !$limited && company::limits($context, (int) groups_get_course_groupmode(get_course($courseid))) === null;
    }

    /**
     * The groups of the course whose people alone this person sees: the roster is of these.
     *
     * @param context $context
     * @return int[]|null null where it is everybody; an empty list is nobody, as where there is no course
     */
    public static function groups(context $context): ?array {
        $course = $context->get_course_context(false);
        return $course ? company::limits($course, (int) groups_get_course_groupmode(get_course($course->instanceid))) : [];
    }

    /**
     * The groups to which this person is limited in a room.
     *
     * @param cm_info $cm
     * @return int[]|null null where nothing is limited
     */
    private static function limits(cm_info $cm): ?array {
        return company::limits($cm->context, (int) groups_get_activity_groupmode($cm), (int) $cm->groupingid);
    }
}
