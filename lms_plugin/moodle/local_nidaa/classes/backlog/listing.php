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

namespace local_nidaa\backlog;

use core_user\fields;
use local_nidaa\outbox\store;
use local_nidaa\wire\verdict;
use stdClass;

/**
 * Rows of the outbox that the sidecar does not have yet, as an administrator sees them: never what they say.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class listing {
    /** @var int Rows on a page. */
    public const PER_PAGE = 50;

    /** @var string[] The states that can be asked for; empty is both. */
    public const STATES = ['', store::WAITING, verdict::PARKED];

    /**
     * A listing.
     *
     * @param string $state one of STATES
     */
    public function __construct(
        /** @var string One of STATES. */
        private readonly string $state = ''
    ) {
    }

    /**
     * How many rows there are.
     *
     * @return int
     */
    public function count(): int {
        global $DB;

        [$where, $params] = $this->where();
        return $DB->count_records_sql("SELECT COUNT(*) FROM {local_nidaa_outbox} o WHERE $where", $params);
    }

    /**
     * One page: parked rows first, since only a person can help them; then the oldest.
     *
     * @param int $page from 0
     * @return stdClass[] without the body
     */
    public function page(int $page): array {
        global $DB;

        [$where, $params] = $this->where();
        $names = fields::for_name()->get_sql('u', false, '', '', false)->selects;
        return $DB->get_records_sql(
            "SELECT o.id, o.type, o.userid, o.kind, o.reference, o.state, o.attempts, o.nexttry, o.laststatus, o.lasterror,
                    o.timecreated, o.timeattempted, r.state AS reportstate, u.deleted, $names
               FROM {local_nidaa_outbox} o
          LEFT JOIN {local_nidaa_outbox} r ON r.itemid = o.reportid AND o.type = 'addition'
          LEFT JOIN {user} u ON u.id = o.userid
              WHERE $where
           ORDER BY o.state, o.timecreated, o.id",
            $params,
            $page * self::PER_PAGE,
            self::PER_PAGE
        );
    }

    /**
     * Every row of this listing, by id.
     *
     * @return int[]
     */
    public function ids(): array {
        global $DB;

        [$where, $params] = $this->where();
        return array_map('intval', $DB->get_fieldset_sql("SELECT o.id FROM {local_nidaa_outbox} o WHERE $where", $params));
    }

    /**
     * The condition.
     *
     * @return array SQL and parameters
     */
    private function where(): array {
        if ($this->state !== '') {
            return ['o.state = :state', ['state' => $this->state]];
        }
        return ['o.state <> :delivered', ['delivered' => verdict::DELIVERED]];
    }
}
