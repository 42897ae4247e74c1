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
use local_nidaa\facts\reader;
use local_nidaa\permission;

/**
 * For the sidecar: what Moodle knows of people in courses.
 *
 * Its wire is defined in the sidecar's adapters/lms/moodle/plugin_wire.py, for both sides.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_facts extends external_api {
    /**
     * Describes the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'pairs' => new many(new one([
                'userid' => new value(PARAM_INT, 'person'),
                'courseid' => new value(PARAM_INT, 'course, 0 for the account alone', VALUE_DEFAULT, 0),
            ]), 'at most ' . reader::AT_MOST),
            'idkey' => new value(PARAM_ALPHANUM, 'with which national ids are hashed, 64 hex digits', VALUE_DEFAULT, ''),
        ]);
    }

    /**
     * Answers the question.
     *
     * @param array $pairs
     * @param string $idkey
     * @return array
     */
    public static function execute(array $pairs, string $idkey = ''): array {
        $params = self::validate_parameters(self::execute_parameters(), ['pairs' => $pairs, 'idkey' => $idkey]);
        self::validate_context(context_system::instance());
        permission::require_can_serve();
        $key = preg_match('/^[0-9a-f]{64}$/D', $params['idkey']) ? $params['idkey'] : '';
        return ['version' => 1, 'facts' => reader::facts($params['pairs'], $key)];
    }

    /**
     * Describes the answer.
     *
     * @return one
     */
    public static function execute_returns(): one {
        $maybe = fn(string $type, string $what): value => new value($type, $what, VALUE_REQUIRED, null, NULL_ALLOWED);
        return new one([
            'version' => new value(PARAM_INT, 'of this answer'),
            'facts' => new many(new one([
                'userid' => new value(PARAM_INT, 'person'),
                'courseid' => new value(PARAM_INT, 'course'),
                'courseended' => $maybe(PARAM_BOOL, 'whether the end of the course has passed'),
                'account' => self::account($maybe),
                'profile' => new many(new one([
                    'field' => new value(PARAM_ALPHANUMEXT, 'name of the field'),
                    'state' => new value(PARAM_ALPHA, 'present, empty or invalid'),
                    'value' => $maybe(PARAM_RAW, 'never that of a national id'),
                ])),
                'national_id_key' => $maybe(PARAM_ALPHANUM, 'keyed hash of the number, where a key was given'),
                'national_id_end' => $maybe(PARAM_ALPHANUM, 'its last two digits, where a key was given'),
                'national_id_duplicate' => $maybe(PARAM_BOOL, 'whether another account carries the same number'),
                'enrolment' => self::enrolment($maybe),
                'attendance' => self::attendance($maybe),
                'completion' => new one([
                    'completed' => new value(PARAM_BOOL, 'whether the course is completed'),
                    'timecompleted' => new value(PARAM_INT, 'when'),
                ], '', VALUE_REQUIRED, null, NULL_ALLOWED),
                'grade' => new one([
                    'state' => new value(PARAM_ALPHA, 'graded, ungraded, hidden or recalculating'),
                    'points' => $maybe(PARAM_FLOAT, 'of the course, only where Moodle shows them to this person'),
                    'min' => new value(PARAM_FLOAT, 'least that there can be'),
                    'max' => new value(PARAM_FLOAT, 'most that there can be'),
                    'pass' => $maybe(PARAM_FLOAT, 'needed to pass, where something is needed'),
                ], '', VALUE_REQUIRED, null, NULL_ALLOWED),
                'certificates' => new many(new one([
                    'source' => new value(PARAM_ALPHANUMEXT, 'customcert, coursecertificate or tool_certificate'),
                    'code' => new value(PARAM_RAW, 'code'),
                    'timecreated' => new value(PARAM_INT, 'when it was issued'),
                ]), '', VALUE_REQUIRED, null, NULL_ALLOWED),
                'unread' => new many(new one([
                    'fact' => new value(PARAM_RAW, 'fact, or its family'),
                    'reason' => new value(PARAM_ALPHANUMEXT, 'why it could not be read'),
                ])),
            ])),
        ]);
    }

    /**
     * The account.
     *
     * @param \Closure $maybe
     * @return one
     */
    private static function account(\Closure $maybe): one {
        return new one([
            'exists' => new value(PARAM_BOOL, 'whether there is an account'),
            'suspended' => $maybe(PARAM_BOOL, 'whether it is suspended'),
            'confirmed' => $maybe(PARAM_BOOL, 'whether it is confirmed'),
            'auth' => $maybe(PARAM_RAW, 'how its person signs in'),
            'lastlogin' => new value(PARAM_INT, 'when last, 0 for never'),
            'lockedout' => $maybe(PARAM_BOOL, 'whether too many failed logins have locked it'),
            'emailbouncing' => $maybe(PARAM_BOOL, 'whether mail to it comes back'),
            'lang' => $maybe(PARAM_RAW, 'language'),
        ], '', VALUE_REQUIRED, null, NULL_ALLOWED);
    }

    /**
     * The enrolment.
     *
     * @param \Closure $maybe
     * @return one
     */
    private static function enrolment(\Closure $maybe): one {
        return new one([
            'status' => new value(PARAM_ALPHANUMEXT, 'active, suspended, ended, not_started or not_enrolled'),
            'reason' => new value(PARAM_RAW, 'why it is not active'),
            'method' => $maybe(PARAM_RAW, 'how the person was enrolled'),
            'timestart' => new value(PARAM_INT, 'when it begins, 0 for no limit'),
            'timeend' => new value(PARAM_INT, 'when it ends, 0 for no limit'),
            'roles' => new many(new value(PARAM_RAW, 'short name of a role in the course')),
            'groups' => new many(new one([
                'id' => new value(PARAM_INT, 'group'),
                'name' => new value(PARAM_RAW, 'its name'),
            ])),
            'lastaccess' => new value(PARAM_INT, 'when the person was last in the course, 0 for never'),
        ], '', VALUE_REQUIRED, null, NULL_ALLOWED);
    }

    /**
     * Attendance.
     *
     * @param \Closure $maybe
     * @return one
     */
    private static function attendance(\Closure $maybe): one {
        return new one([
            'held' => new value(PARAM_INT, 'sessions that counted for this person'),
            'attended' => new value(PARAM_INT, 'those of them that the person was at'),
            'rate' => $maybe(PARAM_FLOAT, 'one of the other, null before the first'),
            'definition' => new one([
                'sessions' => new value(PARAM_RAW, 'which sessions counted'),
                'late' => new value(PARAM_RAW, 'what being late means'),
                'excused' => new value(PARAM_RAW, 'what being excused means'),
            ]),
        ], '', VALUE_REQUIRED, null, NULL_ALLOWED);
    }
}
