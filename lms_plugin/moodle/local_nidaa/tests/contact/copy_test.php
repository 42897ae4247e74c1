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

namespace local_nidaa\contact;

use core_external\external_api;
use local_nidaa\external\get_contact;
use local_nidaa\fixtures\fake_sidecar;
use local_nidaa\outbox\breaker;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../fixtures/fake_sidecar.php');

/**
 * Copies of the sidecar's public documents outlive every outage.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\contact\copy
 * @covers     \local_nidaa\contact\panel
 * @covers     \local_nidaa\contact\forms
 * @covers     \local_nidaa\contact\wording
 * @covers     \local_nidaa\external\get_contact
 */
final class copy_test extends \advanced_testcase {
    /** @var fake_sidecar Answers as it is told. */
    private fake_sidecar $sidecar;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        breaker::begin_request();
        $this->sidecar = new fake_sidecar();
        $this->setUser($this->getDataGenerator()->create_user());
    }

    #[\Override]
    protected function tearDown(): void {
        $this->sidecar->stop();
        parent::tearDown();
    }

    /**
     * A contact document.
     *
     * @param string $address
     * @return array
     */
    private static function document(string $address): array {
        return ['as_of' => gmdate('c'), 'office' => ['open_now' => true], 'ways' => [[
            'channel' => 'phone', 'label' => ['ar' => 'هاتف', 'en' => 'Telephone'], 'address' => $address,
            'href' => "tel:$address", 'open_now' => true, 'until' => '2026-11-25T21:00:00+03:00',
            'expected' => ['ar' => 'رد فوري', 'en' => 'Answered at once'],
        ]]];
    }

    /**
     * The panel as the browser gets it.
     *
     * @return array
     */
    private function panel(): array {
        breaker::begin_request();
        return external_api::clean_returnvalue(get_contact::execute_returns(), get_contact::execute());
    }

    /**
     * Makes a kept copy older.
     *
     * @param int $seconds
     */
    private function let_pass(int $seconds): void {
        $cache = \core_cache\cache::make('local_nidaa', 'contact');
        $kept = $cache->get('copy');
        $kept['asof'] -= $seconds;
        $kept['askagain'] -= $seconds;
        $cache->set('copy', $kept);
    }

    public function test_the_panel_is_fetched_and_kept(): void {
        $this->sidecar->answer(200, self::document('0500'), ['ETag' => '"a"']);
        $panel = $this->panel();
        $this->assertSame('0500', $panel['ways'][0]['address']);
        $this->assertSame('Telephone', $panel['ways'][0]['label']);
        $this->assertSame('Answered at once', $panel['ways'][0]['expected']);
        $this->assertSame('tel:0500', $panel['ways'][0]['href']);
        $this->assertTrue($panel['ways'][0]['open_now']);
        $this->assertMatchesRegularExpression('/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/', $panel['as_of']);
        $this->panel();
        $this->assertCount(1, $this->sidecar->requests());
        $this->assertSame('/v1/contact', $this->sidecar->requests()[0]->path);
        $this->assertSame('هاتف', panel::in('ar')['ways'][0]['label']);
    }

    public function test_after_five_minutes_it_is_asked_whether_it_changed(): void {
        $this->sidecar->answer(200, self::document('0500'), ['ETag' => '"a"']);
        $this->panel();
        $this->let_pass(301);
        $this->sidecar->answer(304);
        $this->assertSame('0500', $this->panel()['ways'][0]['address']);
        $this->assertSame('"a"', $this->sidecar->requests()[1]->headers['if-none-match']);
        $this->panel();
        $this->assertCount(2, $this->sidecar->requests(), 'Unchanged is fresh again.');

        $this->let_pass(301);
        $this->sidecar->answer(200, self::document('0511'), ['ETag' => '"b"']);
        $this->assertSame('0511', $this->panel()['ways'][0]['address']);
    }

    /**
     * What a sidecar in trouble, or a stranger in its place, may answer.
     *
     * @return array
     */
    public static function troubles(): array {
        return [
            'trouble' => [500, ''], 'refusal' => [401, '{"ways":[]}'], 'a portal' => [200, '<html>Pay for your Wi-Fi</html>'],
            'another document' => [200, '{"hello":"world"}'], 'a list' => [200, '[]'], 'a broken one' => [200, '{"ways":"none"}'],
            'much too much' => [200, '{"ways":[],"more":"' . str_repeat('x', 70000) . '"}'], 'unchanged, unasked' => [302, ''],
        ];
    }

    /**
     * A good copy is never replaced by anything else, and its age is told.
     *
     * @dataProvider troubles
     * @param int $status
     * @param string $body
     */
    public function test_an_outage_leaves_the_old_copy(int $status, string $body): void {
        $this->sidecar->answer(200, self::document('0500'));
        $this->panel();
        $this->let_pass(7200);
        $this->sidecar->answer($status, $body);
        $panel = $this->panel();
        $this->assertSame('0500', $panel['ways'][0]['address']);
        $this->assertEqualsWithDelta(time() - 7200, strtotime($panel['as_of']), 5);
        $this->panel();
        $this->assertCount(2, $this->sidecar->requests(), 'Nobody asks again for half a minute.');
        $this->let_pass(31);
        $this->panel();
        $this->assertCount(3, $this->sidecar->requests());
    }

    public function test_the_copy_survives_purged_caches(): void {
        $this->sidecar->answer(200, self::document('0500'));
        $this->panel();
        $this->sidecar->stop();
        purge_all_caches();
        $this->assertSame('0500', $this->panel()['ways'][0]['address']);
    }

    public function test_the_settings_are_written_only_when_the_words_change(): void {
        $this->sidecar->answer(200, self::document('0500'));
        $this->panel();
        $written = get_config('local_nidaa', 'copy_contact');
        $this->let_pass(301);
        $this->sidecar->answer(200, ['as_of' => '2030-01-01T00:00:00Z'] + self::document('0500'));
        $this->panel();
        $this->assertSame($written, get_config('local_nidaa', 'copy_contact'));
    }

    public function test_without_any_copy_there_is_an_empty_panel(): void {
        $this->sidecar->stop();
        $this->assertSame(['ways' => [], 'as_of' => ''], $this->panel());
        $this->assertSame([], forms::categories('ar'));
        $this->assertSame([], forms::certificate());
    }

    public function test_a_sidecar_that_hangs_costs_one_page_a_moment(): void {
        $this->sidecar->answer(200, self::document('0500'), [], 5000);
        $began = microtime(true);
        $this->panel();
        $this->assertLessThan(2.5, microtime(true) - $began);
        $began = microtime(true);
        $this->panel();
        $this->assertLessThan(0.5, microtime(true) - $began, 'The next page does not wait.');
    }

    public function test_hostile_links_and_words_are_left_out(): void {
        $document = self::document('0500');
        $document['ways'][0]['href'] = 'javascript:alert(1)';
        $document['ways'][0]['label'] = '<script>alert(1)</script>هاتف';
        $document['ways'][] = 'garbage';
        $this->sidecar->answer(200, $document);
        $panel = $this->panel();
        $this->assertCount(1, $panel['ways']);
        $this->assertNull($panel['ways'][0]['href']);
        $this->assertStringNotContainsString('<', $panel['ways'][0]['label']);
    }

    public function test_what_a_certificate_asks_for_is_read(): void {
        $certificate = ['required_fields' => ['national_id'], 'attendance_threshold' => 0.75];
        $this->sidecar->answer(200, ['categories' => [], 'certificate' => $certificate]);
        $this->assertSame($certificate, forms::certificate());
        $this->assertSame('/v1/forms', $this->sidecar->requests()[0]->path);
    }
}
