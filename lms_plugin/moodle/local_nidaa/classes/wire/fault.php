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

use DomainException;

/**
 * One field of what a person said that cannot be sent.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class fault extends DomainException {
    /**
     * A fault.
     *
     * @param string $field as the contract names it
     * @param string $reason required, too_long, unknown_value, not_a_uuid, not_a_time, out_of_range, unstorable_text, wrong_type,
     *     too_large, not_here
     * @param int $most the bound that was crossed, if there is one
     */
    public function __construct(
        /** @var string As the contract names it. */
        public readonly string $field,
        /** @var string Why: a code. */
        public readonly string $reason,
        /** @var int The bound that was crossed, if there is one. */
        public readonly int $most = 0
    ) {
        parent::__construct("$field: $reason");
    }
}
