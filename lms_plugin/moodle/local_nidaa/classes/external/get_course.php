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
use local_nidaa\roster\reader;
use local_nidaa\permission;

/**
 * For the sidecar: dates and people of courses.
 *
 * Its wire is defined in the sidecar's adapters/lms/moodle/plugin_wire.py, for both sides.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_course extends external_api {
    /**
     * Describes the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseids' => new many(new value(PARAM_INT, 'course'), 'at most ' . reader::AT_MOST),
        ]);
    }

    /**
     * Answers the question.
     *
     * @param int[] $courseids
     * @return array
     */
    public static function execute(array $courseids): array {
        $params = self::validate_parameters(self::execute_parameters(), ['courseids' => $courseids]);
        self::validate_context(context_system::instance());
        permission::require_can_serve();
        return ['version' => 1, 'courses' => reader::courses($params['courseids'])];
    }

    /**
     * Describes the answer.
     *
     * @return one
     */
    public static function execute_returns(): one {
        $sees = [
            'groups' => new many(
                new value(PARAM_INT, 'group'),
                'whose people alone this person sees, null for everybody',
                VALUE_REQUIRED,
                null,
                NULL_ALLOWED
            ),
        ];
        $people = fn(string $what, array $more = []): many => new many(new one([
            'userid' => new value(PARAM_INT, 'person'),
            'fullname' => new value(PARAM_RAW, 'full name'),
        ] + $more), $what, VALUE_REQUIRED, null, NULL_ALLOWED);
        return new one([
            'version' => new value(PARAM_INT, 'of this answer'),
            'courses' => new many(new one([
                'id' => new value(PARAM_INT, 'course'),
                'fullname' => new value(PARAM_RAW, 'its name'),
                'idnumber' => new value(PARAM_RAW, 'its number'),
                'startdate' => new value(PARAM_INT, 'when it begins'),
                'enddate' => new value(PARAM_INT, 'when it ends, 0 for no end'),
                'trainers' => $people('who answers questions on the subject', $sees),
                'roommanagers' => $people('who looks after the room', $sees),
                'trainees' => $people('who else may report, whatever the state of the enrolment'),
            ])),
        ]);
    }
}
