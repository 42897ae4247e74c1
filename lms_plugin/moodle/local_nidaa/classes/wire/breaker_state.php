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
 * Whether a page may wait for the sidecar: what is known of it, and what follows. Immutable.
 *
 * A sidecar that hangs costs every caller its patience, and PHP has few processes. So whoever calls takes one of three places;
 * only a sidecar that answered within the last half second is called without one. After three failures nobody calls for half a
 * minute, and then one probe decides.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class breaker_state {
    /** @var int Failures after which nobody calls. */
    public const FAILURES = 3;

    /** @var float Seconds for which nobody calls. */
    public const PAUSE = 30.0;

    /** @var int Processes that may wait for a sidecar of which nothing good is known. */
    public const PLACES = 3;

    /** @var float Seconds for which an answer is a good sign. */
    public const FRESH = 0.5;

    /** @var float Seconds: an answer that took longer is no good sign. */
    public const SLOW = 0.5;

    /**
     * A state; the default knows nothing.
     *
     * @param int $failures in a row
     * @param float $closeduntil Unix time until which nobody calls
     * @param float $answeredat Unix time of the last answer
     */
    public function __construct(
        /** @var int Failures in a row. */
        public readonly int $failures = 0,
        /** @var float Unix time until which nobody calls. */
        public readonly float $closeduntil = 0.0,
        /** @var float Unix time of the last answer. */
        public readonly float $answeredat = 0.0
    ) {
    }

    /**
     * From what a cache kept; whatever else it holds is no knowledge.
     *
     * @param mixed $kept
     * @return self
     */
    public static function from(mixed $kept): self {
        return is_array($kept) && count($kept) === 3 ? new self((int) $kept[0], (float) $kept[1], (float) $kept[2]) : new self();
    }

    /**
     * For a cache to keep.
     *
     * @return array
     */
    public function kept(): array {
        return [$this->failures, $this->closeduntil, $this->answeredat];
    }

    /**
     * How many may wait for an answer at once: none, one probe, or a few.
     *
     * @param float $now
     * @return int
     */
    public function places(float $now): int {
        if ($this->failures < self::FAILURES) {
            return self::PLACES;
        }
        // A clock that was set back must not keep the door shut for longer than a pause.
        $shut = $now < $this->closeduntil && $this->closeduntil - $now <= self::PAUSE;
        return $shut ? 0 : 1;
    }

    /**
     * Whether it answered so lately that one may call without a place.
     *
     * @param float $now
     * @return bool
     */
    public function fresh(float $now): bool {
        return $this->failures === 0 && abs($now - $this->answeredat) <= self::FRESH;
    }

    /**
     * After an answer.
     *
     * @param float $now
     * @param float $took seconds
     * @return self
     */
    public function answered(float $now, float $took): self {
        return new self(0, 0.0, $took <= self::SLOW ? $now : 0.0);
    }

    /**
     * Whether an answer now would tell anything new: saves a write on most calls.
     *
     * @param float $now
     * @return bool
     */
    public function stale(float $now): bool {
        return $this->failures > 0 || abs($now - $this->answeredat) > self::FRESH / 4;
    }

    /**
     * After a call that failed or was waited for in vain.
     *
     * @param float $now
     * @return self
     */
    public function failed(float $now): self {
        $failures = $this->failures + 1;
        return new self($failures, $failures >= self::FAILURES ? $now + self::PAUSE : 0.0, 0.0);
    }
}
