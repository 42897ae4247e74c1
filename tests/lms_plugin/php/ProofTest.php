<?php

declare(strict_types=1);

use local_nidaa\wire\signature;
use local_nidaa\wire\token;
use PHPUnit\Framework\TestCase;

/** Signatures and tokens against the contract's examples. */
final class ProofTest extends TestCase
{
    public static function signatures(): array
    {
        return named('signatures');
    }

    private static function body(object $example): string
    {
        return isset($example->body_base64) ? base64_decode($example->body_base64) : $example->body;
    }

    private static function secrets(string ...$names): array
    {
        return array_map(fn(string $name): string => examples('secrets')->$name, $names);
    }

    /** Those that the file says one's own signing must give exactly. */
    public static function single_signatures(): array
    {
        return array_filter(named('signatures'), fn(array $data): bool =>
            $data[0]->proves && !str_contains($data[0]->{'webhook-signature'}, ' '));
    }

    /** @dataProvider single_signatures */
    public function test_signing_gives_the_examples_signature(object $example): void
    {
        $time = (int) $example->{'webhook-timestamp'};
        $ours = signature::header(self::secrets($example->secret), $example->{'webhook-id'}, $time, self::body($example));
        self::assertSame($example->{'webhook-signature'}, $ours);
    }

    /** @dataProvider signatures */
    public function test_checking_agrees_with_the_sidecar(object $example): void
    {
        $ours = $example->{'nidaa-site'} === examples('site') && signature::verifies(
            self::secrets('new', 'old'),
            $example->{'webhook-signature'},
            $example->{'webhook-id'},
            $example->{'webhook-timestamp'},
            self::body($example),
            examples('now')
        );
        self::assertSame($example->proves, $ours);
    }

    public function test_two_secrets_sign_twice_and_each_proves_alone(): void
    {
        $header = signature::header(self::secrets('new', 'old'), 'id', 1000, 'body');
        self::assertCount(2, explode(' ', $header));
        foreach (['new', 'old'] as $name) {
            self::assertTrue(signature::verifies(self::secrets($name), $header, 'id', '1000', 'body', 1000));
        }
        self::assertFalse(signature::verifies(self::secrets('other'), $header, 'id', '1000', 'body', 1000));
        self::assertFalse(signature::verifies(self::secrets('new'), $header, 'id', '1000', 'body.', 1000));
        self::assertFalse(signature::verifies(self::secrets('new'), $header, 'id2', '1000', 'body', 1000));
        self::assertFalse(signature::verifies(self::secrets('new'), $header, 'id', '1e3', 'body', 1000));
    }

    public static function nosecrets(): array
    {
        $long = base64_encode(str_repeat('k', 32));
        return [
            'empty' => [''], 'no prefix' => [$long], 'short' => ['whsec_' . base64_encode(str_repeat('k', 31))],
            'a blank' => ["whsec_ $long"], 'a line break' => ["whsec_$long\n"], 'URL alphabet' => ['whsec_' . str_repeat('-_', 32)],
            'padding inside' => ['whsec_ab==' . $long],
        ];
    }

    /** @dataProvider nosecrets */
    public function test_what_is_no_secret_is_refused_without_being_quoted(string $text): void
    {
        try {
            signature::key($text);
            self::fail('taken');
        } catch (InvalidArgumentException $error) {
            self::assertStringNotContainsString($text === '' ? 'whsec_ab' : $text, $error->getMessage());
        }
    }

    public function test_a_secret_of_32_bytes_is_one_with_and_without_padding(): void
    {
        $key = random_bytes(32);
        $text = 'whsec_' . base64_encode($key);
        self::assertSame($key, signature::key($text));
        self::assertSame($key, signature::key(rtrim($text, '=')));
    }

    public static function tokens(): array
    {
        return array_filter(named('tokens'), fn(array $data): bool => $data[0]->header_json === '{"typ":"JWT","alg":"HS256"}');
    }

    /** @dataProvider tokens */
    public function test_a_token_is_made_of_exactly_the_texts_beside_it(object $example): void
    {
        $claims = json_decode($example->claims_json, true, 16, JSON_THROW_ON_ERROR);
        self::assertSame($example->token, token::of($claims, examples('secrets')->{$example->secret}));
    }

    public function test_the_claims_of_a_client_are_the_examples(): void
    {
        $example = named('tokens')["a trainee's token"][0];
        $wanted = json_decode($example->claims_json, true);
        $person = ['sub' => 21, 'name' => 'أحمد القحطاني', 'locale' => 'ar', 'role' => 'trainee'];
        $ctx = ['course' => 2, 'activity' => 3, 'session' => 'meet-1'];
        $claims = token::report('academy', $person, $ctx, $wanted['iat'], $wanted['exp'], $wanted['jti']);
        self::assertSame($example->claims_json, json_encode($claims, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES));
        self::assertSame($example->token, token::of($claims, examples('secrets')->new));
    }

    public function test_a_launch_opens_one_page_for_a_minute(): void
    {
        $person = ['sub' => '8', 'name' => str_repeat('م', 400), 'locale' => 'ar', 'role' => 'room_manager'];
        $claims = token::launch('academy', 'room', $person, ['course' => '', 'activity' => 0 + 7], 1000, 'j');
        self::assertSame(['launch', 'launch:room', 1000, 1060], [$claims['aud'], $claims['scope'], $claims['iat'], $claims['exp']]);
        self::assertSame(300, mb_strlen($claims['name'], 'UTF-8'));
        self::assertSame(['course' => null, 'activity' => '7', 'group' => null, 'session' => null], $claims['ctx']);
    }
}
