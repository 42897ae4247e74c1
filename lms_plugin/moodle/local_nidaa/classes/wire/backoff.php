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

namespace local_nidaa\wire;

/**
 * When a report is tried again: soon at first, then every quarter of an hour, for ever.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class backoff {
    /** @var int Seconds after the first failure; cron looks once a minute. */
    public const FIRST = 60;

    /** @var int Longest pause in seconds, whatever the sidecar or a proxy before it asks for. */
    public const LONGEST = 900;

    /**
     * Seconds until the next attempt.
     *
     * @param int $attempts how many have failed
     * @param int|null $retryafter what the answer asked for
     * @param float $jitter 0 to 1: spreads reports that failed together
     * @return int
     */
    public static function delay(int $attempts, ?int $retryafter, float $jitter): int {
        $longest = min(self::LONGEST, self::FIRST * 2 ** min(10, max(0, $attempts - 1)));
        $delay = (int) ceil($longest / 2 + $longest / 2 * max(0.0, min(1.0, $jitter)));
        return max($delay, min(self::LONGEST, $retryafter ?? 0));
    }

    /**
     * A Retry-After header in seconds from now: a number or a date; null where it says nothing.
     *
     * @param string|null $header
     * @param int $now
     * @return int|null
     */
    public static function retry_after(?string $header, int $now): ?int {
        $header = trim((string) $header);
        if (preg_match('/^\d{1,9}$/D', $header)) {
            return (int) $header;
        }
        $date = \DateTimeImmutable::createFromFormat('!D, d M Y H:i:s \G\M\T', $header, new \DateTimeZone('UTC'));
        return $date ? max(0, $date->getTimestamp() - $now) : null;
    }
}
