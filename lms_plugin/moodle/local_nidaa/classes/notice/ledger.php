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

namespace local_nidaa\notice;

/**
 * Which messages have been sent: the same key twice sends once, also when two ask at the same moment.
 *
 * A row with the key is written before a message is sent, and marked after. Of two who come at once the unique key lets one
 * through, and the other is told to come back. When PHP dies in between, the key stays `sending` until its lease is over;
 * whoever asks then sends again: better a message twice, after a crash, than one that never arrives.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ledger {
    /** @var string The table. */
    private const TABLE = 'local_nidaa_notice';

    /** @var string Nobody has sent it yet, or somebody is about to. */
    private const SENDING = 'sending';

    /** @var string Moodle has it. */
    private const SENT = 'sent';

    /** @var int Seconds in which a message is sent, mail server and all. */
    private const LEASE = 300;

    /** @var string The key is this caller's to send. */
    public const MINE = 'mine';

    /** @var string The message has been sent. */
    public const KNOWN = 'known';

    /** @var string Somebody else is sending it now. */
    public const BUSY = 'busy';

    /**
     * Claims a key.
     *
     * @param string $key
     * @param int $userid whom the message is for
     * @param int $now
     * @return string MINE, KNOWN or BUSY
     */
    public static function claim(string $key, int $userid, int $now): string {
        global $DB;
        $row = (object) [
            'noticekey' => self::fingerprint($key),
            'userid' => $userid,
            'outcome' => self::SENDING,
            'leasetoken' => random_string(32),
            'leaseuntil' => $now + self::LEASE,
            'timecreated' => $now,
        ];
        $known = $DB->get_record(self::TABLE, ['noticekey' => $row->noticekey]);
        if (!$known) {
            try {
                $DB->insert_record(self::TABLE, $row);
                return self::MINE;
            } catch (\dml_write_exception $error) {
                $known = $DB->get_record(self::TABLE, ['noticekey' => $row->noticekey]);
                if (!$known) {
                    throw $error;
                }
            }
        }
        if ($known->outcome === self::SENT) {
            return self::KNOWN;
        }
        return $known->leaseuntil > $now ? self::BUSY : self::take_over($known->id, (string) $known->leasetoken, $row);
    }

    /**
     * Notes that Moodle has the message.
     *
     * @param string $key
     */
    public static function sent(string $key): void {
        global $DB;
        $DB->set_field(self::TABLE, 'outcome', self::SENT, ['noticekey' => self::fingerprint($key)]);
    }

    /**
     * Forgets a key under which nothing was sent.
     *
     * @param string $key
     */
    public static function release(string $key): void {
        global $DB;
        $DB->delete_records(self::TABLE, ['noticekey' => self::fingerprint($key), 'outcome' => self::SENDING]);
    }

    /**
     * Forgets what is so old that nobody asks again.
     *
     * @param int $before
     */
    public static function tidy(int $before): void {
        global $DB;
        $DB->delete_records_select(self::TABLE, 'timecreated < ?', [$before]);
    }

    /**
     * Takes a key over from somebody who died: of several the first.
     *
     * @param int $id
     * @param string $token theirs
     * @param \stdClass $row the new one
     * @return string MINE or BUSY
     */
    private static function take_over(int $id, string $token, \stdClass $row): string {
        global $DB;
        $sql = "UPDATE {local_nidaa_notice}
                   SET leasetoken = :mine, leaseuntil = :until
                 WHERE id = :id AND leasetoken = :theirs AND outcome = :sending";
        $DB->execute($sql, [
            'mine' => $row->leasetoken,
            'until' => $row->leaseuntil,
            'id' => $id,
            'theirs' => $token,
            'sending' => self::SENDING,
        ]);
        return $DB->get_field(self::TABLE, 'leasetoken', ['id' => $id]) === $row->leasetoken ? self::MINE : self::BUSY;
    }

    /**
     * The key as it is kept: of fixed length, and two that differ in case alone stay two on every database.
     *
     * @param string $key
     * @return string
     */
    private static function fingerprint(string $key): string {
        return hash('sha256', $key);
    }
}
