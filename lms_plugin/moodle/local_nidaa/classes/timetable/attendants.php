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

namespace local_nidaa\timetable;

use mod_bigbluebuttonbn\instance;
use mod_bigbluebuttonbn\meeting;

/**
 * How many people are in a live room. BigBlueButton tells; of other platforms Moodle knows nothing.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class attendants {
    /**
     * People in a room now, moderators and the others together.
     *
     * @param int $cmid
     * @param int $groupid 0 for all
     * @return int|null null where nobody can tell, which is not an empty room
     */
    public static function in(int $cmid, int $groupid): ?int {
        if (!class_exists(meeting::class) || !get_coursemodule_from_id('bigbluebuttonbn', $cmid)) {
            return null;
        }
        try {
            $instance = instance::get_from_cmid($cmid);
            $instance->set_group_id($groupid);
            $info = meeting::get_meeting_info_for_instance($instance);
        } catch (\moodle_exception $away) {
            return null; // Its platform does not answer; Moodle has written into its own log why.
        }
        // Without a running meeting the counts are left out.
        return empty($info->statusrunning) ? 0 : (int) ($info->moderatorcount ?? 0) + (int) ($info->participantcount ?? 0);
    }
}
