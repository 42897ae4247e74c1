<?php

declare(strict_types=1);

use local_nidaa\wire\answer;
use local_nidaa\wire\backoff;
use local_nidaa\wire\breaker_state;
use local_nidaa\wire\verdict;
use PHPUnit\Framework\TestCase;

/** What an answer means, when it is tried again, and who may wait for it. */
final class PatienceTest extends TestCase
{
    public function test_every_status_has_its_verdict(): void
    {
        $parked = [400, 409, 413, 415, 422];
        $alarming = [401, 403, 404];
        foreach ([0, ...range(100, 599)] as $status) {
            $verdict = verdict::of($status);
            $wanted = match (true) {
                $status === 202 => verdict::DELIVERED,
                in_array($status, $parked, true) => verdict::PARKED,
                default => verdict::RETRY,
            };
            self::assertSame($wanted, $verdict->outcome, (string) $status);
            self::assertSame(in_array($status, $alarming, true), $verdict->alarm, (string) $status);
            self::assertSame($status === 0 || $status >= 500, $verdict->trouble, (string) $status);
        }
    }

    public function test_pauses_grow_to_a_quarter_of_an_hour_and_no_further(): void
    {
        $longest = array_map(fn(int $attempts): int => backoff::delay($attempts, null, 1.0), [1, 2, 3, 4, 5, 6, 100, PHP_INT_MAX]);
        self::assertSame([60, 120, 240, 480, 900, 900, 900, 900], $longest);
        self::assertSame([30, 60, 450], array_map(fn(int $attempts): int => backoff::delay($attempts, null, 0.0), [1, 2, 50]));
        self::assertSame(45, backoff::delay(1, null, 0.5));
    }

    public function test_the_sidecars_wish_is_kept_within_reason(): void
    {
        self::assertSame(300, backoff::delay(1, 300, 0.3));
        self::assertSame(900, backoff::delay(1, 86400, 0.3));
        self::assertSame(60, backoff::delay(1, 2, 1.0));
        self::assertSame([2, 0, null, null, null, null], array_map(
            fn(?string $header): ?int => backoff::retry_after($header, 1795356191),
            ['2', 'Sun, 22 Nov 2020 14:03:11 GMT', null, '', 'soon', '-5']
        ));
        self::assertSame(60, backoff::retry_after(gmdate('D, d M Y H:i:s \G\M\T', 1795356251), 1795356191));
    }

    public function test_three_failures_shut_the_door_for_half_a_minute_and_one_probe_decides(): void
    {
        $state = new breaker_state();
        self::assertSame(3, $state->places(100.0));
        $state = $state->failed(100.0)->failed(101.0);
        self::assertSame(3, $state->places(101.0));
        $state = $state->failed(102.0);
        self::assertSame([0, 0, 1], [$state->places(102.0), $state->places(131.9), $state->places(132.0)]);
        $again = $state->failed(134.0);
        self::assertSame([0, 1], [$again->places(134.0), $again->places(164.0)]);
        $well = $state->answered(134.0, 0.01);
        self::assertSame(3, $well->places(134.0));
        self::assertTrue($well->fresh(134.5));
    }

    public function test_only_a_lately_and_quickly_answering_sidecar_is_called_without_a_place(): void
    {
        self::assertFalse((new breaker_state())->fresh(100.0));
        $state = (new breaker_state())->answered(100.0, 0.02);
        self::assertTrue($state->fresh(100.5));
        self::assertFalse($state->fresh(100.6));
        self::assertFalse((new breaker_state())->answered(100.0, 1.9)->fresh(100.0));
        self::assertFalse($state->failed(100.2)->fresh(100.2));
        self::assertTrue($state->stale(100.3));
        self::assertFalse($state->stale(100.1));
        self::assertTrue($state->failed(100.1)->stale(100.1));
    }

    public function test_a_clock_that_is_set_back_does_not_keep_the_door_shut(): void
    {
        $state = (new breaker_state())->failed(1000.0)->failed(1000.0)->failed(1000.0);
        self::assertSame(1, $state->places(500.0));
    }

    public function test_a_state_survives_its_cache_and_rubbish_is_no_knowledge(): void
    {
        $state = (new breaker_state())->failed(1.0)->failed(2.0)->failed(3.5);
        self::assertEquals($state, breaker_state::from($state->kept()));
        foreach ([false, null, 'x', [1], ['a' => 1]] as $rubbish) {
            self::assertEquals(new breaker_state(), breaker_state::from($rubbish));
        }
    }

    public function test_an_answer_is_a_json_object_or_nothing(): void
    {
        self::assertSame(['a' => 1], (new answer(200, '{"a":1}'))->json());
        foreach (['', '[1]', '"x"', '<html>', 'null'] as $body) {
            self::assertNull((new answer(200, $body))->json(), $body);
        }
    }
}
