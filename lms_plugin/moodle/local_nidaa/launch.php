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

/**
 * Posts a person to a page of the sidecar: room board, roster, desk, questions or own cases.
 *
 * A button or a link of Moodle's names the context that it stands in; a message of the sidecar's names a course, or nothing.
 *
 * The token stands in a form that is posted, never in an address; nothing of this page may be kept or framed.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');

use local_nidaa\launch\passage;

$target = required_param('target', PARAM_ALPHA);
$contextid = optional_param('contextid', 0, PARAM_INT);
$courseid = optional_param('course', 0, PARAM_INT); // The sidecar's messages lead here, and it knows no contexts.
$group = optional_param('group', null, PARAM_INT);

require_login(null, false);
$context = $contextid ? passage::from($target, $contextid) : passage::of_course($target, $courseid);
[, $course, $cm] = get_context_info_array($context->id);
require_login($course, false, $cm);

$PAGE->set_context($context);
$PAGE->set_url('/local/nidaa/launch.php', ['target' => $target, 'contextid' => $context->id]);
$PAGE->set_pagelayout('popup');
$PAGE->set_title(get_string('launch_title', 'local_nidaa'));
$PAGE->set_heading(get_string('pluginname', 'local_nidaa'));
$PAGE->set_cacheable(false);

$passage = new passage($target, $context, $group);
$form = [
    'address' => passage::address(),
    'fields' => $passage->fields(!$contextid && $courseid),
    'page' => get_string("target_$target", 'local_nidaa'),
];

// Moodle sets the policy of the whole site when it sends its headers; this page says less than any site wants to say.
$CFG->referrerpolicy = 'no-referrer';
$CFG->allowframembedding = true;
header('X-Frame-Options: DENY');
header("Content-Security-Policy: frame-ancestors 'none'");

$PAGE->requires->js(new \core\url('/local/nidaa/launch.js'));
echo $OUTPUT->header();
echo $OUTPUT->render_from_template('local_nidaa/launch', $form);
echo $OUTPUT->footer();
