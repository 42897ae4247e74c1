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
 * What Moodle looks for by name.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * The plugin's checks on Moodle's status report.
 *
 * @return \core\check\check[]
 */
function local_nidaa_status_checks(): array {
    return [
        new \local_nidaa\check\reachable(),
        new \local_nidaa\check\clock(),
        new \local_nidaa\check\backlog(),
        new \local_nidaa\check\lasterror(),
        new \local_nidaa\check\forwarding(),
    ];
}

/**
 * The sidecar's pages in a course's navigation.
 *
 * @param navigation_node $node
 * @param stdClass $course
 * @param \core\context\course $context
 */
function local_nidaa_extend_navigation_course(navigation_node $node, stdClass $course, \core\context\course $context): void {
    \local_nidaa\output\navigation::course($node, $context);
}

/**
 * The board of a live room in its activity's navigation.
 *
 * @param settings_navigation $settings
 * @param \core\context|null $context
 */
function local_nidaa_extend_settings_navigation(settings_navigation $settings, ?\core\context $context): void {
    if ($context instanceof \core\context\module) {
        \local_nidaa\output\navigation::activity($settings, $context);
    }
}
