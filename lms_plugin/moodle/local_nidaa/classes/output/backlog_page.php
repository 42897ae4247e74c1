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

namespace local_nidaa\output;

use core\context\system as context_system;
use core\output\renderable;
use core\output\renderer_base;
use core\output\templatable;
use core\url;
use local_nidaa\backlog\listing;
use local_nidaa\backlog\reason;
use local_nidaa\outbox\store;
use local_nidaa\wire\verdict;
use stdClass;

/**
 * The backlog: what waits or is parked, why, and how to send it again.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class backlog_page implements renderable, templatable {
    /**
     * The page.
     *
     * @param string $state one of listing::STATES
     * @param int $page from 0
     * @param url $url of the page without paging
     */
    public function __construct(
        /** @var string One of listing::STATES. */
        private readonly string $state,
        /** @var int From 0. */
        private readonly int $page,
        /** @var url Of the page without paging. */
        private readonly url $url
    ) {
    }

    /**
     * What the template shows.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $listing = new listing($this->state);
        $total = $listing->count();
        $backlog = store::backlog();
        $rows = array_values(array_map([$this, 'row'], $listing->page($this->page)));
        return [
            'action' => (new url($this->url, ['state' => $this->state]))->out(false),
            'sesskey' => sesskey(),
            'states' => array_map(fn(string $state): array => [
                'label' => get_string($state === '' ? 'backlog_all' : "state_$state", 'local_nidaa'),
                'number' => $state === '' ? $backlog->waiting + $backlog->parked : $backlog->$state,
                'url' => (new url($this->url, ['state' => $state]))->out(false),
                'current' => $state === $this->state,
            ], listing::STATES),
            'rows' => $rows,
            'any' => $rows !== [],
            'parked' => $backlog->parked,
            'paging' => $output->paging_bar($total, $this->page, listing::PER_PAGE, new url($this->url, ['state' => $this->state])),
        ];
    }

    /**
     * One row.
     *
     * @param stdClass $row
     * @return array
     */
    private function row(stdClass $row): array {
        $parked = $row->state === verdict::PARKED;
        // Whom a complaint is about may look at this page, and must not learn that there is one: only an administrator of
        // the whole site reads kind and person, here of all rows alike.
        $open = has_capability('moodle/site:config', context_system::instance());
        $gone = $row->deleted === null;
        return [
            'id' => (int) $row->id,
            'reference' => $row->reference,
            'kind' => !$open ? '—' : get_string($row->type === 'addition' ? 'kind_addition' : "kind_$row->kind", 'local_nidaa'),
            'person' => !$open ? '—' : ($gone ? get_string('unknownuser') : fullname($row)),
            'profile' => $open && ($row->deleted === '0' || $row->deleted === 0)
                ? (new url('/user/profile.php', ['id' => $row->userid]))->out(false) : null,
            'state' => get_string("state_$row->state", 'local_nidaa'),
            'parked' => $parked,
            'age' => bidi::duration(time() - $row->timecreated),
            'since' => userdate($row->timecreated, get_string('strftimedatetimeshort', 'langconfig')),
            'attempts' => (int) $row->attempts,
            'reason' => reason::of($row),
            'detail' => (string) $row->lasterror,
            'next' => $this->next($row),
        ];
    }

    /**
     * When it is tried next.
     *
     * @param stdClass $row
     * @return string
     */
    private function next(stdClass $row): string {
        if ($row->state === verdict::PARKED) {
            return get_string('next_never', 'local_nidaa');
        }
        $wait = $row->nexttry - time();
        return $wait <= 0 ? get_string('next_cron', 'local_nidaa') : get_string('next_in', 'local_nidaa', bidi::duration($wait));
    }
}
