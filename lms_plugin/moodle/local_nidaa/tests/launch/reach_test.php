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

use core\context;
use core\context\course as context_course;
use core\context\module as context_module;
use core\exception\moodle_exception;
use stdClass;

/**
 * Who sees some groups alone is never sent to the rooms of others, and to the roster of the own groups' people alone.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\launch\reach
 * @covers     \local_nidaa\launch\passage
 */
final class reach_test extends \advanced_testcase {
    /** @var stdClass A course. */
    private stdClass $course;

    /** @var stdClass[] Two groups of it. */
    private array $groups;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('url', 'https://nidaa.example', 'local_nidaa');
        set_config('siteid', 'academy', 'local_nidaa');
        set_config('secret', 'whsec_dGhlIG5ldyBzZWNyZXQgb2YgdGhlIGFjYWRlbXkncyBzaXRlLCAyMDI2', 'local_nidaa');
        $this->course = $this->getDataGenerator()->create_course();
        $this->groups = array_map(
            fn(): stdClass => $this->getDataGenerator()->create_group(['courseid' => $this->course->id]),
            range(0, 1)
        );
    }

    /**
     * A live room's context.
     *
     * @param int $groupmode
     * @return context_module
     */
    private function room(int $groupmode): context_module {
        $more = ['course' => $this->course->id, 'groupmode' => $groupmode];
        return context_module::instance($this->getDataGenerator()->create_module('lti', $more)->cmid);
    }

    /**
     * A room manager of some groups, who is the current user.
     *
     * @param int ...$groups which of the two
     */
    private function enter(int ...$groups): void {
        $user = $this->getDataGenerator()->create_and_enrol($this->course, 'teacher');
        foreach ($groups as $which) {
            groups_add_member($this->groups[$which], $user);
        }
        $this->setUser($user);
    }

    /**
     * What a launch says of group and activity.
     *
     * @param context $context
     * @param string $target
     * @return array
     */
    private static function ctx(context $context, string $target = 'room'): array {
        $token = array_column((new passage($target, $context))->fields(), 'value', 'name')['token'];
        return json_decode(base64_decode(strtr(explode('.', $token)[1], '-_', '+/')), true)['ctx'];
    }

    public function test_whoever_sees_everybody_is_sent_to_all_rooms(): void {
        $room = $this->room(NOGROUPS);
        $this->enter();
        $course = context_course::instance($this->course->id);
        $this->assertTrue(reach::is_open('room', $course));
        $this->assertTrue(reach::is_open('roster', $course));
        $this->assertNull(self::ctx($course)['activity']);
        $this->assertNull(self::ctx($room)['group']);
    }

    public function test_a_room_for_separate_groups_closes_the_boards_of_the_whole_course(): void {
        $room = $this->room(SEPARATEGROUPS);
        $this->enter(0);
        $this->assertFalse(reach::is_open('room', context_course::instance($this->course->id)));
        $this->assertTrue(reach::is_open('questions', $room) === false, 'A room manager is no trainer.');
        $this->assertSame((string) $this->groups[0]->id, self::ctx($room)['group']);
        $this->expectExceptionMessage(get_string('launch_group', 'local_nidaa'));
        new passage('room', context_course::instance($this->course->id));
    }

    public function test_separate_groups_of_the_course_close_them_too(): void {
        global $DB;

        $DB->set_field('course', 'groupmode', SEPARATEGROUPS, ['id' => $this->course->id]);
        rebuild_course_cache($this->course->id, true);
        $this->enter(0);
        $course = context_course::instance($this->course->id);
        $this->assertFalse(reach::is_open('room', $course));
        $this->assertTrue(reach::is_open('roster', $course), 'It is of the own group.');
    }

    /**
     * The course keeps its groups apart.
     *
     * @return context_course
     */
    private function separated(): context_course {
        global $DB;

        $DB->set_field('course', 'groupmode', SEPARATEGROUPS, ['id' => $this->course->id]);
        rebuild_course_cache($this->course->id, true);
        return context_course::instance($this->course->id);
    }

    public function test_the_roster_is_of_the_own_groups_where_the_course_keeps_them_apart(): void {
        $course = $this->separated();
        $room = $this->room(NOGROUPS);
        $own = array_map(fn(stdClass $group): string => (string) $group->id, $this->groups);
        $this->enter(0, 1);
        foreach ([$course, $room] as $context) {
            $ctx = self::ctx($context, 'roster');
            $this->assertSame($own, $ctx['groups']);
            $this->assertSame($own[0], $ctx['group'], 'A sidecar that knows no groups opens nothing for it.');
            $this->assertSame((string) $this->course->id, $ctx['course']);
        }
        $this->enter(1);
        $this->assertSame([$own[1]], self::ctx($course, 'roster')['groups']);
        $this->enter();
        $this->assertFalse(reach::is_open('roster', $course), 'Who is in no group sees nobody.');
    }

    public function test_the_roster_is_of_everybody_where_the_course_does_not_keep_groups_apart(): void {
        $room = $this->room(SEPARATEGROUPS);
        $this->enter(0);
        foreach ([context_course::instance($this->course->id), $room] as $context) {
            $ctx = self::ctx($context, 'roster');
            $this->assertNull($ctx['group'], 'That a room is for groups says nothing of the list of the course.');
            $this->assertArrayNotHasKey('groups', $ctx);
        }
        $this->assertArrayNotHasKey('groups', self::ctx($room), 'Nor does the board of a room say more than one group.');
        $course = $this->separated();
        $roles = array_column(get_all_roles(), 'id', 'shortname');
        assign_capability('moodle/site:accessallgroups', CAP_ALLOW, $roles['teacher'], $course, true);
        $this->assertArrayNotHasKey('groups', self::ctx($course, 'roster'));
    }

    public function test_of_several_groups_the_one_is_meant_that_moodle_shows(): void {
        $room = $this->room(SEPARATEGROUPS);
        $this->enter(0, 1);
        $own = array_map(fn(stdClass $group): string => (string) $group->id, $this->groups);
        $this->assertContains(self::ctx($room)['group'], $own);
    }

    public function test_whoever_is_in_no_group_sees_nobody_of_a_separated_room(): void {
        $room = $this->room(SEPARATEGROUPS);
        $this->enter();
        $this->assertFalse(reach::is_open('room', $room));
        $this->expectException(moodle_exception::class);
        new passage('room', $room);
    }

    public function test_a_role_that_opens_all_groups_opens_all_rooms(): void {
        $room = $this->room(SEPARATEGROUPS);
        $this->enter(0);
        $roles = array_column(get_all_roles(), 'id', 'shortname');
        $course = context_course::instance($this->course->id);
        assign_capability('moodle/site:accessallgroups', CAP_ALLOW, $roles['teacher'], $course, true);
        $this->assertTrue(reach::is_open('room', $course));
        $this->assertNull(self::ctx($room)['group']);
    }

    public function test_only_a_live_room_has_a_board(): void {
        $page = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id]);
        $this->enter();
        $this->assertFalse(reach::is_open('room', context_module::instance($page->cmid)));
    }
}
