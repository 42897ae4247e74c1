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
 * What the sidecar's answer means for a row of the outbox.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class verdict {
    /** @var string The sidecar has it. */
    public const DELIVERED = 'delivered';

    /** @var string Trying again cannot help; an administrator sees why. */
    public const PARKED = 'parked';

    /** @var string Everything else is tried again, for ever. */
    public const RETRY = 'retry';

    /** @var int[] The report itself is at fault. */
    private const HOPELESS = [400, 409, 413, 415, 422];

    /** @var int[] The configuration is at fault, and an administrator can help. */
    private const ALARMING = [401, 403, 404];

    /**
     * Only {@see self::of} makes one.
     *
     * @param string $outcome one of the constants
     * @param bool $alarm whether the status report must say so
     * @param bool $trouble whether the sidecar itself is in trouble, or cannot be reached
     */
    private function __construct(
        /** @var string One of the constants. */
        public readonly string $outcome,
        /** @var bool Whether the status report must say so. */
        public readonly bool $alarm,
        /** @var bool Whether the sidecar itself is in trouble, or cannot be reached. */
        public readonly bool $trouble
    ) {
    }

    /**
     * The verdict on an HTTP status; 0 is "could not be reached".
     *
     * Nothing but 202 counts as delivered: a proxy's or a portal's friendly 200 has stored nothing.
     *
     * @param int $status
     * @return self
     */
    public static function of(int $status): self {
        $outcome = match (true) {
            $status === 202 => self::DELIVERED,
            in_array($status, self::HOPELESS, true) => self::PARKED,
            default => self::RETRY,
        };
        return new self($outcome, in_array($status, self::ALARMING, true), $status === 0 || $status >= 500);
    }
}
