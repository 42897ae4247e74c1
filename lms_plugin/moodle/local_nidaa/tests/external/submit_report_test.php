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

    public function test_a_trainees_two_taps(): void {
        $said = $this->class->said();
        $answer = $this->class->submit('trainee', $said);
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
        $answer = $this->class->submit('trainee', $this->class->said(['id' => '0198F3C2-7B1E-7C44-9D0A-6F2B1C3D4E5F']));
        $this->assertSame([
            'id' => '0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f', 'reference' => '208-226-399-3', 'delivered' => false, 'state' => null,
            'case' => null, 'same_in_room' => null,
        ], $answer);
    }

    public function test_a_retry_gets_the_same_answer_and_no_new_row(): void {
        global $DB;
        $said = $this->class->said(['text' => 'a']);
        $first = $this->class->submit('trainee', $said);
        $again = ['occurred_at' => '2026-01-01T00:00:00Z', 'locale' => 'en', 'room' => null, 'gaps' => []] + $said;
        $this->assertSame($first, $this->class->submit('trainee', $again, $this->class->course_context()));
        $this->assertSame(1, $DB->count_records(store::TABLE));
        $this->assertCount(1, $this->class->fake->requests());
    }

    public function test_roles_come_from_moodle(): void {
        foreach (['trainee' => 'trainee', 'trainer' => 'trainer', 'manager' => 'room_manager'] as $who => $role) {
            $this->class->fake->forget();
            $this->class->submit($who, $this->class->said());
            $this->assertSame($role, $this->class->received()['reporter']['role']);
        }
    }

    public function test_a_room_manager_logs_for_a_trainee_of_the_course(): void {
        $log = ['kind' => 'room_log', 'symptom' => 'slow', 'affected' => 12, 'action_taken' => 'أُعيد التشغيل'];
        $about = fn(string $who): array => ['about' => ['id' => (string) $this->class->people[$who]->id, 'role' => 'trainer']];
        $this->class->refused('nopermissions', 'trainee', $this->class->said($log));
        $message = $this->class->refused('nidaa_invalid', 'manager', $this->class->said($log + $about('stranger')));
        $this->assertStringContainsString(get_string('field_about', 'local_nidaa'), $message);
        $this->class->submit('manager', $this->class->said($log + $about('trainee')));
        $wire = $this->class->received();
        $this->assertSame(['id' => (string) $this->class->people['trainee']->id, 'role' => 'trainee'], $wire['about']);
        $this->assertSame(['in_room', 12, 'أُعيد التشغيل'], [$wire['channel'], $wire['affected'], $wire['action_taken']]);
    }

    public function test_gaps_of_others_are_flagged_by_who_may_and_ones_own_by_oneself(): void {
        global $DB;
        $gap = ['kind' => 'certificate_gap', 'symptom' => null, 'room' => null, 'gaps' => ['phone_missing']];
        $about = fn(string $who): array => ['about' => ['id' => (string) $this->class->people[$who]->id]];
        $this->class->refused('nopermissions', 'trainee', $this->class->said($gap + $about('other')));
        $this->class->submit('trainee', $this->class->said($gap + $about('trainee')));
        $this->assertNull($this->class->received()['about']);
        // A suspended enrolment is among what is flagged.
        $DB->set_field('user_enrolments', 'status', ENROL_USER_SUSPENDED, ['userid' => $this->class->people['other']->id]);
        $this->class->submit('trainer', $this->class->said($gap + $about('other')), $this->class->course_context());
        $wire = $this->class->received(1);
        $this->assertSame(['trainee', 'web', 'course'], [$wire['about']['role'], $wire['channel'], $wire['place']['page']]);
    }

    public function test_a_complaint_names_staff_and_no_trainee(): void {
        $complaint = ['kind' => 'complaint', 'symptom' => null, 'room' => null, 'category' => 'conduct_trainer', 'text' => 'x',
            'remedy_sought' => 'اعتذار', 'contact_preference' => 'call'];
        $about = fn(string $who, string $role): array =>
            ['about' => ['id' => (string) $this->class->people[$who]->id, 'role' => $role]];
        $this->class->refused('nidaa_invalid', 'trainee', $this->class->said($complaint + $about('other', 'trainer')));
        $this->class->refused('nidaa_invalid', 'trainee', $this->class->said($complaint + $about('stranger', 'trainer')));
        $this->class->submit('trainee', $this->class->said($complaint + $about('trainer', 'room_manager')));
        $this->class->submit('trainee', $this->class->said($complaint + $about('manager', 'trainer')));
        $this->assertSame('trainer', $this->class->received(0)['about']['role']);
        $this->assertSame('room_manager', $this->class->received(1)['about']['role']);
        $this->assertSame(['call', 'اعتذار'], [
            $this->class->received()['reporter']['contact_preference'], $this->class->received()['remedy_sought'],
        ]);
    }

    public function test_placeholders_of_moodle_are_no_addresses(): void {
        $changes = ['email' => 'nobody@lms.invalid', 'phone1' => '-', 'phone2' => '0000000000', 'firstname' => str_repeat('ن', 100),
            'lastname' => str_repeat('م', 100), 'middlename' => str_repeat('x', 255)];
        $trainee = $this->class->people['trainee'];
        foreach ($changes as $name => $value) {
            $trainee->$name = $value;
        }
        $this->class->submit('trainee', $this->class->said());
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
        $this->class->submit('trainee', $this->class->said());
        $before = $DB->perf_get_queries();
        $this->class->submit('trainee', $this->class->said());
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
