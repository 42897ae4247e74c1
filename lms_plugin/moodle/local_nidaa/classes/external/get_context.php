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

use core\context;
use core\context\module as context_module;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure as many;
use core_external\external_single_structure as one;
use core_external\external_value as value;
use local_nidaa\contact\forms;
use local_nidaa\course\rooms;
use local_nidaa\course\staff;
use local_nidaa\launch\links;
use local_nidaa\permission;
use local_nidaa\setup;

/**
 * What a person can do from here; the browser asks when the button is pressed.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_context extends external_api {
    /** @var string[] The pages of the sidecar, by the name of their link. */
    private const LINKS = [
        'board' => 'room', 'roster' => 'roster', 'questions' => 'questions', 'desk' => 'desk', 'mine' => 'mine',
    ];

    /**
     * Describes the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'contextid' => new value(PARAM_INT, 'context of the course or of the room'),
        ]);
    }

    /**
     * Answers the question.
     *
     * @param int $contextid
     * @return array
     */
    public static function execute(int $contextid): array {
        ['contextid' => $contextid] = self::validate_parameters(self::execute_parameters(), ['contextid' => $contextid]);
        $context = permission::place($contextid);
        self::validate_context($context);
        permission::require_can_report($context);

        $coursecontext = $context->get_course_context();
        $course = get_course($coursecontext->instanceid);
        $rooms = array_map([rooms::class, 'exported'], rooms::of((int) $course->id));
        $here = $context instanceof context_module ? (string) $context->instanceid : null;
        $manages = array_column($rooms, 'manages');
        return [
            'course' => [
                'id' => (string) $course->id,
                'name' => format_string($course->fullname, true, ['context' => $coursecontext, 'escape' => false]),
            ],
            'room' => in_array($here, array_column($rooms, 'id'), true) ? $here : null,
            'rooms' => $rooms,
            'can' => [
                'log' => permission::can_log($context) || in_array(true, $manages, true),
                'flag' => permission::can_flag($coursecontext),
                'ask' => !permission::can_answer($coursecontext),
            ],
            'categories' => forms::categories(setup::language()),
            'staff' => staff::of($context),
            'links' => self::links($context),
        ];
    }

    /**
     * Describes the answer: Context of the capture core. Ids are text there, and names are shown as text.
     *
     * @return one
     */
    public static function execute_returns(): one {
        $link = fn(string $what): value => new value(PARAM_RAW, $what, VALUE_OPTIONAL);
        return new one([
            'course' => new one(['id' => new value(PARAM_ALPHANUM, 'course'), 'name' => new value(PARAM_RAW, 'its name')]),
            'room' => new value(PARAM_ALPHANUM, 'the room of this page', VALUE_REQUIRED, null, NULL_ALLOWED),
            'rooms' => new many(new one([
                'id' => new value(PARAM_ALPHANUM, 'cmid'),
                'name' => new value(PARAM_RAW, 'name'),
                'module' => new value(PARAM_PLUGIN, 'kind of activity'),
                'groups' => new many(new one([
                    'id' => new value(PARAM_ALPHANUM, 'group'), 'name' => new value(PARAM_RAW, 'its name'),
                ]), 'groups to choose between'),
                'manages' => new value(PARAM_BOOL, 'whether this person runs the room'),
            ])),
            'can' => new one([
                'log' => new value(PARAM_BOOL, 'may log what happens in a room'),
                'flag' => new value(PARAM_BOOL, 'may flag certificate gaps of others'),
                'ask' => new value(PARAM_BOOL, 'may ask the trainer'),
            ]),
            'categories' => new many(new one([
                'key' => new value(PARAM_ALPHANUMEXT, 'key'),
                'label' => new value(PARAM_RAW, 'label'),
                'kinds' => new many(new value(PARAM_ALPHANUMEXT, 'kind of report')),
            ])),
            'staff' => new many(new one([
                'id' => new value(PARAM_ALPHANUM, 'user'),
                'name' => new value(PARAM_RAW, 'name'),
                'role' => new value(PARAM_ALPHAEXT, 'trainer or room_manager'),
            ])),
            'links' => new one([
                'board' => $link('room board'),
                'roster' => $link('certificate roster'),
                'questions' => $link('questions to the trainer'),
                'desk' => $link('desk'),
                'mine' => $link('own cases'),
                'public' => $link('public page'),
            ]),
        ]);
    }

    /**
     * The pages that this person may open from here, as far as the sidecar has them.
     *
     * @param context $context
     * @return string[]
     */
    private static function links(context $context): array {
        $links = [];
        foreach (links::from($context, self::LINKS, forms::pages()) as $target => $url) {
            $links[array_search($target, self::LINKS, true)] = $url->out(false);
        }
        $public = setup::public_page();
        return $links + ($public ? ['public' => $public->out(false)] : []);
    }
}
