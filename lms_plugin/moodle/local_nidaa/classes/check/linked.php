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

namespace local_nidaa\check;

use core\check\check;
use core\check\result;
use core\output\action_link;
use core\url;
use local_nidaa\selftest\line;

/**
 * A check of Moodle's status report that leads to a page of this plugin.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class linked extends check {
    /** @var string The page that helps. */
    protected const PAGE = 'selftest';

    /**
     * Where to go.
     *
     * @return action_link|null
     */
    public function get_action_link(): ?action_link {
        $page = static::PAGE;
        return new action_link(new url("/local/nidaa/$page.php"), get_string("{$page}_title", 'local_nidaa'));
    }

    /**
     * A line of the self-test as a result.
     *
     * @param line $line
     * @return result
     */
    protected static function told(line $line): result {
        return new result($line->status, s($line->seen), s($line->todo));
    }
}
