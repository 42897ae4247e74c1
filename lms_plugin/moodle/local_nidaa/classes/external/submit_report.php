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
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_nidaa\outbox\forwarder;
use local_nidaa\outbox\place;
use local_nidaa\outbox\refusal;
use local_nidaa\outbox\store;
use local_nidaa\outbox\stored;
use local_nidaa\outbox\submission;
use local_nidaa\permission;
use local_nidaa\wire\draft;
use local_nidaa\wire\fault;
use stdClass;

/**
 * Stores a report, and tries to forward it at once. Who reports, where, and about whom comes from Moodle.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class submit_report extends external_api {
    /**
     * What the browser says. Bounds are the draft's to check, so that a fault is named in the person's language.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        $maybe = fn(string $type, string $what) => new external_value($type, $what, VALUE_DEFAULT, null, NULL_ALLOWED);
        return new external_function_parameters([
            'contextid' => new external_value(PARAM_INT, 'The page\'s context: a course or an activity'),
            'report' => new external_single_structure([
                'id' => new external_value(PARAM_RAW, 'UUID, the same on every try'),
                'kind' => new external_value(PARAM_RAW, 'As the contract names it'),
                'symptom' => $maybe(PARAM_RAW, 'What one notices'),
                'category' => $maybe(PARAM_RAW, 'Key of a category of the policy'),
                'text' => $maybe(PARAM_RAW, 'Free text'),
                'occurred_at' => $maybe(PARAM_RAW, 'When the person pressed, ISO 8601'),
                'room' => $maybe(PARAM_RAW, 'cmid of the room'),
                'group' => $maybe(PARAM_RAW, 'Group of the room'),
                'about' => new external_single_structure([
                    'id' => new external_value(PARAM_RAW, 'User id'),
                    'role' => $maybe(PARAM_RAW, 'Ignored: Moodle knows it'),
                ], 'Whom it concerns', VALUE_DEFAULT, null, NULL_ALLOWED),
                'affected' => $maybe(PARAM_INT, 'How many are affected'),
                'action_taken' => $maybe(PARAM_RAW, 'What was done already'),
                'ended_at' => $maybe(PARAM_RAW, 'When it ended, ISO 8601'),
                'remedy_sought' => $maybe(PARAM_RAW, 'What a complaint asks for'),
                'contact_preference' => $maybe(PARAM_RAW, 'How the person wants to be answered'),
                'gaps' => new external_multiple_structure(
                    new external_value(PARAM_RAW, 'A named gap'),
                    'What stands between a trainee and the certificate',
                    VALUE_DEFAULT,
                    [],
                    NULL_ALLOWED
                ),
                'diagnostics' => $maybe(PARAM_RAW, 'Facts about the browser: a JSON object as text'),
                'locale' => $maybe(PARAM_RAW, 'ar or en'),
            ]),
            'sentat' => new external_value(PARAM_RAW, 'The browser\'s clock now, ISO 8601', VALUE_DEFAULT, ''),
        ]);
    }

    /**
     * Stores it, once.
     *
     * @param int $contextid
     * @param array $report
     * @param string $sentat
     * @return array
     */
    public static function execute(int $contextid, array $report, string $sentat = ''): array {
        ['contextid' => $contextid, 'report' => $report, 'sentat' => $sentat] = self::validate_parameters(
            self::execute_parameters(),
            ['contextid' => $contextid, 'report' => $report, 'sentat' => $sentat]
        );
        $context = permission::place($contextid);
        // The course's alone: a room is looked up with the course's other activities, two queries cheaper.
        self::validate_context($context->get_course_context());
        try {
            $draft = new draft($report);
        } catch (fault $fault) {
            throw refusal::invalid($fault);
        }
        // What is stored stays stored, also where the room has gone meanwhile.
        $known = store::find($draft->id);
        if ($known === null) {
            $place = new place($context, $draft->room, $draft->group);
            submission::authorise($place, $draft);
            $row = submission::row($place, $draft, $sentat);
            $known = forwarder::keep($row) ?? store::find($draft->id);
        }
        return stored::of(self::same($known, $draft));
    }

    /**
     * The known row, if it is this person's and says this.
     *
     * @param stdClass $row
     * @param draft $draft
     * @return stdClass
     */
    private static function same(stdClass $row, draft $draft): stdClass {
        global $USER;
        $same = (int) $row->userid === (int) $USER->id && $row->type === 'report' && $row->fingerprint === $draft->fingerprint;
        return $same ? $row : throw refusal::conflict();
    }

    /**
     * The person's receipt.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return stored::structure();
    }
}
