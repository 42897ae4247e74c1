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
 * What may be told of a national id or iqama number without telling the number.
 *
 * The rule of adapters/lms/national_id.py: ten digits beginning with 1, 2 or 4, the last one being the Luhn check digit.
 * A number that breaks it needs a person's look; it is never refused for that.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class national_id {
    /** @var string[] What people put between the digits: spaces, hyphens, marks of direction. */
    private const PASSED_OVER = [' ', "\u{00a0}", '-', "\t", "\u{200e}", "\u{200f}"];

    /**
     * The state of a number.
     *
     * @param string $number
     * @return string empty, present or invalid
     */
    public static function state_of(string $number): string {
        $digits = preg_replace('/[\s\p{Z}]+/u', '', self::normalised($number)) ?? $number;
        if ($digits === '') {
            return 'empty';
        }
        return preg_match('/^[124]\d{9}$/D', $digits) && self::checks($digits) ? 'present' : 'invalid';
    }

    /**
     * The number in ASCII digits, for comparing two of them; whatever is no digit stays, except for what is passed over.
     *
     * @param string $number
     * @return string
     */
    public static function normalised(string $number): string {
        return strtr(trim($number), self::digits() + array_fill_keys(self::PASSED_OVER, ''));
    }

    /**
     * By what a number is known to the sidecar without being told: its keyed hash and its last two digits.
     *
     * @param string $number
     * @param string $key in hex; empty: by nothing
     * @return string[]|null the hash and the end, null where this is no number of ten digits
     */
    public static function known_by(string $number, string $key): ?array {
        $digits = preg_replace('/\D+/', '', self::normalised($number));
        if ($key === '' || strlen($digits) !== 10) {
            return null;
        }
        return [hash_hmac('sha256', $digits, hex2bin($key)), substr($digits, -2)];
    }

    /**
     * The same in SQL, so that a whole site is compared without its numbers leaving the database.
     *
     * @param string $column
     * @return string
     */
    public static function sql_normalised(string $column): string {
        $sql = $column;
        foreach (self::digits() + array_fill_keys(self::PASSED_OVER, '') as $from => $to) {
            $sql = "REPLACE($sql, '$from', '$to')";
        }
        return $sql;
    }

    /**
     * Arabic-Indic and Persian digits.
     *
     * @return string[] digit => ASCII digit
     */
    private static function digits(): array {
        $digits = [];
        foreach (range(0, 9) as $value) {
            $digits[mb_chr(0x660 + $value, 'UTF-8')] = (string) $value;
            $digits[mb_chr(0x6f0 + $value, 'UTF-8')] = (string) $value;
        }
        return $digits;
    }

    /**
     * Whether the check digit is right (1000000008 is).
     *
     * @param string $digits ten
     * @return bool
     */
    private static function checks(string $digits): bool {
        $sum = 0;
        foreach (str_split($digits) as $place => $digit) {
            $value = $place % 2 === 0 ? 2 * (int) $digit : (int) $digit;
            $sum += intdiv($value, 10) + $value % 10;
        }
        return $sum % 10 === 0;
    }
}
