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

namespace local_nidaa\selftest;

use core\check\result;
use core\task\manager as task_manager;
use local_nidaa\fixtures\fake_sidecar;
use local_nidaa\output\selftest_page;
use local_nidaa\task\forward_outbox;
use local_nidaa\wire\signature;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../fixtures/fake_sidecar.php');

/**
 * The self-test says what is wrong, and what to do.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\selftest\reach
 * @covers     \local_nidaa\selftest\proof
 * @covers     \local_nidaa\selftest\house
 * @covers     \local_nidaa\selftest\line
 * @covers     \local_nidaa\output\selftest_page
 */
final class selftest_test extends \advanced_testcase {
    /** @var array Headers of the sidecar's errors. */
    private const PROBLEM = ['Content-Type' => 'application/problem+json'];

    /** @var fake_sidecar Answers as it is told. */
    private fake_sidecar $sidecar;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        reach::forget();
        $this->sidecar = new fake_sidecar();
    }

    #[\Override]
    protected function tearDown(): void {
        $this->sidecar->stop();
        reach::forget();
        parent::tearDown();
    }

    /**
     * Expects a line.
     *
     * @param string $status
     * @param string[] $words in what was seen and what to do
     * @param line $line
     */
    private function assert_line(string $status, array $words, line $line): void {
        $this->assertSame($status, $line->status, "$line->seen $line->todo");
        foreach ($words as $word) {
            $this->assertStringContainsString($word, "$line->seen $line->todo");
        }
        $this->assertSame($status !== result::OK, $line->todo !== '', 'Whatever is not right says what to do.');
    }

    public function test_a_sidecar_that_serves(): void {
        $this->sidecar->answer(200, ['status' => 'ok']);
        $this->assert_line(result::OK, [$this->sidecar->url], reach::line());
        $this->assert_line(result::OK, [], reach::clock());
        $this->assertCount(1, $this->sidecar->requests(), 'One question answers both.');
        $this->assertSame('/v1/health', $this->sidecar->requests()[0]->path);
        $this->assertArrayNotHasKey('webhook-signature', $this->sidecar->requests()[0]->headers);
    }

    public function test_what_is_not_set_is_named(): void {
        set_config('siteid', '', 'local_nidaa');
        set_config('secret', '', 'local_nidaa');
        $words = [get_string('setting_siteid', 'local_nidaa'), get_string('setting_secret', 'local_nidaa')];
        $this->assert_line(result::ERROR, $words, reach::line());
        $this->assertSame([], $this->sidecar->requests());
    }

    /**
     * What Moodle's curl security blocks, and why.
     *
     * @return array
     */
    public static function blocking(): array {
        return ['the host' => ['127.0.0.0/8', ''], 'the port' => ['', "443\n80"]];
    }

    /**
     * Moodle blocks: its two settings are named, with what they are now and what is missing.
     *
     * @dataProvider blocking
     * @param string $hosts
     * @param string $ports
     */
    public function test_moodles_curl_security_is_named(string $hosts, string $ports): void {
        set_config('curlsecurityblockedhosts', $hosts);
        set_config('curlsecurityallowedport', $ports);
        $port = parse_url($this->sidecar->url, PHP_URL_PORT);
        $words = ['curlsecurityblockedhosts', 'curlsecurityallowedport', '127.0.0.1', (string) $port];
        $this->assert_line(result::ERROR, $words, reach::line());
        $this->assertDebuggingCalled(); // Moodle tells developers of every blocked address.
        $this->assertSame([], $this->sidecar->requests());
    }

    public function test_a_sidecar_that_refuses_the_connection(): void {
        set_config('url', 'http://127.0.0.1:' . fake_sidecar::free_port(), 'local_nidaa');
        $this->assert_line(result::ERROR, [get_string('reason_refused', 'local_nidaa')], reach::line());
        $this->assert_line(result::UNKNOWN, [], reach::clock());
    }

    public function test_a_name_that_nobody_knows(): void {
        set_config('url', 'http://nidaa.invalid', 'local_nidaa');
        $this->assert_line(result::ERROR, [get_string('reason_dns', 'local_nidaa')], reach::line());
    }

    public function test_a_sidecar_that_hangs(): void {
        $this->sidecar->answer(200, ['status' => 'ok'], [], 6000);
        $this->assert_line(result::ERROR, [get_string('reason_timeout', 'local_nidaa')], reach::line());
    }

    public function test_a_sidecar_without_a_database(): void {
        $this->sidecar->answer(503, ['status' => 'database_unavailable']);
        $this->assert_line(result::ERROR, ['503', 'database'], reach::line());
    }

    public function test_a_stranger_in_its_place(): void {
        $this->sidecar->answer(200, '<html>It works!</html>');
        $this->assert_line(result::ERROR, ['not the sidecar'], reach::line());
        reach::forget();
        $this->sidecar->answer(404, 'no');
        $this->assert_line(result::ERROR, ['not the sidecar', '404'], reach::line());
    }

    /**
     * How far the clocks are apart.
     *
     * @return array
     */
    public static function clocks(): array {
        return [
            [30, result::OK, ''], [-30, result::OK, ''], [120, result::WARNING, 'behind'], [-120, result::WARNING, 'ahead'],
            [3600, result::ERROR, 'behind'], [-3600, result::ERROR, 'ahead'],
        ];
    }

    /**
     * The sidecar's Date header tells.
     *
     * @dataProvider clocks
     * @param int $ahead seconds by which the sidecar's clock is ahead of Moodle's
     * @param string $status
     * @param string $word
     */
    public function test_clocks_are_compared(int $ahead, string $status, string $word): void {
        $date = gmdate('D, d M Y H:i:s', time() + $ahead) . ' GMT';
        $this->sidecar->answer(200, ['status' => 'ok'], ['Date' => $date]);
        $this->assert_line($status, $word === '' ? [] : [$word], reach::clock());
    }

    public function test_each_secret_is_asked_about_alone(): void {
        set_config('previoussecret', fake_sidecar::OLD_SECRET, 'local_nidaa');
        $this->sidecar->answer(404, ['status' => 404], self::PROBLEM);
        [$new, $old] = proof::lines();
        $this->assert_line(result::OK, [], $new);
        $this->assert_line(result::OK, [], $old);
        $secrets = [fake_sidecar::SECRET, fake_sidecar::OLD_SECRET];
        foreach ($this->sidecar->requests() as $i => $request) {
            $proven = fn(string $secret): bool => signature::verifies(
                [$secret],
                $request->headers['webhook-signature'],
                $request->headers['webhook-id'],
                $request->headers['webhook-timestamp'],
                '',
                time()
            );
            $this->assertTrue($proven($secrets[$i]));
            $this->assertFalse($proven($secrets[1 - $i]));
            $this->assertSame('/v1/reports/' . $request->headers['webhook-id'], $request->path);
        }
    }

    public function test_a_refused_secret_is_said(): void {
        $this->sidecar->answer(401, ['status' => 401], self::PROBLEM);
        $this->assert_line(result::ERROR, ['refuses'], proof::lines()[0]);
        set_config('previoussecret', fake_sidecar::OLD_SECRET, 'local_nidaa');
        $this->assert_line(result::ERROR, ['not accept the new secret yet'], proof::lines()[0]);
        $this->assert_line(result::WARNING, ['no longer accepts the old'], proof::lines()[1]);
    }

    public function test_what_proves_nothing_is_unknown(): void {
        $this->sidecar->answer(404, 'not found', ['Content-Type' => 'text/html']);
        $this->assert_line(result::UNKNOWN, ['404'], proof::lines()[0]);
        $this->sidecar->answer(500, '');
        $this->assert_line(result::UNKNOWN, ['500'], proof::lines()[0]);
        set_config('url', 'http://127.0.0.1:' . fake_sidecar::free_port(), 'local_nidaa');
        $this->assert_line(result::UNKNOWN, [get_string('reason_refused', 'local_nidaa')], proof::lines()[0]);
    }

    public function test_cron_is_looked_after(): void {
        $task = task_manager::get_scheduled_task(forward_outbox::class);
        $this->assert_line(result::WARNING, [], house::cron());
        foreach ([60 => result::OK, 3600 => result::ERROR, 2 * DAYSECS => result::CRITICAL] as $ago => $status) {
            $task->set_last_run_time(time() - $ago);
            task_manager::configure_scheduled_task($task);
            global $DB;
            $DB->set_field('task_scheduled', 'lastruntime', time() - $ago, ['classname' => '\\' . forward_outbox::class]);
            $this->assert_line($status, [], house::cron());
        }
        $task->set_disabled(true);
        task_manager::configure_scheduled_task($task);
        $this->assert_line(result::ERROR, ['disabled'], house::cron());
    }

    public function test_the_service_is_looked_after(): void {
        global $DB;

        set_config('enablewebservices', 0);
        $this->assert_line(result::WARNING, ['disabled'], house::service());
        set_config('enablewebservices', 1);
        set_config('webserviceprotocols', 'soap');
        $this->assert_line(result::WARNING, ['REST'], house::service());
        set_config('webserviceprotocols', 'soap,rest');
        $DB->delete_records('external_services', ['shortname' => 'local_nidaa']);
        $this->assert_line(result::WARNING, ['missing'], house::service());

        $service = ['name' => 'x', 'shortname' => 'local_nidaa', 'enabled' => 1, 'timecreated' => 0, 'restrictedusers' => 1];
        $id = $DB->insert_record('external_services', $service);
        $this->assert_line(result::WARNING, ['local_nidaa_get_facts', 'local_nidaa_notify'], house::service());
        foreach (['get_facts', 'get_sessions', 'get_course', 'notify'] as $name) {
            $row = ['externalserviceid' => $id, 'functionname' => "local_nidaa_$name"];
            $DB->insert_record('external_services_functions', $row);
        }
        $this->assert_line(result::WARNING, ['token'], house::service());
        $token = ['token' => 'a', 'tokentype' => 0, 'userid' => 2, 'externalserviceid' => $id, 'contextid' => 1, 'creatorid' => 2,
            'timecreated' => 0, 'validuntil' => time() - 1];
        $DB->insert_record('external_tokens', $token);
        $this->assert_line(result::WARNING, ['token'], house::service());
        $DB->set_field('external_tokens', 'validuntil', 0, ['token' => 'a']);
        $this->assert_line(result::OK, [], house::service());
    }

    public function test_the_page_shows_no_secret(): void {
        global $PAGE;

        set_config('previoussecret', fake_sidecar::OLD_SECRET, 'local_nidaa');
        $this->sidecar->answer(200, ['status' => 'ok']);
        $shown = (new selftest_page())->export_for_template($PAGE->get_renderer('core', null, RENDERER_TARGET_GENERAL));
        $this->assertCount(6, $shown['lines']);
        $this->assertFalse($shown['fine']);
        $this->assertStringNotContainsString('whsec_', json_encode($shown));
        $this->sidecar->stop();
        reach::forget();
        $this->assertCount(3, selftest_page::lines(), 'Nobody asks about secrets where nobody answers.');
    }
}
