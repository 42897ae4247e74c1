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

namespace local_nidaa\launch;

use core\context;
use core\context\system as context_system;
use core\url;

/**
 * Links to the sidecar's pages: to those that it has, for those who may open them.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class links {
    /**
     * The links of a place.
     *
     * @param context $context a course, an activity, or the system
     * @param string[] $targets the pages that would be linked to, in their order
     * @param string[] $pages the pages that the sidecar has
     * @return url[] by target
     */
    public static function from(context $context, array $targets, array $pages): array {
        $links = [];
        foreach (array_intersect($targets, $pages) as $target) {
            if (reach::is_open($target, $context)) {
                $from = $target === 'desk' ? context_system::instance() : $context;
                $links[$target] = new url('/local/nidaa/launch.php', ['target' => $target, 'contextid' => $from->id]);
            }
        }
        return $links;
    }
}
