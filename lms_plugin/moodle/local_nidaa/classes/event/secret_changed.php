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

namespace local_nidaa\event;

/**
 * The secret shared with the sidecar was set, replaced, or its old one forgotten.
 *
 * @property-read array $other {
 *      Extra information about the event.
 *
 *      - string what: set, rotated or finished.
 *      - string fingerprint: the first digits of the current secret's digest.
 * }
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class secret_changed extends \core\event\base {
    /**
     * What kind of event it is.
     */
    protected function init() {
        $this->data['crud'] = 'u';
        $this->data['edulevel'] = self::LEVEL_OTHER;
    }

    /**
     * The event's name.
     *
     * @return string
     */
    public static function get_name() {
        return get_string('event_secret_changed', 'local_nidaa');
    }

    /**
     * What happened, for the log.
     *
     * @return string
     */
    public function get_description() {
        return "The user with id '$this->userid' changed the secret shared with Nidaa's sidecar ({$this->other['what']}); " .
            "its fingerprint is now '{$this->other['fingerprint']}'.";
    }

    /**
     * Where it was done.
     *
     * @return \core\url
     */
    public function get_url() {
        return new \core\url('/local/nidaa/secret.php');
    }
}
