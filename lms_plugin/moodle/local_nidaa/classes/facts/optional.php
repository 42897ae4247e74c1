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
 * Plugins that a site may or may not have. Their tables are read, never their code.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class optional {
    /**
     * Whether a plugin is installed here.
     *
     * @param string $component such as mod_attendance
     * @return bool
     */
    public static function installed(string $component): bool {
        return (bool) get_config($component, 'version');
    }

    /**
     * Whether a table has these columns; another version of its plugin may not.
     *
     * @param string $table
     * @param string ...$columns
     * @return bool
     */
    public static function has(string $table, string ...$columns): bool {
        global $DB;
        return !array_diff($columns, array_keys($DB->get_columns($table)));
    }
}
