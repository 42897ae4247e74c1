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
 * Whether people are enrolled, and why not.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\facts\enrolment
 * @covers     \local_nidaa\facts\membership
 */
final class enrolment_test extends \advanced_testcase {
    /** @var stdClass */
    private stdClass $course;

    /** @var stdClass */
    private stdClass $user;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('enrol_plugins_enabled', 'manual,self,cohort');
        $this->course = $this->getDataGenerator()->create_course();
        $this->user = $this->getDataGenerator()->create_user();
    }

    /**
     * Enrols the user.
     *
     * @param string $method
     * @param int $start seconds from now, 0 for no limit
     * @param int $end seconds from now, 0 for no limit
     * @param int $status
     */
    private function enrol(string $method, int $start, int $end, int $status = ENROL_USER_ACTIVE): void {
        global $DB;
        if ($method === 'self') {
            $DB->set_field('enrol', 'status', ENROL_INSTANCE_ENABLED, ['enrol' => 'self', 'courseid' => $this->course->id]);
        }
        $at = fn(int $seconds): int => $seconds ? time() + $seconds : 0;
        $generator = $this->getDataGenerator();
        $generator->enrol_user($this->user->id, $this->course->id, 'student', $method, $at($start), $at($end), $status);
    }

    /**
     * The enrolment as told.
     *
     * @return array
     */
    private function told(): array {
        return reader::facts([['userid' => $this->user->id, 'courseid' => $this->course->id]])[0]['enrolment'];
    }

    /**
     * One enrolment each, with the state that it comes to.
     *
     * @return array
     */
    public static function enrolments(): array {
        return [
            'without limits' => [0, 0, ENROL_USER_ACTIVE, 'active', ''],
            'running' => [-DAYSECS, DAYSECS, ENROL_USER_ACTIVE, 'active', ''],
            'ended' => [-2 * DAYSECS, -DAYSECS, ENROL_USER_ACTIVE, 'ended', 'the end of the enrolment has passed'],
            'not begun' => [DAYSECS, 0, ENROL_USER_ACTIVE, 'not_started', 'the enrolment begins later'],
            'suspended' => [0, 0, ENROL_USER_SUSPENDED, 'suspended', 'the enrolment is suspended'],
            'suspended, and over' => [0, -DAYSECS, ENROL_USER_SUSPENDED, 'suspended', 'the enrolment is suspended'],
        ];
    }

    /**
     * The state of an enrolment and its reason.
     *
     * @dataProvider enrolments
     * @param int $start
     * @param int $end
     * @param int $stored
     * @param string $status
     * @param string $reason
     */
    public function test_status_and_reason(int $start, int $end, int $stored, string $status, string $reason): void {
        $this->enrol('manual', $start, $end, $stored);
        $told = $this->told();
        $this->assertSame([$status, $reason, 'manual'], [$told['status'], $told['reason'], $told['method']]);
        $this->assertEqualsWithDelta($start ? time() + $start : 0, $told['timestart'], 5);
        $this->assertEqualsWithDelta($end ? time() + $end : 0, $told['timeend'], 5);
        $this->assertSame(['student'], $told['roles']);
        $context = \core\context\course::instance($this->course->id);
        $this->assertSame(is_enrolled($context, $this->user, '', true), $status === 'active');
    }

    public function test_a_method_that_is_switched_off_suspends(): void {
        global $DB;
        $this->enrol('manual', 0, 0);
        $DB->set_field('enrol', 'status', ENROL_INSTANCE_DISABLED, ['enrol' => 'manual', 'courseid' => $this->course->id]);
        $told = $this->told();
        $this->assertSame('suspended', $told['status']);
        $this->assertSame('the enrolment method is switched off in the course', $told['reason']);
    }

    public function test_nobody_is_enrolled_without_an_enrolment(): void {
        $this->assertSame([
            'status' => 'not_enrolled', 'reason' => '', 'method' => null, 'timestart' => 0, 'timeend' => 0,
            'roles' => [], 'groups' => [], 'lastaccess' => 0,
        ], $this->told());
    }

    public function test_of_several_enrolments_the_best_counts(): void {
        $this->enrol('manual', 0, -DAYSECS);
        $this->enrol('self', 0, 0, ENROL_USER_SUSPENDED);
        $this->assertSame(['suspended', 'self'], [$this->told()['status'], $this->told()['method']]);
        $this->enrol('self', DAYSECS, 0);
        $this->assertSame('not_started', $this->told()['status']);
        $this->enrol('manual', 0, DAYSECS);
        $this->assertSame(['active', 'manual'], [$this->told()['status'], $this->told()['method']]);
        $this->enrol('self', -DAYSECS, 0);
        $this->assertSame(['active', 'self', 0], array_values(array_intersect_key(
            $this->told(),
            ['status' => 1, 'method' => 1, 'timeend' => 1]
        ))); // The one that lasts.
    }

    public function test_groups_roles_and_last_access_are_those_of_the_course(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $other = $generator->create_course();
        foreach ([$this->course, $other] as $course) {
            $generator->enrol_user($this->user->id, $course->id, 'student');
            $group = $generator->create_group(['courseid' => $course->id, 'name' => "المجموعة $course->id"]);
            $generator->create_group_member(['groupid' => $group->id, 'userid' => $this->user->id]);
        }
        $generator->role_assign('teacher', $this->user->id, \core\context\course::instance($other->id));
        $DB->insert_record('user_lastaccess', ['userid' => $this->user->id, 'courseid' => $this->course->id, 'timeaccess' => 7]);
        $told = $this->told();
        $this->assertSame(["المجموعة {$this->course->id}"], array_column($told['groups'], 'name'));
        $this->assertSame(['student'], $told['roles']);
        $this->assertSame(7, $told['lastaccess']);
        $there = reader::facts([['userid' => $this->user->id, 'courseid' => $other->id]])[0]['enrolment'];
        $this->assertEqualsCanonicalizing(['student', 'teacher'], $there['roles']);
        $this->assertSame(0, $there['lastaccess']);
    }
}
