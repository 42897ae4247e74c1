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
use local_nidaa\backlog\reason;
use local_nidaa\output\bidi;
use local_nidaa\setup;
use local_nidaa\sidecar;
use local_nidaa\wire\answer;
use local_nidaa\wire\signature;

/**
 * Whether the sidecar can be reached, and whether its clock agrees with ours. One question answers both.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class reach {
    /** @var int Milliseconds. */
    private const PATIENCE = 3000;

    /** @var int Seconds between two clocks that nobody need care about: a minute of the five that a signature allows. */
    private const SKEW = 60;

    /** @var answer|null What the sidecar last said of itself, in this request. */
    private static ?answer $health = null;

    /** @var int When. */
    private static int $at = 0;

    /**
     * Asks, once a request.
     *
     * @return answer
     */
    public static function health(): answer {
        if (self::$health === null) {
            self::$health = sidecar::get('/v1/health', setup::language(), null, self::PATIENCE);
            self::$at = time();
        }
        return self::$health;
    }

    /**
     * Asks anew next time.
     */
    public static function forget(): void {
        self::$health = null;
    }

    /**
     * Whether it serves.
     *
     * @return line
     */
    public static function line(): line {
        if ($missing = setup::missing()) {
            $names = array_map(fn(string $name): string => get_string("setting_$name", 'local_nidaa'), $missing);
            return line::about('reach', result::ERROR, 'reach_unset', implode(get_string('listsep', 'langconfig') . ' ', $names));
        }
        $answer = self::health();
        $url = setup::url();
        if ($answer->status === 200 && ($answer->json()['status'] ?? null) === 'ok') {
            return line::about('reach', result::OK, 'reach_ok', $url);
        }
        if ($answer->error === 'blocked') {
            return line::about('reach', result::ERROR, 'reach_blocked', self::blocked($url));
        }
        if ($answer->status === 0) {
            $a = (object) ['url' => $url, 'reason' => reason::words(0, $answer->error), 'detail' => $answer->error];
            return line::about('reach', result::ERROR, 'reach_none', $a);
        }
        $key = $answer->status === 503 ? 'reach_broken' : 'reach_stranger';
        return line::about('reach', result::ERROR, $key, (object) ['url' => $url, 'status' => $answer->status]);
    }

    /**
     * Whether the clocks agree: a signature is good for five minutes.
     *
     * @return line
     */
    public static function clock(): line {
        $date = strtotime(self::health()->headers['date'] ?? '');
        if (self::health()->status === 0 || !$date) {
            return line::about('clock', result::UNKNOWN, 'clock_unknown');
        }
        $skew = abs($date - self::$at);
        if ($skew <= self::SKEW) {
            return line::about('clock', result::OK, 'clock_ok', $skew);
        }
        $status = $skew >= signature::TOLERANCE ? result::ERROR : result::WARNING;
        return line::about('clock', $status, $date > self::$at ? 'clock_behind' : 'clock_ahead', bidi::duration($skew));
    }

    /**
     * What Moodle's curl security has been told, with this address in it.
     *
     * @param string $url
     * @return object
     */
    private static function blocked(string $url): object {
        global $CFG;

        $said = fn(string $name): string => trim(preg_replace('/\s+/', ' ', (string) ($CFG->$name ?? '')));
        $parts = parse_url($url) ?: [];
        return (object) [
            'url' => $url,
            'host' => $parts['host'] ?? $url,
            'port' => $parts['port'] ?? (($parts['scheme'] ?? '') === 'http' ? 80 : 443),
            'hosts' => $said('curlsecurityblockedhosts'),
            'ports' => $said('curlsecurityallowedport'),
        ];
    }
}
