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

namespace local_nidaa\launch;

use core\context\course as context_course;
use core\context\module as context_module;
use core\context\system as context_system;
use core\exception\moodle_exception;
use core\exception\required_capability_exception;
use stdClass;

/**
 * People are sent to the sidecar's pages with what Moodle says of them.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\launch\passage
 */
final class passage_test extends \advanced_testcase {
    /** @var string A secret. */
    private const SECRET = 'whsec_dGhlIG5ldyBzZWNyZXQgb2YgdGhlIGFjYWRlbXkncyBzaXRlLCAyMDI2';

    /** @var string The one before it. */
    private const OLD = 'whsec_dGhlIG9sZCBzZWNyZXQgb2YgdGhlIGFjYWRlbXkncyBzaXRlLCAyMDI1';

    /** @var stdClass A course. */
    private stdClass $course;

    /** @var stdClass A live room. */
    private stdClass $room;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('url', 'https://nidaa.example/base/', 'local_nidaa');
        set_config('siteid', 'academy', 'local_nidaa');
        set_config('secret', self::SECRET, 'local_nidaa');
        $this->course = $this->getDataGenerator()->create_course();
        $this->room = $this->getDataGenerator()->create_module('lti', ['course' => $this->course->id]);
    }

    /**
     * The fields of a form, by name.
     *
     * @param passage $passage
     * @return string[]
     */
    private static function fields(passage $passage): array {
        return array_column($passage->fields(), 'value', 'name');
    }

    /**
     * The claims of a token that this secret has signed.
     *
     * @param string $token
     * @param string $secret
     * @return array
     */
    private function claims(string $token, string $secret = self::SECRET): array {
        $read = fn(string $text): string => base64_decode(strtr($text, '-_', '+/'));
        [$header, $claims, $signature] = explode('.', $token);
        $wanted = hash_hmac('sha256', "$header.$claims", base64_decode(substr($secret, 6)), true);
        $this->assertTrue(hash_equals($wanted, $read($signature)));
        $this->assertSame('HS256', json_decode($read($header))->alg);
        return json_decode($read($claims), true);
    }

    public function test_a_room_manager_is_sent_to_the_board(): void {
        $user = $this->getDataGenerator()->create_and_enrol($this->course, 'teacher', ['firstname' => 'أحمد']);
        $this->setUser($user);
        $fields = self::fields(new passage('room', context_module::instance($this->room->cmid)));
        $this->assertSame(['token', 'target', 'activity'], array_keys($fields));
        $this->assertSame('room', $fields['target']);
        $this->assertSame((string) $this->room->cmid, $fields['activity']);
        $claims = $this->claims($fields['token']);
        $this->assertSame('academy', $claims['iss']);
        $this->assertSame('launch', $claims['aud']);
        $this->assertSame('launch:room', $claims['scope']);
        $this->assertSame((string) $user->id, $claims['sub']);
        $this->assertSame(fullname($user), $claims['name']);
        $this->assertSame('room_manager', $claims['role']);
        $this->assertSame((string) $this->course->id, $claims['ctx']['course']);
        $this->assertSame((string) $this->room->cmid, $claims['ctx']['activity']);
        $this->assertLessThanOrEqual(60, $claims['exp'] - $claims['iat']);
        $this->assertEqualsWithDelta(time(), $claims['iat'], 2);
        $this->assertSame('https://nidaa.example/base/launch', passage::address());
    }

    public function test_a_message_leads_by_the_course_to_the_course_s_own_page(): void {
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'student'));
        $context = passage::of_course('mine', (int) $this->course->id);
        $this->assertSame(context_course::instance($this->course->id)->id, $context->id);
        $fields = array_column((new passage('mine', $context))->fields(true), 'value', 'name');
        $this->assertSame('course', $fields['page']);
        $this->assertSame((string) $this->course->id, $this->claims($fields['token'])['ctx']['course']);
        $this->assertArrayNotHasKey('page', self::fields(new passage('mine', $context)));
        $this->assertInstanceOf(context_system::class, passage::of_course('mine', 0));
        foreach (['roster' => 0, 'mine' => 999999999, 'desk' => (int) SITEID] as $target => $courseid) {
            try {
                passage::of_course($target, $courseid);
                $this->fail("$target $courseid");
            } catch (moodle_exception $error) {
                $this->assertSame('nidaa_notallowed', $error->errorcode);
            }
        }
    }

    public function test_a_message_opens_no_page_that_is_not_this_person_s(): void {
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'student'));
        $this->expectException(required_capability_exception::class);
        new passage('roster', passage::of_course('roster', (int) $this->course->id));
    }

    public function test_every_form_has_a_token_of_its_own(): void {
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'student'));
        $passage = new passage('mine', context_course::instance($this->course->id));
        $ids = [$this->claims(self::fields($passage)['token'])['jti'], $this->claims(self::fields($passage)['token'])['jti']];
        $this->assertNotSame($ids[0], $ids[1]);
    }

    public function test_while_a_secret_rotates_the_old_one_signs(): void {
        set_config('previoussecret', self::OLD, 'local_nidaa');
        $this->setUser($this->getDataGenerator()->create_user());
        $fields = self::fields(new passage('mine', context_system::instance()));
        $claims = $this->claims($fields['token'], self::OLD);
        $this->assertSame('trainee', $claims['role']);
        $this->assertSame(['course' => null, 'activity' => null, 'group' => null, 'session' => null], $claims['ctx']);
        $this->assertArrayNotHasKey('activity', $fields);
    }

    public function test_a_group_is_ones_own_to_choose(): void {
        $more = ['course' => $this->course->id, 'groupmode' => SEPARATEGROUPS];
        $room = $this->getDataGenerator()->create_module('lti', $more);
        $mine = $this->getDataGenerator()->create_group(['courseid' => $this->course->id]);
        $other = $this->getDataGenerator()->create_group(['courseid' => $this->course->id]);
        $user = $this->getDataGenerator()->create_and_enrol($this->course, 'teacher');
        groups_add_member($mine, $user);
        $this->setUser($user);
        $context = context_module::instance($room->cmid);
        $claims = $this->claims(self::fields(new passage('room', $context, (int) $mine->id))['token']);
        $this->assertSame((string) $mine->id, $claims['ctx']['group']);
        $this->expectException(moodle_exception::class);
        self::fields(new passage('room', $context, (int) $other->id));
    }

    /**
     * Pages that a role does not open.
     *
     * @return array
     */
    public static function closed(): array {
        return [
            ['student', ['room', 'roster', 'desk', 'questions']],
            ['teacher', ['desk', 'questions']],
            ['editingteacher', ['room', 'desk']],
        ];
    }

    /**
     * No capability, no token.
     *
     * @dataProvider closed
     * @param string $role
     * @param string[] $targets
     */
    public function test_without_the_capability_there_is_no_token(string $role, array $targets): void {
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, $role));
        foreach ($targets as $target) {
            try {
                new passage($target, context_course::instance($this->course->id));
                $this->fail("$role opened $target");
            } catch (required_capability_exception $refusal) {
                $this->assertSame('nopermissions', $refusal->errorcode);
            }
        }
    }

    public function test_guests_are_sent_nowhere(): void {
        $this->setGuestUser();
        $this->expectExceptionMessage(get_string('nidaa_notallowed', 'local_nidaa'));
        new passage('mine', context_system::instance());
    }

    public function test_an_unfinished_set_up_is_said(): void {
        set_config('secret', '', 'local_nidaa');
        $this->setAdminUser();
        $this->expectExceptionMessage(get_string('nidaa_notconfigured', 'local_nidaa'));
        new passage('desk', context_system::instance());
    }

    public function test_only_pages_without_a_course_begin_in_the_system(): void {
        $system = (int) context_system::instance()->id;
        $this->assertSame($system, (int) passage::from('mine', $system)->id);
        $this->assertSame($system, (int) passage::from('desk', $system)->id);
        $course = (int) context_course::instance($this->course->id)->id;
        $this->assertSame($course, (int) passage::from('mine', $course)->id);
        $this->expectException(moodle_exception::class);
        passage::from('room', $system);
    }
}
