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

namespace local_nidaa\backlog;

use core\check\result;
use core\uuid;
use local_nidaa\check\backlog as backlog_check;
use local_nidaa\check\clock;
use local_nidaa\check\forwarding;
use local_nidaa\check\lasterror;
use local_nidaa\check\reachable;
use local_nidaa\outbox\delivery;
use local_nidaa\outbox\store;
use local_nidaa\output\backlog_page;
use local_nidaa\output\bidi;
use local_nidaa\selftest\reach;
use local_nidaa\wire\answer;
use local_nidaa\wire\reference;
use local_nidaa\wire\verdict;
use stdClass;

defined('MOODLE_INTERNAL') || die();

global $CFG;
require_once($CFG->dirroot . '/local/nidaa/lib.php');

/**
 * What the sidecar does not have yet, on the backlog page and on the status report.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\backlog\listing
 * @covers     \local_nidaa\backlog\reason
 * @covers     \local_nidaa\output\backlog_page
 * @covers     \local_nidaa\output\bidi
 * @covers     \local_nidaa\check\backlog
 * @covers     \local_nidaa\check\clock
 * @covers     \local_nidaa\check\forwarding
 * @covers     \local_nidaa\check\lasterror
 * @covers     \local_nidaa\check\linked
 * @covers     \local_nidaa\check\reachable
 */
