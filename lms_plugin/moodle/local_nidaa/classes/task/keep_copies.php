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

namespace local_nidaa\task;

use core\task\scheduled_task;
use local_nidaa\contact\forms;
use local_nidaa\contact\panel;
use local_nidaa\setup;

/**
 * Reads the sidecar's public documents before anybody needs them: which pages it has, and how the institute can be reached.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class keep_copies extends scheduled_task {
    #[\Override]
    public function get_name(): string {
        return get_string('task_keep_copies', 'local_nidaa');
    }

    #[\Override]
    public function execute(): void {
        if (setup::is_complete()) {
            forms::pages();
            panel::in(setup::language());
        }
    }
}
