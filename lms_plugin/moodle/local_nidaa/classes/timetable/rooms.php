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

use local_nidaa\setup;

/**
 * The live rooms of courses, whoever may see them; hidden ones hold no class.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class rooms {
    /** @var string A module that shows anything at all: a room only where the course has no other. */
    private const ANYTHING = 'lti';

    /**
     * Rooms by course.
     *
     * @param array $rooms
     */
    private function __construct(
        /** @var array Rooms by course; every course that exists is in it. */
        private readonly array $rooms
    ) {
    }

    /**
     * Reads the rooms of those courses that exist.
     *
     * @param int[] $courseids
     * @return self
     */
    public static function of(array $courseids): self {
        global $DB;
        $courseids = array_values(array_diff($courseids, [SITEID]));
        if (!$courseids) {
            return new self([]);
        }
        [$courses, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED, 'c');
        [$modules, $more] = $DB->get_in_or_equal(array_unique(['zoom', ...setup::modules()]), SQL_PARAMS_NAMED, 'm');
        $line = $DB->sql_concat('c.id', "' '", 'COALESCE(cm.id, 0)');
        $sql = "SELECT $line AS line, c.id, cm.id AS cmid, cm.instance, m.name
                  FROM {course} c
             LEFT JOIN ({course_modules} cm JOIN {modules} m ON m.id = cm.module AND m.name $modules)
                       ON cm.course = c.id AND cm.visible = 1 AND cm.deletioninprogress = 0
                 WHERE c.id $courses
              ORDER BY c.id, cm.id";
        $rooms = [];
        foreach ($DB->get_records_sql($sql, $params + $more) as $row) {
            $rooms[$row->id] ??= [];
            if ($row->cmid) {
                $rooms[$row->id][] = new room((int) $row->cmid, (int) $row->instance, $row->name);
            }
        }
        return new self($rooms);
    }

    /**
     * The courses that exist.
     *
     * @return int[]
     */
    public function courses(): array {
        return array_keys($this->rooms);
    }

    /**
     * Whether a course has a room at all.
     *
     * @param int $courseid
     * @return bool
     */
    public function any(int $courseid): bool {
        return !empty($this->rooms[$courseid]);
    }

    /**
     * The room of a course that has exactly one: neither an attendance list nor the calendar says where a class takes place,
     * and a guess would put a report into the wrong room.
     *
     * @param int $courseid
     * @return room|null
     */
    public function only(int $courseid): ?room {
        $all = $this->rooms[$courseid] ?? [];
        $rooms = array_values(array_filter($all, fn(room $room): bool => $room->module !== self::ANYTHING)) ?: $all;
        return count($rooms) === 1 ? $rooms[0] : null;
    }

    /**
     * Rooms of one module, by its own number of each.
     *
     * @param string $module
     * @return room[]
     */
    public function by_instance(string $module): array {
        $found = [];
        foreach (array_merge(...array_values($this->rooms)) as $room) {
            if ($room->module === $module) {
                $found[$room->instance] = $room;
            }
        }
        return $found;
    }
}
