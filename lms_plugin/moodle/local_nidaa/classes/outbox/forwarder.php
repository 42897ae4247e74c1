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

use local_nidaa\event\report_stored;
use local_nidaa\sidecar;
use local_nidaa\wire\answer;
use local_nidaa\wire\verdict;
use stdClass;
use Throwable;

/**
 * Sends rows of the outbox: at once while somebody waits for the answer, and the rest from cron.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class forwarder {
    /** @var int Seconds for which a page leases a row: its patience, and time to record what came of it. */
    public const PAGE_LEASE = 10;

    /** @var int Seconds for which cron leases a row. */
    private const CRON_LEASE = 60;

    /** @var int Milliseconds that cron waits for one answer. */
    private const CRON_PATIENCE = 10000;

    /** @var int Rows that cron looks for at a time. */
    private const BATCH = 100;

    /** @var int Failures in a row after which a sidecar that cannot be reached is left alone until the next run. */
    private const UNREACHABLE = 3;

    /** @var int The same for a sidecar that answers, but with nothing good. */
    private const UNWILLING = 10;

    /**
     * Stores a row and sends it at once, if a page may wait just now. Only storing can fail.
     *
     * Returned is what the person is told; in the log and in the outbox it is written down afterwards.
     *
     * @param stdClass $row
     * @param bool $sendable whether it may be sent before anything else
     * @return stdClass|null null when its id is known already
     */
    public static function keep(stdClass $row, bool $sendable = true): ?stdClass {
        $call = $sendable && sidecar::settings() !== null ? breaker::enter() : null;
        $answer = null;
        try {
            $row = store::put($row, $call === null ? 0 : self::PAGE_LEASE);
            if ($row !== null && $call !== null) {
                $answer = self::sent($row, $call);
            }
        } finally {
            $call?->leave($answer);
        }
        if ($row === null) {
            return null;
        }
        $kept = clone $row;
        afterwards::run(function () use ($kept, $answer) {
            report_stored::of($kept)->trigger();
            if ($answer !== null) {
                delivery::record($kept, $answer);
            }
        });
        if ($answer !== null) {
            delivery::apply($row, $answer); // The person need not wait until it is written down.
        }
        return $row;
    }

    /**
     * Sends rows that wait, because somebody is looking at them. Never throws.
     *
     * @param stdClass[] $rows as they were read
     */
    public static function nudge(array $rows): void {
        foreach ($rows as $row) {
            $due = $row->state === store::WAITING && $row->nexttry <= time() && $row->leaseuntil <= time();
            $call = $due && sidecar::settings() !== null ? breaker::enter() : null;
            if ($call === null) {
                continue;
            }
            $answer = null;
            try {
                $claimed = store::claim((int) $row->id, self::PAGE_LEASE);
                $answer = $claimed === null ? null : self::sent($claimed, $call);
            } catch (Throwable $error) {
                debugging('local_nidaa: ' . get_class($error), DEBUG_DEVELOPER);
            } finally {
                $call->leave($answer);
            }
            if ($answer !== null) {
                afterwards::run(fn() => delivery::record(clone $claimed, $answer));
                delivery::apply($row, $answer);
            }
        }
    }

    /**
     * Sends what is due, the oldest first, for so long.
     *
     * @param int $seconds
     * @return array how many were `delivered`, `parked` and to be tried again (`retry`), and whether it `stopped` early
     */
    public static function run(int $seconds): array {
        $until = time() + $seconds;
        $done = [verdict::DELIVERED => 0, verdict::PARKED => 0, verdict::RETRY => 0, 'stopped' => false];
        if (sidecar::settings() === null) {
            return ['stopped' => true] + $done;
        }
        $unreachable = 0;
        $unwilling = 0;
        while ($ids = store::due(self::BATCH)) {
            foreach ($ids as $id) {
                if (time() >= $until) {
                    return $done;
                }
                $verdict = self::attempt($id);
                if ($verdict === null) {
                    continue; // Somebody else has it.
                }
                $done[$verdict->outcome]++;
                $unreachable = $verdict->trouble ? $unreachable + 1 : 0;
                // A person's limit (429) says nothing about the next person's report.
                $limited = $verdict->outcome === verdict::RETRY && !$verdict->trouble && !$verdict->alarm;
                $unwilling = $verdict->outcome === verdict::RETRY ? $unwilling + (int) !$limited : 0;
                if ($unreachable >= self::UNREACHABLE || $unwilling >= self::UNWILLING) {
                    return ['stopped' => true] + $done;
                }
            }
        }
        return $done;
    }

    /**
     * One attempt of cron's.
     *
     * @param int $id
     * @return verdict|null null when somebody else has the row
     */
    private static function attempt(int $id): ?verdict {
        $row = store::claim($id, self::CRON_LEASE);
        if ($row === null) {
            return null;
        }
        $began = microtime(true);
        $answer = self::post($row, self::CRON_PATIENCE);
        breaker::learn($answer, microtime(true) - $began);
        return delivery::record($row, $answer);
    }

    /**
     * One attempt of a page's; the person's other pages do not wait with it.
     *
     * @param stdClass $row
     * @param breaker $call
     * @return answer
     */
    private static function sent(stdClass $row, breaker $call): answer {
        \core\session\manager::write_close();
        return self::post($row, $call->patience);
    }

    /**
     * Sends a row.
     *
     * @param stdClass $row
     * @param int $patience milliseconds
     * @return answer
     */
    private static function post(stdClass $row, int $patience): answer {
        $path = $row->type === 'report' ? '/v1/reports' : "/v1/reports/{$row->reportid}/additions";
        return sidecar::post($path, $row->itemid, $row->body, $patience);
    }
}
