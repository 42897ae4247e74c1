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

namespace local_nidaa\selftest;

use core\check\result;

/**
 * One thing that was looked at: what was seen, and what to do.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class line {
    /**
     * A line.
     *
     * @param string $name what was looked at, in the reader's language
     * @param string $status one of core\check\result's
     * @param string $seen what was seen
     * @param string $todo what to do; empty where nothing is to be done
     */
    public function __construct(
        /** @var string What was looked at. */
        public readonly string $name,
        /** @var string One of core\check\result's. */
        public readonly string $status,
        /** @var string What was seen. */
        public readonly string $seen,
        /** @var string What to do. */
        public readonly string $todo = ''
    ) {
    }

    /**
     * A line whose words follow from a name: `$key` (what was seen) and `$key_do` (what to do).
     *
     * @param string $name of the line: probe_$name
     * @param string $status
     * @param string $key
     * @param mixed $a for both strings
     * @return self
     */
    public static function about(string $name, string $status, string $key, mixed $a = null): self {
        $todo = in_array($status, [result::OK, result::NA], true) ? '' : get_string("{$key}_do", 'local_nidaa', $a);
        return new self(get_string("probe_$name", 'local_nidaa'), $status, get_string($key, 'local_nidaa', $a), $todo);
    }
}
