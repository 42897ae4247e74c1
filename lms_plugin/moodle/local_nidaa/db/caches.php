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
 * Caches of Nidaa. All of them are shared by everybody and may be emptied at any time.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$definitions = [
    // Whether pages may wait for the sidecar: what its last answers were.
    'breaker' => [
        'mode' => \core_cache\store::MODE_APPLICATION,
        'simplekeys' => true,
        'simpledata' => true,
    ],
    // Where reports stand, for as long as the sidecar says.
    'status' => [
        'mode' => \core_cache\store::MODE_APPLICATION,
        'ttl' => HOURSECS,
        'simplekeys' => true,
        'simpledata' => true,
    ],
    // What rooms know already, for a few seconds.
    'known' => [
        'mode' => \core_cache\store::MODE_APPLICATION,
        'ttl' => HOURSECS,
        'simplekeys' => true,
        'simpledata' => true,
    ],
    // How the institute can be reached.
    'contact' => [
        'mode' => \core_cache\store::MODE_APPLICATION,
        'simplekeys' => true,
        'simpledata' => true,
    ],
    // The policy's categories, and what a certificate needs.
    'forms' => [
        'mode' => \core_cache\store::MODE_APPLICATION,
        'simplekeys' => true,
        'simpledata' => true,
    ],
    // Live sessions of a course, for a minute.
    'sessions' => [
        'mode' => \core_cache\store::MODE_APPLICATION,
        'simplekeys' => true,
        'simpledata' => true,
    ],
];
