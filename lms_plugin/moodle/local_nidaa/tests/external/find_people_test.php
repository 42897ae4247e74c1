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
use core\exception\moodle_exception;
use core_external\external_api;
use local_nidaa\people\finder;
use local_nidaa\people\spelling;
use stdClass;

/**
 * People by the beginning of their name.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\external\find_people
 * @covers     \local_nidaa\people\finder
 * @covers     \local_nidaa\people\spelling
 */
final class find_people_test extends \advanced_testcase {
    /** @var stdClass A course. */
    private stdClass $course;

    /** @var stdClass A live room with separate groups. */
    private stdClass $room;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->course = $this->getDataGenerator()->create_course();
        $more = ['course' => $this->course->id, 'groupmode' => SEPARATEGROUPS];
        $this->room = $this->getDataGenerator()->create_module('lti', $more);
    }

    /**
     * A trainee.
     *
     * @param string $first
     * @param string $last
     * @return stdClass
     */
    private function trainee(string $first, string $last): stdClass {
        return $this->getDataGenerator()->create_and_enrol($this->course, 'student', ['firstname' => $first, 'lastname' => $last]);
    }

    /**
     * Ids found, as the browser asks.
     *
     * @param string $prefix
     * @param int|null $group
     * @param bool $room
     * @return string[]
     */
    private function found(string $prefix, ?int $group = null, bool $room = false): array {
        $contextid = context_course::instance($this->course->id)->id;
        $answer = find_people::execute($contextid, $room ? $this->room->cmid : null, $group, $prefix);
        return array_column(external_api::clean_returnvalue(find_people::execute_returns(), $answer), 'id');
    }

    /**
     * What is typed, and whether it finds "أحمد بن يحيى القحطانيّ" or "إيمان فاطمة" or "Sara O'Neil".
     *
     * @return array
     */
    public static function typed(): array {
        return [
            'without hamza' => ['احمد', 'ahmad'],
            'with hamza' => ['أحمد', 'ahmad'],
            'full name' => ['احمد بن يحيي القح', 'ahmad'],
            'last name' => ['القحطاني', 'ahmad'],
            'last name first' => ['القحطاني احمد', 'ahmad'],
            'vowels and a stretched letter' => ['أَحْـــمَد', 'ahmad'],
            'pasted with marks of direction' => ["\u{200F}احمد ", 'ahmad'],
            'hamza below' => ['ايمان', 'iman'],
            'teh marbuta' => ['فاطمه', 'iman'],
            'lower case' => ['sara', 'sara'],
            'upper case' => ['SARA O\'NEIL', 'sara'],
            'a wild card is a letter' => ['%', null],
            'an underscore is a letter' => ['_', null],
            'the middle of a name' => ['حمد', null],
            'nothing' => ['  ', null],
            'vowels alone' => ['ًٌ', null],
        ];
    }

    /**
     * Names are found as they are typed in a hurry.
     *
     * @dataProvider typed
     * @param string $prefix
     * @param string|null $who
     */
    public function test_names_are_found_as_they_are_typed(string $prefix, ?string $who): void {
        $people = [
            'ahmad' => $this->trainee('أحمد بن يحيى', 'القحطانيّ'),
            'iman' => $this->trainee('إيمان', 'فاطمة'),
            'sara' => $this->trainee('Sara', "O'Neil"),
        ];
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'teacher'));
        $this->assertSame($who === null ? [] : [(string) $people[$who]->id], $this->found($prefix));
    }

    public function test_ten_are_offered_at_most(): void {
        for ($i = 0; $i < 12; $i++) {
            $this->trainee('Noura', "No $i");
        }
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'teacher'));
        $this->assertCount(finder::OFFERED, $this->found('nou'));
    }

    public function test_only_active_people_of_the_course_are_found(): void {
        $this->getDataGenerator()->create_user(['firstname' => 'Sara', 'lastname' => 'Stranger']);
        $gone = $this->trainee('Sara', 'Gone');
        $this->getDataGenerator()->enrol_user($gone->id, $this->course->id, 'student', 'manual', 0, 0, ENROL_USER_SUSPENDED);
        $me = $this->getDataGenerator()->create_and_enrol($this->course, 'teacher', ['firstname' => 'Sara', 'lastname' => 'Me']);
        $this->setUser($me);
        $this->assertSame([], $this->found('sara'));
    }

    public function test_separate_groups_are_respected(): void {
        $generator = $this->getDataGenerator();
        [$mine, $other] = [$generator->create_group(['courseid' => $this->course->id]),
            $generator->create_group(['courseid' => $this->course->id])];
        [$near, $far] = [$this->trainee('Sara', 'Near'), $this->trainee('Sara', 'Far')];
        groups_add_member($mine, $near);
        groups_add_member($other, $far);
        $manager = $generator->create_and_enrol($this->course, 'teacher');
        $this->setUser($manager);
        $this->assertSame([], $this->found('sara', null, true), 'Who is in no group sees nobody.');

        groups_add_member($mine, $manager);
        $this->assertSame([(string) $near->id], $this->found('sara', null, true));
        $this->assertSame([(string) $near->id], $this->found('sara', (int) $mine->id, true));
        $this->assertCount(2, $this->found('sara'), 'The course itself does not divide people.');
        $this->assertSame([(string) $far->id], $this->found('sara', (int) $other->id));

        $this->setAdminUser();
        $this->assertCount(2, $this->found('sara', null, true));
        $this->assertSame([(string) $far->id], $this->found('sara', (int) $other->id, true));
    }

    public function test_another_groups_people_are_refused(): void {
        $other = $this->getDataGenerator()->create_group(['courseid' => $this->course->id]);
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'teacher'));
        $this->expectExceptionMessage(get_string('nidaa_notallowed', 'local_nidaa'));
        $this->found('sara', (int) $other->id, true);
    }

    public function test_a_room_of_another_course_is_refused(): void {
        $course = $this->getDataGenerator()->create_course();
        $room = $this->getDataGenerator()->create_module('lti', ['course' => $course->id]);
        $manager = $this->getDataGenerator()->create_and_enrol($this->course, 'teacher');
        $this->getDataGenerator()->enrol_user($manager->id, $course->id, 'teacher');
        $this->setUser($manager);
        $this->expectException(moodle_exception::class);
        find_people::execute(context_course::instance($this->course->id)->id, (int) $room->cmid, null, 'sara');
    }

    public function test_trainees_and_trainers_do_not_search(): void {
        foreach (['student', 'editingteacher'] as $role) {
            $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, $role));
            foreach ([false, true] as $room) {
                try {
                    $this->found('sara', null, $room);
                    $this->fail($role);
                } catch (\required_capability_exception $refusal) {
                    $this->assertSame('nopermissions', $refusal->errorcode);
                }
            }
        }
    }

    public function test_the_first_letter_is_every_way_to_write_it(): void {
        $this->assertEqualsCanonicalizing(['ا', 'أ', 'إ', 'آ', 'ٱ'], spelling::first_letters('احمد'));
        $this->assertSame(['s'], spelling::first_letters('sara'));
        $this->assertSame((int) $this->room->cmid, (int) context_module::instance($this->room->cmid)->instanceid);
    }
}
