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

namespace local_nidaa\people;

use core\context;
use core_user\fields;

/**
 * Finds people of a course by the beginning of a name, for whoever logs in a hurry.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class finder {
    /** @var int Most people that are offered. */
    public const OFFERED = 10;

    /** @var int Most rows that are compared, after the database has kept those with the right first letter. */
    private const COMPARED = 5000;

    /**
     * Actively enrolled people whose first, last or full name begins so, without the current person.
     *
     * @param context $context of the course or of an activity
     * @param int[]|null $groupids null for everybody; an empty list is nobody
     * @param string $prefix as it was typed
     * @return array of id and name
     */
    public static function by_prefix(context $context, ?array $groupids, string $prefix): array {
        global $USER;

        $reduced = spelling::reduced($prefix);
        if ($reduced === '' || $groupids === []) {
            return [];
        }
        $found = [];
        foreach (self::candidates($context, $groupids ?? [], $reduced) as $user) {
            $names = [
                $user->firstname, $user->lastname, fullname($user),
                "$user->firstname $user->lastname", "$user->lastname $user->firstname",
            ];
            if ((int) $user->id !== (int) $USER->id && spelling::begins($reduced, $names)) {
                $found[] = ['id' => (string) $user->id, 'name' => fullname($user)];
            }
            if (count($found) === self::OFFERED) {
                break;
            }
        }
        return $found;
    }

    /**
     * Those whose name begins with the same letter, however it is written.
     *
     * @param context $context
     * @param int[] $groupids
     * @param string $reduced
     * @return array
     */
    private static function candidates(context $context, array $groupids, string $reduced): array {
        global $DB;

        [$enrolled, $params] = get_enrolled_sql($context, '', $groupids, true);
        $names = fields::for_name()->get_sql('u', false, '', '', false)->selects;
        $likes = [];
        foreach (spelling::first_letters($reduced) as $i => $letter) {
            foreach (['firstname', 'lastname'] as $field) {
                $likes[] = $DB->sql_like("u.$field", ":$field$i", false);
                $params[$field . $i] = $DB->sql_like_escape($letter) . '%';
            }
        }
        [$order, $orderparams] = users_order_by_sql('u');
        return $DB->get_records_sql(
            "SELECT u.id, $names
               FROM {user} u
               JOIN ($enrolled) enrolled ON enrolled.id = u.id
              WHERE u.deleted = 0 AND (" . implode(' OR ', $likes) . ")
           ORDER BY $order",
            $params + $orderparams,
            0,
            self::COMPARED
        );
    }
}
