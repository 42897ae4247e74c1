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
use core\context\module as context_module;
use core\context\system as context_system;
use core_external\external_api;
use local_nidaa\contact\forms;
use stdClass;

/**
 * What a person can do from here.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\external\get_context
 * @covers     \local_nidaa\course\rooms
 * @covers     \local_nidaa\course\staff
 * @covers     \local_nidaa\course\company
 */
final class get_context_test extends \advanced_testcase {
    /** @var stdClass A course. */
    private stdClass $course;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        // Blocked by Moodle's curl security: nothing is asked, and everything has to work without an answer.
        set_config('url', 'http://127.0.0.1:1', 'local_nidaa');
        set_config('siteid', 'academy', 'local_nidaa');
        set_config('secret', 'whsec_dGhlIG5ldyBzZWNyZXQgb2YgdGhlIGFjYWRlbXkncyBzaXRlLCAyMDI2', 'local_nidaa');
        $this->course = $this->getDataGenerator()->create_course(['fullname' => 'Cyber & "Security"']);
    }

    /**
     * Asks as the browser does.
     *
     * @param int $contextid
     * @return array
     */
    private function asked(int $contextid): array {
        return external_api::clean_returnvalue(get_context::execute_returns(), get_context::execute($contextid));
    }

    /**
     * A live room.
     *
     * @param array $more
     * @return stdClass
     */
    private function room(array $more = []): stdClass {
        return $this->getDataGenerator()->create_module('lti', $more + ['course' => $this->course->id]);
    }

    /**
     * Somebody of the course, who is also the current user.
     *
     * @param string $role
     * @return stdClass
     */
    private function enter(string $role): stdClass {
        $user = $this->getDataGenerator()->create_and_enrol($this->course, $role);
        $this->setUser($user);
        return $user;
    }

    public function test_the_course_page_offers_the_rooms_a_person_sees(): void {
        $open = $this->room(['name' => 'القاعة & المباشرة']);
        $this->room(['visible' => 0]);
        $this->getDataGenerator()->create_module('page', ['course' => $this->course->id]);
        $this->enter('student');
        $context = $this->asked(context_course::instance($this->course->id)->id);
        $this->assertSame(['id' => (string) $this->course->id, 'name' => 'Cyber & "Security"'], $context['course']);
        $this->assertNull($context['room']);
        $this->assertSame([(string) $open->cmid], array_column($context['rooms'], 'id'));
        $this->assertSame('lti', $context['rooms'][0]['module']);
        $this->assertSame([], $context['rooms'][0]['groups']);
        $this->assertFalse($context['rooms'][0]['manages']);
        $this->assertSame(['log' => false, 'flag' => false, 'ask' => true], $context['can']);

        $this->enter('editingteacher');
        $this->assertCount(2, $this->asked(context_course::instance($this->course->id)->id)['rooms'], 'Trainers see hidden ones.');
    }

    public function test_a_rooms_page_names_the_room(): void {
        $room = $this->room();
        $page = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id]);
        $this->enter('student');
        $this->assertSame((string) $room->cmid, $this->asked(context_module::instance($room->cmid)->id)['room']);
        $this->assertNull($this->asked(context_module::instance($page->cmid)->id)['room'], 'A page is no room.');
    }

    public function test_who_manages_one_room_logs_there(): void {
        $mine = $this->room();
        $other = $this->room();
        $user = $this->enter('student');
        $roles = array_column(get_all_roles(), 'id', 'shortname');
        role_assign($roles['teacher'], $user->id, context_module::instance($mine->cmid)->id);
        $context = $this->asked(context_course::instance($this->course->id)->id);
        $manages = array_column($context['rooms'], 'manages', 'id');
        $this->assertTrue($manages[$mine->cmid]);
        $this->assertFalse($manages[$other->cmid]);
        $this->assertTrue($context['can']['log']);
        $this->sidecar_says(['categories' => [], 'pages' => ['room']]);
        $this->assertArrayNotHasKey('board', $this->asked(context_course::instance($this->course->id)->id)['links']);
        $this->assertArrayHasKey('board', $this->asked(context_module::instance($mine->cmid)->id)['links']);
    }

    public function test_groups_are_offered_where_there_is_a_choice(): void {
        $groups = [];
        foreach (['أ', 'ب', 'ج'] as $name) {
            $groups[] = $this->getDataGenerator()->create_group(['courseid' => $this->course->id, 'name' => $name]);
        }
        $separate = $this->room(['groupmode' => SEPARATEGROUPS]);
        $visible = $this->room(['groupmode' => VISIBLEGROUPS]);
        $none = $this->room();
        $user = $this->enter('student');
        groups_add_member($groups[0], $user);
        $offered = fn(): array => array_map('count', array_column(
            $this->asked(context_course::instance($this->course->id)->id)['rooms'],
            'groups',
            'id'
        ));
        $this->assertSame([$separate->cmid => 0, $visible->cmid => 3, $none->cmid => 0], $offered(), 'One group is no choice.');
        groups_add_member($groups[1], $user);
        $this->assertSame([$separate->cmid => 2, $visible->cmid => 3, $none->cmid => 0], $offered());
    }

    public function test_staff_are_trainers_and_room_managers(): void {
        $generator = $this->getDataGenerator();
        $trainer = $generator->create_and_enrol($this->course, 'editingteacher', ['firstname' => 'Basma', 'lastname' => 'A']);
        $manager = $generator->create_and_enrol($this->course, 'teacher', ['firstname' => 'Adel', 'lastname' => 'B']);
        $generator->create_and_enrol($this->course, 'student');
        $this->enter('student');
        $contextid = context_course::instance($this->course->id)->id;
        $this->assertSame(
            [
                ['id' => (string) $manager->id, 'name' => fullname($manager), 'role' => 'room_manager'],
                ['id' => (string) $trainer->id, 'name' => fullname($trainer), 'role' => 'trainer'],
            ],
            $this->asked($contextid)['staff']
        );
        $this->setUser($trainer);
        $this->assertSame([(string) $manager->id], array_column($this->asked($contextid)['staff'], 'id'), 'Nobody names oneself.');
    }

    public function test_separate_groups_hide_other_groups_staff(): void {
        global $DB;

        $DB->set_field('course', 'groupmode', SEPARATEGROUPS, ['id' => $this->course->id]);
        rebuild_course_cache($this->course->id, true);
        $generator = $this->getDataGenerator();
        [$mine, $other] = [$generator->create_group(['courseid' => $this->course->id]),
            $generator->create_group(['courseid' => $this->course->id])];
        [$near, $far, $whole] = array_map(fn() => $generator->create_and_enrol($this->course, 'teacher'), range(1, 3));
        groups_add_member($mine, $near);
        groups_add_member($other, $far);
        $user = $this->enter('student');
        groups_add_member($mine, $user);
        $staff = array_column($this->asked(context_course::instance($this->course->id)->id)['staff'], 'id');
        $this->assertEqualsCanonicalizing([(string) $near->id, (string) $whole->id], $staff);
    }

    public function test_no_link_leads_to_a_page_that_the_sidecar_does_not_have(): void {
        $contextid = context_course::instance($this->course->id)->id;
        $this->sidecar_says(['categories' => []]);
        $this->enter('teacher');
        $this->assertSame(['public'], array_keys($this->asked($contextid)['links']));
        $this->sidecar_says(['categories' => [], 'pages' => ['mine', 'made_up', 7]]);
        $this->assertEqualsCanonicalizing(['mine', 'public'], array_keys($this->asked($contextid)['links']));
    }

    public function test_links_follow_capabilities(): void {
        $contextid = context_course::instance($this->course->id)->id;
        $this->sidecar_says(['categories' => [], 'pages' => ['room', 'roster', 'desk', 'mine', 'questions']]);
        $links = [
            'student' => ['mine', 'public'],
            'teacher' => ['board', 'roster', 'mine', 'public'],
            'editingteacher' => ['roster', 'questions', 'mine', 'public'],
        ];
        foreach ($links as $role => $expected) {
            $this->enter($role);
            $this->assertEqualsCanonicalizing($expected, array_keys($this->asked($contextid)['links']), $role);
        }
        $this->setAdminUser();
        $links = $this->asked($contextid)['links'];
        $this->assertSame('http://127.0.0.1:1/public/', $links['public']);
        $this->assertStringEndsWith('/local/nidaa/launch.php?target=room&contextid=' . $contextid, $links['board']);
        $this->assertStringEndsWith('target=desk&contextid=' . context_system::instance()->id, $links['desk']);
    }

    public function test_categories_are_in_the_persons_language(): void {
        $forms = ['categories' => [
            ['key' => 'login', 'label' => ['ar' => 'الدخول', 'en' => 'Login'], 'kinds' => ['support_request', 'made_up']],
            ['key' => 'conduct', 'label' => ['ar' => 'السلوك'], 'kinds' => ['complaint']],
            ['key' => 'nothing', 'label' => ['ar' => 'لا شيء'], 'kinds' => ['made_up']],
            'garbage',
        ]];
        $this->sidecar_says($forms);
        $this->enter('student');
        $this->assertSame(
            [
                ['key' => 'login', 'label' => 'Login', 'kinds' => ['support_request']],
                ['key' => 'conduct', 'label' => 'السلوك', 'kinds' => ['complaint']],
            ],
            $this->asked(context_course::instance($this->course->id)->id)['categories']
        );
        $this->assertSame('الدخول', forms::categories('ar')[0]['label']);
    }

    public function test_strangers_and_forged_contexts_are_refused(): void {
        $this->setUser($this->getDataGenerator()->create_user());
        $other = $this->getDataGenerator()->create_course();
        foreach ([context_course::instance($this->course->id)->id, context_course::instance($other->id)->id] as $contextid) {
            try {
                $this->asked($contextid);
                $this->fail('A stranger was answered.');
            } catch (\moodle_exception $refusal) {
                $this->assertContains($refusal->errorcode, ['requireloginerror', 'nopermissions']);
            }
        }
        $this->enter('student');
        $this->expectExceptionMessage(get_string('nidaa_notallowed', 'local_nidaa'));
        $this->asked(context_system::instance()->id);
    }

    /**
     * What the sidecar said of its forms a moment ago.
     *
     * @param array $document
     */
    private function sidecar_says(array $document): void {
        $kept = ['document' => $document, 'etag' => '', 'asof' => time(), 'askagain' => 0];
        \core_cache\cache::make('local_nidaa', 'forms')->set('copy', $kept);
    }
}
