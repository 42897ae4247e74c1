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
 * External functions of Nidaa.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

// For the browser: what a person sees and says. Each checks for itself what its person may do.
$functions = [
    'local_nidaa_get_context' => [
        'classname' => \local_nidaa\external\get_context::class,
        'description' => 'What a person can report here, about which rooms and whom.',
        'type' => 'read',
        'ajax' => true,
        'loginrequired' => true,
        'capabilities' => 'local/nidaa:report',
    ],
    'local_nidaa_submit_report' => [
        'classname' => \local_nidaa\external\submit_report::class,
        'description' => 'Stores a report and tries to forward it at once.',
        'type' => 'write',
        'ajax' => true,
        'loginrequired' => true,
        'capabilities' => 'local/nidaa:report, local/nidaa:manageroom, local/nidaa:flagcertificate',
    ],
    'local_nidaa_add_detail' => [
        'classname' => \local_nidaa\external\add_detail::class,
        'description' => 'Stores what a person adds to a report of theirs.',
        'type' => 'write',
        'ajax' => true,
        'loginrequired' => true,
    ],
    'local_nidaa_get_status' => [
        'classname' => \local_nidaa\external\get_status::class,
        'description' => 'Where reports of one\'s own stand.',
        'type' => 'read',
        'ajax' => true,
        'loginrequired' => true,
    ],
    'local_nidaa_get_known' => [
        'classname' => \local_nidaa\external\get_known::class,
        'description' => 'What a room knows already, for whoever is about to report it there.',
        'type' => 'read',
        'ajax' => true,
        'loginrequired' => true,
        'capabilities' => 'local/nidaa:report',
    ],
    'local_nidaa_find_people' => [
        'classname' => \local_nidaa\external\find_people::class,
        'description' => 'Trainees of a room by the beginning of their name.',
        'type' => 'read',
        'ajax' => true,
        'loginrequired' => true,
        'capabilities' => 'local/nidaa:manageroom',
    ],
    'local_nidaa_get_roster' => [
        'classname' => \local_nidaa\external\get_roster::class,
        'description' => 'A course\'s trainees with what stands between them and the certificate.',
        'type' => 'read',
        'ajax' => true,
        'loginrequired' => true,
        'capabilities' => 'local/nidaa:flagcertificate',
    ],
    'local_nidaa_get_contact' => [
        'classname' => \local_nidaa\external\get_contact::class,
        'description' => 'How the institute can be reached now.',
        'type' => 'read',
        'ajax' => true,
        'loginrequired' => true,
    ],
];

// For the sidecar: in the service that is set up for it, never from a browser. Their wire: plugin_wire.py of the sidecar.
$functions += [
    'local_nidaa_get_facts' => [
        'classname' => \local_nidaa\external\get_facts::class,
        'description' => 'Account, enrolment, certificate data, attendance, completion and certificates of people in courses.',
        'type' => 'read',
        'capabilities' => 'local/nidaa:serve',
    ],
    'local_nidaa_get_sessions' => [
        'classname' => \local_nidaa\external\get_sessions::class,
        'description' => 'Live sessions of courses with their true times.',
        'type' => 'read',
        'capabilities' => 'local/nidaa:serve',
    ],
    'local_nidaa_get_course' => [
        'classname' => \local_nidaa\external\get_course::class,
        'description' => 'Dates, trainers, room managers and trainees of courses.',
        'type' => 'read',
        'capabilities' => 'local/nidaa:serve',
    ],
    'local_nidaa_get_presence' => [
        'classname' => \local_nidaa\external\get_presence::class,
        'description' => 'How many people are in live rooms now.',
        'type' => 'read',
        'capabilities' => 'local/nidaa:serve',
    ],
    'local_nidaa_notify' => [
        'classname' => \local_nidaa\external\notify::class,
        'description' => 'Tells people something inside Moodle, each key once.',
        'type' => 'write',
        'capabilities' => 'local/nidaa:serve',
    ],
];

// Exactly what the sidecar calls: its own functions, and what it needs of Moodle's to find out which courses run.
$services = [
    'Nidaa' => [
        'functions' => [
            'local_nidaa_get_facts',
            'local_nidaa_get_sessions',
            'local_nidaa_get_course',
            'local_nidaa_get_presence',
            'local_nidaa_notify',
            'core_webservice_get_site_info',
            'core_course_get_courses_by_field',
        ],
        'requiredcapability' => 'local/nidaa:serve',
        'restrictedusers' => 1,
        'enabled' => 1,
        'shortname' => 'local_nidaa',
        'downloadfiles' => 0,
        'uploadfiles' => 0,
    ],
];

