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

use core_text;

/**
 * Compares names as people type them in a hurry.
 *
 * In Arabic the same name is written with and without hamza, with ة or ه, with ى or ي, stretched or vowelled; none of that
 * tells two people apart. In Latin letters, case does not.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class spelling {
    /** @var string[] Letters that people take for one another: what is typed for what is written. */
    private const ALIKE = ['أ' => 'ا', 'إ' => 'ا', 'آ' => 'ا', 'ٱ' => 'ا', 'ة' => 'ه', 'ى' => 'ي'];

    /**
     * A name reduced to what must agree.
     *
     * @param string $name
     * @return string
     */
    public static function reduced(string $name): string {
        // Vowel signs, the small alif, the stretching line, and marks of direction that come along when a name is pasted.
        $silent = '\x{064B}-\x{065F}\x{0670}\x{0640}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}';
        $bare = preg_replace("/[$silent]/u", '', $name);
        $bare = preg_replace('/\s+/u', ' ', trim($bare ?? ''));
        return strtr(core_text::strtolower($bare ?? ''), self::ALIKE);
    }

    /**
     * Whether one of the names begins with the prefix.
     *
     * @param string $reduced the prefix, reduced
     * @param string[] $names as they are written
     * @return bool
     */
    public static function begins(string $reduced, array $names): bool {
        foreach ($names as $name) {
            if (str_starts_with(self::reduced($name), $reduced)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The letters with which a written name may begin so that its reduced form begins like this one.
     *
     * @param string $reduced
     * @return string[]
     */
    public static function first_letters(string $reduced): array {
        $first = core_text::substr($reduced, 0, 1);
        return array_merge([$first], array_keys(self::ALIKE, $first, true));
    }
}
