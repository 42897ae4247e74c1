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

use core\context\system as context_system;
use core\exception\required_capability_exception;
use core_external\external_api;

/**
 * The four functions for the sidecar as web services: who may call them, and that their answers are as they are described.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\external\get_facts
 * @covers     \local_nidaa\external\get_sessions
 * @covers     \local_nidaa\external\get_course
 * @covers     \local_nidaa\external\notify
 */
final class serving_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    /**
     * The functions, each with a call.
     *
     * @return array
     */
    public static function calls(): array {
        return [
            'get_facts' => [get_facts::class, [[['userid' => 2, 'courseid' => SITEID], ['userid' => 999999]]]],
            'get_sessions' => [get_sessions::class, [[1, 999999], 0, 1]],
            'get_course' => [get_course::class, [[1, 999999]]],
            'notify' => [notify::class, [[['key' => 'k', 'userid' => 999999, 'subject' => 's', 'text' => 't']]]],
        ];
    }

    /**
     * Somebody who holds what is asked for, on the whole site.
     *
     * @param string[] $capabilities
     */
    private function sign_in(array $capabilities): void {
        $role = $this->getDataGenerator()->create_role();
        foreach ($capabilities as $capability) {
            assign_capability($capability, CAP_ALLOW, $role, context_system::instance()->id);
        }
        $user = $this->getDataGenerator()->create_user();
        role_assign($role, $user->id, context_system::instance()->id);
        $this->setUser($user);
    }

    /**
     * The service user may, and the answer is as described.
     *
     * @dataProvider calls
     * @param string $class
     * @param array $arguments
     */
    public function test_the_service_user_is_answered(string $class, array $arguments): void {
        $this->sign_in(['local/nidaa:serve']);
        $answer = $class::execute(...$arguments);
        $this->assertSame(1, $answer['version']);
        $clean = external_api::clean_returnvalue($class::execute_returns(), $answer);
        $this->assertEquals($answer, $clean); // Nothing is dropped on the way, and null stays null.
    }

    /**
     * Nobody else may: not a manager of everything, nor somebody who is not signed in.
     *
     * @dataProvider calls
     * @param string $class
     * @param array $arguments
     */
    public function test_nobody_else_is(string $class, array $arguments): void {
        global $DB;
        $manager = $this->getDataGenerator()->create_user();
        role_assign($DB->get_field('role', 'id', ['shortname' => 'manager']), $manager->id, context_system::instance()->id);
        $this->setUser($manager);
        try {
            $class::execute(...$arguments);
            $this->fail('a manager was answered');
        } catch (required_capability_exception $refused) {
            $this->assertSame('nopermissions', $refused->errorcode);
        }
        $this->setUser(null);
        $this->expectException(\core\exception\require_login_exception::class);
        $class::execute(...$arguments);
    }

    public function test_a_full_row_survives_its_description(): void {
        $generator = $this->getDataGenerator();
        $own = $generator->get_plugin_generator('local_nidaa');
        $course = $generator->create_course(['enddate' => 2000, 'startdate' => 1000]);
        $user = $generator->create_and_enrol($course);
        $group = $generator->create_group(['courseid' => $course->id, 'name' => 'أ & <b>']);
        $generator->create_group_member(['groupid' => $group->id, 'userid' => $user->id]);
        $own->create_profile_field('national_id', [$user->id => '1000000008']);
        if (get_config('mod_attendance', 'version')) {
            $list = $generator->create_module('attendance', ['course' => $course->id]);
            $own->create_attendance_mark($own->create_attendance_session([
                'attendanceid' => $list->id, 'sessdate' => time() - DAYSECS,
            ]), $user->id, 'P');
        }
        $this->sign_in(['local/nidaa:serve']);
        $answer = get_facts::execute([['userid' => $user->id, 'courseid' => $course->id]]);
        $clean = external_api::clean_returnvalue(get_facts::execute_returns(), $answer);
        $this->assertEquals($answer, $clean);
        $this->assertSame([['id' => (int) $group->id, 'name' => 'أ & <b>']], $clean['facts'][0]['enrolment']['groups']);
        $this->assertTrue($clean['facts'][0]['courseended']);
    }

    public function test_the_service_offers_exactly_what_the_sidecar_calls(): void {
        global $DB;
        $service = $DB->get_record('external_services', ['shortname' => 'local_nidaa'], '*', MUST_EXIST);
        $functions = $DB->get_fieldset_select(
            'external_services_functions',
            'functionname',
            'externalserviceid = ?',
            [$service->id]
        );
        $this->assertEqualsCanonicalizing([
            'local_nidaa_get_facts', 'local_nidaa_get_sessions', 'local_nidaa_get_course', 'local_nidaa_get_presence',
            'local_nidaa_notify', 'core_webservice_get_site_info', 'core_course_get_courses_by_field',
        ], $functions);
        $this->assertEquals([1, 1, 'local/nidaa:serve'], [
            $service->enabled, $service->restrictedusers, $service->requiredcapability,
        ]);
        $this->assertEquals([0, 0], [$service->downloadfiles, $service->uploadfiles]);
    }

    public function test_nobody_knows_who_is_in_a_room_that_no_platform_tells_of(): void {
        $this->resetAfterTest();
        $this->setAdminUser();
        $course = $this->getDataGenerator()->create_course();
        $page = $this->getDataGenerator()->create_module('page', ['course' => $course->id]);
        $answer = get_presence::execute([['cmid' => $page->cmid, 'groupid' => 0], ['cmid' => 999999, 'groupid' => 0]]);
        $clean = get_presence::clean_returnvalue(get_presence::execute_returns(), $answer);
        $this->assertSame([null, null], array_column($clean['rooms'], 'present'));
        $this->expectException(\moodle_exception::class);
        get_presence::execute(array_fill(0, 11, ['cmid' => 1, 'groupid' => 0]));
    }
}
