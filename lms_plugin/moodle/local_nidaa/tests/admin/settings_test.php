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

use core\context\system as context_system;

defined('MOODLE_INTERNAL') || die();

global $CFG;
require_once($CFG->libdir . '/adminlib.php');

/**
 * The plugin's place in the site administration.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class settings_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    /**
     * The pages that the current user may open.
     *
     * @return string[]
     */
    private function pages(): array {
        $root = admin_get_root(true);
        $open = fn(string $name): bool => (bool) $root->locate($name)?->check_access();
        $names = ['local_nidaa_backlog', 'local_nidaa', 'local_nidaa_secret', 'local_nidaa_selftest', 'local_nidaa_connect'];
        return array_values(array_filter($names, $open));
    }

    public function test_an_administrator_opens_every_page(): void {
        $this->setAdminUser();
        $this->assertCount(5, $this->pages());
    }

    public function test_who_looks_after_the_backlog_needs_no_more(): void {
        $user = $this->getDataGenerator()->create_user();
        $role = $this->getDataGenerator()->create_role();
        assign_capability('local/nidaa:viewbacklog', CAP_ALLOW, $role, context_system::instance()->id);
        role_assign($role, $user->id, context_system::instance()->id);
        $this->setUser($user);
        $this->assertSame(['local_nidaa_backlog'], $this->pages());
    }

    public function test_everybody_else_opens_none(): void {
        $this->setUser($this->getDataGenerator()->create_user());
        $this->assertSame([], $this->pages());
    }

    public function test_the_settings_have_their_defaults(): void {
        $this->setAdminUser();
        $defaults = [];
        foreach (admin_get_root(true)->locate('local_nidaa')->settings as $setting) {
            $defaults[$setting->name] = $setting->get_defaultsetting();
        }
        $this->assertSame('national_id', $defaults['field_national_id']);
        $this->assertSame('phone1', $defaults['field_phone']);
        $this->assertSame('30', $defaults['keepdays']);
        $this->assertStringContainsString('bigbluebuttonbn', $defaults['modules']);
    }

    /**
     * What an administrator may type, and whether it is taken.
     *
     * @return array
     */
    public static function typed(): array {
        return [
            ['siteid', 'academy-2', true], ['siteid', '', true], ['siteid', 'two words', false], ['siteid', "a\nb", false],
            ['modules', 'zoom, lti', true], ['modules', 'zoom;DROP', false],
            ['keepdays', '90', true], ['keepdays', '0', false], ['keepdays', 'many', false],
            ['field_phone', 'mobile_no', true],
        ];
    }

    /**
     * Settings refuse what makes no sense.
     *
     * @dataProvider typed
     * @param string $name
     * @param string $value
     * @param bool $taken
     */
    public function test_settings_are_checked(string $name, string $value, bool $taken): void {
        $this->setAdminUser();
        $setting = array_column((array) admin_get_root(true)->locate('local_nidaa')->settings, null, 'name')[$name];
        $this->assertSame($taken, $setting->write_setting($value) === '');
    }
}
