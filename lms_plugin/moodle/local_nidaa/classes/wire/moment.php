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

use DateTimeImmutable;
use DateTimeZone;

/**
 * ISO 8601 times with their offset, as the contract writes them.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class moment {
    /** @var string What browsers and people's clients write. */
    private const SHAPE = '/^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/D';

    /** @var int Seconds by which a browser's clock may be off without anybody caring. */
    private const NOISE = 5;

    /** @var int Seconds: what is further off than a hundred years is no clock, but an empty battery. */
    private const NO_CLOCK = 3155760000;

    /**
     * A time between 1970 and 9000; null for whatever is none.
     *
     * @param string $text
     * @return DateTimeImmutable|null
     */
    public static function read(string $text): ?DateTimeImmutable {
        if (!preg_match(self::SHAPE, $text, $found)) {
            return null;
        }
        [$year, $month, $day] = array_map('intval', explode('-', $found[1]));
        if (!checkdate($month, $day, $year) || $year > 8999) {
            return null;
        }
        $moment = new DateTimeImmutable($text);
        return $moment->getTimestamp() < 0 ? null : $moment;
    }

    /**
     * As it is sent, in its own offset.
     *
     * @param DateTimeImmutable $moment
     * @return string
     */
    public static function text(DateTimeImmutable $moment): string {
        return $moment->format('Y-m-d\TH:i:s.vP');
    }

    /**
     * A Unix time as it is sent.
     *
     * @param int $seconds
     * @return string
     */
    public static function utc(int $seconds): string {
        return gmdate('Y-m-d\TH:i:s\Z', $seconds);
    }

    /**
     * A time of a browser by Moodle's clock: a report may be forwarded hours later, so it cannot be put right then.
     *
     * @param DateTimeImmutable $moment by the browser's clock
     * @param DateTimeImmutable|null $sentat when the browser sent it, by the same clock
     * @param int $now by Moodle's clock
     * @return DateTimeImmutable
     */
    public static function corrected(DateTimeImmutable $moment, ?DateTimeImmutable $sentat, int $now): DateTimeImmutable {
        $ahead = $sentat === null ? 0 : $sentat->getTimestamp() - $now;
        if (abs($ahead) <= self::NOISE || abs($ahead) > self::NO_CLOCK) {
            return $moment;
        }
        $seconds = max(0, $moment->getTimestamp() - $ahead);
        return (new DateTimeImmutable("@$seconds"))->setTimezone(new DateTimeZone('UTC'));
    }
}
