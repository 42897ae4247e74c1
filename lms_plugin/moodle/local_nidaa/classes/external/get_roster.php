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

use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure as many;
use core_external\external_single_structure as one;
use core_external\external_value as value;
use local_nidaa\course\company;
use local_nidaa\people\trainees;
use local_nidaa\permission;

/**
 * Whose certificate is in danger, and why. Never an identity number: gaps are named, values are not.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_roster extends external_api {
    /**
     * Describes the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'contextid' => new value(PARAM_INT, 'context of the course or of a room of it'),
        ]);
    }

    /**
     * Answers the question: the course's trainees for whoever flags, the own row for a trainee.
     *
     * @param int $contextid
     * @return array
     */
    public static function execute(int $contextid): array {
        global $USER;

        ['contextid' => $contextid] = self::validate_parameters(self::execute_parameters(), ['contextid' => $contextid]);
        $context = permission::place($contextid)->get_course_context();
        self::validate_context($context);

        if (permission::can_flag($context)) {
            $course = get_course($context->instanceid);
            return trainees::of($context, company::limits($context, (int) groups_get_course_groupmode($course)));
        }
        permission::require_can_report($context);
        return trainees::oneself($context, (int) $USER->id);
    }

    /**
     * Describes the answer: RosterRow[] of the capture core.
     *
     * @return many
     */
    public static function execute_returns(): many {
        return new many(new one([
            'id' => new value(PARAM_ALPHANUM, 'user'),
            'name' => new value(PARAM_RAW, 'name'),
            'gaps' => new many(new value(PARAM_ALPHAEXT, 'gap'), 'gaps that the facts show'),
            'unknown' => new many(new value(PARAM_ALPHAEXT, 'gap'), 'gaps that could not be checked'),
        ]));
    }
}
