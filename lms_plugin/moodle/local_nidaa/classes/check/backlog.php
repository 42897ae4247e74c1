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
use local_nidaa\outbox\store;
use local_nidaa\output\bidi;

/**
 * What the sidecar does not have yet: how much, for how long, and what only a person can help.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class backlog extends linked {
    /** @var int Seconds after which waiting is no longer ordinary: cron has looked several times. */
    private const OLD = 900;

    /** @var int Seconds after which somebody's report is a matter of the whole institute: P7's and P8's clocks are running. */
    private const FAR_TOO_OLD = 21600;

    /** @var string The page that helps. */
    protected const PAGE = 'backlog';

    /**
     * What was found.
     *
     * @return result
     */
    public function get_result(): result {
        $backlog = store::backlog();
        $age = $backlog->oldest ? max(0, time() - $backlog->oldest) : 0;
        $status = match (true) {
            $age > self::FAR_TOO_OLD => result::CRITICAL,
            $backlog->parked > 0, $age > self::OLD => result::ERROR,
            default => result::OK,
        };
        $a = (object) ['waiting' => $backlog->waiting, 'parked' => $backlog->parked, 'oldest' => bidi::duration($age)];
        $summary = get_string($backlog->waiting ? 'backlog_summary' : 'backlog_summary_none', 'local_nidaa', $a);
        return new result($status, $summary, $status === result::OK ? '' : get_string('backlog_do', 'local_nidaa'));
    }
}
