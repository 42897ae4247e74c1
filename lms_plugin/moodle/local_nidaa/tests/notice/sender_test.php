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

namespace local_nidaa\notice;

use stdClass;

/**
 * Telling people inside Moodle, each key once.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\notice\sender
 * @covers     \local_nidaa\notice\letter
 * @covers     \local_nidaa\notice\ledger
 */
final class sender_test extends \advanced_testcase {
    /** @var stdClass */
    private stdClass $user;

    #[\Override]
    protected function setUp(): void {
        global $DB;
        parent::setUp();
        $this->resetAfterTest();
        $this->preventResetByRollback(); // Inside a transaction Moodle would only collect messages.
        $this->user = $this->getDataGenerator()->create_user();
        $DB->set_field('user', 'lang', 'ar', ['id' => $this->user->id]); // Its pack is not installed where tests run.
    }

    /**
     * A message to the user.
     *
     * @param string $key
     * @param array $more
     * @return array
     */
    private function message(string $key, array $more = []): array {
        $about = ['subject' => 'نداء', 'text' => 'حُلّت المشكلة', 'url' => ''];
        return $more + ['key' => $key, 'userid' => (int) $this->user->id] + $about;
    }

    /**
     * Outcomes by key.
     *
     * @param array ...$messages
     * @return string[]
     */
    private static function send(array ...$messages): array {
        return array_column(sender::send($messages), 'outcome', 'key');
    }

    public function test_the_same_key_is_sent_once(): void {
        $sink = $this->redirectMessages();
        $this->assertSame(['a' => 'sent', 'A' => 'sent'], self::send($this->message('a'), $this->message('A')));
        $this->assertSame(['a' => 'already', 'b' => 'sent'], self::send($this->message('a'), $this->message('b')));
        $this->assertSame(['c' => 'sent'], self::send($this->message('c'), $this->message('c')));
        $this->assertSame(4, $sink->count());
    }

    public function test_as_moodle_shows_it(): void {
        $sink = $this->redirectMessages();
        $text = "<script>alert(1)</script>\nسطر & آخر";
        self::send($this->message('a', ['subject' => "عنوان\r\nBcc: x", 'text' => $text, 'url' => 'https://nidaa.example.sa/r/1']));
        [$sent] = $sink->get_messages();
        $this->assertSame(['local_nidaa', 'casestatus'], [$sent->component, $sent->eventtype]);
        $this->assertSame('عنوان Bcc: x', $sent->subject);
        $label = get_string('notice_open', 'local_nidaa');
        $this->assertSame("$text\n\n$label: https://nidaa.example.sa/r/1", $sent->fullmessage);
        $this->assertEquals(FORMAT_PLAIN, $sent->fullmessageformat);
        $this->assertStringContainsString('&lt;script&gt;alert(1)&lt;/script&gt;<br', $sent->fullmessagehtml);
        $this->assertStringNotContainsString('<script', $sent->fullmessagehtml);
        $this->assertMatchesRegularExpression('/^<div [^>]*dir="rtl"/', $sent->fullmessagehtml);
        $this->assertSame(['https://nidaa.example.sa/r/1', $label], [$sent->contexturl, $sent->contexturlname]);
        $this->assertEquals($this->user->id, $sent->useridto);
    }

    public function test_what_isolates_a_reference_stays_in_the_subject(): void {
        $sink = $this->redirectMessages();
        self::send($this->message('a', ['subject' => "بلاغك \u{2068}208-226-399-3\u{2069}:\u{202e} القاعة"]));
        $this->assertSame("بلاغك \u{2068}208-226-399-3\u{2069}: القاعة", $sink->get_messages()[0]->subject);
    }

    public function test_the_direction_is_that_of_the_persons_language(): void {
        $sink = $this->redirectMessages();
        $this->user = $this->getDataGenerator()->create_user(['lang' => 'en']);
        self::send($this->message('a'));
        $this->assertStringContainsString('dir="ltr"', $sink->get_messages()[0]->fullmessagehtml);
        $this->assertNull($sink->get_messages()[0]->contexturl);
    }

    public function test_texts_that_are_too_long_are_cut_and_broken_ones_mended(): void {
        $sink = $this->redirectMessages();
        self::send($this->message('a', ['subject' => str_repeat('س', 500), 'text' => "\xff" . str_repeat('ن', 20000)]));
        [$sent] = $sink->get_messages();
        $this->assertSame(200, \core_text::strlen($sent->subject));
        $this->assertSame(10000, \core_text::strlen($sent->fullmessage));
    }

    public function test_who_cannot_be_told_is_refused_for_good_and_the_others_are_told(): void {
        $sink = $this->redirectMessages();
        $generator = $this->getDataGenerator();
        $deleted = $generator->create_user();
        delete_user($deleted);
        $ids = [
            'nobody' => 999999,
            'deleted' => $deleted->id,
            'suspended' => $generator->create_user(['suspended' => 1])->id,
            'barred' => $generator->create_user(['auth' => 'nologin'])->id,
            'guest' => guest_user()->id,
            'fine' => $this->user->id,
        ];
        $messages = [];
        foreach ($ids as $key => $userid) {
            $messages[] = $this->message($key, ['userid' => (int) $userid]);
        }
        $outcomes = self::send(...$messages);
        $this->assertSame(['fine' => 'sent'], array_diff($outcomes, ['refused']));
        $this->assertSame(array_keys($ids), array_keys($outcomes));
        $this->assertSame(1, $sink->count());
    }

