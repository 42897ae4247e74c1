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

namespace local_nidaa\roster;

/**
 * Who may do what in courses, for many people and courses at once; the rules of has_capability() without `doanything`.
 *
 * A role's permission is the one that stands nearest to the course; one role that allows is enough, and one that prohibits,
 * anywhere above the course, is never overruled. Site administrators may do everything and are nobody's trainers.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class authority {
    /**
     * Knows these permissions.
     *
     * @param array $permissions permission by capability, context and role
     */
    public function __construct(
        /** @var array Permission by capability, context and role. */
        private readonly array $permissions
    ) {
    }

    /**
     * Reads the permissions for these capabilities in these contexts.
     *
     * @param string[] $capabilities
     * @param int[] $contextids
     * @return self
     */
    public static function over(array $capabilities, array $contextids): self {
        global $DB;
        if (!$contextids) {
            return new self([]);
        }
        [$caps, $params] = $DB->get_in_or_equal($capabilities);
        [$contexts, $more] = $DB->get_in_or_equal($contextids);
        $permissions = [];
        $where = "capability $caps AND contextid $contexts";
        $fields = 'id, capability, contextid, roleid, permission';
        foreach ($DB->get_records_select('role_capabilities', $where, array_merge($params, $more), '', $fields) as $row) {
            $permissions[$row->capability][$row->contextid][$row->roleid] = (int) $row->permission;
        }
        return new self($permissions);
    }

    /**
     * Whether somebody with these roles may do this there.
     *
     * @param string $capability
     * @param int[] $path contexts from the course up to the site
     * @param int[] $roleids assigned anywhere on that path
     * @return bool
     */
    public function allows(string $capability, array $path, array $roleids): bool {
        $allowed = false;
        foreach ($roleids as $roleid) {
            $nearest = null;
            foreach ($path as $contextid) {
                $permission = $this->permissions[$capability][$contextid][$roleid] ?? 0;
                if ($permission === CAP_PROHIBIT) {
                    return false;
                }
                $nearest ??= $permission ?: null;
            }
            $allowed = $allowed || $nearest === CAP_ALLOW;
        }
        return $allowed;
    }
}
