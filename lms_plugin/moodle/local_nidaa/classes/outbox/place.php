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

use core\context;
use core\context\module as context_module;
use core_text;
use local_nidaa\course\company;
use local_nidaa\setup;
use local_nidaa\timetable\current;
use stdClass;

/**
 * Where a person was, as Moodle knows it: the browser only says which of the rooms it means.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class place {
    /** @var int Characters of a course's or an activity's name. */
    private const NAME = 1333;

    /** @var int Characters of a course's number. */
    private const IDNUMBER = 128;

    /** @var stdClass The course's record. */
    public readonly stdClass $course;

    /** @var \cm_info|null The room. */
    public readonly ?\cm_info $room;

    /** @var int|null The group of the room's that it concerns. */
    public readonly ?int $group;

    /**
     * The place that a person may name here.
     *
     * @param context $page the page's, a course or an activity
     * @param int|null $cmid the room that the browser names
     * @param int|null $groupid the group that the browser names
     * @throws refusal a room or group that is not this person's to name
     */
    public function __construct(
        /** @var context The page's. */
        public readonly context $page,
        ?int $cmid,
        ?int $groupid
    ) {
        $modinfo = get_fast_modinfo($page->get_course_context()->instanceid);
        $cms = $modinfo->get_cms();
        if ($page instanceof context_module && !($cms[$page->instanceid] ?? null)?->uservisible) {
            throw refusal::not_allowed();
        }
        $this->course = $modinfo->get_course();
        $this->room = $cmid === null ? null : self::room($cms[$cmid] ?? null);
        $this->group = $this->room === null ? self::none($groupid) : $this->group($groupid);
    }

    /**
     * Where a capability for what is said here must be held: in the room that is named, or on the page.
     *
     * @return context
     */
    public function scope(): context {
        return $this->room === null ? $this->page : $this->room->context;
    }

    /**
     * The groups to which this person is limited there; null where nothing is limited.
     *
     * @return int[]|null
     */
    public function limits(): ?array {
        if ($this->room === null) {
            return $this->course_limits();
        }
        $groupmode = (int) groups_get_activity_groupmode($this->room, $this->course);
        return company::limits($this->room->context, $groupmode, (int) $this->room->groupingid);
    }

    /**
     * The groups to which this person is limited in the course, whatever the room; null where nothing is limited.
     *
     * @return int[]|null
     */
    public function course_limits(): ?array {
        return company::limits($this->page->get_course_context(), (int) groups_get_course_groupmode($this->course));
    }

    /**
     * As it goes over the wire.
     *
     * @param int $now
     * @return array
     */
    public function wire(int $now): array {
        $options = ['context' => $this->page, 'escape' => false];
        $name = fn(string $text): string => core_text::substr(trim(format_string($text, true, $options)), 0, self::NAME);
        return [
            'page' => $this->room && $this->page instanceof context_module ? 'classroom' : 'course',
            'course' => [
                'id' => (string) $this->course->id,
                'idnumber' => core_text::substr((string) $this->course->idnumber, 0, self::IDNUMBER),
                'name' => $name($this->course->fullname),
            ],
            'activity' => $this->room === null ? null : [
                'id' => (string) $this->room->id,
                'module' => $this->room->modname,
                'name' => $name($this->room->name),
            ],
            'group' => $this->group === null ? null : (string) $this->group,
            'session' => $this->session($now),
        ];
    }

    /**
     * A live room of this course that this person can see.
     *
     * @param \cm_info|null $cm
     * @return \cm_info
     */
    private static function room(?\cm_info $cm): \cm_info {
        if ($cm === null || !$cm->uservisible || !in_array($cm->modname, setup::modules(), true)) {
            throw refusal::not_allowed();
        }
        return $cm;
    }

    /**
     * No group without a room.
     *
     * @param int|null $groupid
     * @return int|null
     */
    private static function none(?int $groupid): ?int {
        return $groupid === null ? null : throw refusal::not_allowed();
    }

    /**
     * The group that is meant. Whoever sees one group only means that one, also without saying so.
     *
     * @param int|null $groupid
     * @return int|null
     */
    private function group(?int $groupid): ?int {
        if (groups_get_activity_groupmode($this->room, $this->course) === NOGROUPS) {
            return self::none($groupid);
        }
        if ($groupid !== null) {
            return array_key_exists($groupid, groups_get_activity_allowed_groups($this->room)) ? $groupid : self::none($groupid);
        }
        if (has_capability('moodle/site:accessallgroups', $this->room->context)) {
            return null;
        }
        $own = groups_get_user_groups($this->course->id)[$this->room->groupingid] ?? [];
        return count($own) === 1 ? (int) reset($own) : null;
    }

    /**
     * The class that is on in the room.
     *
     * @param int $now
     * @return array|null
     */
    private function session(int $now): ?array {
        return $this->room === null ? null : current::session((int) $this->course->id, (int) $this->room->id, $this->group, $now);
    }
}
