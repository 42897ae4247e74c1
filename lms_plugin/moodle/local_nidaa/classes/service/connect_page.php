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

use core\output\renderable;
use core\output\renderer_base;
use core\output\templatable;
use core\url;
use local_nidaa\secret\keeper;
use local_nidaa\setup;

/**
 * The connection's page: what is there, what can be done, and a new token once.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class connect_page implements renderable, templatable {
    /**
     * The page.
     *
     * @param string|null $token a token that was just made
     */
    public function __construct(
        /** @var string|null A token that was just made. */
        private readonly ?string $token = null
    ) {
    }

    /**
     * What the template shows. The secret is not on it: its own page shows it, once.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $secrets = keeper::previous() === null ? ['whsec_…'] : ['whsec_…', 'whsec_…'];
        return [
            'action' => (new url('/local/nidaa/connect.php'))->out(false),
            'secretpage' => (new url('/local/nidaa/secret.php'))->out(false),
            'sesskey' => sesskey(),
            'seen' => connection::tokens(),
            'token' => $this->token,
            'toml' => $this->token === null ? null : connection::toml($this->token, $secrets, setup::siteid()),
            'tokens' => connection::tokens() ?: null,
            'isopen' => connection::is_open(),
            'capabilities' => implode(', ', caller::CAPABILITIES),
            'username' => caller::USERNAME,
        ];
    }
}
