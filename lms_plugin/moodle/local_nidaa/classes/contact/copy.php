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

namespace local_nidaa\contact;

use core_cache\cache;
use local_nidaa\outbox\breaker;
use local_nidaa\setup;
use local_nidaa\sidecar;

/**
 * The last good copy of a public document of the sidecar.
 *
 * It is asked for again when it is older than a few minutes, and kept for ever: people need the institute's telephone number
 * most when nothing answers. Caches are purged exactly then, by whoever looks into the outage, so the copy is also kept among
 * the plugin's settings, which no purge empties.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class copy {
    /** @var int Milliseconds for which a page waits. */
    private const PATIENCE = 1500;

    /** @var int Seconds before somebody asks again after a failure; also how long one asks while others take the old copy. */
    private const PAUSE = 30;

    /** @var int Bytes of a document that are worth keeping; a larger one is something else. */
    private const LARGEST = 65536;

    /**
     * Names a document.
     *
     * @param string $name contact or forms: the name of its cache
     * @param string $path the sidecar's path
     * @param string $proof a key that the true document has, so that a portal's or a proxy's page is never kept
     * @param int $fresh seconds for which it is not asked for again
     */
    public function __construct(
        /** @var string Name of its cache. */
        private readonly string $name,
        /** @var string The sidecar's path. */
        private readonly string $path,
        /** @var string A key that the true document has. */
        private readonly string $proof,
        /** @var int Seconds for which it is not asked for again. */
        private readonly int $fresh
    ) {
    }

    /**
     * The document, as fresh as can be had in a moment.
     *
     * @return array document (null where there has never been one) and asof (Unix time, 0 for never)
     */
    public function read(): array {
        $kept = $this->kept();
        $now = time();
        if ($this->is_due($kept, $now)) {
            // Said before asking: while the sidecar hangs, one page waits and the others take what there is.
            $kept['askagain'] = $now + self::PAUSE;
            $this->cache()->set('copy', $kept);
            $kept = $this->asked($kept, $now);
            $this->cache()->set('copy', $kept);
        }
        return ['document' => $kept['document'], 'asof' => $kept['asof']];
    }

    /**
     * The document as it is kept; nobody is asked.
     *
     * @return array|null null where there has never been one
     */
    public function known(): ?array {
        return $this->kept()['document'];
    }

    /**
     * Whether it is time to ask.
     *
     * @param array $kept
     * @param int $now
     * @return bool
     */
    private function is_due(array $kept, int $now): bool {
        $old = $kept['asof'] + $this->fresh <= $now || $kept['asof'] > $now;
        // A clock that was set back must not keep anybody from asking.
        $resting = $now < $kept['askagain'] && $kept['askagain'] - $now <= self::PAUSE;
        return $old && !$resting;
    }

    /**
     * What is kept after asking: the new document, or the old one with what is known now.
     *
     * @param array $kept
     * @param int $now
     * @return array
     */
    private function asked(array $kept, int $now): array {
        $etag = $kept['etag'] === '' || $kept['document'] === null ? null : $kept['etag'];
        $answer = breaker::call(
            fn(int $patience) => sidecar::get($this->path, setup::language(), null, min($patience, self::PATIENCE), $etag)
        );
        if ($answer->status === 304 && $kept['document'] !== null) {
            return ['asof' => $now] + $kept;
        }
        $document = $answer->status === 200 && strlen($answer->body) <= self::LARGEST ? $answer->json() : null;
        if (!is_array($document[$this->proof] ?? null)) {
            return $kept;
        }
        $new = ['document' => $document, 'etag' => $answer->headers['etag'] ?? '', 'asof' => $now, 'askagain' => 0];
        if (self::words($document) !== self::words($kept['document'])) {
            set_config("copy_$this->name", json_encode($new, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), 'local_nidaa');
        }
        return $new;
    }

    /**
     * From the cache, else from the settings, else nothing.
     *
     * @return array
     */
    private function kept(): array {
        $kept = $this->cache()->get('copy');
        if (!is_array($kept)) {
            $kept = json_decode((string) get_config('local_nidaa', "copy_$this->name"), true);
        }
        return [
            'document' => is_array($kept['document'] ?? null) ? $kept['document'] : null,
            'etag' => (string) ($kept['etag'] ?? ''),
            'asof' => (int) ($kept['asof'] ?? 0),
            'askagain' => (int) ($kept['askagain'] ?? 0),
        ];
    }

    /**
     * What a document says, without when it was said: the settings are written only when it says something new.
     *
     * @param array|null $document
     * @return array|null
     */
    private static function words(?array $document): ?array {
        unset($document['as_of']);
        return $document;
    }

    /**
     * Where copies are kept.
     *
     * @return cache
     */
    private function cache(): cache {
        return cache::make('local_nidaa', $this->name);
    }
}
