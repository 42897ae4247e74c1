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

use local_nidaa\service\too_much;
use stdClass;

/**
 * Tells people inside Moodle, which delivers by web, mail or app as each has chosen: the answer of local_nidaa_notify.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sender {
    /** @var int Messages that are sent at once. */
    public const AT_MOST = 50;

    /** @var int Bytes of a key. */
    private const KEY = 1000;

    /**
     * Sends messages, each key once.
     *
     * @param array $messages of key, userid, subject, text, url; at most 50
     * @return array of key and outcome: sent, already, refused. A key that could not be tried now is absent.
     */
    public static function send(array $messages): array {
        if (count($messages) > self::AT_MOST) {
            throw new too_much('at most ' . self::AT_MOST . ' messages');
        }
        $messages = array_column($messages, null, 'key');
        $users = self::users(array_column($messages, 'userid'));
        $results = [];
        foreach ($messages as $message) {
            $outcome = self::outcome($message, $users[$message['userid']] ?? null);
            if ($outcome !== null) {
                $results[] = ['key' => $message['key'], 'outcome' => $outcome];
            }
        }
        return $results;
    }

    /**
     * What becomes of one message.
     *
     * @param array $message
     * @param stdClass|null $user
     * @return string|null null when it could not be tried
     */
    private static function outcome(array $message, ?stdClass $user): ?string {
        $key = $message['key'];
        if ($user === null || $key === '' || strlen($key) > self::KEY || !letter::may_lead_to($message['url'])) {
            return 'refused';
        }
        $claim = ledger::claim($key, (int) $user->id, time());
        if ($claim !== ledger::MINE) {
            return $claim === ledger::KNOWN ? 'already' : null;
        }
        $letter = letter::to($user, $message['subject'], $message['text'], $message['url']);
        try {
            $id = message_send($letter);
        } catch (\Throwable $error) {
            // It is in Moodle as soon as it has a number, whatever one of the ways to deliver it made of it.
            $id = $letter->savedmessageid ?? 0;
            if (!$id) {
                ledger::release($key);
                debugging('local_nidaa could not send a message: ' . $error->getMessage(), DEBUG_DEVELOPER);
                return null;
            }
        }
        if ($id || !empty($letter->savedmessageid)) {
            ledger::sent($key);
            return 'sent';
        }
        ledger::release($key);
        return 'refused'; // Messages of this kind are switched off on this site.
    }

    /**
     * The people who can be told anything: whoever cannot sign in reads nothing here.
     *
     * @param int[] $userids
     * @return stdClass[] by id
     */
    private static function users(array $userids): array {
        global $CFG, $DB;
        if (!$userids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal(array_values(array_unique($userids)));
        $where = "id $in AND deleted = 0 AND suspended = 0 AND auth <> 'nologin' AND id <> ?";
        return $DB->get_records_select('user', $where, [...$params, (int) $CFG->siteguest]);
    }
}
