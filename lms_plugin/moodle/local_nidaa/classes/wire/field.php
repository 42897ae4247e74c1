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

use DateTimeImmutable;

/**
 * Fields of what a person said, each within the sidecar's bounds; null, missing and empty mean the same.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class field {
    /**
     * Text that every database takes, exactly as it was written.
     *
     * @param string $name
     * @param array $said
     * @param int $longest in characters
     * @return string
     * @throws fault
     */
    public static function text(string $name, array $said, int $longest): string {
        $text = (string) ($said[$name] ?? '');
        if (!mb_check_encoding($text, 'UTF-8') || str_contains($text, "\0")) {
            throw new fault($name, 'unstorable_text');
        }
        if (mb_strlen($text, 'UTF-8') > $longest) {
            throw new fault($name, 'too_long', $longest);
        }
        return $text;
    }

    /**
     * One of several values.
     *
     * @param string $name
     * @param array $said
     * @param string[] $values
     * @param string|null $shown what the fault calls it
     * @return string|null
     * @throws fault
     */
    public static function choice(string $name, array $said, array $values, ?string $shown = null): ?string {
        $value = $said[$name] ?? '';
        if ($value === '') {
            return null;
        }
        return in_array($value, $values, true) ? $value : throw new fault($shown ?? $name, 'unknown_value');
    }

    /**
     * Several of several values, each once.
     *
     * @param string $name
     * @param array $said
     * @param string[] $values
     * @return string[]
     * @throws fault
     */
    public static function choices(string $name, array $said, array $values): array {
        $chosen = array_values(array_unique($said[$name] ?? []));
        return array_diff($chosen, $values) ? throw new fault($name, 'unknown_value') : $chosen;
    }

    /**
     * A time with its offset.
     *
     * @param string $name
     * @param array $said
     * @return DateTimeImmutable|null
     * @throws fault
     */
    public static function moment(string $name, array $said): ?DateTimeImmutable {
        $text = (string) ($said[$name] ?? '');
        return $text === '' ? null : moment::read($text) ?? throw new fault($name, 'not_a_time');
    }

    /**
     * A whole number from zero.
     *
     * @param string $name
     * @param array $said
     * @param int $most
     * @return int|null
     * @throws fault
     */
    public static function number(string $name, array $said, int $most): ?int {
        $number = $said[$name] ?? null;
        if ($number === null) {
            return null;
        }
        return $number >= 0 && $number <= $most ? (int) $number : throw new fault($name, 'out_of_range', $most);
    }

    /**
     * An id of Moodle's, which travels as text.
     *
     * @param string $name
     * @param array $said
     * @param string|null $shown what the fault calls it
     * @return int|null
     * @throws fault
     */
    public static function id(string $name, array $said, ?string $shown = null): ?int {
        $text = (string) ($said[$name] ?? '');
        if ($text === '') {
            return null;
        }
        return preg_match('/^[1-9]\d{0,17}$/D', $text) ? (int) $text : throw new fault($shown ?? $name, 'unknown_value');
    }
}
