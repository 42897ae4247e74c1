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

namespace local_nidaa;

use local_nidaa\fixtures\fake_sidecar;
use local_nidaa\wire\signature;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/fixtures/fake_sidecar.php');

/**
 * The door to the sidecar: what goes through it, and what it says of a sidecar that is not there.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\sidecar
 */
final class sidecar_test extends \advanced_testcase {
    /** @var fake_sidecar */
    private fake_sidecar $fake;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->fake = new fake_sidecar();
    }

    #[\Override]
    protected function tearDown(): void {
        $this->fake->stop();
        parent::tearDown();
    }

    public function test_bytes_arrive_as_they_are_and_prove_the_site(): void {
        $body = '{"text":"شكراً 🙂\n=&?+%00"}';
        $answer = sidecar::post('/v1/reports', 'the-id', $body);
        $this->assertSame([202, 'received'], [$answer->status, $answer->json()['state']]);
        $asked = $this->fake->requests()[0];
        $this->assertSame(['POST', '/v1/reports', $body], [$asked->method, $asked->path, $asked->body]);
        $this->assertSame(['application/json', 'academy', 'the-id'], [
            $asked->headers['content-type'], $asked->headers['nidaa-site'], $asked->headers['webhook-id'],
        ]);
        $this->assertEqualsWithDelta(time(), strtotime($asked->headers['nidaa-sent-at']), 5);
        $this->assertTrue(self::proves($asked, fake_sidecar::SECRET));
    }

    public function test_a_half_rotated_secret_proves_to_both_sides(): void {
        set_config('previoussecret', fake_sidecar::OLD_SECRET, 'local_nidaa');
        sidecar::post('/v1/reports', 'the-id', '{}');
        foreach ([fake_sidecar::SECRET, fake_sidecar::OLD_SECRET] as $secret) {
            $this->assertTrue(self::proves($this->fake->requests()[0], $secret));
        }
    }

    /**
     * Whether a request is signed with a secret.
     *
     * @param \stdClass $asked
     * @param string $secret
     * @return bool
     */
    private static function proves(\stdClass $asked, string $secret): bool {
        ['webhook-signature' => $header, 'webhook-id' => $id, 'webhook-timestamp' => $time] = $asked->headers;
        return signature::verifies([$secret], $header, $id, $time, $asked->body, time());
    }

    public function test_a_get_signs_the_empty_body_and_says_what_is_known(): void {
        $this->fake->answer(304, '', ['ETag' => '"x"']);
        $answer = sidecar::get('/v1/reports/r', 'ar', 'r', 2000, '"x"');
        $this->assertSame([304, '"x"'], [$answer->status, $answer->headers['etag']]);
        $asked = $this->fake->requests()[0];
        ['accept-language' => $lang, 'if-none-match' => $known] = $asked->headers;
        $this->assertSame(['GET', 'ar', '"x"'], [$asked->method, $lang, $known]);
        $this->assertTrue(self::proves($asked, fake_sidecar::SECRET));
    }

    public function test_what_needs_no_proof_gets_none(): void {
        sidecar::get('/v1/contact', 'en');
        $this->assertArrayNotHasKey('webhook-signature', $this->fake->requests()[0]->headers);
    }

    public function test_a_redirect_is_an_answer_and_is_not_followed(): void {
        $this->fake->answer(302, '', ['Location' => $this->fake->url . '/elsewhere']);
        $this->assertSame(302, sidecar::post('/v1/reports', 'id', '{}')->status);
        $this->assertCount(1, $this->fake->requests());
    }

    public function test_a_hanging_sidecar_is_waited_for_as_long_as_said(): void {
        $this->fake->answer(202, [], [], 3000);
        $began = microtime(true);
        $answer = sidecar::post('/v1/reports', 'id', '{}', 300);
        $this->assertSame(0, $answer->status);
        $this->assertStringStartsWith('curl 28', $answer->error);
        $this->assertLessThan(1.0, microtime(true) - $began);
    }

    public function test_a_refusing_sidecar_is_no_answer(): void {
        $this->fake->stop();
        $answer = sidecar::post('/v1/reports', 'id', '{}');
        $this->assertSame(0, $answer->status);
        $this->assertStringStartsWith('curl 7', $answer->error);
    }

    public function test_moodles_curl_security_is_told_apart(): void {
        set_config('curlsecurityblockedhosts', '127.0.0.1');
        $this->assertSame('blocked', sidecar::post('/v1/reports', 'id', '{}')->error);
        $this->assertDebuggingCalled();
        $this->assertSame([], $this->fake->requests());
    }

    public function test_without_settings_nobody_is_asked(): void {
        foreach (['url' => '', 'siteid' => '', 'secret' => ''] as $name => $empty) {
            $kept = get_config('local_nidaa', $name);
            set_config($name, $empty, 'local_nidaa');
            $this->assertSame('notconfigured', sidecar::get('/v1/health', 'en')->error);
            set_config($name, $kept, 'local_nidaa');
        }
        set_config('secret', 'whsec_short', 'local_nidaa');
        $this->assertSame('notconfigured', sidecar::post('/v1/reports', 'id', '{}')->error);
    }
}
