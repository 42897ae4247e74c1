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

use local_nidaa\wire\answer;
use local_nidaa\wire\reference;
use local_nidaa\wire\verdict;
use stdClass;

/**
 * Rows of the outbox: stored once, sent by one, never lost.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\outbox\store
 * @covers     \local_nidaa\outbox\delivery
 */
final class store_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    /**
     * A row, stored.
     *
     * @param array $changes
     * @param string|null $reportid of an addition
     * @return stdClass
     */
    private function stored(array $changes = [], ?string $reportid = null): stdClass {
        $id = \core\uuid::generate();
        $row = store::row($id, $reportid ?? $id, [
            'userid' => 2, 'courseid' => 1, 'reference' => reference::of($id), 'fingerprint' => str_repeat('f', 64),
            'body' => '{"id":"' . $id . '"}', 'timecreated' => time(),
        ]);
        return store::put((object) ($changes + (array) $row), 0);
    }

    public function test_of_two_identical_presses_one_finds_the_other(): void {
        global $DB;
        $row = $this->stored();
        $twin = clone $row;
        unset($twin->id);
        $this->assertNull(store::put($twin, 10));
        $this->assertSame(1, $DB->count_records(store::TABLE));
        $this->assertEquals($row->id, store::find($row->itemid)->id);
        $this->assertNull(store::find(\core\uuid::generate()));
    }

    public function test_bytes_come_back_as_they_were_stored(): void {
        $body = '{"text":"شكراً 🙂 𝄞 \\\\ \\" \' \\u0000 <b> ' . str_repeat('ن', 20000) . '"}';
        $this->assertSame($body, store::find($this->stored(['body' => $body])->itemid)->body);
    }

    public function test_a_row_is_leased_to_one(): void {
        $row = $this->stored();
        $first = store::claim((int) $row->id, 60);
        $this->assertEquals(1, $first->attempts);
        $this->assertNull(store::claim((int) $row->id, 60));
        $this->assertSame([], store::due(10));
        store::release($first);
        $this->assertEquals(0, store::find($row->itemid)->attempts);
        $this->assertNotNull(store::claim((int) $row->id, 60));
    }

    public function test_a_lease_ends_by_itself(): void {
        $row = $this->stored(['leasetoken' => 'somebody who died', 'leaseuntil' => time() - 1, 'attempts' => 1]);
        $this->assertSame([(int) $row->id], store::due(10));
        $this->assertEquals(2, store::claim((int) $row->id, 60)->attempts);
    }

    public function test_who_stores_may_send(): void {
        $row = $this->stored();
        $leased = clone $row;
        unset($leased->id);
        $leased->itemid = \core\uuid::generate();
        store::put($leased, 10);
        $this->assertSame([(int) $row->id], store::due(10));
        $this->assertNull(store::claim((int) $leased->id, 10));
    }

    public function test_the_oldest_comes_first_and_an_addition_waits_for_its_report(): void {
        global $DB;
        $young = $this->stored(['timecreated' => 3000]);
        $old = $this->stored(['timecreated' => 1000]);
        $later = $this->stored(['timecreated' => 500, 'nexttry' => time() + 100]);
        $addition = $this->stored(['timecreated' => 2000], $old->itemid);
        $this->assertSame([(int) $old->id, (int) $young->id], store::due(10));
        $this->assertSame([(int) $old->id], store::due(1));
        $DB->set_field(store::TABLE, 'state', verdict::DELIVERED, ['id' => $old->id]);
        $this->assertSame([(int) $addition->id, (int) $young->id], store::due(10));
        $DB->set_field(store::TABLE, 'nexttry', 0, ['id' => $later->id]);
        $this->assertSame((int) $later->id, store::due(10)[0]);
    }

    public function test_delivery_keeps_the_answer_and_not_the_text(): void {
        $sink = $this->redirectEvents();
        $row = store::claim((int) $this->stored()->id, 60);
        $said = ['reference' => '208-226-400-9', 'state' => 'received', 'case' => '17', 'same_in_room' => 3, 'links' => []];
        delivery::record($row, new answer(202, json_encode($said)));
        $kept = store::find($row->itemid);
        $this->assertSame([verdict::DELIVERED, '', '208-226-400-9'], [$kept->state, $kept->body, $kept->reference]);
        $this->assertNull($kept->leasetoken);
        $this->assertSame(['state' => 'received', 'case' => '17', 'same_in_room' => 3], json_decode($kept->answer, true));
        $this->assertGreaterThan(0, $kept->timedelivered);
        $event = $sink->get_events()[0];
        $this->assertInstanceOf(\local_nidaa\event\report_delivered::class, $event);
        // In a course's log the person complained about would read that there is a complaint.
        $this->assertEquals(\context_system::instance(), $event->get_context());
        $this->assertSame(['type' => 'report', 'reference' => '208-226-400-9'], $event->other);
        $this->assertStringContainsString('208-226-400-9', $event->get_description());
    }

    public function test_a_202_that_says_nothing_is_a_delivery_with_the_reference_that_was_shown(): void {
        $row = store::claim((int) $this->stored()->id, 60);
        $reference = $row->reference;
        delivery::record($row, new answer(202, '<html>'));
        $this->assertSame([verdict::DELIVERED, $reference], [$row->state, store::find($row->itemid)->reference]);
    }

    /**
     * What only the report itself can be blamed for.
     *
     * @return array
     */
    public static function hopeless_provider(): array {
        return [[400], [409], [413], [415], [422]];
    }

    /**
     * Parked rows keep their text and say why.
     *
     * @dataProvider hopeless_provider
     * @param int $status
     */
    public function test_what_is_hopeless_is_parked_with_its_reason(int $status): void {
        $sink = $this->redirectEvents();
        $row = store::claim((int) $this->stored()->id, 60);
        $problem = ['title' => 'Some fields', 'errors' => [['field' => 'text', 'code' => 'too_long', 'reason' => '…']]];
        delivery::record($row, new answer($status, json_encode($problem)));
        $kept = store::find($row->itemid);
        $this->assertSame([verdict::PARKED, "HTTP $status text: too_long"], [$kept->state, $kept->lasterror]);
        $this->assertSame($row->body, $kept->body);
        $this->assertSame([], store::due(10));
        $this->assertInstanceOf(\local_nidaa\event\report_parked::class, $sink->get_events()[0]);
        $this->assertNull(delivery::last_alarm());
    }

    public function test_everything_else_is_tried_again_and_some_of_it_alarms(): void {
        foreach ([0, 200, 301, 401, 403, 404, 429, 500, 503] as $status) {
            unset_config('alarm', 'local_nidaa');
            $row = store::claim((int) $this->stored()->id, 60);
            delivery::record($row, new answer($status, '', ['retry-after' => '300'], $status ? '' : 'curl 7: refused'));
            $kept = store::find($row->itemid);
            $this->assertSame([store::WAITING, '0'], [$kept->state, (string) $kept->leaseuntil], (string) $status);
            $this->assertGreaterThanOrEqual(time() + 299, $kept->nexttry);
            $this->assertLessThanOrEqual(time() + 300, $kept->nexttry);
            $this->assertSame(in_array($status, [401, 403, 404]) ? $status : null, delivery::last_alarm()->status ?? null);
        }
        $row = store::claim((int) $this->stored()->id, 60);
        set_config('alarm', '401@' . time(), 'local_nidaa');
        delivery::record($row, new answer(202, '{}'));
        $this->assertNull(delivery::last_alarm());
    }

    public function test_whoever_lost_the_lease_changes_nothing_but_a_delivery_counts(): void {
        global $DB;
        $slow = store::claim((int) $this->stored()->id, 60);
        $DB->set_field(store::TABLE, 'leaseuntil', time() - 1, ['id' => $slow->id]);
        $other = store::claim((int) $slow->id, 60);
        delivery::record(clone $slow, new answer(422, '{}'));
        $kept = store::find($slow->itemid);
        $this->assertSame([store::WAITING, $other->leasetoken], [$kept->state, $kept->leasetoken]);
        delivery::record($slow, new answer(202, '{}'));
        $this->assertSame(verdict::DELIVERED, store::find($slow->itemid)->state);
        delivery::record($other, new answer(500, ''));
        $this->assertSame(verdict::DELIVERED, store::find($slow->itemid)->state);
    }

    public function test_an_administrator_sends_again_what_was_parked(): void {
        $sink = $this->redirectEvents();
        $parked = $this->stored(['state' => verdict::PARKED, 'nexttry' => time() + 900]);
        $waiting = $this->stored(['nexttry' => time() + 900]);
        $done = $this->stored(['state' => verdict::DELIVERED]);
        $this->assertSame(2, store::resend([$parked->id, $waiting->id, $done->id, 4711]));
        $this->assertSame([(int) $parked->id, (int) $waiting->id], store::due(10));
        $this->assertSame(verdict::DELIVERED, store::find($done->itemid)->state);
        $this->assertCount(2, $sink->get_events());
        $this->assertSame(0, store::resend([]));
    }

    public function test_tidying_spares_what_waits_what_is_parked_and_what_is_still_added_to(): void {
        global $DB;
        $old = ['state' => verdict::DELIVERED, 'timedelivered' => 1000];
        $this->stored($old);
        $kept = [
            $this->stored(['timecreated' => 1])->id,
            $this->stored(['state' => verdict::PARKED, 'timecreated' => 1])->id,
            $this->stored(['timedelivered' => 3000] + $old)->id,
            ($report = $this->stored($old))->id,
            $this->stored([], $report->itemid)->id,
        ];
        $finished = $this->stored($old);
        $this->stored($old, $finished->itemid);
        store::tidy(2000);
        $this->assertEqualsCanonicalizing($kept, $DB->get_fieldset_select(store::TABLE, 'id', '1 = 1'));
    }

    public function test_the_backlog_tells_what_an_administrator_asks(): void {
        $this->assertEquals(0, store::backlog()->waiting);
        $this->assertSame('', store::backlog()->lasterror);
        $this->stored(['timecreated' => 500]);
        $this->stored(['timecreated' => 700, 'timeattempted' => 900, 'lasterror' => 'curl 7: refused']);
        $this->stored(['state' => verdict::PARKED, 'timeattempted' => 800, 'laststatus' => 422, 'lasterror' => 'HTTP 422']);
        $this->stored(['state' => verdict::DELIVERED, 'timedelivered' => 1234, 'timeattempted' => 1234]);
        $this->assertEquals((object) [
            'waiting' => 2, 'parked' => 1, 'oldest' => 500, 'lastsuccess' => 1234, 'lasterror' => 'curl 7: refused',
            'laststatus' => 0, 'lastfailure' => 900,
        ], store::backlog());
    }

    public function test_only_ones_own_reports_are_found(): void {
        $own = $this->stored(['userid' => 7]);
        $other = $this->stored(['userid' => 8]);
        $addition = $this->stored(['userid' => 7], $own->itemid);
        $this->assertSame([$own->itemid], array_keys(store::own([$own->itemid, $other->itemid, $addition->itemid], 7)));
        $this->assertSame([], store::own([], 7));
    }
}