final class backlog_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        reach::forget();
    }

    /**
     * A row of the outbox.
     *
     * @param array $changes
     * @param string|null $reportid of an addition
     * @return stdClass
     */
    private function row(array $changes = [], ?string $reportid = null): stdClass {
        $id = uuid::generate();
        $row = store::row($id, $reportid ?? $id, [
            'userid' => 2, 'courseid' => 1, 'reference' => reference::of($id), 'fingerprint' => str_repeat('f', 64),
            'body' => '{"text":"a secret sorrow"}', 'timecreated' => time() - 60, 'kind' => 'complaint',
        ]);
        return store::put((object) ($changes + (array) $row), 0);
    }

    /**
     * What the page shows.
     *
     * @param string $state
     * @param int $page
     * @return array
     */
    private function shown(string $state = '', int $page = 0): array {
        global $PAGE;
        $url = new \core\url('/local/nidaa/backlog.php');
        $PAGE->set_url($url);
        return (new backlog_page($state, $page, $url))->export_for_template($PAGE->get_renderer('core'));
    }

    public function test_parked_rows_come_first_and_no_body_is_shown(): void {
        $waiting = $this->row(['timecreated' => time() - 7200]);
        $parked = $this->row(['state' => verdict::PARKED, 'laststatus' => 422, 'lasterror' => 'HTTP 422 text: too_long',
            'timeattempted' => time(), 'attempts' => 3]);
        $this->row(['state' => verdict::DELIVERED]);
        $shown = $this->shown();
        $this->assertSame([$parked->reference, $waiting->reference], array_column($shown['rows'], 'reference'));
        $this->assertSame([true, false], array_column($shown['rows'], 'parked'));
        $this->assertSame('HTTP 422 text: too_long', $shown['rows'][0]['detail']);
        $this->assertSame(3, $shown['rows'][0]['attempts']);
        $this->assertSame(get_string('reason_content', 'local_nidaa', 422), $shown['rows'][0]['reason']);
        $this->assertSame(get_string('kind_complaint', 'local_nidaa'), $shown['rows'][0]['kind']);
        $this->assertSame(bidi::isolated('2 hours'), $shown['rows'][1]['age']);
        $this->assertStringNotContainsString('sorrow', json_encode($shown));
        $this->assertSame([2, 1, 1], array_column($shown['states'], 'number'));
        $this->assertSame([$parked->reference], array_column($this->shown(verdict::PARKED)['rows'], 'reference'));
        $this->assertSame([$waiting->reference], array_column($this->shown(store::WAITING)['rows'], 'reference'));
    }

    public function test_a_person_who_is_gone_is_unknown(): void {
        $user = $this->getDataGenerator()->create_user();
        $this->row(['userid' => $user->id]);
        $this->row(['userid' => 987654]);
        $rows = $this->shown()['rows'];
        $this->assertSame([fullname($user), get_string('unknownuser')], array_column($rows, 'person'));
        $this->assertNotNull($rows[0]['profile']);
        $this->assertNull($rows[1]['profile']);
        delete_user($user);
        $this->assertNull($this->shown()['rows'][0]['profile']);
    }

    public function test_the_listing_has_pages(): void {
        for ($i = 0; $i <= listing::PER_PAGE; $i++) {
            $this->row();
        }
        $this->assertCount(listing::PER_PAGE, $this->shown()['rows']);
        $this->assertCount(1, $this->shown('', 1)['rows']);
        $this->assertNotSame('', $this->shown()['paging']);
        $this->assertSame([], $this->shown('', 2)['rows']);
    }

    public function test_all_parked_rows_can_be_sent_again(): void {
        $this->row(['nexttry' => time() + 900]);
        $this->row(['state' => verdict::DELIVERED]);
        $parked = [$this->row(['state' => verdict::PARKED]), $this->row(['state' => verdict::PARKED])];
        $ids = (new listing(verdict::PARKED))->ids();
        $this->assertEqualsCanonicalizing(array_column($parked, 'id'), $ids);
        $this->assertSame(2, store::resend($ids));
        $this->assertSame([], (new listing(verdict::PARKED))->ids());
        $this->assertCount(2, store::due(10));
    }

    public function test_an_addition_says_what_it_waits_for(): void {
        $report = $this->row();
        $this->row(['kind' => ''], $report->itemid);
        $rows = array_column($this->shown()['rows'], null, 'kind');
        $this->assertSame(
            get_string('reason_afterreport', 'local_nidaa'),
            $rows[get_string('kind_addition', 'local_nidaa')]['reason']
        );
    }

    /**
     * Answers and what they are called.
     *
     * @return array
     */
    public static function answers(): array {
        return [
            [0, 'blocked', 'blocked'], [0, 'notconfigured', 'notconfigured'], [0, 'skipped', 'skipped'],
            [0, 'curl 6: Could not resolve', 'dns'], [0, 'curl 7: refused', 'refused'], [0, 'curl 28: timed out', 'timeout'],
            [0, 'curl 60: certificate', 'tls'], [0, 'curl 56: reset', 'unreachable'], [0, 'TypeError', 'unreachable'],
            [0, '', 'unreachable'], [400, '', 'content'], [401, '', 'proof'], [403, '', 'forbidden'], [404, '', 'notfound'],
            [409, '', 'conflict'], [413, '', 'large'], [415, '', 'type'], [422, '', 'content'], [429, '', 'limit'],
            [500, '', 'broken'], [503, '', 'broken'], [302, '', 'other'], [200, '', 'other'],
        ];
    }

    /**
     * Every answer has plain words, in both languages.
     *
     * @dataProvider answers
     * @param int $status
     * @param string $error
     * @param string $key
     */
    public function test_reasons_are_plain_words(int $status, string $error, string $key): void {
        $this->assertSame(get_string("reason_$key", 'local_nidaa', $status), reason::words($status, $error));
        $this->assertTrue(get_string_manager()->string_exists("reason_$key", 'local_nidaa'));
    }

    public function test_the_status_report_has_our_checks(): void {
        $checks = local_nidaa_status_checks();
        $this->assertCount(5, $checks);
        foreach ($checks as $check) {
            $this->assertNotSame('', $check->get_name());
            $this->assertStringNotContainsString('[[', $check->get_name());
            $this->assertNotNull($check->get_action_link());
            $this->assertNotSame('', $check->get_result()->get_summary());
        }
    }

    public function test_the_backlog_check_knows_what_is_ordinary(): void {
        $status = fn(): string => (new backlog_check())->get_result()->get_status();
        $this->assertSame(result::OK, $status());
        $this->row();
        $this->assertSame(result::OK, $status(), 'A minute is ordinary.');
        $this->row(['timecreated' => time() - 1000]);
        $this->assertSame(result::ERROR, $status());
        $this->row(['timecreated' => time() - 6 * HOURSECS - 60]);
        $this->assertSame(result::CRITICAL, $status());
        $this->assertStringContainsString('3', (new backlog_check())->get_result()->get_summary());
    }

    public function test_a_parked_row_is_an_error(): void {
        $this->row(['state' => verdict::PARKED]);
        $this->assertSame(result::ERROR, (new backlog_check())->get_result()->get_status());
    }

    public function test_an_alarm_ends_with_a_delivery(): void {
        $status = fn(): string => (new lasterror())->get_result()->get_status();
        $this->assertSame(result::OK, $status());
        foreach ([401, 403, 404] as $alarming) {
            $row = $this->row();
            delivery::record(store::claim((int) $row->id, 60), new answer($alarming));
            $this->assertSame(result::CRITICAL, $status(), "$alarming");
            $words = reason::words($alarming, '');
            $this->assertStringContainsString($words, (new lasterror())->get_result()->get_summary());
        }
        $row = $this->row();
        delivery::record(store::claim((int) $row->id, 60), new answer(202, '{}'));
        $this->assertSame(result::WARNING, $status(), 'The others still wait with an error.');
    }

    public function test_a_site_without_settings_is_said_to_be_one(): void {
        $this->assertSame(result::ERROR, (new reachable())->get_result()->get_status());
        $this->assertSame(result::NA, (new clock())->get_result()->get_status());
        $this->assertSame(result::WARNING, (new forwarding())->get_result()->get_status());
    }
}
