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

/**
 * Who may wait for the sidecar.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\outbox\breaker
 */
final class breaker_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        breaker::begin_request();
    }

    public function test_three_may_wait_for_a_sidecar_of_which_nothing_is_known(): void {
        $calls = [breaker::enter(), breaker::enter(), breaker::enter()];
        $this->assertNotContains(null, $calls);
        $this->assertNull(breaker::enter());
        array_pop($calls)->leave(null);
        $this->assertNotNull($fourth = breaker::enter());
        foreach ([...$calls, $fourth] as $call) {
            $call->leave(null);
        }
    }

    public function test_everybody_may_call_a_sidecar_that_has_just_answered(): void {
        breaker::enter()->leave(new answer(202));
        $calls = array_map(fn() => breaker::enter(), range(1, 20));
        $this->assertNotContains(null, $calls);
        foreach ($calls as $call) {
            $call->leave(null);
        }
    }

    public function test_after_three_failures_nobody_calls(): void {
        foreach ([new answer(0, '', [], 'curl 7'), new answer(500), new answer(503)] as $failure) {
            breaker::enter()->leave($failure);
        }
        $this->assertNull(breaker::enter());
        $asked = false;
        $answer = breaker::call(function () use (&$asked) {
            $asked = true;
            return new answer(202);
        });
        $this->assertSame(['skipped', false], [$answer->error, $asked]);
    }

    public function test_half_a_minute_later_one_probe_decides(): void {
        $cache = \core_cache\cache::make('local_nidaa', 'breaker');
        $cache->set('sidecar', [3, microtime(true) - 0.1, 0.0]);
        $probe = breaker::enter();
        $this->assertNotNull($probe);
        $this->assertNull(breaker::enter());
        $probe->leave(new answer(0, '', [], 'curl 28'));
        $this->assertNull(breaker::enter());
        $cache->set('sidecar', [4, microtime(true) - 0.1, 0.0]);
        breaker::enter()->leave(new answer(202));
        $this->assertNotNull($call = breaker::enter());
        $call->leave(null);
    }

    public function test_answers_that_people_caused_are_answers(): void {
        foreach ([400, 401, 404, 422, 429] as $status) {
            breaker::enter()->leave(new answer($status));
        }
        $this->assertNotNull($call = breaker::enter());
        $call->leave(null);
    }

    public function test_one_request_waits_two_seconds_in_all(): void {
        $patience = breaker::enter();
        $this->assertEqualsWithDelta(2000, $patience->patience, 5);
        usleep(300000);
        $patience->leave(new answer(202));
        $second = breaker::enter();
        $this->assertEqualsWithDelta(1700, $second->patience, 60);
        $waited = new \ReflectionProperty(breaker::class, 'waited');
        $second->leave(null);
        $waited->setValue(null, 1950.0);
        $this->assertNull(breaker::enter());
        breaker::begin_request();
    }

    public function test_a_place_is_given_back_whatever_happens(): void {
        for ($i = 0; $i < 5; $i++) {
            try {
                breaker::call(fn() => throw new \RuntimeException('x'));
                $this->fail('swallowed');
            } catch (\RuntimeException) {
                $this->assertTrue(true);
            }
        }
        $this->assertNotNull($call = breaker::enter());
        $call->leave(null);
    }

    public function test_an_unset_address_is_no_failure(): void {
        for ($i = 0; $i < 4; $i++) {
            breaker::enter()->leave(new answer(0, '', [], 'notconfigured'));
        }
        $this->assertNotNull($call = breaker::enter());
        $call->leave(null);
    }
}
