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

use local_nidaa\event\report_delivered;
use local_nidaa\event\report_parked;
use local_nidaa\wire\answer;
use local_nidaa\wire\backoff;
use local_nidaa\wire\verdict;
use stdClass;

/**
 * What follows from an attempt: the row of the outbox, the alarm, the log.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class delivery {
    /** @var int Seconds after which an alarm that goes on is noted again; a setting that changes empties Moodle's caches. */
    private const ALARM_EVERY = 900;

    /**
     * Records an attempt and returns its verdict; the row is changed with it.
     *
     * @param stdClass $row as it was leased
     * @param answer $answer
     * @return verdict
     */
    public static function record(stdClass $row, answer $answer): verdict {
        $held = $row->leasetoken;
        $verdict = self::apply($row, $answer);
        if ($verdict->outcome === verdict::DELIVERED) {
            self::delivered($row);
        } else {
            self::failed($row, $held);
        }
        self::alarm($verdict, $answer->status);
        return $verdict;
    }

    /**
     * What an attempt makes of a row, not written down yet.
     *
     * @param stdClass $row
     * @param answer $answer
     * @return verdict
     */
    public static function apply(stdClass $row, answer $answer): verdict {
        $verdict = verdict::of($answer->status);
        $row->laststatus = $answer->status;
        $row->timeattempted = time();
        $row->leasetoken = null;
        $row->leaseuntil = 0;
        if ($verdict->outcome === verdict::DELIVERED) {
            $said = $answer->json() ?? [];
            $row->state = verdict::DELIVERED;
            $row->body = ''; // What was said stays here no longer than it must.
            $row->lasterror = null;
            $row->timedelivered = $row->timeattempted;
            if (preg_match('/^\d{3}-\d{3}-\d{3}-\d$/D', (string) ($said['reference'] ?? ''))) {
                $row->reference = $said['reference']; // Another one when the one that follows from the id was taken.
            }
            $row->answer = json_encode(['state' => $said['state'] ?? null, 'case' => $said['case'] ?? null,
                'same_in_room' => $said['same_in_room'] ?? null]);
            return $verdict;
        }
        $row->lasterror = self::reason($answer);
        if ($verdict->outcome === verdict::PARKED) {
            $row->state = verdict::PARKED;
        } else {
            $wish = backoff::retry_after($answer->headers['retry-after'] ?? null, $row->timeattempted);
            $row->nexttry = $row->timeattempted + backoff::delay((int) $row->attempts, $wish, mt_rand() / mt_getrandmax());
        }
        return $verdict;
    }

    /**
     * The last answer that only an administrator can change: a secret, an address.
     *
     * @return stdClass|null status and time; null while there is none
     */
    public static function last_alarm(): ?stdClass {
        [$status, $time] = array_pad(explode('@', (string) get_config('local_nidaa', 'alarm')), 2, 0);
        return $status ? (object) ['status' => (int) $status, 'time' => (int) $time] : null;
    }

    /**
     * The sidecar has it, whoever holds the lease by now.
     *
     * @param stdClass $row
     */
    private static function delivered(stdClass $row): void {
        global $DB;
        $DB->update_record(store::TABLE, $row);
        report_delivered::of($row)->trigger();
    }

    /**
     * Parked, or tried again later. Who lost the lease has nothing to say any more.
     *
     * @param stdClass $row
     * @param string|null $held the lease that the attempt was made with
     */
    private static function failed(stdClass $row, ?string $held): void {
        global $DB;
        $DB->execute(
            "UPDATE {local_nidaa_outbox}
                SET state = :state, nexttry = :nexttry, laststatus = :laststatus, lasterror = :lasterror,
                    timeattempted = :timeattempted, leasetoken = NULL, leaseuntil = 0
              WHERE id = :id AND leasetoken = :held",
            ['state' => $row->state, 'nexttry' => $row->nexttry, 'laststatus' => $row->laststatus, 'lasterror' => $row->lasterror,
                'timeattempted' => $row->timeattempted, 'id' => $row->id, 'held' => $held]
        );
        $parked = ['id' => $row->id, 'state' => verdict::PARKED];
        if ($row->state === verdict::PARKED && $DB->record_exists(store::TABLE, $parked)) {
            report_parked::of($row)->trigger();
        }
    }

    /**
     * Why it failed, for an administrator: the fields of a problem document, or what could not be reached.
     *
     * @param answer $answer
     * @return string
     */
    private static function reason(answer $answer): string {
        if ($answer->status === 0) {
            return \core_text::substr($answer->error, 0, 255);
        }
        $problem = $answer->json() ?? [];
        $fields = [];
        foreach (is_array($problem['errors'] ?? null) ? $problem['errors'] : [] as $error) {
            $fields[] = ($error['field'] ?? '?') . ': ' . ($error['code'] ?? '?');
        }
        $reason = $fields ? implode(', ', $fields) : (string) ($problem['title'] ?? '');
        return \core_text::substr(trim("HTTP {$answer->status} $reason"), 0, 255);
    }

    /**
     * Keeps for the status report what only an administrator can change, until something is delivered again.
     *
     * @param verdict $verdict
     * @param int $status
     */
    private static function alarm(verdict $verdict, int $status): void {
        $last = self::last_alarm();
        if ($verdict->alarm) {
            if ($last === null || $last->status !== $status || $last->time < time() - self::ALARM_EVERY) {
                set_config('alarm', $status . '@' . time(), 'local_nidaa');
            }
        } else if ($last !== null && $verdict->outcome === verdict::DELIVERED) {
            unset_config('alarm', 'local_nidaa');
        }
    }
}
