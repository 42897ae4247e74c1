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

/**
 * What one source tells of sessions.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class answer {
    /** @var array Sessions as they go over the wire. */
    public array $sessions = [];

    /** @var int[] Courses of which the source can tell: it knows all of their sessions, or that there are none. */
    public array $told = [];

    /** @var int[] Courses that have a session more, whose times it does not know. */
    public array $partly = [];

    /**
     * Adds a session.
     *
     * @param string $key stays the same when the session is moved
     * @param int $course
     * @param room|null $room where it takes place
     * @param int $group 0 for everybody
     * @param int $start
     * @param int $length in seconds
     * @param string $source
     */
    public function add(string $key, int $course, ?room $room, int $group, int $start, int $length, string $source): void {
        $this->sessions[] = [
            'key' => $key,
            'course' => $course,
            'activity' => $room?->cmid,
            'group' => $group ?: null,
            'starts_at' => $start,
            'ends_at' => $start + $length,
            'platform' => $room->module ?? '',
            'source' => $source,
        ];
    }
}
