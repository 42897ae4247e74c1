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
 * How much of a course somebody has been at.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\facts\attendance
 * @covers     \local_nidaa\facts\membership
 */
final class attendance_test extends \advanced_testcase {
    /** @var \local_nidaa_generator */
    private \local_nidaa_generator $own;

    /** @var stdClass */
    private stdClass $course;

    /** @var stdClass The list. */
    private stdClass $list;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        if (!\core_component::get_plugin_directory('mod', 'attendance')) {
            $this->markTestSkipped('mod_attendance is not installed');
        }
        $this->resetAfterTest();
        $this->own = $this->getDataGenerator()->get_plugin_generator('local_nidaa');
        $this->course = $this->getDataGenerator()->create_course(['startdate' => time() - 30 * DAYSECS]);
        $this->list = $this->getDataGenerator()->create_module('attendance', ['course' => $this->course->id]);
    }

    /**
     * A trainee, enrolled since the course began.
     *
     * @return stdClass
     */
    private function trainee(): stdClass {
        $generator = $this->getDataGenerator();
        return $generator->create_and_enrol($this->course, 'student', null, 'manual', time() - 30 * DAYSECS);
    }

    /**
     * A session some days ago.
     *
     * @param int $days
     * @param array $more
     * @return stdClass
     */
    private function session(int $days, array $more = []): stdClass {
        return $this->own->create_attendance_session($more + [
            'attendanceid' => $this->list->id,
            'sessdate' => time() - $days * DAYSECS,
        ]);
    }

    /**
     * Attendance as told: held, attended, rate.
     *
     * @param stdClass $user
     * @return array
     */
    private function told(stdClass $user): array {
        $told = reader::facts([['userid' => $user->id, 'courseid' => $this->course->id]])[0]['attendance'];
        $this->assertSame(['sessions', 'late', 'excused'], array_keys($told['definition']));
        return [$told['held'], $told['attended'], $told['rate']];
    }

    public function test_seven_of_eight(): void {
        $user = $this->trainee();
        foreach (['P', 'P', 'L', 'A', 'E', 'P', 'P', 'P'] as $day => $acronym) {
            $this->own->create_attendance_mark($this->session(10 - $day), $user->id, $acronym);
        }
        $this->session(-1); // Not held yet.
        $this->session(1); // Held, as it seems, and not taken.
        $this->assertSame([8, 7, 0.875], $this->told($user));
    }

    public function test_it_counts_the_sessions_that_attendance_itself_counts(): void {
        global $CFG;
        require_once("$CFG->dirroot/mod/attendance/locallib.php");
        $user = $this->trainee();
        foreach ([3, 2] as $days) {
            $this->own->create_attendance_mark($this->session($days), $user->id, 'P');
        }
        $this->own->create_attendance_mark($this->session(40), $user->id, 'P'); // Before the course began.
        $summary = new \mod_attendance_summary($this->list->id, [$user->id]);
        $theirs = $summary->get_taken_sessions_summary_for($user->id);
        $this->assertEquals($theirs->numtakensessions, $this->told($user)[0]);
        $this->assertEquals($theirs->takensessionspercentage, $this->told($user)[2]);
    }

    public function test_without_a_mark_a_session_was_missed_by_whoever_was_enrolled(): void {
        $present = $this->trainee();
        $absent = $this->trainee();
        $joined = $this->getDataGenerator()->create_and_enrol($this->course, 'student', null, 'manual', time() - 2 * DAYSECS);
        $left = $this->getDataGenerator()->create_and_enrol(
            $this->course,
            'student',
            null,
            'manual',
            time() - 30 * DAYSECS,
            time() - 2 * DAYSECS
        );
        $stranger = $this->getDataGenerator()->create_user();
        foreach ([3, 1] as $days) {
            $this->own->create_attendance_mark($this->session($days), $present->id, 'P');
        }
        $this->assertSame([2, 2, 1.0], $this->told($present));
        $this->assertSame([2, 0, 0.0], $this->told($absent));
        $this->assertSame([1, 0, 0.0], $this->told($joined));
        $this->assertSame([1, 0, 0.0], $this->told($left));
        $this->assertSame([0, 0, null], $this->told($stranger));
    }

    public function test_a_row_without_a_status_is_no_attendance(): void {
        $user = $this->trainee();
        $this->own->create_attendance_mark($this->session(1), $user->id, null);
        $this->assertSame([1, 0, 0.0], $this->told($user));
    }

    public function test_group_sessions_are_held_for_the_group_alone(): void {
        $generator = $this->getDataGenerator();
        [$inside, $outside] = [$this->trainee(), $this->trainee()];
        $group = $generator->create_group(['courseid' => $this->course->id]);
        $generator->create_group_member(['groupid' => $group->id, 'userid' => $inside->id]);
        $session = $this->session(2, ['groupid' => $group->id]);
        $this->own->create_attendance_mark($session, $inside->id, 'P');
        $this->own->create_attendance_mark($session, $outside->id, 'P'); // Of a group that they have left.
        $this->assertSame([1, 1, 1.0], $this->told($inside));
        $this->assertSame([0, 0, null], $this->told($outside));
    }

    public function test_all_lists_of_a_course_count_and_no_other_course_does(): void {
        $user = $this->trainee();
        $second = $this->getDataGenerator()->create_module('attendance', ['course' => $this->course->id]);
        $this->own->create_attendance_mark($this->session(3), $user->id, 'P');
        $this->own->create_attendance_mark($this->session(2, ['attendanceid' => $second->id]), $user->id, 'A');
        $other = $this->getDataGenerator()->create_course(['startdate' => time() - 30 * DAYSECS]);
        $theirs = $this->getDataGenerator()->create_module('attendance', ['course' => $other->id]);
        $this->own->create_attendance_mark($this->session(1, ['attendanceid' => $theirs->id]), $user->id, 'P');
        $this->assertSame([2, 1, 0.5], $this->told($user));
    }

    public function test_who_was_marked_twice_was_there_once(): void {
        $user = $this->trainee();
        $session = $this->session(1);
        $this->own->create_attendance_mark($session, $user->id, 'A');
        $this->own->create_attendance_mark($session, $user->id, 'P');
        $this->assertSame([1, 1, 1.0], $this->told($user));
    }

    public function test_a_course_without_a_list_and_a_site_without_the_plugin_say_so(): void {
        $user = $this->trainee();
        $other = $this->getDataGenerator()->create_course();
        $reason = function (int $courseid) use ($user): ?string {
            $row = reader::facts([['userid' => $user->id, 'courseid' => $courseid]])[0];
            $this->assertNull($row['attendance']);
            return array_column($row['unread'], 'reason', 'fact')['attendance'] ?? null;
        };
        $this->assertSame('not_offered', $reason($other->id));
        unset_config('version', 'mod_attendance');
        $this->assertSame('function_missing', $reason($this->course->id));
    }
}
