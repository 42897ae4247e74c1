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

use admin_setting_configtext;

/**
 * The sidecar's base address.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class url_setting extends admin_setting_configtext {
    /**
     * The setting.
     */
    public function __construct() {
        parent::__construct(
            'local_nidaa/url',
            get_string('setting_url', 'local_nidaa'),
            get_string('setting_url_desc', 'local_nidaa'),
            '',
            PARAM_RAW_TRIMMED,
            60
        );
    }

    /**
     * Takes an address over http or https, without a user, a query or a fragment: secrets and questions have no place in it.
     *
     * @param string $data
     * @return true|string true, or why it was refused
     */
    public function validate($data) {
        if ($data === '') {
            return true;
        }
        $parts = parse_url($data) ?: [];
        $kept = array_intersect_key($parts, array_flip(['scheme', 'host', 'port', 'path']));
        $fine = $parts === $kept && isset($parts['host']) && in_array($parts['scheme'] ?? '', ['http', 'https'], true)
            && preg_match('~^[\x21-\x7e]+$~D', $data);
        return $fine ? true : get_string('setting_url_invalid', 'local_nidaa');
    }

    /**
     * Stores it without its last slash, so that every path is put after it in the same way.
     *
     * @param string $data
     * @return string empty, or why it was refused
     */
    public function write_setting($data) {
        return parent::write_setting(rtrim(trim((string) $data), '/'));
    }
}
