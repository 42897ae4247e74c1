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

namespace local_nidaa\output;

use core\check\result;
use core\output\renderable;
use core\output\renderer_base;
use core\output\templatable;
use core\url;
use local_nidaa\selftest\house;
use local_nidaa\selftest\line;
use local_nidaa\selftest\proof;
use local_nidaa\selftest\reach;

/**
 * The self-test: one line for each thing that must be right, each saying what to do.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class selftest_page implements renderable, templatable {
    /**
     * What the template shows.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $lines = self::lines();
        $bad = array_filter($lines, fn(line $line): bool => !in_array($line->status, [result::OK, result::NA], true));
        return [
            'lines' => array_map(fn(line $line): array => [
                'name' => $line->name,
                'badge' => $output->check_result(new result($line->status, '')),
                'seen' => $line->seen,
                'todo' => $line->todo,
            ], $lines),
            'fine' => !$bad,
            'again' => (new url('/local/nidaa/selftest.php'))->out(false),
            'settings' => (new url('/admin/settings.php', ['section' => 'local_nidaa']))->out(false),
            'connect' => (new url('/local/nidaa/connect.php'))->out(false),
            'security' => (new url('/admin/settings.php', ['section' => 'httpsecurity']))->out(false),
        ];
    }

    /**
     * Everything that is looked at. A sidecar that cannot be reached is not asked again about secrets.
     *
     * @return line[]
     */
    public static function lines(): array {
        $reach = reach::line();
        $reached = $reach->status === result::OK;
        return [
            $reach,
            ...($reached ? proof::lines() : []),
            ...($reached ? [reach::clock()] : []),
            house::cron(),
            house::service(),
        ];
    }
}
