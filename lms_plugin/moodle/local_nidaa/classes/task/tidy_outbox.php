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

namespace local_nidaa\task;

use core\task\scheduled_task;
use local_nidaa\notice\ledger;
use local_nidaa\outbox\store;

/**
 * Removes what the sidecar has had for long enough, every night.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class tidy_outbox extends scheduled_task {
    /** @var int Days unless the administrator says otherwise. */
    private const DAYS = 30;

    #[\Override]
    public function get_name(): string {
        return get_string('task_tidy_outbox', 'local_nidaa');
    }

    #[\Override]
    public function execute(): void {
        $days = max(1, (int) (get_config('local_nidaa', 'keepdays') ?: self::DAYS));
        store::tidy(time() - $days * DAYSECS);
        ledger::tidy(time() - max($days, 90) * DAYSECS);
    }
}
