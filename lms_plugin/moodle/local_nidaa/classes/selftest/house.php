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

namespace local_nidaa\selftest;

use core\check\result;
use core\task\manager as task_manager;
use local_nidaa\output\bidi;
use local_nidaa\task\forward_outbox;

/**
 * Whether Moodle itself is set up for both directions: cron forwards, and the sidecar may ask.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class house {
    /** @var int Seconds without a run after which the task is late: it runs every minute. */
    private const LATE = 600;

    /** @var string The external service for the sidecar. */
    private const SERVICE = 'local_nidaa';

    /** @var string[] What it must offer (contract.md). */
    private const FUNCTIONS = [
        'local_nidaa_get_facts', 'local_nidaa_get_sessions', 'local_nidaa_get_course', 'local_nidaa_notify',
    ];

    /**
     * Whether cron forwards what pages could not.
     *
     * @return line
     */
    public static function cron(): line {
        $task = task_manager::get_scheduled_task(forward_outbox::class);
        if (!$task || $task->get_disabled()) {
            return line::about('cron', result::ERROR, 'cron_disabled');
        }
        $last = (int) $task->get_last_run_time();
        if ($last === 0) {
            return line::about('cron', result::WARNING, 'cron_never');
        }
        $ago = time() - $last;
        if ($ago > self::LATE) {
            return line::about('cron', $ago > DAYSECS ? result::CRITICAL : result::ERROR, 'cron_late', bidi::duration($ago));
        }
        return line::about('cron', result::OK, 'cron_ok', bidi::duration($ago));
    }

    /**
     * Whether the sidecar may ask Moodle for facts and have people told.
     *
     * @return line
     */
    public static function service(): line {
        global $CFG, $DB;

        if (empty($CFG->enablewebservices)) {
            return line::about('service', result::WARNING, 'service_off');
        }
        if (!in_array('rest', explode(',', (string) ($CFG->webserviceprotocols ?? '')), true)) {
            return line::about('service', result::WARNING, 'service_norest');
        }
        $service = $DB->get_record('external_services', ['shortname' => self::SERVICE]);
        if (!$service || !$service->enabled) {
            return line::about('service', result::WARNING, 'service_missing');
        }
        $offered = $DB->get_fieldset_select(
            'external_services_functions',
            'functionname',
            'externalserviceid = :id',
            ['id' => $service->id]
        );
        if ($missing = array_diff(self::FUNCTIONS, $offered)) {
            return line::about('service', result::WARNING, 'service_functions', implode(', ', $missing));
        }
        $valid = 'externalserviceid = :id AND (validuntil IS NULL OR validuntil = 0 OR validuntil > :now)';
        if (!$DB->record_exists_select('external_tokens', $valid, ['id' => $service->id, 'now' => time()])) {
            return line::about('service', result::WARNING, 'service_notoken');
        }
        return line::about('service', result::OK, 'service_ok');
    }
}
