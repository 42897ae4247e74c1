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

use JsonException;
use stdClass;

/**
 * Facts about browser and network: any JSON object that the sidecar's databases take.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class diagnostics {
    /** @var int Levels of nesting, the object itself being level 0. */
    private const DEEPEST = 8;

    /** @var float Beyond 64 bits no two libraries agree on what a number is. */
    private const WIDEST = 2.0 ** 63;

    /**
     * The object behind a JSON text; an empty one for no text.
     *
     * @param string $json
     * @return stdClass
     * @throws fault
     */
    public static function read(string $json): stdClass {
        if (trim($json) === '') {
            return new stdClass();
        }
        if (strlen($json) > report_body::LARGEST) {
            throw new fault('diagnostics', 'too_large');
        }
        try {
            $document = json_decode($json, false, 32, JSON_THROW_ON_ERROR);
        } catch (JsonException) {
            throw new fault('diagnostics', 'wrong_type');
        }
        if (!$document instanceof stdClass) {
            throw new fault('diagnostics', 'wrong_type');
        }
        self::check($document, 0);
        return $document;
    }

    /**
     * Looks through one level; the depth is bounded by the decoder.
     *
     * @param mixed $here
     * @param int $level
     * @throws fault
     */
    private static function check(mixed $here, int $level): void {
        if ($level > self::DEEPEST) {
            throw new fault('diagnostics', 'too_large');
        }
        if (is_string($here)) {
            field::text('diagnostics', ['diagnostics' => $here], report_body::LARGEST);
        }
        if (is_float($here) && abs($here) >= self::WIDEST) {
            throw new fault('diagnostics', 'out_of_range');
        }
        if ($here instanceof stdClass || is_array($here)) {
            foreach ((array) $here as $name => $inner) {
                self::check((string) $name, $level);
                self::check($inner, $level + 1);
            }
        }
    }
}
