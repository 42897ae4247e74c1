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
 * What the sidecar does not have yet, and sending it again.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

use core\output\notification;
use local_nidaa\backlog\listing;
use local_nidaa\outbox\store;
use local_nidaa\output\backlog_page;
use local_nidaa\wire\verdict;

admin_externalpage_setup('local_nidaa_backlog');

$state = optional_param('state', '', PARAM_ALPHA);
$state = in_array($state, listing::STATES, true) ? $state : '';
$page = max(0, optional_param('page', 0, PARAM_INT));
$url = new \core\url('/local/nidaa/backlog.php');

if (data_submitted()) {
    require_sesskey();
    if (optional_param('all', 0, PARAM_BOOL)) {
        $ids = (new listing(verdict::PARKED))->ids();
    } else {
        $one = optional_param('one', 0, PARAM_INT);
        $ids = $one ? [$one] : optional_param_array('ids', [], PARAM_INT);
    }
    $sent = store::resend(array_values($ids));
    $message = get_string($sent ? 'backlog_resent' : 'backlog_nothing', 'local_nidaa', $sent);
    $back = new \core\url($url, ['state' => $state]);
    redirect($back, $message, null, $sent ? notification::NOTIFY_SUCCESS : notification::NOTIFY_WARNING);
}

$PAGE->set_url($url, ['state' => $state, 'page' => $page]);
$PAGE->set_cacheable(false);
echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('backlog_title', 'local_nidaa'));
$backlog = new backlog_page($state, $page, $url);
echo $OUTPUT->render_from_template('local_nidaa/backlog', $backlog->export_for_template($OUTPUT));
echo $OUTPUT->footer();
