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
 * Live sessions with their true times.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\timetable\reader
 * @covers     \local_nidaa\timetable\attendance
 * @covers     \local_nidaa\timetable\zoom
 * @covers     \local_nidaa\timetable\calendar
 * @covers     \local_nidaa\timetable\rooms
 * @covers     \local_nidaa\timetable\period
 */
final class reader_test extends \advanced_testcase {
    /** @var int The day that is asked about. */
    private const DAY = 1795600000;

    /** @var \local_nidaa_generator */
    private \local_nidaa_generator $own;

    /** @var stdClass */
    private stdClass $course;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('modules', 'zoom,lti,page', 'local_nidaa'); // A page stands in for a room: it needs no server.
        $this->own = $this->getDataGenerator()->get_plugin_generator('local_nidaa');
        $this->course = $this->getDataGenerator()->create_course();
    }

    /**
     * Skips where a plugin is missing.
     *
     * @param string $component
     */
    private function need(string $component): void {
        if (!get_config($component, 'version')) {
            $this->markTestSkipped("$component is not installed");
        }
    }

    /**
     * What is told of the course's day.
     *
     * @return array sessions by key, and why the course is untold
     */
    private function told(): array {
        $told = reader::sessions([$this->course->id], self::DAY, self::DAY + DAYSECS);
        return [
            array_column($told['sessions'], null, 'key'),
            array_column($told['untold'], 'reason', 'courseid')[$this->course->id] ?? null,
        ];
    }

    /**
     * A room.
     *
     * @param string $module
     * @param array $more
     * @return stdClass
     */
    private function room(string $module = 'page', array $more = []): stdClass {
        return $this->getDataGenerator()->create_module($module, ['course' => $this->course->id] + $more);
    }

    /**
     * An attendance list with a session at noon.
     *
     * @param array $session
     * @return stdClass the session
     */
    private function noon(array $session = []): stdClass {
        $this->need('mod_attendance');
        $list = $this->getDataGenerator()->create_module('attendance', ['course' => $this->course->id]);
        return $this->own->create_attendance_session($session + [
            'attendanceid' => $list->id, 'sessdate' => self::DAY + 12 * HOURSECS, 'duration' => 2 * HOURSECS,
        ]);
    }

    public function test_a_session_of_the_attendance_list_takes_place_in_the_only_room(): void {
        $session = $this->noon();
        $expected = [
            'key' => "attendance-$session->id",
            'course' => (int) $this->course->id,
            'activity' => null,
            'group' => null,
            'starts_at' => self::DAY + 12 * HOURSECS,
            'ends_at' => self::DAY + 14 * HOURSECS,
            'platform' => '',
            'source' => 'attendance',
        ];
        $this->assertSame([[$expected['key'] => $expected], null], $this->told());
        $room = $this->room();
        $here = ['activity' => (int) $room->cmid, 'platform' => 'page'] + $expected;
        $this->room('page', ['visible' => 0]); // Hidden: no class is held there.
        $this->room('lti'); // It may show anything.
        $this->assertEquals($here, $this->told()[0][$expected['key']]);
        $this->room();
        $this->assertEquals($expected, $this->told()[0][$expected['key']]); // Two rooms: no guess.
    }

    public function test_a_group_session_is_the_groups(): void {
        $group = $this->getDataGenerator()->create_group(['courseid' => $this->course->id]);
        $session = $this->noon(['groupid' => $group->id]);
        $this->assertSame((int) $group->id, $this->told()[0]["attendance-$session->id"]['group']);
    }

    public function test_what_overlaps_is_told_and_what_touches_is_not(): void {
        $session = $this->noon();
        $list = ['attendanceid' => $session->attendanceid];
        $at = fn(int $start, int $length): string => 'attendance-' . $this->own->create_attendance_session(
            $list + ['sessdate' => self::DAY + $start, 'duration' => $length]
        )->id;
        $running = $at(-HOURSECS, 2 * HOURSECS);
        $long = $at(-20 * HOURSECS, DAYSECS);
        $last = $at(DAYSECS - 1, HOURSECS);
        $at(-2 * HOURSECS, 2 * HOURSECS); // Over as the day begins.
        $at(DAYSECS, HOURSECS);
        $at(0, DAYSECS + 1); // An opening window in disguise.
        $this->assertSame([$long, $running, "attendance-$session->id", $last], array_keys($this->told()[0]));
        $this->assertNull($this->told()[1]);
    }

    public function test_a_session_without_an_end_is_not_told_and_said_so(): void {
        $this->noon(['duration' => 0]);
        $this->assertSame([[], 'not_offered'], $this->told());
    }

    public function test_meetings_of_zoom(): void {
        $this->need('mod_zoom');
        $zoom = $this->own->create_zoom(['course' => $this->course->id, 'start_time' => self::DAY + 10 * HOURSECS]);
        [$sessions, $untold] = $this->told();
        $this->assertSame(["zoom-$zoom->cmid"], array_keys($sessions));
        $told = $sessions["zoom-$zoom->cmid"];
        $this->assertSame(
            [(int) $zoom->cmid, self::DAY + 12 * HOURSECS, 'zoom', 'zoom'],
            [$told['activity'], $told['ends_at'], $told['platform'], $told['source']]
        );
        $this->assertNull($untold);
        $elsewhere = ['course' => $this->course->id, 'start_time' => self::DAY + HOURSECS];
        $this->own->create_zoom($elsewhere + ['exists_on_zoom' => 0]);
        $this->own->create_zoom($elsewhere + ['visible' => 0]);
        $this->assertSame(["zoom-$zoom->cmid"], array_keys($this->told()[0]));
    }

    public function test_a_recurring_meeting_is_told_by_its_occurrences_and_without_times_it_is_not(): void {
        $this->need('mod_zoom');
        $weekly = ['course' => $this->course->id, 'recurring' => 1, 'recurrence_type' => 2, 'start_time' => self::DAY - WEEKSECS];
        $zoom = $this->own->create_zoom($weekly);
        $this->assertSame([[], null], $this->told()); // Its occurrences are known, and none is today.
        $this->own->create_calendar_entry([
            'courseid' => $this->course->id, 'modulename' => 'zoom', 'instance' => $zoom->id, 'eventtype' => 'zoom',
            'timestart' => self::DAY + HOURSECS, 'uuid' => '1795603600000',
        ]);
        $this->assertSame(["zoom-$zoom->cmid-1795603600000"], array_keys($this->told()[0]));
        $this->own->create_zoom(['recurrence_type' => 0] + $weekly);
        $this->assertSame('not_offered', $this->told()[1]);
        $this->assertCount(1, $this->told()[0]);
    }

    public function test_a_class_is_told_once_by_the_source_that_is_nearest_to_the_room(): void {
        $this->need('mod_zoom');
        $session = $this->noon();
        $zoom = $this->own->create_zoom(['course' => $this->course->id, 'start_time' => self::DAY + 12 * HOURSECS + 900]);
        $this->assertSame(["zoom-$zoom->cmid"], array_keys($this->told()[0]));
        $group = $this->getDataGenerator()->create_group(['courseid' => $this->course->id]);
        $theirs = $this->own->create_attendance_session([
            'attendanceid' => $session->attendanceid, 'sessdate' => $session->sessdate, 'groupid' => $group->id,
        ]);
        $before = $this->own->create_attendance_session([
            'attendanceid' => $session->attendanceid, 'sessdate' => $session->sessdate - 90 * MINSECS,
        ]);
        $this->assertSame(
            ["attendance-$before->id", "attendance-$theirs->id", "zoom-$zoom->cmid"],
            array_keys($this->told()[0])
        );
    }

    public function test_the_calendar_tells_where_nothing_else_could(): void {
        $at = ['courseid' => $this->course->id, 'timestart' => self::DAY + HOURSECS];
        $entry = $this->own->create_calendar_entry($at);
        $this->assertSame([[], 'not_offered'], $this->told()); // Without a room it may be anything.
        $room = $this->room();
        [$sessions, $untold] = $this->told();
        $this->assertSame(["calendar-$entry->id"], array_keys($sessions));
        $this->assertSame((int) $room->cmid, $sessions["calendar-$entry->id"]['activity']);
        $this->assertNull($untold);
        $this->own->create_calendar_entry(['timeduration' => 9 * HOURSECS] + $at); // A day of exams.
        $this->own->create_calendar_entry(['timeduration' => 0] + $at); // A reminder.
        $this->own->create_calendar_entry(['eventtype' => 'user', 'courseid' => 0] + $at);
        $this->own->create_calendar_entry(['modulename' => 'bigbluebuttonbn', 'eventtype' => 'meeting_start'] + $at);
        $this->assertCount(1, $this->told()[0]);
        $session = $this->noon();
        $this->assertSame(["attendance-$session->id"], array_keys($this->told()[0]));
    }

    public function test_an_opening_window_is_never_a_session(): void {
        $this->need('mod_bigbluebuttonbn');
        $this->setAdminUser(); // The activity writes its window into the calendar itself.
        set_config('modules', 'bigbluebuttonbn', 'local_nidaa');
        $this->getDataGenerator()->create_module('bigbluebuttonbn', [
            'course' => $this->course->id, 'openingtime' => self::DAY, 'closingtime' => self::DAY + 2 * HOURSECS,
        ]);
        $this->assertSame([[], 'not_offered'], $this->told());
    }

    public function test_a_course_that_is_not_there_and_the_front_page_are_untold(): void {
        $told = reader::sessions([999999, SITEID], self::DAY, self::DAY + 1);
        $this->assertSame([], $told['sessions']);
        $expected = [999999 => 'silently_empty', SITEID => 'silently_empty'];
        $this->assertEquals($expected, array_column($told['untold'], 'reason', 'courseid'));
        $this->assertSame(['sessions' => [], 'untold' => []], reader::sessions([], 0, 1));
    }

    public function test_a_source_that_fails_leaves_the_others(): void {
        $session = $this->noon();
        $broken = new class implements source {
            #[\Override]
            public function read(rooms $rooms, period $period, array $told): answer {
                throw new \dml_read_exception('gone');
            }
        };
        $period = new period(self::DAY, self::DAY + DAYSECS);
        $told = reader::read([(int) $this->course->id], $period, [new attendance(), $broken]);
        $this->assertDebuggingCalled();
        $this->assertSame(["attendance-$session->id"], array_column($told['sessions'], 'key'));
        $this->assertSame([['courseid' => (int) $this->course->id, 'reason' => 'failed']], $told['untold']);
    }
}
