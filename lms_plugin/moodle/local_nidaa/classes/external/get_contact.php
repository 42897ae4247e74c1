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
use local_nidaa\contact\panel;
use local_nidaa\setup;

/**
 * How the institute can be reached now (P4). It is no secret: whoever is logged in may know.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_contact extends external_api {
    /**
     * Describes the parameters: there are none.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([]);
    }

    /**
     * Answers the question.
     *
     * @return array
     */
    public static function execute(): array {
        self::validate_context(context_system::instance());
        return panel::in(setup::language());
    }

    /**
     * Describes the answer: Contact of the capture core.
     *
     * @return one
     */
    public static function execute_returns(): one {
        $nullable = fn(string $what): value => new value(PARAM_RAW, $what, VALUE_REQUIRED, null, NULL_ALLOWED);
        return new one([
            'ways' => new many(new one([
                'channel' => new value(PARAM_ALPHANUMEXT, 'channel'),
                'label' => new value(PARAM_RAW, 'its name'),
                'address' => $nullable('what is dialled or written to'),
                'href' => $nullable('link'),
                'open_now' => new value(PARAM_BOOL, 'whether somebody answers now'),
                'until' => $nullable('when that changes'),
                'expected' => new value(PARAM_RAW, 'what may be expected'),
            ])),
            'as_of' => new value(PARAM_RAW, 'when the panel was last fetched; empty for never'),
        ]);
    }
}
