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
 * What people read aloud. It follows from the id, so that it can be shown while the sidecar is away (contract.md).
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class reference {
    /** @var int Nine digits' worth of numbers. */
    private const SPACE = 1000000000;

    /**
     * The reference of a report: the last 60 bits of its id modulo 10^9 and a Luhn digit, grouped 3-3-3-1.
     *
     * @param string $id a UUID in either case
     * @return string
     */
    public static function of(string $id): string {
        $last60bits = hexdec(substr(str_replace('-', '', $id), -15));
        $nine = str_pad((string) ($last60bits % self::SPACE), 9, '0', STR_PAD_LEFT);
        return implode('-', [...str_split($nine, 3), self::luhn($nine)]);
    }

    /**
     * The digit that makes a number pass Luhn (ISO/IEC 7812-1, annex B).
     *
     * @param string $digits
     * @return int
     */
    private static function luhn(string $digits): int {
        $total = 0;
        foreach (str_split(strrev($digits)) as $place => $digit) {
            $value = (int) $digit * ($place % 2 === 0 ? 2 : 1);
            $total += $value > 9 ? $value - 9 : $value;
        }
        return (10 - $total % 10) % 10;
    }
}
