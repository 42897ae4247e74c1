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
use local_nidaa\permission;
use local_nidaa\service\too_much;
use local_nidaa\timetable\attendants;

/**
 * For the sidecar: how many people are in live rooms now.
 *
 * Its wire is defined in the sidecar's adapters/lms/moodle/plugin_wire.py, for both sides.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_presence extends external_api {
    /** @var int Rooms of one question; each may cost a call to its platform. */
    private const MOST = 10;

    /**
     * Describes the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'rooms' => new many(new one([
                'cmid' => new value(PARAM_INT, 'the room'),
                'groupid' => new value(PARAM_INT, 'the group that it is for, 0 for all'),
            ]), 'at most ' . self::MOST),
        ]);
    }

    /**
     * Answers the question.
     *
     * @param array $rooms
     * @return array
     */
    public static function execute(array $rooms): array {
        ['rooms' => $rooms] = self::validate_parameters(self::execute_parameters(), ['rooms' => $rooms]);
        self::validate_context(context_system::instance());
        permission::require_can_serve();
        if (count($rooms) > self::MOST) {
            throw new too_much('at most ' . self::MOST . ' rooms');
        }
        $told = [];
        foreach ($rooms as $room) {
            $told[] = $room + ['present' => attendants::in($room['cmid'], $room['groupid'])];
        }
        return ['version' => 1, 'rooms' => $told];
    }

    /**
     * Describes the answer.
     *
     * @return one
     */
    public static function execute_returns(): one {
        return new one([
            'version' => new value(PARAM_INT, 'of this answer'),
            'rooms' => new many(new one([
                'cmid' => new value(PARAM_INT, 'the room'),
                'groupid' => new value(PARAM_INT, 'its group, 0 for all'),
                'present' => new value(PARAM_INT, 'people in it; null where nobody can tell', VALUE_REQUIRED, null, NULL_ALLOWED),
            ])),
        ]);
    }
}
