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

use local_nidaa\service\too_much;
use stdClass;

/**
 * How much is answered at once, and at what cost.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\timetable\reader
 */
final class bounds_test extends \advanced_testcase {
    /** @var int The day that is asked about. */
    private const DAY = 1795600000;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    /**
     * A course with a session at noon.
     *
     * @return stdClass the session, with its course
     */
    private function noon(): stdClass {
        if (!get_config('mod_attendance', 'version')) {
            $this->markTestSkipped('mod_attendance is not installed');
        }
        $generator = $this->getDataGenerator();
        $course = (int) $generator->create_course()->id;
        $session = $generator->get_plugin_generator('local_nidaa')->create_attendance_session([
            'attendanceid' => $generator->create_module('attendance', ['course' => $course])->id,
            'sessdate' => self::DAY + 12 * HOURSECS,
        ]);
        $session->course = $course;
        return $session;
    }

    /**
     * What is too much, or makes no sense.
     *
     * @return array
     */
    public static function bounds(): array {
        return [
            'courses' => [range(1, 51), 0, 1],
            'days' => [[1], 0, 62 * DAYSECS + 1],
            'nothing between' => [[1], 5, 5],
            'backwards' => [[1], 6, 5],
            'before time' => [[1], -1, 5],
        ];
    }

    /**
     * It is refused, with a clear error.
     *
     * @dataProvider bounds
     * @param int[] $courseids
     * @param int $since
     * @param int $until
     */
    public function test_bounds(array $courseids, int $since, int $until): void {
        $this->expectException(too_much::class);
        $this->expectExceptionMessageMatches('/50 courses|62 days/');
        reader::sessions($courseids, $since, $until);
    }

    public function test_more_sessions_than_an_answer_holds_are_refused(): void {
        global $DB;
        $session = $this->noon();
        $row = array_diff_key((array) $session, ['id' => 0, 'course' => 0]);
        $DB->insert_records('attendance_sessions', array_fill(0, reader::SESSIONS, $row));
        $this->expectException(too_much::class);
        $this->expectExceptionMessage('5000 sessions');
        reader::sessions([$session->course], self::DAY, self::DAY + DAYSECS);
    }

    public function test_the_number_of_queries_does_not_depend_on_how_many_courses(): void {
        global $DB;
        $courseids = [];
        for ($place = 0; $place < 50; $place++) {
            $courseids[] = $this->noon()->course;
        }
        $count = function (array $courseids) use ($DB): int {
            $before = $DB->perf_get_queries();
            $this->assertCount(count($courseids), reader::sessions($courseids, self::DAY, self::DAY + DAYSECS)['sessions']);
            return $DB->perf_get_queries() - $before;
        };
        $count($courseids);
        $one = $count([end($courseids)]);
        $this->assertSame($one, $count($courseids));
        $this->assertLessThanOrEqual(6, $one);
    }
}
