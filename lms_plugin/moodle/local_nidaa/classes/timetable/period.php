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

namespace local_nidaa\timetable;

/**
 * A time from one moment up to another.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class period {
    /**
     * From one moment up to another.
     *
     * @param int $since
     * @param int $until
     */
    public function __construct(
        /** @var int The first second of it. */
        public readonly int $since,
        /** @var int The first second after it. */
        public readonly int $until
    ) {
    }

    /**
     * Whether something of a believable length happens in it.
     *
     * @param int $start
     * @param int $length in seconds
     * @return bool
     */
    public function meets(int $start, int $length): bool {
        return $length > 0 && $length <= reader::LONGEST && $start < $this->until && $start + $length > $this->since;
    }

    /**
     * The condition for rows that may happen in it; what is longer than a day never does.
     *
     * @param string $start column
     * @return array SQL and parameters
     */
    public function sql(string $start): array {
        return ["$start > :periodsince AND $start < :perioduntil", [
            'periodsince' => $this->since - reader::LONGEST - 1,
            'perioduntil' => $this->until,
        ]];
    }
}
