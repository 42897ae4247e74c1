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

use core\context\system as context_system;
use core\exception\moodle_exception;
use stdClass;

/**
 * The way by which the sidecar reaches this Moodle: web services, the plugin's service, a user with a token.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class connection {
    /** @var string Short name of the service in db/services.php. */
    public const SERVICE = 'local_nidaa';

    /**
     * Whether this site takes web service calls by REST.
     *
     * @return bool
     */
    public static function is_open(): bool {
        global $CFG;
        return !empty($CFG->enablewebservices) && in_array('rest', explode(',', $CFG->webserviceprotocols ?? ''), true);
    }

    /**
     * Has this site take web service calls by REST.
     */
    public static function open(): void {
        set_config('enablewebservices', 1);
        \core\plugininfo\webservice::enable_plugin('rest', 1);
    }

    /**
     * Makes a token for the sidecar, and whatever it needs that is not there.
     *
     * @param bool $revoke whether earlier tokens end now
     * @param string $address the only address or network that may use it; empty for any
     * @return string the token, to be shown once
     */
    public static function renew(bool $revoke, string $address = ''): string {
        global $DB, $SESSION;
        if (!self::may_be_address($address)) {
            throw new moodle_exception('connect_address_invalid', 'local_nidaa');
        }
        $service = self::service();
        $user = caller::ensure();
        $of = ['externalserviceid' => $service->id, 'userid' => $user->id];
        $transaction = $DB->start_delegated_transaction();
        if (!$DB->record_exists('external_services_users', $of)) {
            $DB->insert_record('external_services_users', $of + ['timecreated' => time()]);
        }
        if ($revoke) {
            $DB->delete_records('external_tokens', $of + ['tokentype' => EXTERNAL_TOKEN_PERMANENT]);
        }
        $name = 'Nidaa ' . gmdate('Y-m-d H:i');
        $context = context_system::instance();
        $token = \core_external\util::generate_token(EXTERNAL_TOKEN_PERMANENT, $service, $user->id, $context, 0, $address, $name);
        $transaction->allow_commit();
        unset($SESSION->webservicenewlycreatedtoken); // Else Moodle's own page would show it once more.
        return $token;
    }

    /**
     * How many tokens the sidecar could use now.
     *
     * @return int
     */
    public static function tokens(): int {
        global $DB;
        $sql = "SELECT COUNT(t.id)
                  FROM {external_tokens} t
                  JOIN {external_services} s ON s.id = t.externalserviceid AND s.shortname = :service
                  JOIN {user} u ON u.id = t.userid AND u.username = :username AND u.deleted = 0";
        return $DB->count_records_sql($sql, ['service' => self::SERVICE, 'username' => caller::USERNAME]);
    }

    /**
     * What the sidecar's sites file needs to know.
     *
     * @param string $token
     * @param string[] $secrets the new one first
     * @param string $site the site's id
     * @return string TOML
     */
    public static function toml(string $token, array $secrets, string $site): string {
        global $CFG;
        // Moodle's own address is plain; a secret or token holds nothing that TOML would read as something else.
        $quoted = fn(string $text): string => '"' . addcslashes($text, '"\\') . '"';
        $site = preg_match('/^[A-Za-z0-9_-]+$/D', $site) ? $site : 'academy';
        return implode("\n", [
            "[sites.$site]",
            'kind = "moodle"',
            'url = ' . $quoted($CFG->wwwroot),
            'token = ' . $quoted($token),
            'secrets = [' . implode(', ', array_map($quoted, $secrets)) . ']',
            '',
        ]);
    }

    /**
     * Whether this is an address, a network, or several of them; or nothing.
     *
     * @param string $address as Moodle's address_in_subnet() reads it
     * @return bool
     */
    private static function may_be_address(string $address): bool {
        return preg_match('~^[0-9a-fA-F.:/, -]{0,255}$~D', $address) === 1;
    }

    /**
     * The plugin's service; it is disabled only if an administrator has done that.
     *
     * @return stdClass
     */
    private static function service(): stdClass {
        global $DB;
        $service = $DB->get_record('external_services', ['shortname' => self::SERVICE], '*', MUST_EXIST);
        if (!$service->enabled) {
            $DB->set_field('external_services', 'enabled', 1, ['id' => $service->id]);
        }
        return $service;
    }
}
