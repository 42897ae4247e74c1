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

namespace local_nidaa\external;

use core\context\course as context_course;
use core_external\external_api;
use stdClass;

/**
 * Whose certificate is in danger.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\external\get_roster
 * @covers     \local_nidaa\people\trainees
 */
final class get_roster_test extends \advanced_testcase {
    /** @var stdClass A course. */
    private stdClass $course;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('url', 'http://127.0.0.1:1', 'local_nidaa');
        $this->course = $this->getDataGenerator()->create_course();
        set_config('field_phone', 'phone1', 'local_nidaa');
    }

    /**
     * A trainee.
     *
     * @param array $user
     * @return stdClass
     */
    private function trainee(array $user = []): stdClass {
        return $this->getDataGenerator()->create_and_enrol($this->course, 'student', $user);
    }

    /**
     * The roster, by user.
     *
     * @return array
     */
    private function roster(): array {
        $contextid = context_course::instance($this->course->id)->id;
        $rows = external_api::clean_returnvalue(get_roster::execute_returns(), get_roster::execute($contextid));
        return array_column($rows, null, 'id');
    }

    public function test_trainers_see_trainees_with_their_gaps(): void {
        $fine = $this->trainee(['phone1' => '0551234567']);
        $lacking = $this->trainee(['phone1' => '']);
        $gone = $this->trainee();
        $this->getDataGenerator()->enrol_user($gone->id, $this->course->id, 'student', 'manual', 0, 0, ENROL_USER_SUSPENDED);
        $this->getDataGenerator()->create_and_enrol($this->course, 'teacher');
        foreach (['editingteacher', 'teacher'] as $role) {
            $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, $role));
            $roster = $this->roster();
            $this->assertEqualsCanonicalizing([$fine->id, $lacking->id, $gone->id], array_keys($roster), 'Staff are no trainees.');
            $this->assertSame(fullname($fine), $roster[$fine->id]['name']);
            $this->assertNotContains('phone_missing', $roster[$fine->id]['gaps']);
            $this->assertContains('phone_missing', $roster[$lacking->id]['gaps']);
            $this->assertContains('enrolment_suspended', $roster[$gone->id]['gaps']);
        }
    }

    public function test_no_value_is_told(): void {
        $this->trainee(['phone1' => '0551234567', 'idnumber' => '1012345678']);
        set_config('field_national_id', 'idnumber', 'local_nidaa');
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher'));
        $told = json_encode($this->roster());
        $this->assertStringNotContainsString('1012345678', $told);
        $this->assertStringNotContainsString('0551234567', $told);
    }

    public function test_a_trainee_sees_the_own_row_alone(): void {
        $this->trainee();
        $me = $this->trainee(['phone1' => '']);
        $this->setUser($me);
        $roster = $this->roster();
        $this->assertSame([(int) $me->id], array_keys($roster));
        $this->assertContains('phone_missing', $roster[$me->id]['gaps']);
    }

    public function test_separate_groups_are_respected(): void {
        global $DB;

        $DB->set_field('course', 'groupmode', SEPARATEGROUPS, ['id' => $this->course->id]);
        rebuild_course_cache($this->course->id, true);
        $mine = $this->getDataGenerator()->create_group(['courseid' => $this->course->id]);
        [$near] = [$this->trainee(), $this->trainee()];
        groups_add_member($mine, $near);
        $manager = $this->getDataGenerator()->create_and_enrol($this->course, 'teacher');
        $this->setUser($manager);
        $this->assertSame([], $this->roster());
        groups_add_member($mine, $manager);
        $this->assertSame([(int) $near->id], array_keys($this->roster()));
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher'));
        $this->assertCount(2, $this->roster(), 'Trainers see all groups.');
    }

    public function test_a_large_course_is_read_in_bites(): void {
        for ($i = 0; $i < 101; $i++) {
            $this->trainee();
        }
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher'));
        $this->assertCount(101, $this->roster());
    }

    public function test_strangers_are_refused(): void {
        $this->setUser($this->getDataGenerator()->create_user());
        $this->expectException(\core\exception\require_login_exception::class);
        $this->roster();
    }
}
