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
 * Makes, rotates and retires the secret shared with the sidecar. A new secret is shown once, here.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

use local_nidaa\output\secret_page;
use local_nidaa\secret\keeper;

admin_externalpage_setup('local_nidaa_secret');

$action = optional_param('action', '', PARAM_ALPHA);
$shown = null;
if ($action !== '' && data_submitted()) {
    require_sesskey();
    // A page that is loaded again must not rotate again: it says which secrets it saw.
    if (required_param('seen', PARAM_ALPHANUM) !== secret_page::seen()) {
        redirect($PAGE->url);
    }
    if ($action === 'renew') {
        $shown = keeper::renew();
    } else if ($action === 'finish') {
        keeper::finish();
        redirect($PAGE->url, get_string('secret_finished', 'local_nidaa'), null, \core\output\notification::NOTIFY_SUCCESS);
    }
}

$PAGE->set_cacheable(false);
echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('secret_title', 'local_nidaa'));
echo $OUTPUT->render_from_template('local_nidaa/secret', (new secret_page($shown))->export_for_template($OUTPUT));
echo $OUTPUT->footer();
