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

use core\context\course as context_course;
use core_user\fields;
use local_nidaa\contact\forms;
use local_nidaa\facts\gaps;
use local_nidaa\facts\reader;

/**
 * A course's trainees with what stands between each and the certificate.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class trainees {
    /** @var int Pairs whose facts are read at once. */
    private const AT_ONCE = 50;

    /** @var string[] Whoever holds one of these in the course works there. */
    private const STAFF = ['local/nidaa:flagcertificate', 'local/nidaa:manageroom', 'local/nidaa:answerquestions'];

    /**
     * All trainees: those too whose enrolment has ended, is suspended or has not begun, since that is itself a gap.
     *
     * @param context_course $context
     * @param int[]|null $groupids null for everybody; an empty list is nobody
     * @return array of id, name, gaps, unknown
     */
    public static function of(context_course $context, ?array $groupids): array {
        if ($groupids === []) {
            return [];
        }
        $names = fields::for_name()->get_sql('u', false, '', '', false)->selects;
        $users = get_enrolled_users($context, '', $groupids ?? [], "u.id, $names");
        foreach (self::STAFF as $capability) {
            $users = array_diff_key($users, get_enrolled_users($context, $capability, 0, 'u.id', 'u.id'));
        }
        return self::rows($users, (int) $context->instanceid);
    }

    /**
     * One person's own row.
     *
     * @param context_course $context
     * @param int $userid
     * @return array of one row at most
     */
    public static function oneself(context_course $context, int $userid): array {
        if (!is_enrolled($context, $userid)) {
            return [];
        }
        return self::rows([$userid => \core_user::get_user($userid, '*', MUST_EXIST)], (int) $context->instanceid);
    }

    /**
     * The facts of each, in few and bounded bites.
     *
     * @param array $users by id
     * @param int $courseid
     * @return array
     */
    private static function rows(array $users, int $courseid): array {
        $certificate = forms::certificate();
        $rows = [];
        foreach (array_chunk($users, self::AT_ONCE) as $some) {
            $pairs = array_map(fn($user) => ['userid' => (int) $user->id, 'courseid' => $courseid], $some);
            $facts = [];
            foreach (reader::facts($pairs) as $fact) {
                $facts[$fact['userid']] = $fact;
            }
            foreach ($some as $user) {
                // Of whom nothing was read, everything is unknown, and nothing missing.
                $found = gaps::of($facts[$user->id] ?? ['userid' => (int) $user->id, 'courseid' => $courseid], $certificate);
                $rows[] = [
                    'id' => (string) $user->id,
                    'name' => fullname($user),
                    'gaps' => array_values($found['gaps']),
                    'unknown' => array_values($found['unknown']),
                ];
            }
        }
        return $rows;
    }
}
