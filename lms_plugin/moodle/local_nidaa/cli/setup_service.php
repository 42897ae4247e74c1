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
 * Lets the sidecar reach this Moodle: opens web services, makes the service user, its role and a token.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

define('CLI_SCRIPT', true);

require(__DIR__ . '/../../../config.php');
require_once($CFG->libdir . '/clilib.php');

use local_nidaa\secret\keeper;
use local_nidaa\service\connection;
use local_nidaa\setup;

[$options, $unknown] = cli_get_params(
    ['url' => '', 'siteid' => '', 'address' => '', 'revoke' => false, 'token-only' => false, 'help' => false],
    ['h' => 'help']
);
if ($unknown || $options['help']) {
    cli_writeln('Lets the sidecar reach this Moodle, and prints what its sites file needs: a token, once.

Options:
--url=ADDRESS      sets the sidecar\'s base address, such as https://nidaa.example.sa
--siteid=ID        sets this site\'s name towards the sidecar
--address=NETWORK  lets the token be used from there alone, such as 192.0.2.10
--revoke           ends the sidecar\'s earlier tokens
--token-only       prints the token and nothing else
-h, --help         prints this

Example:
$ sudo -u www-data php local/nidaa/cli/setup_service.php --url=https://nidaa.example.sa --siteid=academy');
    exit($unknown ? 2 : 0);
}

\core\session\manager::set_user(get_admin());

if ($options['url'] !== '') {
    if (!preg_match('~^https?://[^\s?#@]+$~D', $options['url'])) {
        cli_error(get_string('setting_url_invalid', 'local_nidaa'), 2);
    }
    set_config('url', rtrim($options['url'], '/'), 'local_nidaa');
}
if ($options['siteid'] !== '') {
    if (!preg_match('/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/D', $options['siteid'])) {
        cli_error('--siteid: letters, digits, - and _ alone', 2);
    }
    set_config('siteid', $options['siteid'], 'local_nidaa');
}
if (!connection::is_open()) {
    connection::open();
    cli_writeln('# Web services and REST were off; they are on now.', STDERR);
}
if (keeper::current() === null) {
    keeper::renew();
}
$token = connection::renew((bool) $options['revoke'], (string) $options['address']);
if ($options['token-only']) {
    cli_writeln($token);
    exit(0);
}
$secrets = array_filter([get_config('local_nidaa', 'secret'), get_config('local_nidaa', 'previoussecret')]);
cli_writeln('# Into the sidecar\'s sites file (NIDAA_SITES), readable by it alone. The token is not shown again.', STDERR);
if (setup::siteid() === '') {
    cli_writeln('# No site id is set yet: name the block, and set the same name with --siteid or on the settings page.', STDERR);
}
cli_write(connection::toml($token, $secrets, setup::siteid()));
