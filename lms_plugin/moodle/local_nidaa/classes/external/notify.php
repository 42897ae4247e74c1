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
use local_nidaa\notice\sender;
use local_nidaa\permission;

/**
 * For the sidecar: tells people something inside Moodle, each key once.
 *
 * Its wire is defined in the sidecar's adapters/lms/moodle/plugin_wire.py, for both sides.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class notify extends external_api {
    /**
     * Describes the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'messages' => new many(new one([
                'key' => new value(PARAM_RAW, 'the same key is sent once'),
                'userid' => new value(PARAM_INT, 'person'),
                'subject' => new value(PARAM_RAW, 'plain text'),
                'text' => new value(PARAM_RAW, 'plain text'),
                'url' => new value(PARAM_RAW, 'where more is found, http or https; empty for nowhere', VALUE_DEFAULT, ''),
            ]), 'at most ' . sender::AT_MOST),
        ]);
    }

    /**
     * Answers the question.
     *
     * @param array $messages
     * @return array
     */
    public static function execute(array $messages): array {
        $params = self::validate_parameters(self::execute_parameters(), ['messages' => $messages]);
        self::validate_context(context_system::instance());
        permission::require_can_serve();
        return ['version' => 1, 'results' => sender::send($params['messages'])];
    }

    /**
     * Describes the answer.
     *
     * @return one
     */
    public static function execute_returns(): one {
        return new one([
            'version' => new value(PARAM_INT, 'of this answer'),
            'results' => new many(new one([
                'key' => new value(PARAM_RAW, 'key'),
                'outcome' => new value(PARAM_ALPHA, 'sent, already or refused'),
            ]), 'a key that could not be tried now is absent'),
        ]);
    }
}
