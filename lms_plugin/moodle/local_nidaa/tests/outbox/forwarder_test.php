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

namespace local_nidaa\outbox;

use local_nidaa\fixtures\fake_sidecar;
use local_nidaa\wire\reference;
use local_nidaa\wire\verdict;
use stdClass;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../fixtures/fake_sidecar.php');

/**
 * Rows on their way to the sidecar, through every fault that it can have.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\outbox\forwarder
 * @covers     \local_nidaa\task\forward_outbox
 * @covers     \local_nidaa\task\tidy_outbox
 */
final class forwarder_test extends \advanced_testcase {
    /** @var fake_sidecar */
    private fake_sidecar $fake;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        breaker::begin_request();
        $this->fake = new fake_sidecar();
    }

    #[\Override]
    protected function tearDown(): void {
        $this->fake->stop();
        parent::tearDown();
    }

    /**
     * A row that is not stored yet.
     *
     * @param array $changes
     * @param string|null $reportid
     * @return stdClass
     */
    private function row(array $changes = [], ?string $reportid = null): stdClass {
        $id = \core\uuid::generate();
        return (object) ($changes + (array) store::row($id, $reportid ?? $id, [
            'userid' => 2, 'courseid' => 1, 'reference' => reference::of($id), 'fingerprint' => str_repeat('f', 64),
            'body' => '{"id":"' . $id . '"}', 'timecreated' => time(),
        ]));
    }

    public function test_a_report_is_forwarded_while_the_person_waits(): void {
        $sink = $this->redirectEvents();
        $row = forwarder::keep($this->row());
        $this->assertSame([verdict::DELIVERED, '208-226-399-3'], [$row->state, $row->reference]);
        $this->assertSame(verdict::DELIVERED, store::find($row->itemid)->state);
        $this->assertSame($row->itemid, $this->fake->requests()[0]->headers['webhook-id']);
        $this->assertSame(['report_stored', 'report_delivered'], array_map(
            fn($event) => substr(strrchr(get_class($event), '\\'), 1),
            $sink->get_events()
        ));
    }

    public function test_a_hanging_sidecar_costs_two_seconds_and_the_report_is_stored(): void {
        $this->fake->answer(202, [], [], 5000);
        $began = microtime(true);
        $rows = [forwarder::keep($this->row()), forwarder::keep($this->row()), forwarder::keep($this->row())];
        $this->assertLessThan(2.6, microtime(true) - $began);
        $this->assertSame(array_fill(0, 3, store::WAITING), array_column($rows, 'state'));
        $this->assertSame(3, store::backlog()->waiting);
        $this->assertCount(1, $this->fake->requests());
        // The first is tried again later; the others have not been tried and are due at once.
        $this->assertSame([1, 0, 0], array_map(fn($row) => (int) store::find($row->itemid)->attempts, $rows));
        $this->assertCount(2, store::due(10));
    }

    public function test_three_failures_and_nobody_waits_any_more(): void {
        global $DB;
        $this->fake->stop();
        for ($i = 0; $i < 5; $i++) {
            forwarder::keep($this->row());
        }
        $attempts = array_map('intval', $DB->get_fieldset_select(store::TABLE, 'attempts', '1 = 1 ORDER BY id'));
        $this->assertSame([1, 1, 1, 0, 0], $attempts);
    }

    public function test_without_settings_reports_are_kept(): void {
        set_config('secret', '', 'local_nidaa');
        $this->assertSame(store::WAITING, forwarder::keep($this->row())->state);
        $this->assertTrue(forwarder::run(10)['stopped']);
        $this->assertSame([], $this->fake->requests());
        set_config('secret', fake_sidecar::SECRET, 'local_nidaa');
        $this->assertSame(1, forwarder::run(10)[verdict::DELIVERED]);
    }

    public function test_cron_sends_the_oldest_first_and_signs_anew(): void {
        $rows = [];
        foreach ([3000, 1000, 2000] as $time) {
            $rows[$time] = store::put($this->row(['timecreated' => $time, 'nexttry' => 0]), 0);
        }
        $addition = store::put($this->row(['timecreated' => 500, 'nexttry' => 0], $rows[3000]->itemid), 0);
        $this->assertSame(4, forwarder::run(30)[verdict::DELIVERED]);
        $asked = $this->fake->requests();
        $ids = array_map(fn($request) => $request->headers['webhook-id'], $asked);
        $this->assertSame([$rows[1000]->itemid, $rows[2000]->itemid, $rows[3000]->itemid, $addition->itemid], $ids);
        $this->assertSame("/v1/reports/{$rows[3000]->itemid}/additions", $asked[3]->path);
        $this->assertSame($rows[1000]->body, $asked[0]->body);
    }

    /**
     * Faults after which a report is tried again, for ever.
     *
     * @return array
     */
    public static function passing_provider(): array {
        return [[500], [503], [401], [403], [404], [429], [302], [200]];
    }

    /**
     * A report survives a fault, and the same bytes go when it is over.
     *
     * @dataProvider passing_provider
     * @param int $status
     */
    public function test_a_report_outlives_a_fault(int $status): void {
        global $DB;
        $row = store::put($this->row(), 0);
        $this->fake->answer($status, '', ['Retry-After' => '120']);
        $this->assertSame(1, forwarder::run(10)[verdict::RETRY]);
        $this->assertSame(0, array_sum(array_filter(forwarder::run(10), 'is_int')));
        $DB->set_field(store::TABLE, 'nexttry', time(), ['id' => $row->id]);
        $DB->set_field(store::TABLE, 'attempts', 5000, ['id' => $row->id]);
        $this->fake->answer(202, ['reference' => '208-226-399-3']);
        $this->assertSame(1, forwarder::run(10)[verdict::DELIVERED]);
        [$first, $second] = $this->fake->requests();
        $this->assertSame([$first->body, $first->headers['webhook-id']], [$second->body, $second->headers['webhook-id']]);
        $this->assertNull(delivery::last_alarm());
    }

    public function test_a_hopeless_report_is_parked_and_holds_up_nobody(): void {
        $this->fake->answer(413, ['title' => 'The request is too large.']);
        for ($i = 0; $i < 12; $i++) {
            store::put($this->row(), 0);
        }
        $wanted = [verdict::DELIVERED => 0, verdict::PARKED => 12, verdict::RETRY => 0, 'stopped' => false];
        $this->assertSame($wanted, forwarder::run(20));
        $this->assertSame('HTTP 413 The request is too large.', store::backlog()->lasterror);
    }

    public function test_a_sidecar_that_is_away_is_left_alone_until_the_next_run(): void {
        for ($i = 0; $i < 12; $i++) {
            store::put($this->row(), 0);
        }
        $this->fake->answer(500);
        $done = forwarder::run(20);
        $this->assertSame([3, true], [$done[verdict::RETRY], $done['stopped']]);
        $this->fake->answer(401);
        $done = forwarder::run(20);
        $this->assertSame([9, false], [$done[verdict::RETRY], $done['stopped']]);
        $this->assertSame(401, delivery::last_alarm()->status);
    }

    public function test_ones_limit_does_not_hold_up_the_others(): void {
        for ($i = 0; $i < 12; $i++) {
            store::put($this->row(), 0);
        }
        $this->fake->answer(429, '', ['Retry-After' => '600']);
        $done = forwarder::run(20);
        $this->assertSame([12, false], [$done[verdict::RETRY], $done['stopped']]);
    }

    public function test_two_forwarders_never_send_the_same_row(): void {
        $row = store::put($this->row(), 0);
        $this->assertNotNull(store::claim((int) $row->id, 60)); // The other one is at it.
        $this->assertSame(0, array_sum(array_filter(forwarder::run(10), 'is_int')));
        forwarder::nudge([store::find($row->itemid)]);
        $this->assertSame([], $this->fake->requests());
    }

    public function test_who_looks_at_a_waiting_report_sends_it(): void {
        $row = store::put($this->row(), 0);
        $later = store::put($this->row(['nexttry' => time() + 60]), 0);
        $rows = [store::find($row->itemid), store::find($later->itemid)];
        forwarder::nudge($rows);
        $this->assertSame([verdict::DELIVERED, store::WAITING], array_column($rows, 'state'));
        $this->assertCount(1, $this->fake->requests());
    }

    public function test_an_addition_is_not_sent_before_its_report(): void {
        $report = store::put($this->row(['nexttry' => time() + 600]), 0);
        $addition = forwarder::keep($this->row([], $report->itemid), false);
        $this->assertSame(store::WAITING, $addition->state);
        forwarder::run(10);
        $this->assertSame([], $this->fake->requests());
    }

    public function test_a_run_ends_in_time(): void {
        store::put($this->row(), 0);
        $this->assertSame(0, forwarder::run(0)[verdict::DELIVERED]);
    }

    public function test_the_tasks_say_what_they_did(): void {
        store::put($this->row(), 0);
        $this->expectOutputRegex('/^delivered 1, parked 0, to be tried again 0\s*$/');
        (new \local_nidaa\task\forward_outbox())->execute();
        $old = ['state' => verdict::DELIVERED, 'timedelivered' => time() - 31 * DAYSECS];
        $row = store::put($this->row($old), 0);
        set_config('keepdays', 32, 'local_nidaa');
        (new \local_nidaa\task\tidy_outbox())->execute();
        $this->assertNotNull(store::find($row->itemid));
        set_config('keepdays', 30, 'local_nidaa');
        (new \local_nidaa\task\tidy_outbox())->execute();
        $this->assertNull(store::find($row->itemid));
    }
}
