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

namespace local_nidaa\output;

/**
 * Keeps figures and foreign words in order inside a sentence of the other direction.
 *
 * Moodle without its Arabic pack says "2 days" within Arabic; dates and addresses are Latin anyway.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class bidi {
    /**
     * A text that takes its own direction, by U+2068 and U+2069: also in attributes, mail and plain text.
     *
     * @param string $text
     * @return string
     */
    public static function isolated(string $text): string {
        return "\u{2068}$text\u{2069}";
    }

    /**
     * A duration in words.
     *
     * @param int $seconds
     * @return string
     */
    public static function duration(int $seconds): string {
        return self::isolated(format_time(max(0, $seconds)));
    }

    /**
     * A point in time in words.
     *
     * @param int $time
     * @return string
     */
    public static function moment(int $time): string {
        return self::isolated(userdate($time));
    }
}
