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
use core_user\fields;

/**
 * The trainers and room managers of a course: whom a complaint may name.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class staff {
    /** @var string[] What makes each role towards the sidecar; whoever holds both is a room manager. */
    private const ROLES = [
        'room_manager' => 'local/nidaa:manageroom',
        'trainer' => 'local/nidaa:answerquestions',
    ];

    /**
     * Enrolled people who hold one of the roles here, without the current person.
     *
     * In a room's own context those count too who were given their role in the room alone.
     *
     * @param context $context of the course or of an activity
     * @return array of id, name, role
     */
    public static function of(context $context): array {
        global $USER;

        $people = [];
        $names = fields::for_name()->get_sql('u', false, '', '', false)->selects;
        foreach (self::ROLES as $role => $capability) {
            foreach (get_enrolled_users($context, $capability, 0, "u.id, $names", 'u.id', 0, 0, true) as $user) {
                $people[$user->id] ??= ['id' => (string) $user->id, 'name' => fullname($user), 'role' => $role];
            }
        }
        unset($people[$USER->id]);

        $course = get_course($context->get_course_context()->instanceid);
        $limits = company::limits($context, (int) groups_get_course_groupmode($course));
        $seen = company::staff_within((int) $course->id, array_keys($people), $limits);
        $people = array_values(array_intersect_key($people, array_flip($seen)));
        \core_collator::asort_array_of_arrays_by_key($people, 'name');
        return array_values($people);
    }
}
