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
 * Lets the sidecar reach this Moodle. A token is shown once, here.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

use local_nidaa\service\connect_page;
use local_nidaa\service\connection;

admin_externalpage_setup('local_nidaa_connect');

$token = null;
$error = null;
if (optional_param('action', '', PARAM_ALPHA) === 'connect' && data_submitted()) {
    require_sesskey();
    // A page that is loaded again must not make another token: it says how many it saw.
    if (required_param('seen', PARAM_INT) !== connection::tokens()) {
        redirect($PAGE->url);
    }
    $open = optional_param('open', false, PARAM_BOOL);
    if (!connection::is_open() && !$open) {
        $error = get_string('connect_open_needed', 'local_nidaa');
    } else {
        try {
            $address = trim(optional_param('address', '', PARAM_RAW_TRIMMED));
            $token = connection::renew(optional_param('revoke', false, PARAM_BOOL), $address);
            if ($open) {
                connection::open();
            }
        } catch (\core\exception\moodle_exception $refused) {
            $error = $refused->getMessage();
        }
    }
}

$PAGE->set_cacheable(false);
echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('connect_title', 'local_nidaa'));
if ($error !== null) {
    echo $OUTPUT->notification($error, \core\output\notification::NOTIFY_ERROR);
}
echo $OUTPUT->render_from_template('local_nidaa/connect', (new connect_page($token))->export_for_template($OUTPUT));
echo $OUTPUT->footer();
