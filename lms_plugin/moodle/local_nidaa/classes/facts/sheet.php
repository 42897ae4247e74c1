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

namespace local_nidaa\facts;

use stdClass;

/**
 * The pairs that were asked about, and one row for each, filled in source by source.
 *
 * A section that nobody fills stays null, and `unread` says why: an empty value is never told instead.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sheet {
    /** @var array A row before anything was read, as local_nidaa_get_facts answers it. */
    private const BLANK = [
        'account' => null,
        'profile' => [],
        'national_id_duplicate' => null,
        'national_id_key' => null,
        'national_id_end' => null,
        'enrolment' => null,
        'attendance' => null,
        'completion' => null,
        'grade' => null,
        'certificates' => null,
    ];

    /** @var string[] Facts of a pair that need the course. */
    private const OF_COURSE = ['enrolment', 'attendance', 'completion', 'grade', 'certificate'];

    /** @var int[] Everybody asked about. */
    public readonly array $userids;

    /** @var int[] Every course asked about. */
    public readonly array $courseids;

    /** @var stdClass[] Those of them who have an account, by id. */
    public array $people = [];

    /** @var stdClass[] Those courses that exist, by id. */
    public array $courses = [];

    /** @var array The rows by "person course". */
    private array $rows = [];

    /** @var array What could not be read, by the same key: fact => reason. */
    private array $unread = [];

    /**
     * A blank sheet.
     *
     * @param array $pairs of userid and courseid, 0 for the account alone
     */
    public function __construct(array $pairs) {
        foreach ($pairs as $pair) {
            $userid = (int) $pair['userid'];
            $courseid = (int) ($pair['courseid'] ?? 0);
            $this->rows["$userid $courseid"] = ['userid' => $userid, 'courseid' => $courseid] + self::BLANK;
            $this->unread["$userid $courseid"] = [];
        }
        $this->userids = array_values(array_unique(array_column($this->rows, 'userid')));
        $this->courseids = array_values(array_unique(array_filter(array_column($this->rows, 'courseid'))));
    }

    /**
     * The pairs whose person has an account.
     *
     * @return array of [int $userid, int $courseid]
     */
    public function known(): array {
        return array_values(array_filter($this->pairs(), fn(array $pair): bool => isset($this->people[$pair[0]])));
    }

    /**
     * The pairs with a course, both of which exist.
     *
     * @return array of [int $userid, int $courseid]
     */
    public function in_courses(): array {
        return array_values(array_filter($this->known(), fn(array $pair): bool => isset($this->courses[$pair[1]])));
    }

    /**
     * Every pair once.
     *
     * @return array of [int $userid, int $courseid]
     */
    public function pairs(): array {
        return array_map(fn(array $row): array => [$row['userid'], $row['courseid']], array_values($this->rows));
    }

    /**
     * Fills a section of a pair.
     *
     * @param int $userid
     * @param int $courseid
     * @param string $section
     * @param mixed $value
     */
    public function put(int $userid, int $courseid, string $section, mixed $value): void {
        $this->rows["$userid $courseid"][$section] = $value;
    }

    /**
     * Says why a fact, or a family of facts, of a pair is not known.
     *
     * @param int $userid
     * @param int $courseid
     * @param string $fact
     * @param string $reason
     */
    public function unread(int $userid, int $courseid, string $fact, string $reason): void {
        $this->unread["$userid $courseid"][$fact] ??= $reason;
    }

    /**
     * Takes back what a source has filled in before it failed.
     *
     * @param string[] $sections section => fact
     */
    public function failed(array $sections): void {
        foreach ($this->pairs() as [$userid, $courseid]) {
            foreach ($sections as $section => $fact) {
                if ($courseid || !in_array($fact, self::OF_COURSE, true)) {
                    $this->put($userid, $courseid, $section, self::BLANK[$section]);
                    unset($this->unread["$userid $courseid"][$fact]);
                    $this->unread($userid, $courseid, $fact, 'failed');
                }
            }
        }
    }

    /**
     * The rows as they go over the wire.
     *
     * @return array
     */
    public function rows(): array {
        $rows = [];
        foreach ($this->rows as $key => $row) {
            $row['unread'] = [];
            foreach ($this->unread[$key] as $fact => $reason) {
                $row['unread'][] = ['fact' => $fact, 'reason' => $reason];
            }
            $rows[] = $row;
        }
        return $rows;
    }
}
