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

namespace local_nidaa\service;

use core\context\system as context_system;
use stdClass;

/**
 * The user that the sidecar calls as, and its role, which may do that and nothing else.
 *
 * The plugin's own functions ask for local/nidaa:serve alone and look at nothing else. One capability more is there for
 * core_course_get_courses_by_field, by which the sidecar learns which courses run: without moodle/course:view it gets
 * them without their dates. Hidden courses it passes over.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class caller {
    /** @var string The user's name. Nobody signs in with it. */
    public const USERNAME = 'nidaa_sidecar';

    /** @var string The role's short name. */
    public const ROLE = 'nidaasidecar';

    /** @var string[] What the role may do. */
    public const CAPABILITIES = [
        'local/nidaa:serve',
        'moodle/course:view',
        'webservice/rest:use',
    ];

    /**
     * The user, made if it is not there, with its role.
     *
     * @return stdClass
     */
    public static function ensure(): stdClass {
        $user = self::user();
        role_assign(self::role(), $user->id, context_system::instance()->id);
        return $user;
    }

    /**
     * The role, made if it is not there. What an administrator has added to it stays; what it needs is there again.
     *
     * @return int
     */
    private static function role(): int {
        global $DB;
        $id = (int) $DB->get_field('role', 'id', ['shortname' => self::ROLE]);
        if (!$id) {
            $name = get_string('connect_role', 'local_nidaa');
            $id = create_role($name, self::ROLE, get_string('connect_role_desc', 'local_nidaa'));
            set_role_contextlevels($id, [CONTEXT_SYSTEM]);
        }
        foreach (self::CAPABILITIES as $capability) {
            assign_capability($capability, CAP_ALLOW, $id, context_system::instance()->id, true);
        }
        return $id;
    }

    /**
     * The user itself, of the sign-in method that lets nobody sign in.
     *
     * @return stdClass
     */
    private static function user(): stdClass {
        global $CFG, $DB;
        require_once("$CFG->dirroot/user/lib.php");
        $known = ['username' => self::USERNAME, 'mnethostid' => $CFG->mnet_localhost_id, 'deleted' => 0];
        $user = $DB->get_record('user', $known);
        if ($user) {
            if ($user->suspended || !$user->confirmed) {
                $DB->update_record('user', ['id' => $user->id, 'suspended' => 0, 'confirmed' => 1]);
            }
            return $DB->get_record('user', ['id' => $user->id], '*', MUST_EXIST);
        }
        $id = user_create_user([
            'username' => self::USERNAME,
            'auth' => 'webservice',
            'confirmed' => 1,
            'policyagreed' => 1,
            'mnethostid' => $CFG->mnet_localhost_id,
            'firstname' => 'Nidaa',
            'lastname' => 'Sidecar',
            // Of a domain that is nobody's: Moodle asks every account for an address.
            'email' => self::USERNAME . '@nidaa.invalid',
            'emailstop' => 1,
            'maildisplay' => \core_user::MAILDISPLAY_HIDE,
            'description' => get_string('connect_role_desc', 'local_nidaa'),
            'descriptionformat' => FORMAT_PLAIN,
        ], false);
        return $DB->get_record('user', ['id' => $id], '*', MUST_EXIST);
    }
}
