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

use dml_write_exception;
use local_nidaa\event\report_resent;
use local_nidaa\wire\verdict;
use stdClass;

/**
 * The rows of the outbox: what people said, until the sidecar has it.
 *
 * A row is sent by whoever leased it, with a token in a conditional update, so that a page, two crons and an administrator
 * never send the same row at once. A lease ends by itself; the sidecar knows a report that it gets twice.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class store {
    /** @var string The table. */
    public const TABLE = 'local_nidaa_outbox';

    /** @var string State of a row that is to be sent; the other two are verdicts. */
    public const WAITING = 'waiting';

    /** @var int Ids that fit into one statement on every database. */
    private const CHUNK = 500;

    /**
     * A new row, not stored yet.
     *
     * @param string $itemid
     * @param string $reportid the item itself, or the report that it adds to
     * @param array $more userid, courseid, cmid, kind, reference, fingerprint, body
     * @return stdClass
     */
    public static function row(string $itemid, string $reportid, array $more): stdClass {
        $now = $more['timecreated'];
        return (object) ($more + [
            'itemid' => $itemid,
            'type' => $itemid === $reportid ? 'report' : 'addition',
            'reportid' => $reportid,
            'cmid' => 0,
            'kind' => '',
            'state' => self::WAITING,
            'attempts' => 0,
            'nexttry' => $now,
            'leasetoken' => null,
            'leaseuntil' => 0,
            'laststatus' => 0,
            'lasterror' => null,
            'answer' => null,
            'timeattempted' => 0,
            'timedelivered' => 0,
        ]);
    }

    /**
     * Stores a row, once: of two identical presses one finds the other's row.
     *
     * @param stdClass $row
     * @param int $lease seconds for which whoever stores it sends it; 0 to leave that to cron
     * @return stdClass|null the row as stored; null when its id is known already
     */
    public static function put(stdClass $row, int $lease): ?stdClass {
        global $DB;
        if ($lease > 0) {
            $row->leasetoken = random_string(32);
            $row->leaseuntil = time() + $lease;
            $row->attempts = 1;
        }
        try {
            $row->id = $DB->insert_record(self::TABLE, $row);
        } catch (dml_write_exception $error) {
            if (self::find($row->itemid) === null) {
                throw $error;
            }
            return null;
        }
        return $row;
    }

    /**
     * A row by the id that the browser gave it.
     *
     * @param string $itemid
     * @return stdClass|null
     */
    public static function find(string $itemid): ?stdClass {
        global $DB;
        return $DB->get_record(self::TABLE, ['itemid' => $itemid]) ?: null;
    }

    /**
     * Reports of one person, by id; others' are not among them.
     *
     * @param string[] $itemids
     * @param int $userid
     * @return stdClass[]
     */
    public static function own(array $itemids, int $userid): array {
        global $DB;
        if (!$itemids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($itemids, SQL_PARAMS_NAMED);
        $rows = $DB->get_records_select(
            self::TABLE,
            "userid = :userid AND type = 'report' AND itemid $in",
            $params + ['userid' => $userid]
        );
        return array_column($rows, null, 'itemid');
    }

    /**
     * Ids of rows that may be sent now, the oldest first. An addition waits for its report.
     *
     * @param int $most
     * @return int[]
     */
    public static function due(int $most): array {
        global $DB;
        $sql = "SELECT o.id
                  FROM {local_nidaa_outbox} o
                 WHERE o.state = :waiting AND o.nexttry <= :now AND o.leaseuntil <= :then
                       AND (o.type = 'report' OR EXISTS (
                           SELECT 1 FROM {local_nidaa_outbox} r WHERE r.itemid = o.reportid AND r.state = :delivered))
              ORDER BY o.timecreated, o.id";
        $params = ['waiting' => self::WAITING, 'delivered' => verdict::DELIVERED, 'now' => time(), 'then' => time()];
        return array_map('intval', array_keys($DB->get_records_sql($sql, $params, 0, $most)));
    }

    /**
     * Takes a row to send it; null when somebody else has it, or it was sent meanwhile.
     *
     * The attempt is counted before it is made: whatever kills this process is seen in the backlog.
     *
     * @param int $id
     * @param int $lease seconds
     * @return stdClass|null
     */
    public static function claim(int $id, int $lease): ?stdClass {
        global $DB;
        $token = random_string(32);
        $now = time();
        $DB->execute(
            "UPDATE {local_nidaa_outbox}
                SET leasetoken = :token, leaseuntil = :until, attempts = attempts + 1
              WHERE id = :id AND state = :waiting AND leaseuntil <= :now",
            ['token' => $token, 'until' => $now + $lease, 'id' => $id, 'waiting' => self::WAITING, 'now' => $now]
        );
        return $DB->get_record(self::TABLE, ['id' => $id, 'leasetoken' => $token]) ?: null;
    }

    /**
     * Gives a row back that was not sent after all.
     *
     * @param stdClass $row
     */
    public static function release(stdClass $row): void {
        global $DB;
        $DB->execute(
            "UPDATE {local_nidaa_outbox}
                SET leasetoken = NULL, leaseuntil = 0, attempts = attempts - 1
              WHERE id = :id AND leasetoken = :token",
            ['id' => $row->id, 'token' => $row->leasetoken]
        );
        $row->attempts--;
        $row->leasetoken = null;
        $row->leaseuntil = 0;
    }

    /**
     * Sends rows on their way again, from the backlog page.
     *
     * @param int[] $ids of parked rows, and of waiting ones that should not wait longer
     * @return int how many
     */
    public static function resend(array $ids): int {
        global $DB;
        $sent = 0;
        foreach (array_chunk(array_map('intval', $ids), self::CHUNK) as $chunk) {
            [$in, $params] = $DB->get_in_or_equal($chunk, SQL_PARAMS_NAMED);
            $where = "id $in AND state <> :delivered";
            $params['delivered'] = verdict::DELIVERED;
            $rows = $DB->get_records_select(self::TABLE, $where, $params, '', 'id, itemid, type, reference, userid');
            $DB->execute(
                "UPDATE {local_nidaa_outbox} SET state = :waiting, nexttry = :now WHERE $where",
                $params + ['waiting' => self::WAITING, 'now' => time()]
            );
            foreach ($rows as $row) {
                report_resent::of($row)->trigger();
            }
            $sent += count($rows);
        }
        return $sent;
    }

    /**
     * Removes what the sidecar has had for long. What waits or is parked is never removed, nor a report to which something
     * is still to be added.
     *
     * @param int $before Unix time
     */
    public static function tidy(int $before): void {
        global $DB;
        $sql = "SELECT o.id
                  FROM {local_nidaa_outbox} o
                 WHERE o.state = :delivered AND o.timedelivered < :before
                       AND NOT EXISTS (
                           SELECT 1 FROM {local_nidaa_outbox} a WHERE a.reportid = o.itemid AND a.state <> :done)";
        $params = ['delivered' => verdict::DELIVERED, 'done' => verdict::DELIVERED, 'before' => $before];
        foreach (array_chunk($DB->get_fieldset_sql($sql, $params), self::CHUNK) as $ids) {
            $DB->delete_records_list(self::TABLE, 'id', $ids);
        }
    }

    /**
     * What the status report tells of the outbox.
     *
     * @return stdClass waiting, parked (numbers), oldest (when the oldest waiting row was stored), lastsuccess, lasterror,
     *     laststatus, lastfailure (when); 0 and '' where there is none
     */
    public static function backlog(): stdClass {
        global $DB;
        $sql = "SELECT state, COUNT(*) AS number, MIN(timecreated) AS oldest, MAX(timedelivered) AS delivered
                  FROM {local_nidaa_outbox}
              GROUP BY state";
        $states = $DB->get_records_sql($sql);
        $failed = $DB->get_records_select(
            self::TABLE,
            'state <> :delivered AND timeattempted > 0',
            ['delivered' => verdict::DELIVERED],
            'timeattempted DESC, id DESC',
            'id, laststatus, lasterror, timeattempted',
            0,
            1
        );
        $last = reset($failed) ?: null;
        return (object) [
            'waiting' => (int) ($states[self::WAITING]->number ?? 0),
            'parked' => (int) ($states[verdict::PARKED]->number ?? 0),
            'oldest' => (int) ($states[self::WAITING]->oldest ?? 0),
            'lastsuccess' => (int) ($states[verdict::DELIVERED]->delivered ?? 0),
            'lasterror' => (string) ($last->lasterror ?? ''),
            'laststatus' => (int) ($last->laststatus ?? 0),
            'lastfailure' => (int) ($last->timeattempted ?? 0),
        ];
    }
}
