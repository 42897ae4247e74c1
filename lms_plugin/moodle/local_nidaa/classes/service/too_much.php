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

namespace local_nidaa\service;

use core\exception\moodle_exception;

/**
 * The sidecar has asked for more than is answered at once; what the bound is, the message says.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class too_much extends moodle_exception {
    /**
     * Names the bound.
     *
     * @param string $bound such as: at most 50 pairs
     */
    public function __construct(string $bound) {
        parent::__construct('nidaa_toomuch', 'local_nidaa', '', $bound);
    }
}
