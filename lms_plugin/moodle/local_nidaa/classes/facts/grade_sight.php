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

/**
 * Who may see the own grades in a course, by Moodle's rules for roles.
 *
 * Moodle's has_capability() reads the roles of one person at a time; this reads those of all with three queries, and says the
 * same: in each role the nearest word counts, one role that allows is enough, and a prohibition wins over all.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class grade_sight {
    /** @var string[] All that Moodle's user report asks of whoever opens the own grades. */
    private const NEEDED = ['moodle/grade:view', 'gradereport/user:view'];

    /** @var array Ids of contexts by course: its own first, the site's last. */
    private array $paths = [];

    /** @var array What roles say: by capability, role and context. */
    private array $said = [];

    /** @var array Roles that people hold: by person and context. */
    private array $held = [];

    /**
     * Reads what is needed for these people in these courses.
     *
     * @param int[] $userids
     * @param int[] $courseids
     */
    public function __construct(array $userids, array $courseids) {
        global $DB;
        if (!$userids || !$courseids) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $where = "contextlevel = :level AND instanceid $in";
        $paths = $DB->get_records_select_menu('context', $where, $params + ['level' => CONTEXT_COURSE], '', 'instanceid, path');
        foreach ($paths as $courseid => $path) {
            $this->paths[$courseid] = array_reverse(array_map('intval', explode('/', trim((string) $path, '/'))));
        }
        $contexts = array_values(array_unique(array_merge([SYSCONTEXTID], ...array_values($this->paths))));
        [$in, $params] = $DB->get_in_or_equal($contexts);
        [$needed, $more] = $DB->get_in_or_equal(self::NEEDED);
        $where = "contextid $in AND capability $needed";
        foreach ($DB->get_records_select('role_capabilities', $where, array_merge($params, $more)) as $row) {
            $this->said[$row->capability][$row->roleid][$row->contextid] = (int) $row->permission;
        }
        [$people, $more] = $DB->get_in_or_equal($userids);
        $where = "contextid $in AND userid $people";
        $fields = 'id, userid, roleid, contextid';
        foreach ($DB->get_records_select('role_assignments', $where, array_merge($params, $more), '', $fields) as $row) {
            $this->held[$row->userid][$row->contextid][] = (int) $row->roleid;
        }
    }

    /**
     * Whether this person may.
     *
     * @param int $userid
     * @param int $courseid
     * @return bool
     */
    public function of(int $userid, int $courseid): bool {
        global $CFG;
        $path = $this->paths[$courseid] ?? [];
        $roles = array_merge(
            empty($CFG->defaultuserroleid) ? [] : [(int) $CFG->defaultuserroleid],
            ...array_values(array_intersect_key($this->held[$userid] ?? [], array_flip($path)))
        );
        foreach (self::NEEDED as $capability) {
            $words = array_map(fn(int $role): int => $this->word($capability, $role, $path), array_unique($roles));
            if (in_array(CAP_PROHIBIT, $words, true) || !in_array(CAP_ALLOW, $words, true)) {
                return false;
            }
        }
        return true;
    }

    /**
     * What a role says in a course: the nearest word, unless one of them prohibits.
     *
     * @param string $capability
     * @param int $role
     * @param int[] $path
     * @return int
     */
    private function word(string $capability, int $role, array $path): int {
        $nearest = CAP_INHERIT;
        foreach ($path as $context) {
            $word = $this->said[$capability][$role][$context] ?? CAP_INHERIT;
            if ($word === CAP_PROHIBIT) {
                return CAP_PROHIBIT;
            }
            $nearest = $nearest === CAP_INHERIT ? $word : $nearest;
        }
        return $nearest;
    }
}
