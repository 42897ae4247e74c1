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

namespace local_nidaa\wire;

/**
 * A person's JWT (contract.md, "Who may call"): HS256 with the bytes behind the site's secret.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class token {
    /** @var int Seconds a launch token lives: one click, not a bookmark. */
    public const LAUNCH_LIFE = 60;

    /** @var string What the live room and the companion page may do for their person. */
    private const REPORT_SCOPE = 'report:create report:read-own';

    /** @var int Longest name that the sidecar takes. */
    private const NAME = 300;

    /** @var int Longest name of a language. */
    private const LOCALE = 16;

    /**
     * Signs claims.
     *
     * @param array $claims
     * @param string $secret whsec_…
     * @return string
     */
    public static function of(array $claims, #[\SensitiveParameter] string $secret): string {
        $text = self::base64url(self::json(['typ' => 'JWT', 'alg' => 'HS256'])) . '.' . self::base64url(self::json($claims));
        return $text . '.' . self::base64url(hash_hmac('sha256', $text, signature::key($secret), true));
    }

    /**
     * Claims that open one page of the sidecar, once, within a minute.
     *
     * @param string $site
     * @param string $target room, roster, desk, mine or questions; the scope carries it, so that a token opens no other page
     * @param array $person sub, name, locale, role
     * @param array $ctx course, activity (cmid), group, session; ids as text, null where there is none; groups, where their
     *        people alone are shown
     * @param int $now
     * @param string $jti
     * @return array
     */
    public static function launch(string $site, string $target, array $person, array $ctx, int $now, string $jti): array {
        return self::claims($site, 'launch', $person, $ctx, "launch:$target", $now, $now + self::LAUNCH_LIFE, $jti);
    }

    /**
     * Claims with which a client outside Moodle reports and reads back for its person.
     *
     * @param string $site
     * @param array $person sub, name, locale, role
     * @param array $ctx course, activity (cmid), group, session
     * @param int $now
     * @param int $expires at most two hours after class
     * @param string $jti
     * @return array
     */
    public static function report(string $site, array $person, array $ctx, int $now, int $expires, string $jti): array {
        return self::claims($site, 'report', $person, $ctx, self::REPORT_SCOPE, $now, $expires, $jti);
    }

    /**
     * The claims in the order of the contract's examples.
     *
     * @param string $site
     * @param string $audience
     * @param array $person
     * @param array $ctx
     * @param string $scope
     * @param int $now
     * @param int $expires
     * @param string $jti
     * @return array
     */
    private static function claims(
        string $site,
        string $audience,
        array $person,
        array $ctx,
        string $scope,
        int $now,
        int $expires,
        string $jti
    ): array {
        $text = fn(mixed $id): ?string => $id === null || $id === '' ? null : (string) $id;
        return [
            'iss' => $site,
            'aud' => $audience,
            'sub' => (string) $person['sub'],
            'name' => mb_substr((string) ($person['name'] ?? ''), 0, self::NAME, 'UTF-8'),
            'locale' => substr((string) ($person['locale'] ?? 'ar'), 0, self::LOCALE),
            'role' => (string) $person['role'],
            'ctx' => [
                'course' => $text($ctx['course'] ?? null),
                'activity' => $text($ctx['activity'] ?? null),
                'group' => $text($ctx['group'] ?? null),
                'session' => $text($ctx['session'] ?? null),
            ] + (isset($ctx['groups']) ? ['groups' => array_map(strval(...), $ctx['groups'])] : []),
            'scope' => $scope,
            'iat' => $now,
            'exp' => $expires,
            'jti' => $jti,
        ];
    }

    /**
     * JSON as it goes into the token.
     *
     * @param array $document
     * @return string
     */
    private static function json(array $document): string {
        return json_encode($document, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
    }

    /**
     * Base64 for URLs, without padding.
     *
     * @param string $bytes
     * @return string
     */
    private static function base64url(string $bytes): string {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}
