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

use local_nidaa\service\too_much;

/**
 * Live sessions with their true times: the answer of local_nidaa_get_sessions.
 *
 * An activity's opening window is never one: a recorded room stands open for a month. However many courses are asked for,
 * the number of queries stays the same. A course whose sessions no source could tell is named, and so is one of which a part
 * could not be told: it is never taken for a course without sessions.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class reader {
    /** @var int Courses that are read at once. */
    public const COURSES = 50;

    /** @var int Seconds between both ends of what is asked for. */
    public const SPAN = 62 * DAYSECS;

    /** @var int Sessions in one answer. */
    public const SESSIONS = 5000;

    /** @var int Seconds: a longer "session" is an opening window in disguise. */
    public const LONGEST = DAYSECS;

    /**
     * The sessions of courses that overlap [since, until).
     *
     * @param int[] $courseids at most 50
     * @param int $since
     * @param int $until at most 62 days later
     * @return array sessions and untold, as plugin_wire.py defines them
     */
    public static function sessions(array $courseids, int $since, int $until): array {
        $courseids = array_values(array_unique(array_map('intval', $courseids)));
        if (count($courseids) > self::COURSES) {
            throw new too_much('at most ' . self::COURSES . ' courses');
        }
        if ($since < 0 || $until <= $since || $until - $since > self::SPAN) {
            throw new too_much('until lies behind since, by at most 62 days');
        }
        return self::read($courseids, new period($since, $until), [new attendance(), new zoom(), new calendar()]);
    }

    /**
     * What these sources tell.
     *
     * @param int[] $courseids
     * @param period $period
     * @param source[] $sources the nearest to the person's own planning last: a class is told once, by the first of them
     * @return array
     */
    public static function read(array $courseids, period $period, array $sources): array {
        $rooms = rooms::of($courseids);
        $told = array_fill_keys($courseids, false);
        $untold = array_fill_keys(array_diff($courseids, $rooms->courses()), 'silently_empty');
        $found = [];
        foreach ($sources as $source) {
            try {
                $answer = $source->read($rooms, $period, array_keys(array_filter($told)));
            } catch (\Throwable $error) {
                debugging('local_nidaa could not read sessions: ' . $error->getMessage(), DEBUG_DEVELOPER, $error->getTrace());
                $untold += array_fill_keys($rooms->courses(), 'failed');
                continue;
            }
            $found = array_merge($found, $answer->sessions);
            $told = array_replace($told, array_fill_keys($answer->told, true));
            $untold += array_fill_keys($answer->partly, 'not_offered');
        }
        $untold += array_fill_keys(array_keys($told, false, true), 'not_offered');
        $found = self::once($found);
        if (count($found) > self::SESSIONS) {
            throw new too_much('at most ' . self::SESSIONS . ' sessions; ask for fewer courses or days');
        }
        return [
            'sessions' => $found,
            'untold' => array_map(
                fn(int $courseid, string $reason): array => ['courseid' => $courseid, 'reason' => $reason],
                array_keys($untold),
                $untold
            ),
        ];
    }

    /**
     * Leaves out what is told twice: a session on the attendance list during a meeting of the same course is that meeting.
     *
     * Group sessions stay: two groups may share a meeting, and each has its own list.
     *
     * @param array $sessions
     * @return array in the order of time
     */
    private static function once(array $sessions): array {
        $meetings = [];
        foreach ($sessions as $session) {
            if ($session['source'] === 'zoom') {
                $meetings[$session['course']][] = $session;
            }
        }
        $kept = array_filter($sessions, function (array $session) use ($meetings): bool {
            if ($session['source'] !== 'attendance' || $session['group'] !== null) {
                return true;
            }
            foreach ($meetings[$session['course']] ?? [] as $meeting) {
                if (in_array($session['activity'], [null, $meeting['activity']], true) && self::same_time($session, $meeting)) {
                    return false;
                }
            }
            return true;
        });
        usort($kept, fn(array $one, array $other): int
            => [$one['starts_at'], $one['key']] <=> [$other['starts_at'], $other['key']]);
        return $kept;
    }

    /**
     * Whether two sessions share at least half of the shorter one.
     *
     * @param array $one
     * @param array $other
     * @return bool
     */
    private static function same_time(array $one, array $other): bool {
        $shared = min($one['ends_at'], $other['ends_at']) - max($one['starts_at'], $other['starts_at']);
        return 2 * $shared >= min($one['ends_at'] - $one['starts_at'], $other['ends_at'] - $other['starts_at']);
    }
}
