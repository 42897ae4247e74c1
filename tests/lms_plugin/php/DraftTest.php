<?php

declare(strict_types=1);

use local_nidaa\wire\draft;
use local_nidaa\wire\fault;
use local_nidaa\wire\moment;
use PHPUnit\Framework\TestCase;

/** What a browser may say, and what it may not: nothing that is taken may be refused by the sidecar. */
final class DraftTest extends TestCase
{
    private const ID = '0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f';

    private static function said(array $changes = []): array
    {
        return $changes + ['id' => self::ID, 'kind' => 'session_problem', 'symptom' => 'no_sound'];
    }

    public static function bad(): array
    {
        $deep = str_repeat('{"a":', 9) . '1' . str_repeat('}', 9);
        return [
            'no id' => [['id' => ''], 'id', 'not_a_uuid'],
            'an id that is no UUID' => [['id' => 'press-17'], 'id', 'not_a_uuid'],
            'no kind' => [['kind' => null], 'kind', 'required'],
            'another kind' => [['kind' => 'wish'], 'kind', 'unknown_value'],
            'no symptom in a room' => [['symptom' => ''], 'symptom', 'required'],
            'no symptom in a log' => [['kind' => 'room_log', 'symptom' => null], 'symptom', 'required'],
            'another symptom' => [['symptom' => 'toothache'], 'symptom', 'unknown_value'],
            'a long category' => [['category' => str_repeat('ف', 65)], 'category', 'too_long'],
            'a long text' => [['text' => str_repeat('ن', 20001)], 'text', 'too_long'],
            'NUL' => [['text' => "a\0b"], 'text', 'unstorable_text'],
            'no UTF-8' => [['text' => "\xed\xa0\x80"], 'text', 'unstorable_text'],
            'a long action' => [['action_taken' => str_repeat('x', 4001)], 'action_taken', 'too_long'],
            'a long remedy' => [['remedy_sought' => str_repeat('x', 4001)], 'remedy_sought', 'too_long'],
            'no time' => [['occurred_at' => 'yesterday'], 'occurred_at', 'not_a_time'],
            'no offset' => [['occurred_at' => '2026-11-22T17:03:11'], 'occurred_at', 'not_a_time'],
            'no such day' => [['ended_at' => '2026-02-30T17:03:11Z'], 'ended_at', 'not_a_time'],
            'before there were clocks' => [['ended_at' => '1969-12-31T23:59:59Z'], 'ended_at', 'not_a_time'],
            'no such room' => [['room' => '3 OR 1=1'], 'room', 'unknown_value'],
            'no such group' => [['group' => '-4'], 'group', 'unknown_value'],
            'nobody' => [['kind' => 'complaint', 'about' => ['id' => 'x']], 'about', 'unknown_value'],
            'about somebody where nobody is meant' => [['about' => ['id' => '9']], 'about', 'not_here'],
            'another role' => [['kind' => 'complaint', 'about' => ['id' => '9', 'role' => 'dean']], 'about', 'unknown_value'],
            'fewer than nobody' => [['affected' => -1], 'affected', 'out_of_range'],
            'more than all' => [['affected' => 100001], 'affected', 'out_of_range'],
            'another way to answer' => [['contact_preference' => 'pigeon'], 'contact_preference', 'unknown_value'],
            'another gap' => [['gaps' => ['phone_missing', 'tail_missing']], 'gaps', 'unknown_value'],
            'no JSON' => [['diagnostics' => '{'], 'diagnostics', 'wrong_type'],
            'a list' => [['diagnostics' => '[1]'], 'diagnostics', 'wrong_type'],
            'too deep' => [['diagnostics' => $deep], 'diagnostics', 'too_large'],
            'deeper than the decoder' => [['diagnostics' => str_repeat('[', 40) . str_repeat(']', 40)], 'diagnostics', 'wrong_type'],
            'a number beyond 64 bits' => [['diagnostics' => '{"n":1e19}'], 'diagnostics', 'out_of_range'],
            'infinity' => [['diagnostics' => '{"n":1e999}'], 'diagnostics', 'out_of_range'],
            'NUL inside' => [['diagnostics' => '{"n":"\u0000"}'], 'diagnostics', 'unstorable_text'],
            'a lone surrogate' => [['diagnostics' => '{"n":"\ud800"}'], 'diagnostics', 'wrong_type'],
            'too much' => [['diagnostics' => '{"n":"' . str_repeat('x', 65536) . '"}'], 'diagnostics', 'too_large'],
        ];
    }

    /** @dataProvider bad */
    public function test_a_fault_is_named(array $changes, string $field, string $reason): void
    {
        try {
            new draft(self::said($changes));
            self::fail('taken');
        } catch (fault $fault) {
            self::assertSame([$field, $reason], [$fault->field, $fault->reason]);
        }
    }

    public function test_null_missing_and_empty_are_the_same(): void
    {
        $bare = new draft(self::said());
        $fields = ['category', 'text', 'occurred_at', 'room', 'group', 'about', 'action_taken', 'ended_at', 'remedy_sought',
            'contact_preference', 'diagnostics'];
        self::assertEquals($bare, new draft(self::said(array_fill_keys($fields, null) + ['gaps' => [], 'affected' => null])));
        self::assertEquals($bare, new draft(self::said(array_fill_keys(array_diff($fields, ['about']), '') + ['gaps' => null])));
        self::assertSame('{}', json_encode($bare->diagnostics));
    }

    public function test_the_longest_of_everything_is_taken_as_it_is(): void
    {
        $eight = str_repeat('{"a":', 8) . '9223372036854775807' . str_repeat('}', 8);
        $draft = new draft(self::said([
            'text' => $text = str_repeat('𝄞', 20000), 'category' => str_repeat('ف', 64), 'action_taken' => str_repeat('x', 4000),
            'affected' => 100000, 'room' => '3', 'group' => '7', 'diagnostics' => $eight, 'locale' => 'en',
            'gaps' => ['phone_missing', 'phone_missing'], 'occurred_at' => '2026-11-22T17:03:11.123456+03:00',
        ]));
        self::assertSame([$text, 3, 7, ['phone_missing'], 'en'], [$draft->text, $draft->room, $draft->group, $draft->gaps, $draft->locale]);
        self::assertSame($eight, json_encode($draft->diagnostics));
        self::assertSame('2026-11-22T17:03:11.123+03:00', moment::text($draft->occurredat));
    }

    public function test_zero_affected_is_said(): void
    {
        self::assertSame(0, (new draft(self::said(['affected' => 0])))->affected);
        self::assertNotSame((new draft(self::said(['affected' => 0])))->fingerprint, (new draft(self::said()))->fingerprint);
    }

    public function test_a_wrong_clock_is_put_right_by_when_it_sent(): void
    {
        $now = 1795356191;
        $at = fn(int $time): DateTimeImmutable => new DateTimeImmutable("@$time");
        $ahead = moment::corrected($at($now + 3590), $at($now + 3600), $now);
        self::assertSame($now - 10, $ahead->getTimestamp());
        $offline = moment::corrected($at($now - 7200), $at($now - 2), $now);
        self::assertSame($now - 7200, $offline->getTimestamp());
        self::assertSame($now - 60, moment::corrected($at($now - 60), null, $now)->getTimestamp());
        self::assertSame(0, moment::corrected($at(5), $at($now + 86400), $now)->getTimestamp());
    }
}
