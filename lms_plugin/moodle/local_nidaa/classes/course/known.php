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

namespace local_nidaa\course;

use core\uuid;
use core_cache\cache;
use local_nidaa\outbox\breaker;
use local_nidaa\setup;
use local_nidaa\sidecar;
use local_nidaa\wire\known as wire;

/**
 * What a room knows already: the sidecar's answer for a few seconds, shared by all of its people; nothing while it is away.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class known {
    /** @var int Seconds for which an answer is believed; also how long one person asks while the others take what there is. */
    private const BELIEVED = 10;

    /** @var int Milliseconds for which a panel waits. */
    private const PATIENCE = 1500;

    /**
     * Open failures of a room, the oldest first.
     *
     * @param int $courseid
     * @param int $cmid
     * @param int|null $group
     * @return array of symptom, since, people, declared
     */
    public static function of(int $courseid, int $cmid, ?int $group): array {
        $cache = cache::make('local_nidaa', 'known');
        $key = "{$cmid}_" . (int) $group;
        $kept = $cache->get($key) ?: ['until' => 0, 'etag' => null, 'known' => []];
        $now = time();
        if ($kept['until'] > $now && $kept['until'] <= $now + self::BELIEVED) {
            return $kept['known'];
        }
        // Said before asking: of a whole class that opens the panel, one asks.
        $kept['until'] = $now + self::BELIEVED;
        $cache->set($key, $kept);
        $query = http_build_query(['course' => $courseid, 'activity' => $cmid, 'group' => $group], '', '&');
        $answer = breaker::call(fn(int $patience) => sidecar::get(
            "/v1/known?$query",
            setup::language(),
            uuid::generate(),
            min($patience, self::PATIENCE),
            $kept['etag']
        ));
        if ($answer->status !== 304) {
            // What was known before an outage may be solved by now.
            $document = $answer->status === 200 ? $answer->json() : null;
            $etag = $document === null ? null : $answer->headers['etag'] ?? null;
            $kept = ['etag' => $etag, 'known' => wire::of($document)] + $kept;
            $cache->set($key, $kept);
        }
        return $kept['known'];
    }
}
