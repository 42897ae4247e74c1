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

use core_shutdown_manager;
use Throwable;

/**
 * What nobody has to wait for: done when the person has the answer, where PHP can send the answer first.
 *
 * Only for what may be lost without harm. A report is stored before anything is answered; what came of sending it is recorded
 * here, and would be found out again by sending it again.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class afterwards {
    /** @var callable[] What is to be done. */
    private static array $waiting = [];

    /**
     * Does something once the answer has gone out; at once where that cannot be told.
     *
     * @param callable $work
     */
    public static function run(callable $work): void {
        if (CLI_SCRIPT || !AJAX_SCRIPT || !function_exists('fastcgi_finish_request')) {
            self::attempt($work);
            return;
        }
        if (!self::$waiting) {
            core_shutdown_manager::register_function([self::class, 'finish']);
        }
        self::$waiting[] = $work;
    }

    /**
     * Sends the answer, and does the rest.
     */
    public static function finish(): void {
        fastcgi_finish_request();
        foreach (self::$waiting as $work) {
            self::attempt($work);
        }
        self::$waiting = [];
        get_log_manager()->dispose(); // Its own turn may have come before ours.
    }

    /**
     * Does it; whatever fails here, the row's lease ends by itself and cron goes on.
     *
     * @param callable $work
     */
    private static function attempt(callable $work): void {
        try {
            $work();
        } catch (Throwable $error) {
            debugging('local_nidaa: ' . get_class($error), DEBUG_DEVELOPER);
        }
    }
}
