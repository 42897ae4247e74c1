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

namespace local_nidaa\launch;

use core\context;
use core\context\course as context_course;
use core\context\module as context_module;
use core\context\system as context_system;
use core\exception\moodle_exception;
use core\uuid;
use local_nidaa\outbox\place;
use local_nidaa\permission;
use local_nidaa\setup;
use local_nidaa\wire\token;

/**
 * Sends a person to one page of the sidecar: who they are and what they may open is said by Moodle, signed.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class passage {
    /**
     * A passage that this person may take.
     *
     * @param string $target a key of permission::TARGETS
     * @param context $context a course, an activity, or the system for pages that belong to no course
     * @param int|null $group a group of the activity's
     */
    public function __construct(
        /** @var string The page. */
        public readonly string $target,
        /** @var context Where the person comes from. */
        private readonly context $context,
        /** @var int|null The group that is meant. */
        private readonly ?int $group = null
    ) {
        permission::require_can_launch($target, $context);
        if (!reach::is_open($target, $context)) {
            throw new moodle_exception('launch_group', 'local_nidaa');
        }
        if (!setup::is_complete()) {
            throw new moodle_exception('nidaa_notconfigured', 'local_nidaa');
        }
    }

    /**
     * The context that a passage begins in: the system's only for pages that belong to no course.
     *
     * @param string $target
     * @param int $contextid
     * @return context
     */
    public static function from(string $target, int $contextid): context {
        if (in_array($target, ['mine', 'desk'], true) && $contextid === (int) context_system::instance()->id) {
            return context_system::instance();
        }
        return permission::place($contextid);
    }

    /**
     * The context that a message of the sidecar's leads to: a course's, or for pages that belong to none the system's.
     *
     * @param string $target
     * @param int $courseid 0 where it names none
     * @return context
     */
    public static function of_course(string $target, int $courseid): context {
        if (!$courseid) {
            return self::from($target, (int) context_system::instance()->id);
        }
        $context = context_course::instance($courseid, IGNORE_MISSING);
        return self::from($target, $context ? (int) $context->id : 0);
    }

    /**
     * Where the form goes.
     *
     * @return string
     */
    public static function address(): string {
        return setup::url() . '/launch';
    }

    /**
     * The fields of the form. A token lives for a minute and is taken once, so each page view has its own.
     *
     * @param bool $ofcourse whether the course's own page is meant, where there are others
     * @return array of name and value
     */
    public function fields(bool $ofcourse = false): array {
        global $USER;

        $now = time();
        $place = $this->place($now);
        $person = [
            'sub' => $USER->id,
            'name' => fullname($USER),
            'locale' => setup::language(),
            'role' => permission::role($this->context),
        ];
        $claims = token::launch(setup::siteid(), $this->target, $person, $place, $now, uuid::generate());
        $fields = ['token' => token::of($claims, $this->secret()), 'target' => $this->target];
        if ($place['activity'] !== null) {
            $fields['activity'] = (string) $place['activity'];
        }
        if ($ofcourse) {
            $fields['page'] = 'course';
        }
        return array_map(fn($name, $value) => ['name' => $name, 'value' => $value], array_keys($fields), $fields);
    }

    /**
     * Course, activity, group and session, as Moodle knows them; for the roster the groups whose people alone are shown.
     *
     * A sidecar that does not know of groups yet reads the one group, and opens nothing.
     *
     * @param int $now
     * @return array
     */
    private function place(int $now): array {
        $nowhere = ['course' => null, 'activity' => null, 'group' => null, 'session' => null];
        if ($this->context instanceof context_system) {
            return $nowhere;
        }
        $cmid = $this->context instanceof context_module ? (int) $this->context->instanceid : null;
        $group = $this->group;
        if ($cmid !== null && $group === null) {
            $group = reach::group(get_fast_modinfo($this->context->get_course_context()->instanceid)->get_cm($cmid));
        }
        $place = new place($this->context, $cmid, $group);
        $found = [
            'course' => (int) $place->course->id,
            'activity' => $cmid,
            'group' => $place->group,
            'session' => $place->wire($now)['session']['key'] ?? null,
        ];
        if ($this->target !== 'roster') {
            return $found;
        }
        $groups = reach::groups($this->context);
        return $groups === null ? ['group' => null] + $found : ['group' => $groups[0] ?? 0, 'groups' => $groups] + $found;
    }

    /**
     * The secret that the sidecar surely knows: while it rotates, the old one.
     *
     * @return string
     */
    private function secret(): string {
        return get_config('local_nidaa', 'previoussecret') ?: get_config('local_nidaa', 'secret');
    }
}