    /**
     * Addresses that lead out of the web.
     *
     * @return array
     */
    public static function addresses(): array {
        return [
            ['javascript:alert(1)'], ['data:text/html,x'], ['//evil.example'], ['/my'], ['ftp://x.example/'], ['https://'],
            ["https://x.example/\n"], ['https://x.example/' . str_repeat('a', 1333)], ['https://x.example/"onclick="x'],
        ];
    }

    /**
     * They are refused, and nothing is sent.
     *
     * @dataProvider addresses
     * @param string $url
     */
    public function test_only_pages_of_the_web_are_linked(string $url): void {
        $sink = $this->redirectMessages();
        $this->assertSame(['a' => 'refused'], self::send($this->message('a', ['url' => $url])));
        $this->assertSame(0, $sink->count());
        $this->assertSame(['a' => 'sent'], self::send($this->message('a')));
    }

    public function test_keys_that_are_none_are_refused(): void {
        $this->assertSame('refused', self::send($this->message(''))['']);
        $long = str_repeat('k', 1001);
        $this->assertSame([$long => 'refused'], self::send($this->message($long)));
    }

    public function test_messages_that_the_site_has_switched_off_are_refused_and_not_remembered(): void {
        $sink = $this->redirectMessages();
        set_config('local_nidaa_casestatus_disable', 1, 'message');
        $this->assertSame(['a' => 'refused'], self::send($this->message('a')));
        set_config('local_nidaa_casestatus_disable', 0, 'message');
        $this->assertSame(['a' => 'sent'], self::send($this->message('a')));
        $this->assertSame(1, $sink->count());
    }

    public function test_a_key_that_somebody_else_is_sending_is_absent(): void {
        $sink = $this->redirectMessages();
        $this->assertSame(ledger::MINE, ledger::claim('a', $this->user->id, time()));
        $this->assertSame(['b' => 'sent'], self::send($this->message('a'), $this->message('b')));
        ledger::release('a');
        $this->assertSame(['a' => 'sent'], self::send($this->message('a')));
        $this->assertSame(2, $sink->count());
    }

    public function test_a_key_of_somebody_who_died_is_taken_over_once_its_lease_is_over(): void {
        $now = time();
        $this->assertSame(ledger::MINE, ledger::claim('a', 5, $now));
        $this->assertSame(ledger::BUSY, ledger::claim('a', 5, $now + 299));
        $this->assertSame(ledger::MINE, ledger::claim('a', 5, $now + 300));
        $this->assertSame(ledger::BUSY, ledger::claim('a', 5, $now + 300)); // The first of two who come then.
        ledger::sent('a');
        $this->assertSame(ledger::KNOWN, ledger::claim('a', 5, $now + DAYSECS));
        ledger::release('a'); // What was sent is never forgotten that way.
        $this->assertSame(ledger::KNOWN, ledger::claim('a', 5, $now + DAYSECS));
        ledger::tidy($now);
        $this->assertSame(ledger::KNOWN, ledger::claim('a', 5, $now + DAYSECS));
        ledger::tidy($now + 1);
        $this->assertSame(ledger::MINE, ledger::claim('a', 5, $now + DAYSECS));
    }

    public function test_of_two_who_insert_at_once_the_unique_key_lets_one_through(): void {
        global $DB;
        $real = $DB;
        // Somebody else's row appears between the look and the insert.
        $DB = new class ($real) {
            /** @var bool Whether the other has been there. */
            private bool $raced = false;

            /**
             * A database with somebody else at work.
             *
             * @param \moodle_database $real
             */
            public function __construct(
                /** @var \moodle_database The real one. */
                private readonly \moodle_database $real
            ) {
            }

            /**
             * Passes everything on, with the other's row before the first insert.
             *
             * @param string $name
             * @param array $arguments
             * @return mixed
             */
            public function __call(string $name, array $arguments): mixed {
                if ($name === 'insert_record' && !$this->raced) {
                    $this->raced = true;
                    $this->real->insert_record(...$arguments);
                }
                return $this->real->$name(...$arguments);
            }
        };
        $claim = ledger::claim('a', 5, time());
        $DB = $real;
        $this->assertSame(ledger::BUSY, $claim);
        $this->assertSame(1, $DB->count_records('local_nidaa_notice'));
    }

    public function test_what_moodle_has_stored_counts_as_sent_though_a_way_to_deliver_it_failed(): void {
        global $CFG, $DB;
        $CFG->noemailever = false;
        $CFG->smtphosts = '127.0.0.1:1'; // Nothing listens.
        $DB->set_field('user', 'email', 'a@example.org', ['id' => $this->user->id]);
        $outcome = self::send($this->message('a'));
        $this->resetDebugging();
        $this->assertSame(['a' => 'sent'], $outcome);
        $this->assertSame(1, $DB->count_records('notifications', ['component' => 'local_nidaa']));
        $this->assertSame(['a' => 'already'], self::send($this->message('a')));
    }

    public function test_more_than_fifty_are_refused(): void {
        $messages = array_map(fn(int $place): array => $this->message("k$place"), range(1, 51));
        $this->expectException(\local_nidaa\service\too_much::class);
        sender::send($messages);
    }
}
