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

namespace local_nidaa;

use core\context;
use core\context\course as context_course;
use core\context\module as context_module;
use core\context\system as context_system;
use core\exception\moodle_exception;
use core\exception\required_capability_exception;

/**
 * Who may do what here: the only place of the plugin that asks Moodle for people's capabilities.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class permission {
    /** @var string[] What each page of the sidecar asks for; `mine` shows one's own reports and asks for an account alone. */
    public const TARGETS = [
        'room' => 'local/nidaa:manageroom',
        'roster' => 'local/nidaa:flagcertificate',
        'desk' => 'local/nidaa:workdesk',
        'questions' => 'local/nidaa:answerquestions',
        'mine' => '',
    ];

    /**
     * Whether this person may report from this course or activity.
     *
     * @param context $context
     * @return bool
     */
    public static function can_report(context $context): bool {
        return self::holds('local/nidaa:report', $context);
    }

    /**
     * Refuses whoever may not report here.
     *
     * @param context $context
     */
    public static function require_can_report(context $context): void {
        self::demand(self::can_report($context), 'local/nidaa:report', $context);
    }

    /**
     * Whether this person may log what happens in the room, for the room or for a trainee.
     *
     * @param context $context
     * @return bool
     */
    public static function can_log(context $context): bool {
        return self::holds('local/nidaa:manageroom', $context);
    }

    /**
     * Refuses whoever may not log here.
     *
     * @param context $context
     */
    public static function require_can_log(context $context): void {
        self::demand(self::can_log($context), 'local/nidaa:manageroom', $context);
    }

    /**
     * Whether this person may flag what stands between a trainee and the certificate.
     *
     * @param context $context
     * @return bool
     */
    public static function can_flag(context $context): bool {
        return self::holds('local/nidaa:flagcertificate', $context);
    }

    /**
     * Refuses whoever may not flag here.
     *
     * @param context $context
     */
    public static function require_can_flag(context $context): void {
        self::demand(self::can_flag($context), 'local/nidaa:flagcertificate', $context);
    }

    /**
     * Whether this person answers questions on the subject matter here.
     *
     * @param context $context
     * @return bool
     */
    public static function can_answer(context $context): bool {
        return self::holds('local/nidaa:answerquestions', $context);
    }

    /**
     * Refuses whoever does not answer questions here.
     *
     * @param context $context
     */
    public static function require_can_answer(context $context): void {
        self::demand(self::can_answer($context), 'local/nidaa:answerquestions', $context);
    }

    /**
     * Whether this person may be sent to this page of the sidecar from here.
     *
     * One's own reports stay one's own when the course is over: `mine` asks for no enrolment.
     *
     * @param string $target a key of TARGETS
     * @param context $context
     * @return bool
     */
    public static function can_launch(string $target, context $context): bool {
        if (!array_key_exists($target, self::TARGETS)) {
            return false;
        }
        if ($target === 'mine') {
            return isloggedin() && !isguestuser();
        }
        return self::holds(self::TARGETS[$target], $target === 'desk' ? context_system::instance() : $context);
    }

    /**
     * Refuses whoever may not be sent there.
     *
     * @param string $target
     * @param context $context
     */
    public static function require_can_launch(string $target, context $context): void {
        self::demand(self::can_launch($target, $context), self::TARGETS[$target] ?? '', $context);
    }

    /**
     * What this person is towards the sidecar.
     *
     * Whoever holds everything by being an administrator is asked for what was given to them first, so that an administrator
     * who is enrolled as a trainee reports as one.
     *
     * @param context $context
     * @param int|null $userid the current user unless told otherwise
     * @return string room_manager, trainer or trainee
     */
    public static function role(context $context, ?int $userid = null): string {
        foreach ([false, true] as $doanything) {
            if (has_capability('local/nidaa:manageroom', $context, $userid, $doanything)) {
                return 'room_manager';
            }
            if (has_capability('local/nidaa:answerquestions', $context, $userid, $doanything)) {
                return 'trainer';
            }
            if (has_capability('local/nidaa:report', $context, $userid, $doanything)) {
                return 'trainee';
            }
        }
        return 'trainee';
    }

    /**
     * A course's or an activity's context, whatever the browser has sent; the front page is no course.
     *
     * @param int $contextid
     * @return context
     */
    public static function place(int $contextid): context {
        $context = $contextid > 0 ? context::instance_by_id($contextid, IGNORE_MISSING) : null;
        if (!$context instanceof context_course && !$context instanceof context_module) {
            throw new moodle_exception('nidaa_notallowed', 'local_nidaa');
        }
        if ((int) $context->get_course_context()->instanceid === (int) SITEID) {
            throw new moodle_exception('nidaa_notallowed', 'local_nidaa');
        }
        return $context;
    }

    /**
     * Refuses whoever is not the sidecar's service user.
     */
    public static function require_can_serve(): void {
        $context = context_system::instance();
        self::demand(self::holds('local/nidaa:serve', $context), 'local/nidaa:serve', $context);
    }

    /**
     * Guests hold nothing, whatever a guest role was given.
     *
     * @param string $capability
     * @param context $context
     * @return bool
     */
    private static function holds(string $capability, context $context): bool {
        return isloggedin() && !isguestuser() && has_capability($capability, $context);
    }

    /**
     * Refuses as Moodle does, so that callers know the answer.
     *
     * @param bool $allowed
     * @param string $capability
     * @param context $context
     */
    private static function demand(bool $allowed, string $capability, context $context): void {
        if ($allowed) {
            return;
        }
        if ($capability === '' || !isloggedin() || isguestuser()) {
            throw new moodle_exception('nidaa_notallowed', 'local_nidaa');
        }
        throw new required_capability_exception($context, $capability, 'nopermissions', '');
    }
}
