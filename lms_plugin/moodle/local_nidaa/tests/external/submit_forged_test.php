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

use core_external\external_api;
use local_nidaa\fixtures\classroom;
use local_nidaa\outbox\store;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../fixtures/fake_sidecar.php');
require_once(__DIR__ . '/../fixtures/classroom.php');

/**
 * What must not get through the door that browsers use, and what must get through whole.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\external\submit_report
 * @covers     \local_nidaa\outbox\submission
 * @covers     \local_nidaa\outbox\place
 * @covers     \local_nidaa\outbox\reporter
 * @covers     \local_nidaa\outbox\refusal
 * @covers     \local_nidaa\outbox\stored
 */
final class submit_forged_test extends \advanced_testcase {
    /** @var classroom */
    private classroom $class;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->class = new classroom($this->getDataGenerator());
    }

    #[\Override]
    protected function tearDown(): void {
        $this->class->fake->stop();
        parent::tearDown();
    }

    public function test_the_same_id_with_other_words_or_from_another_person_leaks_nothing(): void {
        $said = $this->class->said(['text' => 'secret']);
        $this->class->submit('trainee', $said);
        $other = $this->class->submit('trainee', ['text' => 'changed'] + $said);
        $foreign = $this->class->submit('other', $said);
        $this->assertSame('nidaa_conflict', $other['error']);
        $this->assertSame($other, $foreign);
        $this->assertStringNotContainsString('secret', $foreign['message']);
    }

    public function test_a_forged_room_is_refused(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $elsewhere = $generator->create_module('lti', ['course' => $generator->create_course()->id]);
        $page = $generator->create_module('page', ['course' => $this->class->course->id]);
        foreach ([$elsewhere->cmid, $page->cmid, 99999999] as $cmid) {
            $said = $this->class->said(['room' => (string) $cmid]);
            $this->class->refused('nidaa_notallowed', 'trainee', $said, $this->class->course_context());
        }
        set_coursemodule_visible($this->class->room->cmid, 0);
        $this->class->refused('nidaa_notallowed', 'trainee', $this->class->said(), $this->class->course_context());
        $this->class->refused('nidaa_notallowed', 'trainee', $this->class->said());
        $this->class->refused('nidaa_notallowed', 'trainee', $this->class->said(['room' => null]));
    }

    public function test_a_forged_course_is_refused(): void {
        $elsewhere = \context_course::instance($this->getDataGenerator()->create_course()->id)->id;
        $said = $this->class->said(['room' => null]);
        $this->class->refused('requireloginerror', 'trainee', $said, $elsewhere);
        $this->class->refused('requireloginerror', 'stranger', $said, $this->class->course_context());
        $others = [\context_system::instance()->id, \context_course::instance(SITEID)->id,
            \context_user::instance($this->class->people['trainee']->id)->id, 99999999];
        foreach ($others as $contextid) {
            $this->class->refused('nidaa_notallowed', 'trainee', $said, $contextid);
        }
    }

    public function test_a_group_is_one_that_the_person_may_name(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $groups = [$generator->create_group(['courseid' => $this->class->course->id]),
            $generator->create_group(['courseid' => $this->class->course->id])];
        $this->class->refused('nidaa_notallowed', 'trainee', $this->class->said(['group' => (string) $groups[0]->id]));
        set_coursemodule_groupmode($this->class->room->cmid, SEPARATEGROUPS);
        $generator->create_group_member(['groupid' => $groups[0]->id, 'userid' => $this->class->people['trainee']->id]);
        $this->class->refused('nidaa_notallowed', 'trainee', $this->class->said(['group' => (string) $groups[1]->id]));
        $said = $this->class->said(['group' => (string) $groups[0]->id, 'room' => null]);
        $this->class->refused('nidaa_notallowed', 'trainee', $said);
        $this->class->submit('trainee', $this->class->said(['group' => (string) $groups[0]->id]));
        $this->class->submit('trainee', $this->class->said()); // In one group only, and so that one is meant.
        $this->class->submit('trainer', $this->class->said());
        $this->class->submit('trainer', $this->class->said(['group' => (string) $groups[1]->id]));
        $sent = array_map(fn(int $which) => $this->class->received($which)['place']['group'], range(0, 3));
        $this->assertSame([(string) $groups[0]->id, (string) $groups[0]->id, null, (string) $groups[1]->id], $sent);
    }

    public function test_who_manages_one_room_logs_in_that_room_alone_from_whichever_page(): void {
        $other = $this->getDataGenerator()->create_module('lti', ['course' => $this->class->course->id]);
        $roles = array_column(get_all_roles(), 'id', 'shortname');
        role_assign($roles['teacher'], $this->class->people['other']->id, $this->class->room_context());
        $kind = ['kind' => 'room_log'];
        $log = fn(string $cmid): array => $this->class->said(['id' => \core\uuid::generate(), 'room' => $cmid] + $kind);
        $elsewhere = $log((string) $other->cmid);
        $this->class->refused('nopermissions', 'other', $elsewhere);
        $this->class->refused('nopermissions', 'other', $elsewhere, $this->class->course_context());
        $this->class->submit('other', $log((string) $this->class->room->cmid), $this->class->course_context());
        $this->assertSame('room_manager', $this->class->received(0)['reporter']['role']);
        $this->class->submit('other', $this->class->said(['id' => \core\uuid::generate(), 'room' => (string) $other->cmid]));
        $this->assertSame('trainee', $this->class->received(1)['reporter']['role'], 'In another room one is like the others.');
    }

    public function test_a_report_concerns_only_whom_its_sender_is_shown(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $course = $this->class->course;
        $about = fn(string $kind, int $userid): array => $this->class->said(['id' => \core\uuid::generate(), 'kind' => $kind,
            'symptom' => null, 'room' => null, 'gaps' => $kind === 'certificate_gap' ? ['phone_missing'] : [],
            'about' => ['id' => (string) $userid, 'role' => 'trainee']]);
        $page = $this->class->course_context();
        $trainee = (int) $this->class->people['trainee']->id;
        $trainer = (int) $this->class->people['trainer']->id;
        $this->class->refused('nidaa_invalid', 'trainee', $about('complaint', (int) get_admin()->id), $page);
        $this->class->refused('nidaa_invalid', 'trainee', $about('complaint', (int) $this->class->people['other']->id), $page);
        $this->class->submit('trainee', $about('complaint', $trainer), $page);
        $this->assertSame('trainer', $this->class->received(0)['about']['role']);
        $colleague = $generator->create_and_enrol($course, 'editingteacher');
        $this->class->refused('nidaa_invalid', 'trainer', $about('certificate_gap', (int) $colleague->id), $page);
        $this->class->submit('trainer', $about('certificate_gap', $trainee), $page);
        $DB->set_field('course', 'groupmode', SEPARATEGROUPS, ['id' => $course->id]);
        rebuild_course_cache($course->id, true);
        $role = $DB->get_field('role', 'id', ['shortname' => 'editingteacher']);
        assign_capability('moodle/site:accessallgroups', CAP_PROHIBIT, $role, $page, true);
        $mine = $generator->create_group(['courseid' => $course->id]);
        $generator->create_group_member(['groupid' => $mine->id, 'userid' => $trainer]);
        $this->class->refused('nidaa_invalid', 'trainer', $about('certificate_gap', $trainee), $page);
        // Neither from a room that is open to all groups: the roster is of the course.
        $room = $this->class->room->cmid;
        $DB->set_field('course_modules', 'groupmode', NOGROUPS, ['id' => $room]);
        rebuild_course_cache($course->id, true);
        $gap = ['room' => (string) $room] + $about('certificate_gap', $trainee);
        $this->class->refused('nidaa_invalid', 'trainer', $gap, $this->class->room_context());
        $generator->create_group_member(['groupid' => $mine->id, 'userid' => $trainee]);
        $this->class->submit('trainer', $about('certificate_gap', $trainee), $page);
    }

    public function test_a_receipt_stands_although_the_room_has_gone(): void {
        $said = $this->class->said();
        $first = $this->class->submit('trainee', $said);
        course_delete_module($this->class->room->cmid);
        $again = $this->class->submit('trainee', $said, $this->class->course_context());
        $this->assertSame($first['reference'], $again['reference']);
    }

    public function test_guests_and_strangers_are_refused_clearly(): void {
        $this->setGuestUser();
        $_POST['sesskey'] = sesskey();
        foreach ([$this->class->course_context(), $this->class->room_context()] as $contextid) {
            $answer = external_api::call_external_function('local_nidaa_submit_report', [
                'contextid' => $contextid, 'report' => $this->class->said(), 'sentat' => '',
            ], true);
            $this->assertContains($answer['exception']->errorcode, ['requireloginerror', 'nidaa_notallowed', 'nopermissions']);
        }
        $this->setUser(null);
        $answer = external_api::call_external_function('local_nidaa_submit_report', [
            'contextid' => $this->class->room_context(), 'report' => $this->class->said(), 'sentat' => '',
        ], true);
        $this->assertSame('servicerequireslogin', $answer['exception']->errorcode);
        $this->assertNull(store::find($this->class->said()['id']));
    }

    public function test_a_guest_whom_the_course_lets_in_still_reports_nothing(): void {
        global $DB;
        $DB->set_field('enrol', 'status', ENROL_INSTANCE_ENABLED, ['courseid' => $this->class->course->id, 'enrol' => 'guest']);
        $guestrole = $DB->get_field('role', 'id', ['shortname' => 'guest']);
        assign_capability('local/nidaa:report', CAP_ALLOW, $guestrole, \context_system::instance());
        $this->setGuestUser();
        $_POST['sesskey'] = sesskey();
        $answer = external_api::call_external_function('local_nidaa_submit_report', [
            'contextid' => $this->class->course_context(), 'report' => $this->class->said(['room' => null]), 'sentat' => '',
        ], true);
        $this->assertSame('nidaa_notallowed', $answer['exception']->errorcode);
        $this->assertSame(0, $DB->count_records(store::TABLE));
    }

    public function test_a_missing_sesskey_is_no_refusal_of_ours(): void {
        $this->setUser($this->class->people['trainee']);
        $_POST['sesskey'] = 'another';
        $answer = external_api::call_external_function('local_nidaa_submit_report', [
            'contextid' => $this->class->room_context(), 'report' => $this->class->said(), 'sentat' => '',
        ], true);
        $this->assertSame('invalidsesskey', $answer['exception']->errorcode);
    }

    public function test_a_fault_is_named_in_the_persons_language(): void {
        $message = $this->class->refused('nidaa_invalid', 'trainee', $this->class->said(['text' => str_repeat('ن', 20001)]));
        $this->assertStringContainsString('20000', $message);
        $this->assertStringContainsString(get_string('field_text', 'local_nidaa'), $message);
        $this->class->refused('nidaa_invalid', 'trainee', $this->class->said(['symptom' => null]));
        $this->class->refused('nidaa_invalid', 'trainee', $this->class->said(['id' => 'x']));
        $this->class->refused('nidaa_invalid', 'trainee', $this->class->said(['diagnostics' => '[]']));
        $this->class->refused('nidaa_invalid', 'trainee', $this->class->said(['text' => str_repeat('ن', 20000), 'action_taken' =>
            str_repeat('𝄞', 4000), 'remedy_sought' => str_repeat('𝄞', 4000)]));
    }

    public function test_64_kib_go_and_a_byte_more_does_not(): void {
        $said = $this->class->said(['text' => str_repeat('ن', 20000)]);
        $pad = fn(int $bytes): array => ['diagnostics' => json_encode(['pad' => str_repeat('x', $bytes)])] + $said;
        $this->class->submit('trainee', $pad(0));
        $room = 65536 - strlen($this->class->fake->requests()[0]->body);
        $id = ['id' => \core\uuid::generate()];
        $this->assertTrue($this->class->submit('trainee', $id + $pad($room))['delivered']);
        $this->assertSame(65536, strlen($this->class->fake->requests()[1]->body));
        $said = ['id' => \core\uuid::generate()] + $pad($room + 1);
        $this->assertSame('nidaa_invalid', $this->class->submit('trainee', $said)['error']);
    }

    public function test_hostile_text_is_kept_and_sent_as_it_is(): void {
        $hostile = "<script>alert(1)</script>\"'; DROP TABLE x; -- {{#js}} \u{202e}\u{2028} \\u0000 %00 🙂\r\n";
        $this->class->fake->stop();
        $said = $this->class->said(['text' => $hostile, 'category' => '<b>', 'diagnostics' => json_encode(['ua' => $hostile])]);
        $this->class->submit('trainee', $said);
        $kept = json_decode(store::find($said['id'])->body, true);
        $this->assertSame([$hostile, '<b>', $hostile], [$kept['text'], $kept['category'], $kept['diagnostics']['ua']]);
    }

    public function test_what_the_browser_says_of_its_person_is_not_even_taken(): void {
        $answer = $this->class->submit('trainee', ['reporter' => ['id' => '2', 'role' => 'room_manager']] + $this->class->said());
        $this->assertSame('invalidparameter', $answer['error']);
    }
}
