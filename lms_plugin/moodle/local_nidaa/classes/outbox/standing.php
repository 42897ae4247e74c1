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

use core_cache\cache;
use local_nidaa\sidecar;
use local_nidaa\wire\verdict;
use stdClass;

/**
 * Where a report stands: the sidecar's answer for as long as it says, and what is known while it is away.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class standing {
    /** @var int Seconds after which to ask again where nobody says when. */
    private const POLL_AFTER = 30;

    /** @var int[] Fewest and most seconds that an answer is believed. */
    private const BELIEVED = [2, 300];

    /**
     * A row's standing.
     *
     * @param stdClass $row a report of the person who asks
     * @param string $lang
     * @return array
     */
    public static function of(stdClass $row, string $lang): array {
        $said = $row->state === verdict::DELIVERED ? self::said($row->itemid, $lang) : null;
        $timeline = [];
        foreach ($said['timeline'] ?? [] as $line) {
            $timeline[] = ['at' => (string) $line['at'], 'what' => (string) $line['what'], 'text' => (string) $line['text']];
        }
        return ($said === null ? [] : stored::said($said))
            + stored::of($row)
            + ['timeline' => $timeline, 'poll_after' => max(1, (int) ($said['poll_after'] ?? self::POLL_AFTER))]
            + self::told($said ?? []);
    }

    /**
     * What the person was told; a sidecar of an earlier version says none of it.
     *
     * @param array $said
     * @return array
     */
    private static function told(array $said): array {
        $told = [];
        foreach ($said['said'] ?? [] as $one) {
            $told[] = ['at' => (string) $one['at'], 'cause' => (string) $one['cause'], 'text' => (string) $one['text']];
        }
        return [
            'said' => $told,
            'asks_works' => !empty($said['asks_works']),
            'already_known' => !empty($said['already_known']),
            'joined_known' => !empty($said['joined_known']),
            'since' => isset($said['since']) ? (string) $said['since'] : null,
        ];
    }

    /**
     * What the sidecar says, or said last.
     *
     * @param string $id
     * @param string $lang
     * @return array|null
     */
    private static function said(string $id, string $lang): ?array {
        $cache = cache::make('local_nidaa', 'status');
        $key = str_replace('-', '', $id) . "_$lang";
        $kept = $cache->get($key) ?: ['until' => 0, 'etag' => null, 'said' => null];
        if ($kept['until'] > time()) {
            return $kept['said'];
        }
        $answer = breaker::call(
            fn(int $patience) => sidecar::get("/v1/reports/$id", $lang, $id, $patience, $kept['etag'])
        );
        if ($answer->status === 200 && $answer->json() !== null) {
            $kept = ['etag' => $answer->headers['etag'] ?? null, 'said' => $answer->json()];
        } else if ($answer->status !== 304) {
            return $kept['said'];
        }
        [$least, $most] = self::BELIEVED;
        $kept['until'] = time() + max($least, min($most, (int) ($kept['said']['poll_after'] ?? self::POLL_AFTER)));
        $cache->set($key, $kept);
        return $kept['said'];
    }
}
