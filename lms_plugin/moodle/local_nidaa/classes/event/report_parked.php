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

namespace local_nidaa\event;

/**
 * The sidecar refused it for good; an administrator sees why.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class report_parked extends outbox_event {
    #[\Override]
    protected function init(): void {
        $this->data['crud'] = 'u';
        parent::init();
    }

    #[\Override]
    public static function get_name(): string {
        return get_string('event_report_parked', 'local_nidaa');
    }

    #[\Override]
    public function get_description(): string {
        return "{$this->named()} of the user with id '$this->relateduserid' was refused by the sidecar and is parked.";
    }
}
