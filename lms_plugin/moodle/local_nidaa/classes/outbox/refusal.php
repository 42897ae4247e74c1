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

use core\exception\moodle_exception;
use local_nidaa\wire\fault;

/**
 * A clear "no" to what a person said. Trying again cannot help.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class refusal extends moodle_exception {
    /**
     * A field that cannot be sent, named in the person's language.
     *
     * @param fault $fault
     * @return self
     */
    public static function invalid(fault $fault): self {
        return new self('nidaa_invalid', 'local_nidaa', '', (object) [
            'field' => get_string("field_{$fault->field}", 'local_nidaa'),
            'reason' => get_string("fault_{$fault->reason}", 'local_nidaa', $fault->most),
        ]);
    }

    /**
     * The id is known and says something else, or is another person's: one answer for both.
     *
     * @return self
     */
    public static function conflict(): self {
        return new self('nidaa_conflict', 'local_nidaa');
    }

    /**
     * Not here, not this room, not this person.
     *
     * @return self
     */
    public static function not_allowed(): self {
        return new self('nidaa_notallowed', 'local_nidaa');
    }
}
