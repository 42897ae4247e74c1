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

namespace local_nidaa\contact;

/**
 * Reads the sidecar's words: {"ar": …, "en": …}.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class wording {
    /**
     * The words in a person's language, else in the other one: Arabic is the original.
     *
     * @param mixed $words
     * @param string $language ar or en
     * @return string
     */
    public static function in(mixed $words, string $language): string {
        if (!is_array($words)) {
            return self::text($words);
        }
        foreach ([$language, 'ar', 'en'] as $candidate) {
            if (self::text($words[$candidate] ?? null) !== '') {
                return self::text($words[$candidate]);
            }
        }
        return '';
    }

    /**
     * A text without anything that is no text.
     *
     * @param mixed $value
     * @return string
     */
    public static function text(mixed $value): string {
        return is_string($value) ? clean_param($value, PARAM_TEXT) : '';
    }
}
