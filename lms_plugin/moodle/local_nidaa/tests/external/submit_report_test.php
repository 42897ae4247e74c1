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
use local_nidaa\outbox\breaker;
use local_nidaa\outbox\store;
use local_nidaa\wire\verdict;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../fixtures/fake_sidecar.php');
require_once(__DIR__ . '/../fixtures/classroom.php');

/**
 * Reports through the door that browsers use.
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
final class submit_report_test extends \advanced_testcase {
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

    /**
     * One AJAX call of somebody's.
     *
     * @param string $who
     * @param array $report
     * @param int|null $contextid the room's page unless told otherwise
     * @return array data, or error with the exception's errorcode and message
     */
    private function submit(string $who, array $report, ?int $contextid = null): array {
        $this->setUser($this->class->people[$who]);
        $_POST['sesskey'] = sesskey();
        breaker::begin_request();
        $answer = external_api::call_external_function('local_nidaa_submit_report', [
            'contextid' => $contextid ?? $this->class->room_context(), 'report' => $report, 'sentat' => date('c'),
        ], true);
        return $answer['error'] ? ['error' => $answer['exception']->errorcode, 'message' => $answer['exception']->message] :
            $answer['data'];
    }

    /**
     * Asserts that somebody is refused, and that nothing is kept and nothing sent.
     *
     * @param string $code
     * @param string $who
     * @param array $report
     * @param int|null $contextid
     * @return string the message
     */
    private function refused(string $code, string $who, array $report, ?int $contextid = null): string {
        global $DB;
        $answer = $this->submit($who, $report, $contextid);
        $this->assertSame($code, $answer['error'] ?? 'taken');
        $this->assertSame(0, $DB->count_records(store::TABLE));
        $this->assertSame([], $this->class->fake->requests());
        return $answer['message'];
    }

    public function test_a_trainees_two_taps(): void {
        $said = $this->class->said();
        $answer = $this->submit('trainee', $said);
        $this->assertSame([
            'id' => $said['id'], 'reference' => '208-226-399-3', 'delivered' => true, 'state' => 'received', 'case' => null,
            'same_in_room' => 2,
        ], $answer);
        $wire = $this->class->received();
        $trainee = $this->class->people['trainee'];
        $this->assertSame([
            'id' => (string) $trainee->id, 'role' => 'trainee', 'name' => fullname($trainee), 'email' => $trainee->email,
            'phone' => '+966500000001', 'contact_preference' => null,
        ], $wire['reporter']);
        $this->assertSame([
            'page' => 'classroom',
            'course' => ['id' => (string) $this->class->course->id, 'idnumber' => 'CRS-1', 'name' => 'أمن & سيبراني'],
            'activity' => ['id' => (string) $this->class->room->cmid, 'module' => 'lti', 'name' => 'القاعة'],
            'group' => null,
            'session' => null,
        ], $wire['place']);
        $this->assertSame(['in_room', 1, 'no_sound', null], [$wire['channel'], $wire['version'], $wire['symptom'], $wire['about']]);
        $this->assertEqualsWithDelta(time(), strtotime($wire['stored_at']), 5);
        $this->assertSame(['browser' => 'Firefox 140'], $wire['diagnostics']);
        $row = store::find($said['id']);
        $this->assertSame(
            [verdict::DELIVERED, (string) $trainee->id, (string) $this->class->room->cmid, 'session_problem'],
            [$row->state, $row->userid, $row->cmid, $row->kind]
        );
    }

    public function test_while_the_sidecar_is_away_the_person_has_a_reference(): void {
        $this->class->fake->stop();
        $answer = $this->submit('trainee', $this->class->said(['id' => '0198F3C2-7B1E-7C44-9D0A-6F2B1C3D4E5F']));
        $this->assertSame([
            'id' => '0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f', 'reference' => '208-226-399-3', 'delivered' => false, 'state' => null,
            'case' => null, 'same_in_room' => null,
        ], $answer);
    }

    public function test_a_retry_gets_the_same_answer_and_no_new_row(): void {
        global $DB;
        $said = $this->class->said(['text' => 'a']);
        $first = $this->submit('trainee', $said);
        $again = ['occurred_at' => '2026-01-01T00:00:00Z', 'locale' => 'en', 'room' => null, 'gaps' => []] + $said;
        $this->assertSame($first, $this->submit('trainee', $again, $this->class->course_context()));
        $this->assertSame(1, $DB->count_records(store::TABLE));
        $this->assertCount(1, $this->class->fake->requests());
    }

    public function test_the_same_id_with_other_words_or_from_another_person_leaks_nothing(): void {
        $said = $this->class->said(['text' => 'secret']);
        $this->submit('trainee', $said);
        $other = $this->submit('trainee', ['text' => 'changed'] + $said);
        $foreign = $this->submit('other', $said);
        $this->assertSame('nidaa_conflict', $other['error']);
        $this->assertSame($other, $foreign);
        $this->assertStringNotContainsString('secret', $foreign['message']);
    }

    public function test_roles_come_from_moodle(): void {
        foreach (['trainee' => 'trainee', 'trainer' => 'trainer', 'manager' => 'room_manager'] as $who => $role) {
            $this->class->fake->forget();
            $this->submit($who, $this->class->said());
            $this->assertSame($role, $this->class->received()['reporter']['role']);
        }
    }

    public function test_a_room_manager_logs_for_a_trainee_of_the_course(): void {
        $log = ['kind' => 'room_log', 'symptom' => 'slow', 'affected' => 12, 'action_taken' => 'أُعيد التشغيل'];
        $about = fn(string $who): array => ['about' => ['id' => (string) $this->class->people[$who]->id, 'role' => 'trainer']];
        $this->refused('nopermissions', 'trainee', $this->class->said($log));
        $message = $this->refused('nidaa_invalid', 'manager', $this->class->said($log + $about('stranger')));
        $this->assertStringContainsString(get_string('field_about', 'local_nidaa'), $message);
        $this->submit('manager', $this->class->said($log + $about('trainee')));
        $wire = $this->class->received();
        $this->assertSame(['id' => (string) $this->class->people['trainee']->id, 'role' => 'trainee'], $wire['about']);
        $this->assertSame(['in_room', 12, 'أُعيد التشغيل'], [$wire['channel'], $wire['affected'], $wire['action_taken']]);
    }

    public function test_gaps_of_others_are_flagged_by_who_may_and_ones_own_by_oneself(): void {
        global $DB;
        $gap = ['kind' => 'certificate_gap', 'symptom' => null, 'room' => null, 'gaps' => ['phone_missing']];
        $about = fn(string $who): array => ['about' => ['id' => (string) $this->class->people[$who]->id]];
        $this->refused('nopermissions', 'trainee', $this->class->said($gap + $about('other')));
        $this->submit('trainee', $this->class->said($gap + $about('trainee')));
        $this->assertNull($this->class->received()['about']);
        // A suspended enrolment is among what is flagged.
        $DB->set_field('user_enrolments', 'status', ENROL_USER_SUSPENDED, ['userid' => $this->class->people['other']->id]);
        $this->submit('trainer', $this->class->said($gap + $about('other')), $this->class->course_context());
        $wire = $this->class->received(1);
        $this->assertSame(['trainee', 'web', 'course'], [$wire['about']['role'], $wire['channel'], $wire['place']['page']]);
    }

    public function test_a_complaint_names_staff_and_no_trainee(): void {
        $complaint = ['kind' => 'complaint', 'symptom' => null, 'room' => null, 'category' => 'conduct_trainer', 'text' => 'x',
            'remedy_sought' => 'اعتذار', 'contact_preference' => 'call'];
        $about = fn(string $who, string $role): array =>
            ['about' => ['id' => (string) $this->class->people[$who]->id, 'role' => $role]];
        $this->refused('nidaa_invalid', 'trainee', $this->class->said($complaint + $about('other', 'trainer')));
        $this->refused('nidaa_invalid', 'trainee', $this->class->said($complaint + $about('stranger', 'trainer')));
        $this->submit('trainee', $this->class->said($complaint + $about('trainer', 'room_manager')));
        $this->submit('trainee', $this->class->said($complaint + $about('manager', 'trainer')));
        $this->assertSame('trainer', $this->class->received(0)['about']['role']);
        $this->assertSame('room_manager', $this->class->received(1)['about']['role']);
        $this->assertSame(['call', 'اعتذار'], [
            $this->class->received()['reporter']['contact_preference'], $this->class->received()['remedy_sought'],
        ]);
    }

    public function test_a_forged_room_is_refused(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $elsewhere = $generator->create_module('lti', ['course' => $generator->create_course()->id]);
        $page = $generator->create_module('page', ['course' => $this->class->course->id]);
        foreach ([$elsewhere->cmid, $page->cmid, 99999999] as $cmid) {
            $said = $this->class->said(['room' => (string) $cmid]);
            $this->refused('nidaa_notallowed', 'trainee', $said, $this->class->course_context());
        }
        set_coursemodule_visible($this->class->room->cmid, 0);
        $this->refused('nidaa_notallowed', 'trainee', $this->class->said(), $this->class->course_context());
        $this->refused('nidaa_notallowed', 'trainee', $this->class->said());
        $this->refused('nidaa_notallowed', 'trainee', $this->class->said(['room' => null]));
    }

    public function test_a_forged_course_is_refused(): void {
        $elsewhere = \context_course::instance($this->getDataGenerator()->create_course()->id)->id;
        $said = $this->class->said(['room' => null]);
        $this->refused('requireloginerror', 'trainee', $said, $elsewhere);
        $this->refused('requireloginerror', 'stranger', $said, $this->class->course_context());
        $others = [\context_system::instance()->id, \context_course::instance(SITEID)->id,
            \context_user::instance($this->class->people['trainee']->id)->id, 99999999];
        foreach ($others as $contextid) {
            $this->refused('nidaa_notallowed', 'trainee', $said, $contextid);
        }
    }

    public function test_a_group_is_one_that_the_person_may_name(): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $groups = [$generator->create_group(['courseid' => $this->class->course->id]),
            $generator->create_group(['courseid' => $this->class->course->id])];
        $this->refused('nidaa_notallowed', 'trainee', $this->class->said(['group' => (string) $groups[0]->id]));
        set_coursemodule_groupmode($this->class->room->cmid, SEPARATEGROUPS);
        $generator->create_group_member(['groupid' => $groups[0]->id, 'userid' => $this->class->people['trainee']->id]);
        $this->refused('nidaa_notallowed', 'trainee', $this->class->said(['group' => (string) $groups[1]->id]));
        $this->refused('nidaa_notallowed', 'trainee', $this->class->said(['group' => (string) $groups[0]->id, 'room' => null]));
        $this->submit('trainee', $this->class->said(['group' => (string) $groups[0]->id]));
        $this->submit('trainee', $this->class->said()); // In one group only, and so that one is meant.
        $this->submit('trainer', $this->class->said());
        $this->submit('trainer', $this->class->said(['group' => (string) $groups[1]->id]));
        $sent = array_map(fn(int $which) => $this->class->received($which)['place']['group'], range(0, 3));
        $this->assertSame([(string) $groups[0]->id, (string) $groups[0]->id, null, (string) $groups[1]->id], $sent);
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
        $message = $this->refused('nidaa_invalid', 'trainee', $this->class->said(['text' => str_repeat('ن', 20001)]));
        $this->assertStringContainsString('20000', $message);
        $this->assertStringContainsString(get_string('field_text', 'local_nidaa'), $message);
        $this->refused('nidaa_invalid', 'trainee', $this->class->said(['symptom' => null]));
        $this->refused('nidaa_invalid', 'trainee', $this->class->said(['id' => 'x']));
        $this->refused('nidaa_invalid', 'trainee', $this->class->said(['diagnostics' => '[]']));
        $this->refused('nidaa_invalid', 'trainee', $this->class->said(['text' => str_repeat('ن', 20000), 'action_taken' =>
            str_repeat('𝄞', 4000), 'remedy_sought' => str_repeat('𝄞', 4000)]));
    }

    public function test_64_kib_go_and_a_byte_more_does_not(): void {
        $said = $this->class->said(['text' => str_repeat('ن', 20000)]);
        $pad = fn(int $bytes): array => ['diagnostics' => json_encode(['pad' => str_repeat('x', $bytes)])] + $said;
        $this->submit('trainee', $pad(0));
        $room = 65536 - strlen($this->class->fake->requests()[0]->body);
        $id = ['id' => \core\uuid::generate()];
        $this->assertTrue($this->submit('trainee', $id + $pad($room))['delivered']);
        $this->assertSame(65536, strlen($this->class->fake->requests()[1]->body));
        $this->assertSame('nidaa_invalid', $this->submit('trainee', ['id' => \core\uuid::generate()] + $pad($room + 1))['error']);
    }

    public function test_hostile_text_is_kept_and_sent_as_it_is(): void {
        $hostile = "<script>alert(1)</script>\"'; DROP TABLE x; -- {{#js}} \u{202e}\u{2028} \\u0000 %00 🙂\r\n";
        $this->class->fake->stop();
        $said = $this->class->said(['text' => $hostile, 'category' => '<b>', 'diagnostics' => json_encode(['ua' => $hostile])]);
        $this->submit('trainee', $said);
        $kept = json_decode(store::find($said['id'])->body, true);
        $this->assertSame([$hostile, '<b>', $hostile], [$kept['text'], $kept['category'], $kept['diagnostics']['ua']]);
    }

    public function test_what_the_browser_says_of_its_person_is_not_even_taken(): void {
        $answer = $this->submit('trainee', ['reporter' => ['id' => '2', 'role' => 'room_manager']] + $this->class->said());
        $this->assertSame('invalidparameter', $answer['error']);
    }

    public function test_placeholders_of_moodle_are_no_addresses(): void {
        $changes = ['email' => 'nobody@lms.invalid', 'phone1' => '-', 'phone2' => '0000000000', 'firstname' => str_repeat('ن', 100),
            'lastname' => str_repeat('م', 100), 'middlename' => str_repeat('x', 255)];
        $trainee = $this->class->people['trainee'];
        foreach ($changes as $name => $value) {
            $trainee->$name = $value;
        }
        $this->submit('trainee', $this->class->said());
        $reporter = $this->class->received()['reporter'];
        $this->assertSame([null, null], [$reporter['email'], $reporter['phone']]);
        $this->assertLessThanOrEqual(255, \core_text::strlen($reporter['name']));
    }

    public function test_a_browsers_wrong_clock_is_put_right(): void {
        $this->setUser($this->class->people['trainee']);
        submit_report::execute(
            $this->class->room_context(),
            $this->class->said(['occurred_at' => date('c', time() + 7190)]),
            date('c', time() + 7200)
        );
        $this->assertEqualsWithDelta(time() - 10, strtotime($this->class->received()['occurred_at']), 3);
    }

    public function test_a_report_costs_few_queries(): void {
        global $DB;
        $this->submit('trainee', $this->class->said());
        $before = $DB->perf_get_queries();
        $this->submit('trainee', $this->class->said());
        $this->assertLessThanOrEqual(24, $DB->perf_get_queries() - $before);
    }

    public function test_eight_drafts_of_one_request_wait_two_seconds_in_all(): void {
        $this->class->fake->answer(202, [], [], 4000);
        $this->setUser($this->class->people['trainee']);
        breaker::begin_request();
        $began = microtime(true);
        for ($i = 0; $i < 8; $i++) {
            $answer = submit_report::execute($this->class->room_context(), $this->class->said(), date('c'));
            $this->assertFalse($answer['delivered']);
        }
        $this->assertLessThan(3.0, microtime(true) - $began);
        $this->assertSame(8, store::backlog()->waiting);
    }
}
