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

use core\output\renderable;
use core\output\renderer_base;
use core\output\templatable;
use core\url;
use local_nidaa\secret\keeper;
use local_nidaa\setup;

/**
 * The secret's page: what is known of it, what can be done, and a new secret once.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class secret_page implements renderable, templatable {
    /**
     * The page.
     *
     * @param string|null $shown a secret that was just made
     */
    public function __construct(
        /** @var string|null A secret that was just made. */
        #[\SensitiveParameter] private readonly ?string $shown = null
    ) {
    }

    /**
     * Which secrets a page has seen.
     *
     * @return string
     */
    public static function seen(): string {
        return (keeper::current() ?? 'none') . (keeper::previous() ?? 'none');
    }

    /**
     * What the template shows.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $page = fn(string $name): string => (new url("/local/nidaa/$name.php"))->out(false);
        return [
            'action' => $page('secret'),
            'sesskey' => sesskey(),
            'seen' => self::seen(),
            'current' => keeper::current(),
            'since' => keeper::set_at() ? bidi::moment(keeper::set_at()) : null,
            'previous' => keeper::previous(),
            'shown' => $this->shown,
            'site' => setup::siteid() === '' ? '<id>' : setup::siteid(),
            'selftest' => $page('selftest'),
        ];
    }
}
