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

namespace local_nidaa\secret;

use local_nidaa\admin\secret_setting;
use local_nidaa\admin\url_setting;
use local_nidaa\event\secret_changed;
use local_nidaa\output\secret_page;
use local_nidaa\wire\signature;

defined('MOODLE_INTERNAL') || die();

global $CFG;
require_once($CFG->libdir . '/adminlib.php');

/**
 * The secret: shown once, rotated without losing a report.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\secret\keeper
 * @covers     \local_nidaa\admin\secret_setting
 * @covers     \local_nidaa\admin\url_setting
 * @covers     \local_nidaa\event\secret_changed
 * @covers     \local_nidaa\output\secret_page
 */
final class keeper_test extends \advanced_testcase {
    /** @var string A secret that was made elsewhere. */
    private const SECRET = 'whsec_dGhlIG5ldyBzZWNyZXQgb2YgdGhlIGFjYWRlbXkncyBzaXRlLCAyMDI2';

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    public function test_a_new_secret_is_a_good_one(): void {
        $secret = keeper::renew();
        $this->assertSame(32, strlen(signature::key($secret)));
        $this->assertNotSame($secret, keeper::renew());
    }

    public function test_a_rotation_keeps_what_the_sidecar_knows(): void {
        $this->assertNull(keeper::current());
        $first = keeper::renew();
        $this->assertNull(keeper::previous(), 'The first one replaces nothing.');

        $second = keeper::renew();
        $this->assertSame($second, get_config('local_nidaa', 'secret'));
        $this->assertSame($first, get_config('local_nidaa', 'previoussecret'));

        $third = keeper::renew();
        $this->assertSame($third, get_config('local_nidaa', 'secret'));
        $this->assertSame($first, get_config('local_nidaa', 'previoussecret'), 'The sidecar has never seen the second.');

        keeper::finish();
        $this->assertFalse(get_config('local_nidaa', 'previoussecret'));
        $this->assertSame($third, get_config('local_nidaa', 'secret'));
    }

    public function test_events_tell_what_was_done_and_no_secret(): void {
        $sink = $this->redirectEvents();
        $secrets = [keeper::renew(), keeper::renew()];
        keeper::finish();
        keeper::finish();
        $events = array_filter($sink->get_events(), fn($event) => $event instanceof secret_changed);
        $this->assertSame(['set', 'rotated', 'finished'], array_column(array_column($events, 'other'), 'what'));
        foreach ($events as $event) {
            $this->assertEventContextNotUsed($event);
            $told = $event->get_description() . json_encode($event->get_data());
            foreach ($secrets as $secret) {
                $this->assertStringNotContainsString(substr($secret, 6), $told);
            }
        }
    }

    public function test_the_setting_is_written_and_never_read(): void {
        $setting = new secret_setting();
        $this->assertSame('', $setting->write_setting(' ' . self::SECRET . ' '));
        $this->assertSame(self::SECRET, get_config('local_nidaa', 'secret'));
        $this->assertSame('', $setting->get_setting());
        $html = $setting->output_html($setting->get_setting());
        $this->assertStringNotContainsString(substr(self::SECRET, 6, 8), $html);
        $this->assertStringContainsString(substr(hash('sha256', self::SECRET), 0, 8), $html);
        $this->assertFalse($setting->is_related(substr(self::SECRET, 8, 20)), 'The admin search finds no secret.');

        $this->assertSame('', $setting->write_setting(''));
        $this->assertSame(self::SECRET, get_config('local_nidaa', 'secret'), 'An empty field changes nothing.');
        $this->assertSame('', $setting->write_setting(self::SECRET));
        $this->assertNull(keeper::previous(), 'The same secret is no rotation.');
    }

    public function test_what_is_no_secret_is_refused(): void {
        $setting = new secret_setting();
        foreach (['secret', 'whsec_', 'whsec_c2hvcnQ=', 'whsec_not base64 at all, but long enough to be one, almost'] as $bad) {
            $this->assertSame(get_string('setting_secret_invalid', 'local_nidaa'), $setting->write_setting($bad), $bad);
        }
        $this->assertNull(keeper::current());
    }

    public function test_nothing_of_a_secret_is_in_the_config_log(): void {
        global $DB;

        (new secret_setting())->write_setting(self::SECRET);
        keeper::renew();
        $this->assertFalse($DB->record_exists_select('config_log', $DB->sql_like('value', ':s'), ['s' => '%whsec%']));
    }

    public function test_the_page_shows_a_secret_once(): void {
        global $PAGE;

        $secret = keeper::renew();
        $output = $PAGE->get_renderer('core');
        $shown = (new secret_page($secret))->export_for_template($output);
        $this->assertSame($secret, $shown['shown']);
        $this->assertStringNotContainsString($secret, json_encode((new secret_page())->export_for_template($output)));

        $seen = secret_page::seen();
        keeper::renew();
        $this->assertNotSame($seen, secret_page::seen(), 'A form that is sent twice does not rotate twice.');
    }

    /**
     * Addresses, and what they are stored as; null where they are refused.
     *
     * @return array
     */
    public static function addresses(): array {
        return [
            ['https://nidaa.example.sa/', 'https://nidaa.example.sa'], ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
            ['http://sidecar:8080/nidaa//', 'http://sidecar:8080/nidaa'], ['', ''], ['nidaa.example.sa', null],
            ['ftp://nidaa.example', null], ['https://user:word@nidaa.example', null], ['https://nidaa.example/?a=b', null],
            ['https://nidaa.example/#x', null], ['javascript:alert(1)', null], ["https://nidaa.example/\r\nx: y", null],
        ];
    }

    /**
     * Only an address is taken as one.
     *
     * @dataProvider addresses
     * @param string $typed
     * @param string|null $stored
     */
    public function test_an_address_is_checked(string $typed, ?string $stored): void {
        $said = (new url_setting())->write_setting($typed);
        if ($stored === null) {
            $this->assertSame(get_string('setting_url_invalid', 'local_nidaa'), $said);
            $this->assertFalse(get_config('local_nidaa', 'url') ?: false);
        } else {
            $this->assertSame('', $said);
            $this->assertSame($stored, get_config('local_nidaa', 'url'));
        }
    }
}
