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

use core\context\system as context_system;
use core\event\base;
use local_nidaa\outbox\store;
use stdClass;

/**
 * Something happened to a row of the outbox.
 *
 * All of it is logged in the system's context and without its kind: in a course's log the person who is complained about
 * would read that there is a complaint.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class outbox_event extends base {
    #[\Override]
    protected function init(): void {
        $this->data['edulevel'] = self::LEVEL_OTHER;
        $this->data['objecttable'] = store::TABLE;
    }

    /**
     * The event of a row.
     *
     * @param stdClass $row id, type, reference, userid
     * @return static
     */
    public static function of(stdClass $row): static {
        return static::create([
            'context' => context_system::instance(),
            'objectid' => $row->id,
            'relateduserid' => $row->userid,
            'other' => ['type' => $row->type, 'reference' => $row->reference],
        ]);
    }

    /**
     * What it happened to, as descriptions begin.
     *
     * @return string
     */
    protected function named(): string {
        return "The {$this->other['type']} with the reference '{$this->other['reference']}'";
    }

    /**
     * The outbox is no part of a backup.
     *
     * @return int
     */
    public static function get_objectid_mapping(): int {
        return self::NOT_MAPPED;
    }

    /**
     * Nothing in here names a row of the course's.
     *
     * @return bool
     */
    public static function get_other_mapping(): bool {
        return false;
    }
}
