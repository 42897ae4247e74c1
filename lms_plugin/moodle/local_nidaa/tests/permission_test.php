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

namespace local_nidaa;

use core\context\course as context_course;
use core\context\coursecat as context_coursecat;
use core\context\module as context_module;
use core\context\system as context_system;
use core\exception\moodle_exception;
use core\exception\required_capability_exception;

/**
 * Who may do what.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\permission
 */
final class permission_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    /**
     * What each role of Moodle may do in its course, by default.
     *
     * @return array
     */
    public static function roles(): array {
        return [
            'trainee' => ['student', 'trainee', ['report', 'mine']],
            'room manager' => ['teacher', 'room_manager', ['report', 'log', 'flag', 'room', 'roster', 'mine']],
            'trainer' => ['editingteacher', 'trainer', ['report', 'flag', 'answer', 'roster', 'questions', 'mine']],
        ];
    }

    /**
     * Each may what the role is for, and nothing else.
     *
     * @dataProvider roles
     * @param string $archetype
     * @param string $role
     * @param string[] $allowed
     */
    public function test_roles_do_what_they_are_for(string $archetype, string $role, array $allowed): void {
        $course = $this->getDataGenerator()->create_course();
        $context = context_course::instance($course->id);
        $this->setUser($this->getDataGenerator()->create_and_enrol($course, $archetype));

        $can = [
            'report' => permission::can_report($context),
            'log' => permission::can_log($context),
            'flag' => permission::can_flag($context),
            'answer' => permission::can_answer($context),
        ];
        foreach (array_keys(permission::TARGETS) as $target) {
            $can[$target] = permission::can_launch($target, $context);
        }
        $this->assertEqualsCanonicalizing($allowed, array_keys(array_filter($can)));
        $this->assertSame($role, permission::role($context));
    }

    public function test_an_administrator_enrolled_as_a_trainee_is_a_trainee(): void {
        $course = $this->getDataGenerator()->create_course();
        $context = context_course::instance($course->id);
        $this->setAdminUser();
        $this->assertSame('room_manager', permission::role($context));

        $this->getDataGenerator()->enrol_user(get_admin()->id, $course->id, 'student');
        $this->assertSame('trainee', permission::role($context));
        $this->assertTrue(permission::can_log($context), 'What an administrator may do stays possible.');
    }

    public function test_guests_and_strangers_may_nothing(): void {
        $course = $this->getDataGenerator()->create_course();
        $context = context_course::instance($course->id);
        assign_capability('local/nidaa:report', CAP_ALLOW, get_guest_role()->id, $context->id, true);
        $this->setGuestUser();
        $this->assertFalse(permission::can_report($context));
        $this->assertFalse(permission::can_launch('mine', $context));
        $this->setUser(null);
        $this->assertFalse(permission::can_report($context));
        $this->setUser($this->getDataGenerator()->create_user());
        $this->assertFalse(permission::can_report($context));
        $this->assertTrue(permission::can_launch('mine', context_system::instance()), 'Own reports stay one\'s own.');
    }

    public function test_refusals_say_which_capability_is_missing(): void {
        $course = $this->getDataGenerator()->create_course();
        $context = context_course::instance($course->id);
        $this->setUser($this->getDataGenerator()->create_and_enrol($course, 'student'));
        permission::require_can_report($context);
        foreach (['require_can_log', 'require_can_flag', 'require_can_answer'] as $demand) {
            try {
                permission::$demand($context);
                $this->fail($demand);
            } catch (required_capability_exception $refusal) {
                $this->assertSame('nopermissions', $refusal->errorcode);
            }
        }
        $this->expectException(required_capability_exception::class);
        permission::require_can_launch('desk', $context);
    }

    public function test_an_unknown_page_is_refused_for_everybody(): void {
        $this->setAdminUser();
        $this->assertFalse(permission::can_launch('anything', context_system::instance()));
        $this->expectException(moodle_exception::class);
        permission::require_can_launch('anything', context_system::instance());
    }

    public function test_a_room_alone_can_be_managed(): void {
        $course = $this->getDataGenerator()->create_course();
        $room = $this->getDataGenerator()->create_module('lti', ['course' => $course->id]);
        $user = $this->getDataGenerator()->create_and_enrol($course, 'student');
        $context = context_module::instance($room->cmid);
        $roles = array_column(get_all_roles(), 'id', 'shortname');
        role_assign($roles['teacher'], $user->id, $context->id);
        $this->setUser($user);
        $this->assertTrue(permission::can_log($context));
        $this->assertFalse(permission::can_log(context_course::instance($course->id)));
        $this->assertSame('room_manager', permission::role($context));
        $this->assertSame('trainee', permission::role(context_course::instance($course->id)));
    }

    public function test_a_place_is_a_course_or_an_activity(): void {
        $course = $this->getDataGenerator()->create_course();
        $room = $this->getDataGenerator()->create_module('lti', ['course' => $course->id]);
        $this->assertSame((int) $course->id, (int) permission::place(context_course::instance($course->id)->id)->instanceid);
        $this->assertSame((int) $room->cmid, (int) permission::place(context_module::instance($room->cmid)->id)->instanceid);
        $page = $this->getDataGenerator()->create_module('page', ['course' => SITEID]);
        $forged = [
            0, -1, 99999999, context_system::instance()->id, context_course::instance(SITEID)->id,
            context_coursecat::instance($course->category)->id, context_module::instance($page->cmid)->id,
        ];
        foreach ($forged as $contextid) {
            try {
                permission::place((int) $contextid);
                $this->fail("Context $contextid is no place.");
            } catch (moodle_exception $refusal) {
                $this->assertSame('nidaa_notallowed', $refusal->errorcode);
            }
        }
    }
}
