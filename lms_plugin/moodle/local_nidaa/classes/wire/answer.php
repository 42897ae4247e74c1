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
 * What came back from the sidecar, if anything.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class answer {
    /**
     * An answer.
     *
     * @param int $status HTTP status; 0 when there was none
     * @param string $body
     * @param array $headers by name in lower case
     * @param string $error why there was none: `notconfigured`, `blocked`, `skipped`, or curl's words; empty when there was one
     */
    public function __construct(
        /** @var int HTTP status; 0 when there was none. */
        public readonly int $status,
        /** @var string The body's bytes. */
        public readonly string $body = '',
        /** @var array Headers by name in lower case. */
        public readonly array $headers = [],
        /** @var string Why there was no answer; empty when there was one. */
        public readonly string $error = ''
    ) {
    }

    /**
     * The body as a JSON object; null when it is none.
     *
     * @return array|null
     */
    public function json(): ?array {
        $document = json_decode($this->body, true, 32);
        return is_array($document) && !array_is_list($document) ? $document : null;
    }
}
