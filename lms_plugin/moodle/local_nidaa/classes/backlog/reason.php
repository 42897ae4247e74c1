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

namespace local_nidaa\backlog;

use local_nidaa\wire\verdict;
use stdClass;

/**
 * Why the sidecar does not have something yet, in plain words.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class reason {
    /** @var string[] What curl's numbers say. */
    private const CURL = [
        6 => 'dns', 7 => 'refused', 28 => 'timeout', 35 => 'tls', 51 => 'tls', 53 => 'tls', 58 => 'tls', 60 => 'tls', 77 => 'tls',
    ];

    /** @var string[] What the sidecar's answers say. */
    private const HTTP = [
        400 => 'content', 401 => 'proof', 403 => 'forbidden', 404 => 'notfound', 409 => 'conflict', 413 => 'large', 415 => 'type',
        422 => 'content', 429 => 'limit',
    ];

    /**
     * The reason of a row of the backlog.
     *
     * @param stdClass $row
     * @return string
     */
    public static function of(stdClass $row): string {
        if ($row->type === 'addition' && ($row->reportstate ?? '') !== verdict::DELIVERED) {
            return get_string('reason_afterreport', 'local_nidaa');
        }
        if (!$row->timeattempted) {
            return get_string('reason_new', 'local_nidaa');
        }
        return self::words((int) $row->laststatus, (string) $row->lasterror);
    }

    /**
     * What a failed attempt means.
     *
     * @param int $status HTTP status; 0 when there was no answer
     * @param string $error why there was none
     * @return string
     */
    public static function words(int $status, string $error): string {
        return get_string('reason_' . self::key($status, $error), 'local_nidaa', $status);
    }

    /**
     * The name of the reason.
     *
     * @param int $status
     * @param string $error
     * @return string
     */
    private static function key(int $status, string $error): string {
        if ($status !== 0) {
            return self::HTTP[$status] ?? ($status >= 500 ? 'broken' : 'other');
        }
        if (in_array($error, ['blocked', 'notconfigured', 'skipped'], true)) {
            return $error;
        }
        return preg_match('/^curl (\d+)/', $error, $found) ? self::CURL[(int) $found[1]] ?? 'unreachable' : 'unreachable';
    }
}
