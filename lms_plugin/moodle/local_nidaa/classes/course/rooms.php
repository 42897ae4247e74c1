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

use cm_info;
use core\exception\moodle_exception;
use local_nidaa\permission;
use local_nidaa\setup;

/**
 * A course's live rooms, as far as the current person may see them.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class rooms {
    /**
     * The rooms in the order of the course page.
     *
     * @param int $courseid
     * @return cm_info[]
     */
    public static function of(int $courseid): array {
        $modules = setup::modules();
        return array_values(array_filter(
            get_fast_modinfo($courseid)->get_cms(),
            fn(cm_info $cm): bool => $cm->uservisible && in_array($cm->modname, $modules, true)
        ));
    }

    /**
     * One of them; whatever else the browser names is refused as if it did not exist.
     *
     * @param int $courseid
     * @param int $cmid
     * @return cm_info
     */
    public static function one(int $courseid, int $cmid): cm_info {
        foreach (self::of($courseid) as $cm) {
            if ((int) $cm->id === $cmid) {
                return $cm;
            }
        }
        throw new moodle_exception('nidaa_notallowed', 'local_nidaa');
    }

    /**
     * The groups of a room that this person may choose between: none where there is no choice.
     *
     * @param cm_info $cm
     * @return array of id and name
     */
    public static function groups(cm_info $cm): array {
        $groups = self::allowed($cm);
        if (count($groups) < 2) {
            return [];
        }
        $named = fn($group): array => [
            'id' => (string) $group->id,
            'name' => format_string($group->name, true, ['context' => $cm->context, 'escape' => false]),
        ];
        return array_values(array_map($named, $groups));
    }

    /**
     * Refuses a group that is not this person's to choose.
     *
     * @param cm_info $cm
     * @param int $groupid
     */
    public static function require_group(cm_info $cm, int $groupid): void {
        if (!array_key_exists($groupid, self::allowed($cm))) {
            throw new moodle_exception('nidaa_notallowed', 'local_nidaa');
        }
    }

    /**
     * The room as the browser knows it.
     *
     * @param cm_info $cm
     * @return array
     */
    public static function exported(cm_info $cm): array {
        return ['groups' => self::groups($cm), 'manages' => permission::can_log($cm->context)] + self::outlined($cm);
    }

    /**
     * The room as a page knows it that has asked nothing more.
     *
     * @param cm_info $cm
     * @return array
     */
    public static function outlined(cm_info $cm): array {
        return [
            'id' => (string) $cm->id,
            'name' => $cm->get_formatted_name(['escape' => false]),
            'module' => $cm->modname,
            'groups' => [],
            'manages' => false,
        ];
    }

    /**
     * Groups by id; none where the room does not divide people.
     *
     * @param cm_info $cm
     * @return array
     */
    private static function allowed(cm_info $cm): array {
        return groups_get_activity_groupmode($cm) == NOGROUPS ? [] : (groups_get_activity_allowed_groups($cm) ?: []);
    }
}
