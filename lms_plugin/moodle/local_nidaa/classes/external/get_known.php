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
use local_nidaa\course\known;
use local_nidaa\outbox\place;
use local_nidaa\permission;

/**
 * What a room knows already, for whoever is about to report it there.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class get_known extends external_api {
    /**
     * Describes the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'contextid' => new value(PARAM_INT, 'context of the course or of the room'),
            'room' => new value(PARAM_INT, 'cmid of the room'),
        ]);
    }

    /**
     * Answers the question, for the room and the group that a report of this person's from here would be of.
     *
     * @param int $contextid
     * @param int $room
     * @return array
     */
    public static function execute(int $contextid, int $room): array {
        ['contextid' => $contextid, 'room' => $room] = self::validate_parameters(
            self::execute_parameters(),
            ['contextid' => $contextid, 'room' => $room]
        );
        $context = permission::place($contextid);
        self::validate_context($context);
        permission::require_can_report($context);
        $place = new place($context, $room, null);
        permission::require_can_report($place->scope());
        return known::of((int) $place->course->id, $room, $place->group);
    }

    /**
     * Describes the answer: Known[] of the capture core.
     *
     * @return many
     */
    public static function execute_returns(): many {
        return new many(new one([
            'symptom' => new value(PARAM_ALPHAEXT, 'what fails'),
            'since' => new value(PARAM_RAW, 'since when, ISO 8601'),
            'people' => new value(PARAM_INT, 'how many have reported it', VALUE_REQUIRED, null, NULL_ALLOWED),
            'declared' => new value(PARAM_BOOL, 'whether the room\'s manager has logged it for the room'),
        ]));
    }
}
