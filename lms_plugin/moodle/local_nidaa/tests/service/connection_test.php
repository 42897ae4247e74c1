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

namespace local_nidaa\service;

use core\context\system as context_system;

/**
 * How the sidecar gets in.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\service\connection
 * @covers     \local_nidaa\service\caller
 */
final class connection_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    /**
     * What a token gets from Moodle.
     *
     * @param string $token
     * @return \stdClass the user
     */
    private function authenticate(string $token): \stdClass {
        global $CFG;
        require_once("$CFG->dirroot/webservice/lib.php");
        return (new \webservice())->authenticate_user($token)['user'];
    }

    public function test_a_token_opens_the_service_and_nothing_of_moodles_pages(): void {
        global $SESSION;
        set_config('enablewebservices', 0);
        set_config('webserviceprotocols', 'soap');
        $this->assertFalse(connection::is_open());
        connection::open();
        $this->assertEqualsCanonicalizing(['rest', 'soap'], explode(',', get_config('core', 'webserviceprotocols')));
        $this->assertTrue(connection::is_open());
        $token = connection::renew(false);
        $this->assertMatchesRegularExpression('/^[0-9a-f]{32}$/', $token);
        $this->assertSame(caller::USERNAME, $this->authenticate($token)->username);
        $this->assertFalse(isset($SESSION->webservicenewlycreatedtoken)); // Else a page of Moodle's would show it once more.
        $_SERVER['HTTP_USER_AGENT'] = 'PHPUnit';
        $this->assertFalse(authenticate_user_login(caller::USERNAME, ''));
        $this->resetDebugging();
    }

    public function test_the_role_allows_that_and_nothing_else(): void {
        global $DB;
        connection::renew(false);
        $roleid = $DB->get_field('role', 'id', ['shortname' => caller::ROLE], MUST_EXIST);
        $allowed = $DB->get_fieldset_select('role_capabilities', 'capability', 'roleid = ?', [$roleid]);
        $this->assertEqualsCanonicalizing(caller::CAPABILITIES, $allowed);
        $this->assertEquals([CONTEXT_SYSTEM], array_values(get_role_contextlevels($roleid)));
        $user = $DB->get_record('user', ['username' => caller::USERNAME], '*', MUST_EXIST);
        $this->assertTrue(has_capability('local/nidaa:serve', context_system::instance(), $user));
        foreach (['moodle/user:viewalldetails', 'moodle/user:viewdetails', 'moodle/site:config'] as $more) {
            $this->assertFalse(has_capability($more, context_system::instance(), $user), $more);
        }
    }

    public function test_what_it_may_see_of_courses_is_what_is_needed_to_know_which_run(): void {
        global $CFG, $DB;
        require_once("$CFG->dirroot/course/externallib.php");
        $course = $this->getDataGenerator()->create_course(['startdate' => 1000]);
        $hidden = $this->getDataGenerator()->create_course(['visible' => 0]);
        connection::renew(false);
        $caller = $DB->get_record('user', ['username' => caller::USERNAME], '*', MUST_EXIST);
        $role = $DB->get_field('role', 'id', ['shortname' => caller::ROLE], MUST_EXIST);
        $told = function () use ($caller): array {
            $this->setUser($caller);
            return array_column(\core_course_external::get_courses_by_field()['courses'], null, 'id');
        };
        $this->assertEquals(1000, $told()[$course->id]['startdate']);
        $this->assertArrayNotHasKey($hidden->id, $told());
        unassign_capability('moodle/course:view', $role);
        $this->assertArrayNotHasKey('startdate', $told()[$course->id]);
    }

    public function test_doing_it_again_makes_another_token_and_nothing_twice(): void {
        global $DB;
        $first = connection::renew(false);
        $this->assertSame(1, connection::tokens());
        $second = connection::renew(false);
        $this->assertNotSame($first, $second);
        $this->assertSame(2, connection::tokens());
        $this->assertSame(1, $DB->count_records('user', ['username' => caller::USERNAME]));
        $this->assertSame(1, $DB->count_records('role', ['shortname' => caller::ROLE]));
        $third = connection::renew(true);
        $this->assertSame(1, connection::tokens());
        connection::open();
        $this->assertNotEmpty($this->authenticate($third));
        $this->expectExceptionMessage(get_string('invalidtoken', 'webservice'));
        $this->authenticate($first);
    }

    public function test_what_somebody_has_broken_is_mended(): void {
        global $DB;
        connection::renew(false);
        $roleid = $DB->get_field('role', 'id', ['shortname' => caller::ROLE]);
        unassign_capability('local/nidaa:serve', $roleid);
        $DB->set_field('user', 'suspended', 1, ['username' => caller::USERNAME]);
        $DB->set_field('external_services', 'enabled', 0, ['shortname' => 'local_nidaa']);
        accesslib_clear_all_caches_for_unit_testing();
        $token = connection::renew(false);
        connection::open();
        $this->assertNotEmpty($this->authenticate($token));
    }

    public function test_a_token_may_be_bound_to_an_address(): void {
        global $DB;
        $token = connection::renew(false, '192.0.2.0/24, 2001:db8::1');
        $this->assertSame('192.0.2.0/24, 2001:db8::1', $DB->get_field('external_tokens', 'iprestriction', ['token' => $token]));
        $this->expectExceptionMessage(get_string('connect_address_invalid', 'local_nidaa'));
        connection::renew(false, 'nidaa.example');
    }

    public function test_the_lines_for_the_sites_file(): void {
        global $CFG;
        $expected = "[sites.academy]\nkind = \"moodle\"\nurl = \"$CFG->wwwroot\"\ntoken = \"abc\"\nsecrets = [\"new\", \"old\"]\n";
        $this->assertSame($expected, connection::toml('abc', ['new', 'old'], 'academy'));
        $this->assertStringStartsWith("[sites.academy]\n", connection::toml('abc', [], ''));
    }
}
