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

use stdClass;

/**
 * The class that is on now.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\timetable\current
 */
final class current_test extends \advanced_testcase {
    /** @var int When the class begins. */
    private const START = 1795600000;

    /** @var int When it ends. */
    private const END = self::START + 2 * HOURSECS;

    /** @var \local_nidaa_generator */
    private \local_nidaa_generator $own;

    /** @var int */
    private int $course;

    /** @var stdClass */
    private stdClass $session;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        if (!get_config('mod_attendance', 'version')) {
            $this->markTestSkipped('mod_attendance is not installed');
        }
        $this->resetAfterTest();
        set_config('modules', 'page', 'local_nidaa');
        $this->own = $this->getDataGenerator()->get_plugin_generator('local_nidaa');
        $this->course = (int) $this->getDataGenerator()->create_course()->id;
        $list = $this->getDataGenerator()->create_module('attendance', ['course' => $this->course]);
        $this->session = $this->own->create_attendance_session(['attendanceid' => $list->id, 'sessdate' => self::START]);
    }

    /**
     * Another session of the list.
     *
     * @param int $start
     * @param int $groupid
     * @return string its key
     */
    private function another(int $start, int $groupid = 0): string {
        return 'attendance-' . $this->own->create_attendance_session([
            'attendanceid' => $this->session->attendanceid, 'sessdate' => $start, 'groupid' => $groupid,
        ])->id;
    }

    /**
     * The key of the session that a report belongs to.
     *
     * @param int $now
     * @param int $cmid
     * @param int|null $group
     * @return string|null
     */
    private function key(int $now, int $cmid = 0, ?int $group = null): ?string {
        \core_cache\cache::make('local_nidaa', 'sessions')->purge();
        return current::session($this->course, $cmid, $group, $now)['key'] ?? null;
    }

    public function test_from_a_quarter_of_an_hour_before_until_a_quarter_after(): void {
        $key = "attendance-{$this->session->id}";
        $around = current::AROUND;
        $this->assertNull($this->key(self::START - $around - 1));
        $this->assertSame($key, $this->key(self::START - $around));
        $this->assertSame($key, $this->key(self::START));
        $this->assertSame($key, $this->key(self::END + $around - 1));
        $this->assertNull($this->key(self::END + $around));
    }

    public function test_as_the_contract_has_it(): void {
        $this->assertSame([
            'key' => "attendance-{$this->session->id}",
            'starts_at' => gmdate('Y-m-d\TH:i:s\Z', self::START),
            'ends_at' => gmdate('Y-m-d\TH:i:s\Z', self::END),
            'meeting' => null,
        ], current::session($this->course, 0, null, self::START));
    }

    public function test_what_is_on_comes_before_what_is_about_to_begin_and_that_before_what_is_over(): void {
        $next = $this->another(self::END + 60);
        $this->assertSame("attendance-{$this->session->id}", $this->key(self::END - 1));
        $this->assertSame($next, $this->key(self::END));
    }

    public function test_a_class_in_another_room_is_not_meant(): void {
        $room = $this->getDataGenerator()->create_module('page', ['course' => $this->course]);
        $this->assertNotNull($this->key(self::START, (int) $room->cmid));
        $this->assertNotNull($this->key(self::START));
        $this->assertNull($this->key(self::START, (int) $room->cmid + 1));
        $this->getDataGenerator()->create_module('page', ['course' => $this->course]);
        $this->assertNotNull($this->key(self::START, (int) $room->cmid)); // Where it takes place is not known.
    }

    public function test_a_group_has_its_own_class(): void {
        global $DB;
        $DB->set_field('attendance_sessions', 'groupid', 71, ['id' => $this->session->id]);
        $this->assertSame("attendance-{$this->session->id}", $this->key(self::START)); // The only one.
        $other = $this->another(self::START, 72);
        $this->assertSame($other, $this->key(self::START, 0, 72));
        $this->assertNull($this->key(self::START, 0, 73));
        $this->assertNull($this->key(self::START)); // Either could be meant.
        $everybody = $this->another(self::START);
        $this->assertSame($everybody, $this->key(self::START));
        $this->assertSame($other, $this->key(self::START, 0, 72));
    }

    public function test_a_full_room_asks_the_database_once_a_minute(): void {
        global $DB;
        current::session($this->course, 0, null, self::START);
        $before = $DB->perf_get_queries();
        foreach (range(0, 59) as $second) {
            $this->assertNotNull(current::session($this->course, 0, null, self::START + $second));
        }
        $this->assertSame($before, $DB->perf_get_queries());
        current::session($this->course, 0, null, self::START + 60);
        $this->assertGreaterThan($before, $DB->perf_get_queries());
    }

    public function test_what_cannot_be_read_keeps_no_report_back(): void {
        global $DB;
        $real = $DB;
        $DB = $this->createStub(\moodle_database::class);
        $DB->method('get_in_or_equal')->willThrowException(new \dml_connection_exception('down'));
        $told = current::session($this->course, 0, null, self::START);
        $DB = $real;
        $this->assertNull($told);
        $this->assertDebuggingCalled();
    }
}
