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

/**
 * The plugin's place in the site administration.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_nidaa\admin\secret_setting;
use local_nidaa\admin\url_setting;
use local_nidaa\setup;

defined('MOODLE_INTERNAL') || die();

// Whoever looks after the backlog need not be an administrator, and "Local plugins" is theirs alone.
$ADMIN->add(
    $hassiteconfig ? 'localplugins' : 'reports',
    new admin_category('local_nidaa_pages', new lang_string('pluginname', 'local_nidaa'))
);
$ADMIN->add('local_nidaa_pages', new admin_externalpage(
    'local_nidaa_backlog',
    new lang_string('backlog_title', 'local_nidaa'),
    new \core\url('/local/nidaa/backlog.php'),
    'local/nidaa:viewbacklog'
));

if ($hassiteconfig) {
    $settings = new admin_settingpage('local_nidaa', new lang_string('settings_title', 'local_nidaa'));
    if ($ADMIN->fulltree) {
        $text = fn(string $name, string $default, mixed $type = PARAM_TEXT, int $size = 40) => new admin_setting_configtext(
            "local_nidaa/$name",
            new lang_string("setting_$name", 'local_nidaa'),
            new lang_string("setting_{$name}_desc", 'local_nidaa'),
            $default,
            $type,
            $size
        );
        $heading = fn(string $name) => new admin_setting_heading(
            "local_nidaa/heading_$name",
            new lang_string("heading_$name", 'local_nidaa'),
            new lang_string("heading_{$name}_desc", 'local_nidaa')
        );

        $settings->add($heading('connection'));
        $settings->add(new url_setting());
        $settings->add($text('siteid', '', '/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$|^$/'));
        $settings->add(new secret_setting());

        $settings->add($heading('pages'));
        $settings->add($text('modules', setup::MODULES, '/^[a-z0-9_, ]*$/', 60));

        $settings->add($heading('fields'));
        $settings->add($text('field_national_id', 'national_id', PARAM_ALPHANUMEXT, 30));
        $settings->add($text('field_name_ar', 'name_ar', PARAM_ALPHANUMEXT, 30));
        $settings->add($text('field_name_en', 'name_en', PARAM_ALPHANUMEXT, 30));
        $settings->add($text('field_phone', 'phone1', PARAM_ALPHANUMEXT, 30));

        $settings->add($heading('keeping'));
        $settings->add($text('keepdays', '30', '/^[1-9][0-9]{0,3}$/', 5));
    }
    $ADMIN->add('local_nidaa_pages', $settings);

    foreach (['secret', 'selftest', 'connect'] as $page) {
        if (file_exists(__DIR__ . "/$page.php")) {
            $ADMIN->add('local_nidaa_pages', new admin_externalpage(
                "local_nidaa_$page",
                new lang_string("{$page}_title", 'local_nidaa'),
                new \core\url("/local/nidaa/$page.php"),
                'moodle/site:config'
            ));
        }
    }
}

// Moodle adds nothing by itself: the page stands in a category of our own.
$settings = null;
