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

namespace local_nidaa\timetable;

use core_cache\cache;
use local_nidaa\wire\moment;

/**
 * The class that is on now, for a report that is being sent.
 *
 * People report from a quarter of an hour before a class begins until a quarter of an hour after its end. Sessions of a
 * course are read at most once a minute, so that a room full of presses asks the database once.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class current {
    /** @var int Seconds before and after a class in which it is still what a report is about. */
    public const AROUND = 15 * MINSECS;

    /** @var int Seconds for which a course's sessions are not read again. */
    private const FRESH = 60;

    /**
     * The session that a report from here and now belongs to: one that is on before one that is about to begin, and that
     * before one that has just ended.
     *
     * @param int $courseid
     * @param int $cmid the room, 0 for none in particular
     * @param int|null $group null for a person without a group of their own
     * @param int $now
     * @return array|null place.session of the report: key, starts_at, ends_at, meeting
     */
    public static function session(int $courseid, int $cmid, ?int $group, int $now): ?array {
        $ranked = [];
        foreach (self::around($courseid, $now) as $session) {
            $elsewhere = $cmid && $session['activity'] !== null && $session['activity'] !== $cmid;
            $others = $group !== null && $session['group'] !== null && $session['group'] !== $group;
            $far = self::distance($session, $now);
            if ($elsewhere || $others || $far > self::AROUND) {
                continue;
            }
            $phase = $far === 0 ? 0 : ($now < $session['starts_at'] ? 1 : 2);
            $rank = [$phase, $session['activity'] === $cmid ? 0 : 1, $session['group'] === $group ? 0 : 1];
            $ranked[] = [$rank, $far, $session];
        }
        sort($ranked);
        [$rank, , $session] = $ranked[0] ?? [null, 0, null];
        // Of two groups that have class at once, one without a group could be meant as well as the other.
        if ($session === null || ($group === null && $session['group'] !== null && $rank === ($ranked[1][0] ?? null))) {
            return null;
        }
        return [
            'key' => $session['key'],
            'starts_at' => moment::utc($session['starts_at']),
            'ends_at' => moment::utc($session['ends_at']),
            'meeting' => null,
        ];
    }

    /**
     * How far a session is away.
     *
     * @param array $session
     * @param int $now
     * @return int seconds, 0 while it is on
     */
    private static function distance(array $session, int $now): int {
        return max(0, $session['starts_at'] - $now, $now - $session['ends_at'] + 1);
    }

    /**
     * The sessions around this minute. A course of which nothing can be told has none that a report could name.
     *
     * @param int $courseid
     * @param int $now
     * @return array
     */
    private static function around(int $courseid, int $now): array {
        $cache = cache::make('local_nidaa', 'sessions');
        $kept = $cache->get($courseid);
        if (is_array($kept) && abs($now - $kept['at']) < self::FRESH) {
            return $kept['sessions'];
        }
        try {
            $since = max(0, $now - self::AROUND - self::FRESH);
            $sessions = reader::sessions([$courseid], $since, $now + self::AROUND + self::FRESH)['sessions'];
        } catch (\Throwable $error) {
            debugging('local_nidaa could not read sessions: ' . $error->getMessage(), DEBUG_DEVELOPER);
            return []; // A report is worth more than the session it is from.
        }
        $cache->set($courseid, ['at' => $now, 'sessions' => $sessions]);
        return $sessions;
    }
}
