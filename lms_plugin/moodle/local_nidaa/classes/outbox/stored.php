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

namespace local_nidaa\outbox;

use core_external\external_single_structure;
use core_external\external_value;
use local_nidaa\wire\verdict;
use stdClass;

/**
 * What the person is told of a stored report: `Stored` of the browser core.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class stored {
    /**
     * A row as the person sees it.
     *
     * @param stdClass $row
     * @return array
     */
    public static function of(stdClass $row): array {
        return ['id' => $row->itemid, 'reference' => $row->reference, 'delivered' => $row->state === verdict::DELIVERED]
            + self::said(json_decode((string) $row->answer, true) ?: [], $row->state === verdict::PARKED);
    }

    /**
     * What the sidecar last said of it.
     *
     * @param array $answer
     * @param bool $parked
     * @return array
     */
    public static function said(array $answer, bool $parked = false): array {
        return [
            'state' => $parked ? 'parked' : $answer['state'] ?? null,
            'case' => isset($answer['case']) ? (string) $answer['case'] : null,
            'same_in_room' => isset($answer['same_in_room']) ? (int) $answer['same_in_room'] : null,
        ];
    }

    /**
     * The shape of it.
     *
     * @param array $more further fields
     * @return external_single_structure
     */
    public static function structure(array $more = []): external_single_structure {
        $maybe = fn(string $type, string $what) => new external_value($type, $what, VALUE_REQUIRED, null, NULL_ALLOWED);
        return new external_single_structure([
            'id' => new external_value(PARAM_RAW, 'The report\'s id'),
            'reference' => new external_value(PARAM_RAW, 'What people read aloud'),
            'delivered' => new external_value(PARAM_BOOL, 'Whether the sidecar has it'),
            'state' => $maybe(PARAM_RAW, 'State of its case, or parked; null until known'),
            'case' => $maybe(PARAM_RAW, 'Number of its case; null until assessed'),
            'same_in_room' => $maybe(PARAM_INT, 'Others of this room who say the same; null where unknown'),
        ] + $more);
    }
}
