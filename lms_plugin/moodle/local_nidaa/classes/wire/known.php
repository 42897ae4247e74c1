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
 * What a room knows already, as the sidecar tells it; what this plugin does not understand of it is passed over.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class known {
    /** @var int Failures of one room; more are something else. */
    private const MOST = 20;

    /**
     * The failures that a document names; none where it names none.
     *
     * @param array|null $document
     * @return array of symptom, since, people, declared
     */
    public static function of(?array $document): array {
        $named = $document['known'] ?? null;
        $found = [];
        foreach (is_array($named) ? array_slice(array_values($named), 0, self::MOST) : [] as $one) {
            if (!is_array($one) || !in_array($one['symptom'] ?? null, draft::SYMPTOMS, true)) {
                continue;
            }
            if (!self::is_time($one['since'] ?? null)) {
                continue;
            }
            $people = $one['people'] ?? null;
            $found[] = [
                'symptom' => $one['symptom'],
                'since' => $one['since'],
                'people' => is_int($people) && $people > 0 ? $people : null,
                'declared' => ($one['declared'] ?? false) === true,
            ];
        }
        return $found;
    }

    /**
     * Whether something is a time as the wire writes it.
     *
     * @param mixed $said
     * @return bool
     */
    private static function is_time(mixed $said): bool {
        return is_string($said) && preg_match('/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/D', $said) === 1;
    }
}
