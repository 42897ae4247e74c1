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

namespace local_nidaa\admin;

use admin_setting;
use core\url;
use InvalidArgumentException;
use local_nidaa\output\bidi;
use local_nidaa\secret\keeper;

/**
 * The secret on the settings page: it can be written there and never be read.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class secret_setting extends admin_setting {
    /**
     * The setting.
     */
    public function __construct() {
        parent::__construct(
            'local_nidaa/secret',
            get_string('setting_secret', 'local_nidaa'),
            get_string('setting_secret_desc', 'local_nidaa'),
            ''
        );
    }

    /**
     * Nothing: whatever asks for the value, the admin search included, gets none.
     *
     * @return string
     */
    public function get_setting() {
        return '';
    }

    /**
     * Takes a secret; an empty field changes nothing.
     *
     * @param mixed $data
     * @return string empty, or why it was refused
     */
    public function write_setting($data) {
        $secret = is_string($data) ? trim($data) : '';
        if ($secret === '') {
            return '';
        }
        try {
            keeper::adopt($secret);
        } catch (InvalidArgumentException) {
            return get_string('setting_secret_invalid', 'local_nidaa');
        }
        return '';
    }

    /**
     * The field, empty, with what may be known of the secret.
     *
     * @param mixed $data
     * @param string $query
     * @return string
     */
    public function output_html($data, $query = '') {
        global $OUTPUT;

        $element = $OUTPUT->render_from_template('local_nidaa/setting_secret', [
            'id' => $this->get_id(),
            'name' => $this->get_full_name(),
            'fingerprint' => keeper::current(),
            'since' => keeper::set_at() ? bidi::moment(keeper::set_at()) : null,
            'rotating' => keeper::previous() !== null,
            'page' => (new url('/local/nidaa/secret.php'))->out(false),
        ]);
        return format_admin_setting($this, $this->visiblename, $element, $this->description, true, '', null, $query);
    }
}
