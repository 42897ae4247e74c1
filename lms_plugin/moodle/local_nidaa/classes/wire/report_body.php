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

use LengthException;
use stdClass;

/**
 * The bytes that go over the wire. They are made once and stored: every attempt sends and signs the very same.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class report_body {
    /** @var int Bytes of a body that the sidecar takes. */
    public const LARGEST = 65536;

    /** @var int How JSON is written: as people wrote it, and 2.0 as 2.0. */
    private const FLAGS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR;

    /**
     * A report or an addition as bytes.
     *
     * @param array $document with `diagnostics` as an object or an associative array
     * @return string
     * @throws LengthException more than 64 KiB
     * @throws \JsonException no UTF-8, or a number that JSON has not
     */
    public static function encode(array $document): string {
        if (array_key_exists('diagnostics', $document) && empty($document['diagnostics'])) {
            $document['diagnostics'] = new stdClass(); // An empty array would become a list.
        }
        $bytes = json_encode($document, self::FLAGS);
        if (strlen($bytes) > self::LARGEST) {
            throw new LengthException('More than 64 KiB.');
        }
        return $bytes;
    }
}
