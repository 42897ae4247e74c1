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

use core\lock\lock;
use core\lock\lock_config;
use core\lock\lock_factory;
use core\session\manager as session;
use core_cache\cache;
use local_nidaa\wire\answer;
use local_nidaa\wire\breaker_state;
use local_nidaa\wire\verdict;

/**
 * Keeps pages from waiting for a sidecar that does not answer: one admitted call.
 *
 * Whoever serves a page goes through here; cron does not, but it tells what it learned.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class breaker {
    /** @var int Milliseconds for which one HTTP request waits in all, however many calls it makes. */
    private const PATIENCE = 2000;

    /** @var int Milliseconds: less is not worth a call. */
    private const LEAST = 100;

    /** @var int Seconds after which a place is free whatever happened, where the lock does not notice a dead process. */
    private const LIFETIME = 10;

    /** @var float Milliseconds that this HTTP request has waited already. */
    private static float $waited = 0.0;

    /**
     * Only {@see self::enter} makes one.
     *
     * @param lock|null $place the place that is held; null for a call that needs none
     * @param int $patience milliseconds
     * @param float $since
     */
    private function __construct(
        /** @var lock|null The place that is held. */
        private ?lock $place,
        /** @var int Milliseconds that the call may take. */
        public readonly int $patience,
        /** @var float When it was admitted. */
        private readonly float $since
    ) {
    }

    /**
     * Asks the sidecar, if a page may wait for it just now.
     *
     * @param callable $ask is given the milliseconds it may take, and returns an answer
     * @return answer with the error `skipped` where nobody was asked
     */
    public static function call(callable $ask): answer {
        $call = self::enter();
        if ($call === null) {
            return new answer(0, '', [], 'skipped');
        }
        $answer = null;
        try {
            session::write_close(); // Nobody else of this person's pages waits with us.
            $answer = $ask($call->patience);
        } finally {
            $call->leave($answer);
        }
        return $answer;
    }

    /**
     * Admission to one call, which must be left again; null where a page had better not wait.
     *
     * @return self|null
     */
    public static function enter(): ?self {
        $patience = (int) (self::PATIENCE - self::$waited);
        if ($patience < self::LEAST) {
            return null;
        }
        $now = microtime(true);
        $state = breaker_state::from(self::cache()->get('sidecar'));
        if ($state->fresh($now)) {
            return new self(null, $patience, $now); // Two queries less on most presses of a busy minute.
        }
        $place = self::place($state->places($now));
        return $place === null ? null : new self($place, $patience, $now);
    }

    /**
     * Ends the call.
     *
     * @param answer|null $answer null where nobody was asked after all
     */
    public function leave(?answer $answer): void {
        $took = microtime(true) - $this->since;
        self::$waited += $took * 1000;
        try {
            if ($answer !== null) {
                self::learn($answer, $took);
            }
        } finally {
            $this->place?->release();
            $this->place = null;
        }
    }

    /**
     * What an answer says of the sidecar.
     *
     * @param answer $answer
     * @param float $took seconds
     */
    public static function learn(answer $answer, float $took): void {
        if ($answer->status === 0 && $answer->error === 'notconfigured') {
            return; // Nobody was waited for.
        }
        $cache = self::cache();
        if (!verdict::of($answer->status)->trouble) {
            $state = breaker_state::from($cache->get('sidecar'));
            if ($state->stale(microtime(true))) {
                $cache->set('sidecar', $state->answered(microtime(true), $took)->kept());
            }
            return;
        }
        // Three that fail at once are three failures: without the lock each would count itself as the first.
        $lock = self::locks()->get_lock('state', 1, self::LIFETIME);
        try {
            $state = breaker_state::from($cache->get('sidecar'));
            $cache->set('sidecar', $state->failed(microtime(true))->kept());
        } finally {
            if ($lock) {
                $lock->release();
            }
        }
    }

    /**
     * Forgets what this request has waited: for tests, where one process is many requests.
     */
    public static function begin_request(): void {
        self::$waited = 0.0;
    }

    /**
     * A free place among so many; null when all are taken.
     *
     * @param int $places
     * @return lock|null
     */
    private static function place(int $places): ?lock {
        for ($number = 1; $number <= $places; $number++) {
            $lock = self::locks()->get_lock("place$number", 0, self::LIFETIME);
            if ($lock) {
                return $lock;
            }
        }
        return null;
    }

    /**
     * Locks that a dying process gives back.
     *
     * @return lock_factory
     */
    private static function locks(): lock_factory {
        static $locks = null;
        return $locks ??= lock_config::get_lock_factory('local_nidaa');
    }

    /**
     * What everybody knows.
     *
     * @return cache
     */
    private static function cache(): cache {
        return cache::make('local_nidaa', 'breaker');
    }
}
