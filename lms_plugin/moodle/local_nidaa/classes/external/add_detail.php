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
use core_external\external_single_structure;
use core_external\external_value;
use local_nidaa\outbox\forwarder;
use local_nidaa\outbox\refusal;
use local_nidaa\outbox\store;
use local_nidaa\outbox\submission;
use local_nidaa\permission;
use local_nidaa\wire\draft;
use local_nidaa\wire\fault;
use local_nidaa\wire\field;
use local_nidaa\wire\report_id;
use local_nidaa\wire\verdict;

/**
 * Stores what a person adds to a report of theirs; it follows the report to the sidecar.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class add_detail extends external_api {
    /**
     * What the browser says.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'contextid' => new external_value(PARAM_INT, 'The page\'s context: a course or an activity'),
            'id' => new external_value(PARAM_RAW, 'UUID of the addition, the same on every try'),
            'report' => new external_value(PARAM_RAW, 'The report\'s id'),
            'text' => new external_value(PARAM_RAW, 'Free text; may be empty beside an answer'),
            'works' => new external_value(PARAM_BOOL, 'Whether it works again', VALUE_DEFAULT, null, NULL_ALLOWED),
        ]);
    }

    /**
     * Stores it, once.
     *
     * @param int $contextid
     * @param string $id
     * @param string $report
     * @param string $text
     * @param bool|null $works the answer to "is it working for you?"
     * @return array
     */
    public static function execute(int $contextid, string $id, string $report, string $text, ?bool $works = null): array {
        global $USER;
        ['contextid' => $contextid, 'id' => $id, 'report' => $report, 'text' => $text, 'works' => $works] =
            self::validate_parameters(
                self::execute_parameters(),
                ['contextid' => $contextid, 'id' => $id, 'report' => $report, 'text' => $text, 'works' => $works]
            );
        $context = permission::place($contextid);
        // Whose report it is decides; the page alone need not be open to the person any more.
        self::validate_context($context->get_course_context());
        permission::require_can_report($context);
        try {
            $id = report_id::canonical($id) ?? throw new fault('id', 'not_a_uuid');
            $text = field::text('text', ['text' => $text], draft::TEXT);
            if ($text === '' && $works === null) {
                throw new fault('text', 'required');
            }
        } catch (fault $fault) {
            throw refusal::invalid($fault);
        }
        $own = store::own(array_filter([report_id::canonical($report)]), (int) $USER->id);
        $about = reset($own) ?: throw refusal::not_allowed(); // Unknown and another's are told apart by nobody.
        $answer = $works === null ? '' : ($works ? ' works' : ' fails');
        $fingerprint = hash('sha256', "{$about->itemid} $text$answer");
        $known = store::find($id);
        if ($known === null) {
            $row = submission::addition($about, $id, $text, $works, $fingerprint);
            $known = forwarder::keep($row, $about->state === verdict::DELIVERED) ?? store::find($id);
        }
        if ($known->type !== 'addition' || (int) $known->userid !== (int) $USER->id || $known->fingerprint !== $fingerprint) {
            throw refusal::conflict();
        }
        return ['id' => $id, 'delivered' => $known->state === verdict::DELIVERED];
    }

    /**
     * The person's receipt.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'id' => new external_value(PARAM_RAW, 'The addition\'s id'),
            'delivered' => new external_value(PARAM_BOOL, 'Whether the sidecar has it'),
        ]);
    }
}
