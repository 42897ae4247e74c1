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

namespace local_nidaa\secret;

use core\context\system as context_system;
use InvalidArgumentException;
use local_nidaa\event\secret_changed;
use local_nidaa\wire\signature;

/**
 * The secret that this site shares with the sidecar, and its rotation. It shows fingerprints, and a secret once.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class keeper {
    /** @var int Bytes of a new secret. */
    private const BYTES = 32;

    /** @var int Hexadecimal digits that tell secrets apart and tell nothing of them. */
    private const SHOWN = 8;

    /**
     * The secret's fingerprint; null where there is none.
     *
     * @return string|null
     */
    public static function current(): ?string {
        return self::fingerprint((string) get_config('local_nidaa', 'secret'));
    }

    /**
     * The fingerprint of the secret that is being replaced; null while nothing rotates.
     *
     * @return string|null
     */
    public static function previous(): ?string {
        return self::fingerprint((string) get_config('local_nidaa', 'previoussecret'));
    }

    /**
     * When the secret was set; 0 where it never was.
     *
     * @return int
     */
    public static function set_at(): int {
        return (int) get_config('local_nidaa', 'secretsetat');
    }

    /**
     * Makes a new secret. The one before stays valid until the rotation is finished.
     *
     * Made again during a rotation, because the new one was lost before it was copied: the old one stays, since the sidecar
     * knows no other.
     *
     * @return string the secret, to be shown once
     */
    public static function renew(): string {
        $secret = 'whsec_' . base64_encode(random_bytes(self::BYTES));
        self::put($secret);
        return $secret;
    }

    /**
     * Takes a secret that was made elsewhere.
     *
     * @param string $secret
     * @throws InvalidArgumentException if it is none
     */
    public static function adopt(#[\SensitiveParameter] string $secret): void {
        signature::key($secret);
        if (!hash_equals((string) get_config('local_nidaa', 'secret'), $secret)) {
            self::put($secret);
        }
    }

    /**
     * Forgets the old secret.
     */
    public static function finish(): void {
        if (self::previous() === null) {
            return;
        }
        unset_config('previoussecret', 'local_nidaa');
        self::told('finished');
    }

    /**
     * Stores a secret and keeps the one that the sidecar knows.
     *
     * @param string $secret
     */
    private static function put(#[\SensitiveParameter] string $secret): void {
        $known = (string) get_config('local_nidaa', 'secret');
        if ($known !== '' && self::previous() === null) {
            set_config('previoussecret', $known, 'local_nidaa');
        }
        set_config('secret', $secret, 'local_nidaa');
        set_config('secretsetat', time(), 'local_nidaa');
        self::told($known === '' ? 'set' : 'rotated');
    }

    /**
     * Writes into Moodle's log what was done, and never with what.
     *
     * @param string $what
     */
    private static function told(string $what): void {
        secret_changed::create([
            'context' => context_system::instance(),
            'other' => ['what' => $what, 'fingerprint' => self::current()],
        ])->trigger();
    }

    /**
     * The first digits of a secret's digest.
     *
     * @param string $secret
     * @return string|null
     */
    private static function fingerprint(#[\SensitiveParameter] string $secret): ?string {
        return $secret === '' ? null : substr(hash('sha256', $secret), 0, self::SHOWN);
    }
}
