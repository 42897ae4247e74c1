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

namespace local_nidaa\external;

use core\context\system as context_system;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure as many;
use core_external\external_single_structure as one;
use core_external\external_value as value;
use local_nidaa\timetable\reader;
use local_nidaa\permission;

/**
 * For the sidecar: live sessions with their true times.
 *
 * Its wire is defined in the sidecar's adapters/lms/moodle/plugin_wire.py, for both sides.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_sessions extends external_api {
    /**
     * Describes the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseids' => new many(new value(PARAM_INT, 'course'), 'at most ' . reader::COURSES),
            'since' => new value(PARAM_INT, 'sessions that are not over then'),
            'until' => new value(PARAM_INT, 'sessions that begin before, at most 62 days later'),
        ]);
    }

    /**
     * Answers the question.
     *
     * @param int[] $courseids
     * @param int $since
     * @param int $until
     * @return array
     */
    public static function execute(array $courseids, int $since, int $until): array {
        $params = self::validate_parameters(self::execute_parameters(), [
            'courseids' => $courseids,
            'since' => $since,
            'until' => $until,
        ]);
        self::validate_context(context_system::instance());
        permission::require_can_serve();
        return ['version' => 1] + reader::sessions($params['courseids'], $params['since'], $params['until']);
    }

    /**
     * Describes the answer.
     *
     * @return one
     */
    public static function execute_returns(): one {
        $maybe = fn(string $what): value => new value(PARAM_INT, $what, VALUE_REQUIRED, null, NULL_ALLOWED);
        return new one([
            'version' => new value(PARAM_INT, 'of this answer'),
            'sessions' => new many(new one([
                'key' => new value(PARAM_RAW, 'stays the same when the session is moved'),
                'course' => new value(PARAM_INT, 'course'),
                'activity' => $maybe('the room, by its cmid'),
                'group' => $maybe('the group that it is for'),
                'starts_at' => new value(PARAM_INT, 'first second'),
                'ends_at' => new value(PARAM_INT, 'first second after it'),
                'platform' => new value(PARAM_ALPHANUMEXT, 'module of the room, empty where it is not known'),
                'source' => new value(PARAM_ALPHA, 'attendance, zoom or calendar'),
            ])),
            'untold' => new many(new one([
                'courseid' => new value(PARAM_INT, 'course of which not all sessions are known'),
                'reason' => new value(PARAM_ALPHANUMEXT, 'why'),
            ])),
        ]);
    }
}
