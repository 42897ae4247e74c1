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

use InvalidArgumentException;

/**
 * Proves the site to the sidecar: Standard Webhooks, version 1 (contract.md, "Who may call").
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class signature {
    /** @var int Seconds by which the two clocks may differ. */
    public const TOLERANCE = 300;

    /** @var int Fewest bytes behind whsec_. */
    private const SHORTEST = 32;

    /**
     * The bytes behind a secret, which sign messages and, shared safely, person tokens.
     *
     * Read strictly: what one library skips and another refuses (a blank, a dash) would make two keys of one secret.
     *
     * @param string $secret whsec_ and base64
     * @return string
     * @throws InvalidArgumentException never quoting the secret
     */
    public static function key(#[\SensitiveParameter] string $secret): string {
        $text = str_starts_with($secret, 'whsec_') ? rtrim(substr($secret, 6), '=') : '';
        $key = preg_match('~^[A-Za-z0-9+/]+$~D', $text) ? base64_decode($text, true) : false;
        if ($key === false || strlen($key) < self::SHORTEST) {
            throw new InvalidArgumentException('A secret is whsec_ and the base64 of at least 32 bytes.');
        }
        return $key;
    }

    /**
     * The webhook-signature header over a message: one signature for each secret, so that a half rotated secret proves too.
     *
     * @param string[] $secrets the new one first
     * @param string $id webhook-id
     * @param int $timestamp webhook-timestamp
     * @param string $body the bytes that are sent
     * @return string
     */
    public static function header(#[\SensitiveParameter] array $secrets, string $id, int $timestamp, string $body): string {
        $sign = fn(string $secret): string => 'v1,' . base64_encode(self::mac(self::key($secret), $id, $timestamp, $body));
        return implode(' ', array_map($sign, $secrets));
    }

    /**
     * Whether one of the secrets signed this message within the last five minutes.
     *
     * @param string[] $secrets the site's
     * @param string $header webhook-signature
     * @param string $id webhook-id
     * @param string $timestamp webhook-timestamp, as it came
     * @param string $body the bytes that came
     * @param int $now the clock of whoever checks
     * @return bool
     */
    public static function verifies(
        #[\SensitiveParameter] array $secrets,
        string $header,
        string $id,
        string $timestamp,
        string $body,
        int $now
    ): bool {
        if (!ctype_digit($timestamp) || abs($now - (int) $timestamp) > self::TOLERANCE) {
            return false;
        }
        $proves = false;
        foreach ($secrets as $secret) {
            $wanted = base64_encode(self::mac(self::key($secret), $id, (int) $timestamp, $body));
            foreach (explode(' ', $header) as $offered) {
                $proves = hash_equals('v1,' . $wanted, $offered) || $proves;
            }
        }
        return $proves;
    }

    /**
     * The bare HMAC.
     *
     * @param string $key bytes
     * @param string $id
     * @param int $timestamp
     * @param string $body
     * @return string bytes
     */
    private static function mac(#[\SensitiveParameter] string $key, string $id, int $timestamp, string $body): string {
        return hash_hmac('sha256', "$id.$timestamp.$body", $key, true);
    }
}
