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
 * Where people's reports stand.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\external\get_status
 * @covers     \local_nidaa\outbox\standing
 * @covers     \local_nidaa\outbox\stored
 */
final class get_status_test extends \advanced_testcase {
    /** @var classroom */
    private classroom $class;

    /** @var string A trainee's report. */
    private string $report;

    /** @var array What the sidecar says of it. */
    private const SAID = [
        'reference' => '208-226-399-3', 'state' => 'in_progress', 'case' => '17', 'same_in_room' => 4, 'facts' => 'done',
        'timeline' => [['at' => '2026-11-22T14:03:11Z', 'what' => 'open', 'text' => 'تم استلام <بلاغك>']], 'poll_after' => 20,
    ];

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->class = new classroom($this->getDataGenerator());
        $this->setUser($this->class->people['trainee']);
        $said = $this->class->said();
        $this->report = $said['id'];
        submit_report::execute($this->class->room_context(), $said);
        $this->class->fake->forget();
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
     * @param array $ids
     * @return array
     */
    private function ask(string $who, array $ids): array {
        $this->setUser($this->class->people[$who]);
        $_POST['sesskey'] = sesskey();
        breaker::begin_request();
        $answer = external_api::call_external_function('local_nidaa_get_status', ['ids' => $ids], true);
        $this->assertFalse($answer['error']);
        return $answer['data'];
    }

    public function test_the_sidecar_is_asked_once_in_its_time(): void {
        $this->class->fake->answer(200, self::SAID, ['ETag' => '"one"']);
        $status = $this->ask('trainee', [$this->report]);
        $this->assertSame([[
            'id' => $this->report, 'reference' => '208-226-399-3', 'delivered' => true, 'state' => 'in_progress', 'case' => '17',
            'same_in_room' => 4, 'timeline' => self::SAID['timeline'], 'poll_after' => 20,
            'said' => [], 'asks_works' => false, 'already_known' => false, 'joined_known' => false, 'since' => null,
        ]], $status);
        $this->assertSame($status, $this->ask('trainee', [strtoupper($this->report), $this->report]));
        $this->assertCount(1, $this->class->fake->requests());
        $asked = $this->class->fake->requests()[0];
        $this->assertSame(['GET', "/v1/reports/{$this->report}", $this->report, 'en'], [
            $asked->method, $asked->path, $asked->headers['webhook-id'], $asked->headers['accept-language'],
        ]);
    }

    public function test_what_has_not_changed_is_not_sent_again(): void {
        $this->class->fake->answer(200, self::SAID, ['ETag' => '"one"']);
        $status = $this->ask('trainee', [$this->report]);
        $cache = \core_cache\cache::make('local_nidaa', 'status');
        $key = str_replace('-', '', $this->report) . '_en';
        $cache->set($key, ['until' => 0] + $cache->get($key));
        $this->class->fake->answer(304);
        $this->assertSame($status, $this->ask('trainee', [$this->report]));
        $this->assertSame('"one"', $this->class->fake->requests()[1]->headers['if-none-match']);
        $this->assertGreaterThan(time(), $cache->get($key)['until']);
    }

    public function test_while_the_sidecar_is_away_what_is_known_is_said(): void {
        $this->class->fake->stop();
        $this->assertSame([[
            'id' => $this->report, 'reference' => '208-226-399-3', 'delivered' => true, 'state' => 'received', 'case' => null,
            'same_in_room' => 2, 'timeline' => [], 'poll_after' => 30,
            'said' => [], 'asks_works' => false, 'already_known' => false, 'joined_known' => false, 'since' => null,
        ]], $this->ask('trainee', [$this->report]));
    }

    public function test_after_an_outage_the_last_word_stands(): void {
        $this->class->fake->answer(200, self::SAID);
        $status = $this->ask('trainee', [$this->report]);
        $cache = \core_cache\cache::make('local_nidaa', 'status');
        $key = str_replace('-', '', $this->report) . '_en';
        $cache->set($key, ['until' => 0] + $cache->get($key));
        foreach ([500, 404, 401, 200] as $fault) {
            $this->class->fake->answer($fault, '<html>');
            $this->assertSame($status, $this->ask('trainee', [$this->report]));
        }
    }

    public function test_a_waiting_report_is_sent_when_its_person_looks(): void {
        global $DB;
        $row = ['state' => store::WAITING, 'nexttry' => 0, 'body' => '{}', 'answer' => null, 'timedelivered' => 0];
        $DB->update_record(store::TABLE, (object) (['id' => store::find($this->report)->id] + $row));
        $status = $this->ask('trainee', [$this->report])[0];
        $this->assertSame([true, 'received'], [$status['delivered'], $status['state']]);
        $this->assertSame(['POST', 'GET'], array_column($this->class->fake->requests(), 'method'));
    }

    public function test_a_parked_report_is_said_to_be_parked(): void {
        global $DB;
        $DB->set_field(store::TABLE, 'state', verdict::PARKED, ['itemid' => $this->report]);
        $status = $this->ask('trainee', [$this->report])[0];
        $this->assertSame([false, 'parked'], [$status['delivered'], $status['state']]);
        $this->assertSame([], $this->class->fake->requests());
    }

    public function test_anothers_report_is_absent_and_nobody_is_asked_about_it(): void {
        $this->assertSame([], $this->ask('other', [$this->report, \core\uuid::generate(), 'x', '']));
        $this->assertSame([], $this->class->fake->requests());
    }

    public function test_twenty_at_a_time_cost_no_more_queries_than_one(): void {
        global $DB;
        $this->class->fake->answer(200, self::SAID);
        $ids = array_map(fn() => \core\uuid::generate(), range(1, 20));
        $this->assertSame([], $this->ask('trainee', [...$ids, $this->report]));
        get_status::execute([$this->report]); // From here on the sidecar's answer is known.
        $queries = [];
        foreach ([[$this->report], array_slice([$this->report, ...$ids], 0, 20)] as $asked) {
            $before = $DB->perf_get_queries();
            $this->assertCount(1, get_status::execute($asked));
            $queries[] = $DB->perf_get_queries() - $before;
        }
        $this->assertSame($queries[0], $queries[1]);
        $this->assertSame(1, $queries[0]);
    }

    public function test_guests_have_no_reports(): void {
        $this->setGuestUser();
        $_POST['sesskey'] = sesskey();
        $answer = external_api::call_external_function('local_nidaa_get_status', ['ids' => [$this->report]], true);
        $this->assertTrue($answer['error']);
    }
}
