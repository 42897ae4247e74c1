<?php

declare(strict_types=1);

use local_nidaa\wire\fingerprint;
use local_nidaa\wire\reference;
use local_nidaa\wire\report_body;
use local_nidaa\wire\report_id;
use PHPUnit\Framework\TestCase;

/** Ids, references, bodies and what a retry must say again, against the contract's examples. */
final class ReportTest extends TestCase
{
    public static function references(): array
    {
        return named('references');
    }

    public static function reports(): array
    {
        $found = [];
        foreach (examples('reports')->examples as $name => $example) {
            $found[$name] = [$example];
        }
        return $found;
    }

    public static function retries(): array
    {
        return named('same');
    }

    /** @dataProvider references */
    public function test_a_reference_follows_from_the_id(object $example): void
    {
        self::assertSame($example->reference, reference::of($example->id));
    }

    /** @dataProvider reports */
    public function test_a_report_keeps_its_reference_and_every_value(object $example): void
    {
        self::assertSame($example->reference, reference::of($example->body->id));
        $bytes = report_body::encode((array) $example->body);
        self::assertEquals($example->body, json_decode($bytes));
        self::assertStringNotContainsString('"diagnostics":[]', $bytes);
        self::assertStringNotContainsString('\\u', $bytes);
    }

    /** @dataProvider retries */
    public function test_a_retry_says_the_same_or_does_not(object $example): void
    {
        $first = plain(examples('reports')->examples->{$example->of}->body);
        $again = array_diff_key(plain($example->set) + $first, array_flip($example->remove));
        $same = fingerprint::of($first) === fingerprint::of($again) && $first['reporter']['id'] === $again['reporter']['id'];
        self::assertSame($example->same, $same);
    }

    public function test_an_example_of_a_signed_body_is_written_byte_for_byte(): void
    {
        $signed = named('signatures')['a report'][0]->body;
        self::assertSame($signed, report_body::encode((array) examples('reports')->examples->session_problem->body));
    }

    public function test_an_empty_object_stays_an_object_and_a_list_a_list(): void
    {
        $bytes = report_body::encode(['gaps' => [], 'diagnostics' => []]);
        self::assertSame('{"gaps":[],"diagnostics":{}}', $bytes);
        self::assertSame('{"diagnostics":{"x":1.0,"u":"/"}}', report_body::encode(['diagnostics' => ['x' => 1.0, 'u' => '/']]));
    }

    public function test_64_kib_go_and_a_byte_more_does_not(): void
    {
        $text = fn(int $bytes): array => ['text' => str_repeat('x', $bytes - strlen('{"text":""}'))];
        self::assertSame(65536, strlen(report_body::encode($text(65536))));
        $this->expectException(LengthException::class);
        report_body::encode($text(65537));
    }

    public function test_what_is_no_text_is_refused(): void
    {
        $this->expectException(JsonException::class);
        report_body::encode(['text' => "\xff"]);
    }

    public function test_an_id_is_a_uuid_of_36_characters_in_lower_case(): void
    {
        self::assertSame('0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f', report_id::canonical('0198F3C2-7B1E-7C44-9D0A-6F2B1C3D4E5F'));
        $others = ['', 'press-17', '0198f3c27b1e7c449d0a6f2b1c3d4e5f', '{0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f}',
            "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f\n", '0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5g'];
        foreach ($others as $other) {
            self::assertNull(report_id::canonical($other), $other);
        }
    }
}
