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
use local_nidaa\outbox\forwarder;
use local_nidaa\outbox\store;
use local_nidaa\wire\verdict;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../fixtures/fake_sidecar.php');
require_once(__DIR__ . '/../fixtures/classroom.php');

/**
 * What people add to their reports.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\external\add_detail
 * @covers     \local_nidaa\outbox\submission
 */
final class add_detail_test extends \advanced_testcase {
    /** @var classroom */
    private classroom $class;

    /** @var string A trainee's report. */
    private string $report;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->class = new classroom($this->getDataGenerator());
        $this->setUser($this->class->people['trainee']);
        $said = $this->class->said();
        $this->report = $said['id'];
        submit_report::execute($this->class->room_context(), $said);
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
     * @param array $args
     * @return array data, or the exception's errorcode
     */
    private function add(string $who, array $args): array {
        $this->setUser($this->class->people[$who]);
        $_POST['sesskey'] = sesskey();
        breaker::begin_request();
        $args += ['contextid' => $this->class->room_context(), 'id' => \core\uuid::generate(), 'report' => $this->report,
            'text' => 'منذ خمس دقائق 🙂'];
        $answer = external_api::call_external_function('local_nidaa_add_detail', $args, true);
        return $answer['error'] ? ['error' => $answer['exception']->errorcode] : $answer['data'];
    }

    public function test_an_addition_follows_its_report(): void {
        $id = \core\uuid::generate();
        $args = ['id' => $id, 'report' => strtoupper($this->report)];
        $this->assertSame(['id' => $id, 'delivered' => true], $this->add('trainee', $args));
        $asked = $this->class->fake->requests()[1];
        $this->assertSame(["/v1/reports/{$this->report}/additions", $id], [$asked->path, $asked->headers['webhook-id']]);
        $this->assertSame(['id' => $id, 'text' => 'منذ خمس دقائق 🙂'], $this->class->received(1));
        $this->assertSame('addition', store::find($id)->type);
    }

    public function test_an_addition_waits_until_its_report_is_there(): void {
        global $DB;
        $DB->set_field(store::TABLE, 'state', store::WAITING, ['itemid' => $this->report]);
        $DB->set_field(store::TABLE, 'body', '{}', ['itemid' => $this->report]);
        $this->assertFalse($this->add('trainee', [])['delivered']);
        $this->assertCount(1, $this->class->fake->requests());
        $this->assertSame(2, forwarder::run(10)[verdict::DELIVERED]);
        $this->assertStringEndsWith('/additions', $this->class->fake->requests()[2]->path);
    }

    public function test_a_retry_is_one_addition_and_other_words_are_a_conflict(): void {
        global $DB;
        $args = ['id' => \core\uuid::generate(), 'text' => 'a'];
        $this->assertSame($this->add('trainee', $args), $this->add('trainee', $args));
        $this->assertSame(2, $DB->count_records(store::TABLE));
        $this->assertSame(['error' => 'nidaa_conflict'], $this->add('trainee', ['text' => 'b'] + $args));
        $this->assertSame(['error' => 'nidaa_conflict'], $this->add('trainee', ['id' => $this->report]));
    }

    public function test_anothers_report_and_an_unknown_one_get_the_same_answer(): void {
        $foreign = $this->add('other', []);
        $this->assertSame(['error' => 'nidaa_notallowed'], $foreign);
        $this->assertSame($foreign, $this->add('trainee', ['report' => \core\uuid::generate()]));
        $this->assertSame($foreign, $this->add('trainee', ['report' => 'x']));
        $this->assertSame(['error' => 'requireloginerror'], $this->add('stranger', []));
    }

    public function test_an_addition_says_something_within_bounds(): void {
        foreach ([['text' => ''], ['text' => str_repeat('ن', 20001)], ['id' => 'x']] as $args) {
            $this->assertSame(['error' => 'nidaa_invalid'], $this->add('trainee', $args));
        }
        $this->assertArrayNotHasKey('error', $this->add('trainee', ['text' => '0']));
        $this->assertArrayNotHasKey('error', $this->add('trainee', ['text' => str_repeat('ن', 20000)]));
    }

    public function test_guests_add_nothing(): void {
        $this->setGuestUser();
        $_POST['sesskey'] = sesskey();
        $answer = external_api::call_external_function('local_nidaa_add_detail', [
            'contextid' => $this->class->room_context(), 'id' => \core\uuid::generate(), 'report' => $this->report, 'text' => 'x',
        ], true);
        $this->assertContains($answer['exception']->errorcode, ['requireloginerror', 'nidaa_notallowed']);
    }
}
