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
 * The self-test of the connection with the sidecar.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

use local_nidaa\output\selftest_page;

admin_externalpage_setup('local_nidaa_selftest');
$PAGE->set_cacheable(false);

// The sidecar may take seconds not to answer; the administrator's other pages do not wait with this one.
\core\session\manager::write_close();
$selftest = (new selftest_page())->export_for_template($PAGE->get_renderer('core'));

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('selftest_title', 'local_nidaa'));
echo $OUTPUT->render_from_template('local_nidaa/selftest', $selftest);
echo $OUTPUT->footer();
