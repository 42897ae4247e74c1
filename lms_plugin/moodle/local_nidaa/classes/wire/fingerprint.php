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

namespace local_nidaa\wire;

/**
 * What a retry of the same id must say again (contract.md, 202).
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class fingerprint {
    /**
     * One text for all reports that say the same: missing equals null or empty, gaps compare as a set.
     *
     * @param array $said kind, symptom, category, text, about (id, role), affected, action_taken, gaps
     * @return string 64 characters
     */
    public static function of(array $said): string {
        $text = fn(string $field): ?string => ($said[$field] ?? '') === '' ? null : (string) $said[$field];
        $about = $said['about'] ?? null;
        $gaps = array_values(array_unique($said['gaps'] ?? []));
        sort($gaps, SORT_STRING);
        return hash('sha256', json_encode([
            $text('kind'),
            $text('symptom'),
            $text('category'),
            $text('text'),
            $about ? [(string) $about['id'], (string) $about['role']] : null,
            isset($said['affected']) ? (int) $said['affected'] : null, // Zero is said, null is not.
            $text('action_taken'),
            $gaps ?: null,
        ], JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR));
    }
}
