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
 * Whether and how a person can get in.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class account implements source {
    /** @var string[] Columns of a user that it reads. */
    public const COLUMNS = [
        'username', 'suspended', 'confirmed', 'auth', 'lang', 'mnethostid', 'lastlogin', 'currentlogin', 'lastaccess',
    ];

    /** @var string[] Preferences in which Moodle counts failed logins and returned mail. */
    private const PREFERENCES = ['login_lockout', 'login_lockout_ignored', 'email_bounce_count', 'email_send_count'];

    /** @var array Of somebody who has no account, or no longer one. */
    private const NOBODY = [
        'exists' => false,
        'suspended' => null,
        'confirmed' => null,
        'auth' => null,
        'lastlogin' => 0,
        'lockedout' => null,
        'emailbouncing' => null,
        'lang' => null,
    ];

    #[\Override]
    public function sections(): array {
        return ['account' => 'account'];
    }

    #[\Override]
    public function fill(sheet $sheet): void {
        $preferences = $this->preferences(array_keys($sheet->people));
        foreach ($sheet->pairs() as [$userid, $courseid]) {
            $user = $sheet->people[$userid] ?? null;
            if ($user === null) {
                $sheet->put($userid, $courseid, 'account', self::NOBODY);
                $sheet->unread($userid, $courseid, 'account.last_login', 'silently_empty');
                continue;
            }
            $bouncing = $this->bounces($preferences[$userid] ?? []);
            if ($bouncing === null) {
                $sheet->unread($userid, $courseid, 'account.email_bouncing', 'not_offered');
            }
            $sheet->put($userid, $courseid, 'account', [
                'exists' => true,
                'suspended' => (bool) $user->suspended,
                'confirmed' => (bool) $user->confirmed,
                'auth' => $user->auth,
                // The last of both logins that Moodle remembers; whoever only ever came with a token has an access alone.
                'lastlogin' => max((int) $user->lastlogin, (int) $user->currentlogin) ?: (int) $user->lastaccess,
                'lockedout' => $this->locked_out($user, $preferences[$userid] ?? []),
                'emailbouncing' => $bouncing,
                'lang' => $user->lang,
            ]);
        }
    }

    /**
     * The preferences that matter here.
     *
     * @param int[] $userids
     * @return array preference => value, by person
     */
    private function preferences(array $userids): array {
        global $DB;
        if (!$userids) {
            return [];
        }
        [$people, $params] = $DB->get_in_or_equal($userids);
        [$names, $more] = $DB->get_in_or_equal(self::PREFERENCES);
        $preferences = [];
        $where = "userid $people AND name $names";
        $params = array_merge($params, $more);
        foreach ($DB->get_records_select('user_preferences', $where, $params, '', 'id, userid, name, value') as $row) {
            $preferences[$row->userid][$row->name] = (int) $row->value;
        }
        return $preferences;
    }

    /**
     * As login_is_lockedout() has it, which asks for one person at a time and opens what has run out.
     *
     * @param stdClass $user
     * @param int[] $preferences
     * @return bool
     */
    private function locked_out(stdClass $user, array $preferences): bool {
        global $CFG;
        if (empty($CFG->lockoutthreshold) || $user->mnethostid != $CFG->mnet_localhost_id || $user->username === 'guest') {
            return false;
        }
        $since = $preferences['login_lockout'] ?? 0;
        if (!$since || !empty($preferences['login_lockout_ignored'])) {
            return false;
        }
        return empty($CFG->lockoutduration) || time() - $since < $CFG->lockoutduration;
    }

    /**
     * As over_bounce_threshold() has it; null where this Moodle does not count returned mail.
     *
     * @param int[] $preferences
     * @return bool|null
     */
    private function bounces(array $preferences): ?bool {
        global $CFG;
        if (empty($CFG->handlebounces)) {
            return null;
        }
        $returned = $preferences['email_bounce_count'] ?? 0;
        $sent = max(1, $preferences['email_send_count'] ?? 0);
        return $returned >= ($CFG->minbounces ?: 10) && $returned / $sent >= ($CFG->bounceratio ?: 0.2);
    }
}
