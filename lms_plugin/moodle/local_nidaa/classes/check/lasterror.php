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

namespace local_nidaa\check;

use core\check\result;
use local_nidaa\backlog\reason;
use local_nidaa\outbox\delivery;
use local_nidaa\outbox\store;
use local_nidaa\output\bidi;

/**
 * Why the last attempt failed; a 401, 403 or 404 is an alarm, since only an administrator can end it.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class lasterror extends linked {
    /** @var string The page that helps. */
    protected const PAGE = 'selftest';

    /**
     * What was found.
     *
     * @return result
     */
    public function get_result(): result {
        $alarm = delivery::last_alarm();
        if ($alarm !== null) {
            $a = (object) ['reason' => reason::words($alarm->status, ''), 'when' => bidi::moment($alarm->time)];
            $summary = get_string('lasterror_alarm', 'local_nidaa', $a);
            return new result(result::CRITICAL, $summary, get_string('lasterror_do', 'local_nidaa'));
        }
        $backlog = store::backlog();
        if (!$backlog->lastfailure) {
            return new result(result::OK, get_string('lasterror_none', 'local_nidaa'));
        }
        $a = (object) [
            'reason' => reason::words($backlog->laststatus, $backlog->lasterror),
            'when' => bidi::moment($backlog->lastfailure),
        ];
        return new result(result::WARNING, get_string('lasterror_some', 'local_nidaa', $a), s($backlog->lasterror));
    }
}
