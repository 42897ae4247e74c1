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
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_nidaa\outbox\forwarder;
use local_nidaa\outbox\refusal;
use local_nidaa\outbox\standing;
use local_nidaa\outbox\store;
use local_nidaa\outbox\stored;
use local_nidaa\setup;
use local_nidaa\wire\report_id;

/**
 * Where reports of one's own stand; unknown and foreign ones are simply absent.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class get_status extends external_api {
    /** @var int Reports of one question. */
    private const MOST = 20;

    /**
     * Which reports.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'ids' => new external_multiple_structure(new external_value(PARAM_RAW, 'A report\'s id'), 'At most 20'),
        ]);
    }

    /**
     * Asks the sidecar where it has something new to say; without it, what is known.
     *
     * @param string[] $ids
     * @return array
     */
    public static function execute(array $ids): array {
        global $USER;
        ['ids' => $ids] = self::validate_parameters(self::execute_parameters(), ['ids' => $ids]);
        self::validate_context(context_system::instance());
        if (isguestuser()) {
            throw refusal::not_allowed();
        }
        $wanted = array_unique(array_filter(array_map([report_id::class, 'canonical'], array_slice($ids, 0, self::MOST))));
        $rows = store::own($wanted, (int) $USER->id);
        forwarder::nudge($rows);
        $found = [];
        foreach (array_intersect_key($rows, array_flip($wanted)) as $row) {
            $found[] = standing::of($row, setup::language());
        }
        return $found;
    }

    /**
     * `Status` of the browser core.
     *
     * @return external_multiple_structure
     */
    public static function execute_returns(): external_multiple_structure {
        return new external_multiple_structure(stored::structure([
            'timeline' => new external_multiple_structure(new external_single_structure([
                'at' => new external_value(PARAM_RAW, 'When, ISO 8601'),
                'what' => new external_value(PARAM_RAW, 'What happened'),
                'text' => new external_value(PARAM_RAW, 'The same in the person\'s language'),
            ])),
            'poll_after' => new external_value(PARAM_INT, 'Seconds after which to ask again'),
            'said' => new external_multiple_structure(new external_single_structure([
                'at' => new external_value(PARAM_RAW, 'When, ISO 8601'),
                'cause' => new external_value(PARAM_RAW, 'Why: told, solved, backup, answer'),
                'text' => new external_value(PARAM_RAW, 'What the person was told, in the person\'s language'),
            ])),
            'asks_works' => new external_value(PARAM_BOOL, 'Solved, and the person has not said whether it works again'),
            'already_known' => new external_value(PARAM_BOOL, 'Whether it had been solved before it was reported'),
            'joined_known' => new external_value(PARAM_BOOL, 'Whether it had been open for a while when it was reported'),
            'since' => new external_value(PARAM_RAW, 'When its failure was first reported', VALUE_REQUIRED, null, NULL_ALLOWED),
        ]));
    }
}
