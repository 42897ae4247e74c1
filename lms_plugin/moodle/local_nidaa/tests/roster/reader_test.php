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

namespace local_nidaa\roster;

use core\context\course as context_course;
use core\context\coursecat as context_coursecat;
use core\context\system as context_system;
use stdClass;

/**
 * Dates and people of courses.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\roster\reader
 * @covers     \local_nidaa\roster\authority
 */
final class reader_test extends \advanced_testcase {
    /** @var \core_course_category */
    private \core_course_category $category;

    /** @var stdClass */
    private stdClass $course;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->category = $this->getDataGenerator()->create_category();
        $this->course = $this->getDataGenerator()->create_course([
            'category' => $this->category->id, 'idnumber' => 'CRS-1', 'startdate' => 1000, 'enddate' => 2000,
        ]);
    }

    /**
     * The lists of the course, ids alone.
     *
     * @return array
     */
    private function lists(): array {
        [$course] = reader::courses([$this->course->id]);
        $ids = fn(string $list): array => array_map('strval', array_column($course[$list], 'userid'));
        return ['trainers' => $ids('trainers'), 'roommanagers' => $ids('roommanagers'), 'trainees' => $ids('trainees')];
    }

    /**
     * Somebody with a role.
     *
     * @param string $role
     * @param \core\context|null $context null to be enrolled in the course
     * @return string the user's id
     */
    private function somebody(string $role, ?\core\context $context = null): string {
        $generator = $this->getDataGenerator();
        if ($context === null) {
            return (string) $generator->create_and_enrol($this->course, $role)->id;
        }
        $id = (string) $generator->create_user()->id;
        $generator->role_assign($role, $id, $context);
        return $id;
    }

    /**
     * Changes what a role may do.
     *
     * @param string $role
     * @param string $capability
     * @param int $permission
     * @param \core\context $context
     */
    private function allow(string $role, string $capability, int $permission, \core\context $context): void {
        global $DB;
        $id = $DB->get_field('role', 'id', ['shortname' => $role], MUST_EXIST);
        assign_capability($capability, $permission, $id, $context->id, true);
    }

    public function test_dates_and_names(): void {
        $trainer = $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher', ['firstname' => 'خالد']);
        $this->assertSame([[
            'id' => (int) $this->course->id,
            'fullname' => $this->course->fullname,
            'idnumber' => 'CRS-1',
            'startdate' => 1000,
            'enddate' => 2000,
            'trainers' => [['userid' => (int) $trainer->id, 'fullname' => fullname($trainer), 'groups' => null]],
            'roommanagers' => [],
            'trainees' => [],
        ]], reader::courses([$this->course->id, 999999, SITEID, $this->course->id]));
    }

    /**
     * Whom each of the staff sees, by id.
     *
     * @return array
     */
    private function sights(): array {
        [$course] = reader::courses([$this->course->id]);
        return array_column(array_merge($course['trainers'], $course['roommanagers']), 'groups', 'userid');
    }

    public function test_whom_the_staff_of_separate_groups_see(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        [$seven, $eight] = array_map(fn() => (int) $generator->create_group(['courseid' => $this->course->id])->id, range(0, 1));
        [$all, $one, $both, $none] = array_map($this->somebody(...), ['editingteacher', 'teacher', 'teacher', 'teacher']);
        foreach ([[$all, $seven], [$one, $seven], [$both, $seven], [$both, $eight]] as [$userid, $groupid]) {
            $generator->create_group_member(['userid' => $userid, 'groupid' => $groupid]);
        }
        foreach ([NOGROUPS, VISIBLEGROUPS] as $mode) {
            $DB->set_field('course', 'groupmode', $mode, ['id' => $this->course->id]);
            $this->assertEquals(array_fill_keys([$all, $one, $both, $none], null), $this->sights());
        }
        $DB->set_field('course', 'groupmode', SEPARATEGROUPS, ['id' => $this->course->id]);
        $this->assertEquals([$all => null, $one => [$seven], $both => [$seven, $eight], $none => []], $this->sights());
        $course = context_course::instance($this->course->id);
        $this->allow('teacher', 'moodle/site:accessallgroups', CAP_ALLOW, $course);
        $this->allow('editingteacher', 'moodle/site:accessallgroups', CAP_PROHIBIT, $course);
        $this->assertEquals([$all => [$seven], $one => null, $both => null, $none => null], $this->sights());
    }

    public function test_capabilities_say_who_is_what(): void {
        $trainer = $this->somebody('editingteacher');
        $manager = $this->somebody('teacher');
        $trainee = $this->somebody('student');
        $expected = ['trainers' => [$trainer], 'roommanagers' => [$manager], 'trainees' => [$trainee]];
        $this->assertEquals($expected, $this->lists());
        $this->getDataGenerator()->role_assign('teacher', $trainer, context_course::instance($this->course->id));
        $this->assertEquals([$trainer, $manager], $this->lists()['roommanagers']); // One may be both.
        $this->allow('student', 'local/nidaa:report', CAP_PREVENT, context_course::instance($this->course->id));
        $this->assertSame([], $this->lists()['trainees']);
    }

    public function test_trainees_stay_whatever_has_become_of_their_enrolment(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $ids = [];
        foreach ([[0, 0, 1], [0, 100, 0], [time() + DAYSECS, 0, 0]] as [$start, $end, $status]) {
            $ids[] = $generator->create_and_enrol($this->course, 'student', null, 'manual', $start, $end, $status)->id;
        }
        $this->assertEquals($ids, $this->lists()['trainees']);
        role_unassign_all(['contextid' => context_course::instance($this->course->id)->id]); // Moodle may, when one ends.
        $this->assertEquals($ids, $this->lists()['trainees']);
        $bare = $generator->create_and_enrol($this->course, 'student')->id;
        role_unassign_all(['userid' => $bare]);
        $this->assertEquals($ids, $this->lists()['trainees']); // Enrolled now, without any role.
        delete_user($DB->get_record('user', ['id' => $ids[0]]));
        $this->assertEquals(array_slice($ids, 1), $this->lists()['trainees']);
    }

    public function test_roles_in_categories_count_and_those_of_managers_and_of_the_site_do_not(): void {
        $above = context_coursecat::instance($this->category->id);
        $room = $this->somebody('teacher', $above);
        $this->somebody('manager', $above);
        $this->somebody('teacher', context_system::instance());
        $this->somebody('student', $above); // Reports, and is not enrolled.
        $this->assertEquals(['trainers' => [], 'roommanagers' => [$room], 'trainees' => []], $this->lists());
        $enrolled = $this->somebody('manager');
        $this->assertEquals([$enrolled], $this->lists()['trainers']);
        $this->getDataGenerator()->enrol_user(get_admin()->id, $this->course->id, 'student');
        $this->assertEquals([get_admin()->id], $this->lists()['trainees']); // Not what administrators may do counts.
    }

    public function test_the_nearest_permission_counts_and_a_prohibition_is_never_overruled(): void {
        $here = context_course::instance($this->course->id);
        $above = context_coursecat::instance($this->category->id);
        $trainer = $this->somebody('editingteacher');
        $this->allow('editingteacher', 'local/nidaa:answerquestions', CAP_PREVENT, $above);
        $this->assertSame([], $this->lists()['trainers']);
        $this->allow('editingteacher', 'local/nidaa:answerquestions', CAP_ALLOW, $here);
        $this->assertSame([$trainer], $this->lists()['trainers']);
        $this->allow('teacher', 'local/nidaa:answerquestions', CAP_PROHIBIT, $above);
        $this->assertSame([$trainer], $this->lists()['trainers']);
        $this->getDataGenerator()->role_assign('teacher', $trainer, $here);
        $this->assertSame([], $this->lists()['trainers']);
        $this->assertSame([$trainer], $this->lists()['roommanagers']);
    }

    public function test_it_says_of_everybody_what_moodle_says(): void {
        global $CFG, $DB;
        $generator = $this->getDataGenerator();
        $contexts = [
            context_system::instance(),
            context_coursecat::instance($this->category->id),
            context_course::instance($this->course->id),
        ];
        $roles = ['student', 'teacher', 'editingteacher', 'manager', 'coursecreator', 'user'];
        $capabilities = ['local/nidaa:report', 'local/nidaa:manageroom', 'local/nidaa:answerquestions'];
        mt_srand(20261125);
        $pick = fn(array $list): mixed => $list[mt_rand(0, count($list) - 1)];
        $ids = [];
        for ($person = 0; $person < 30; $person++) {
            $ids[] = $generator->create_and_enrol($this->course, $pick(['student', 'teacher', 'editingteacher']))->id;
        }
        for ($more = 0; $more < 30; $more++) {
            $generator->role_assign($pick(array_slice($roles, 0, 5)), $pick($ids), $pick($contexts));
        }
        for ($round = 0; $round < 12; $round++) {
            $permission = $pick([CAP_ALLOW, CAP_PREVENT, CAP_PREVENT, CAP_PROHIBIT, CAP_INHERIT]);
            $this->allow($pick($roles), $pick($capabilities), $permission, $pick($contexts));
            accesslib_clear_all_caches_for_unit_testing();
            $lists = $this->lists();
            foreach ($ids as $id) {
                $may = fn(string $capability): bool => has_capability("local/nidaa:$capability", $contexts[2], $id, false);
                $works = $may('answerquestions') || $may('manageroom');
                $this->assertSame($may('answerquestions'), in_array($id, $lists['trainers']), "round $round, trainer $id");
                $this->assertSame($may('manageroom'), in_array($id, $lists['roommanagers']), "round $round, room $id");
                $this->assertSame(!$works && $may('report'), in_array($id, $lists['trainees']), "round $round, trainee $id");
            }
        }
    }

    public function test_what_cannot_be_read_is_null_and_never_empty(): void {
        global $DB;
        $real = $DB;
        $DB = new class ($real) {
            /**
             * A database of which one table is out of order.
             *
             * @param \moodle_database $real
             */
            public function __construct(
                /** @var \moodle_database The real one. */
                private readonly \moodle_database $real
            ) {
            }

            /**
             * Passes everything on but that.
             *
             * @param string $name
             * @param array $arguments
             * @return mixed
             */
            public function __call(string $name, array $arguments): mixed {
                if (str_contains(json_encode($arguments), 'role_assignments')) {
                    throw new \dml_read_exception('table is out of order');
                }
                return $this->real->$name(...$arguments);
            }
        };
        [$course] = reader::courses([$this->course->id]);
        $DB = $real;
        $this->assertDebuggingCalled();
        $this->assertSame('CRS-1', $course['idnumber']);
        $this->assertSame([null, null, null], [$course['trainers'], $course['roommanagers'], $course['trainees']]);
    }

    public function test_more_than_fifty_courses_are_refused(): void {
        $this->expectException(\local_nidaa\service\too_much::class);
        reader::courses(range(1, 51));
    }

    public function test_the_number_of_queries_does_not_depend_on_how_many_courses(): void {
        global $DB;
        $ids = [];
        for ($place = 0; $place < 50; $place++) {
            $this->course = $this->getDataGenerator()->create_course(['category' => $this->category->id]);
            $this->somebody('student');
            $this->somebody('teacher');
            $ids[] = $this->course->id;
        }
        $count = function (array $ids) use ($DB): int {
            $before = $DB->perf_get_queries();
            $this->assertCount(count($ids), reader::courses($ids));
            return $DB->perf_get_queries() - $before;
        };
        $one = $count([end($ids)]);
        $this->assertSame($one, $count($ids));
        $this->assertLessThanOrEqual(4, $one);
    }
}
