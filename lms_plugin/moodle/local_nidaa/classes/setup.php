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

namespace local_nidaa;

use core\url;
use stdClass;

/**
 * What the administrator has set, read once a request and never written here.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class setup {
    /** @var string Modules that hold live classes unless the administrator says otherwise. */
    public const MODULES = 'bigbluebuttonbn,zoom,jitsi,googlemeet,msteams,webexactivity,lti';

    /**
     * Whether reports can be forwarded one day: without an address, a site id and a secret none could even be signed.
     *
     * @return bool
     */
    public static function is_complete(): bool {
        return self::missing() === [];
    }

    /**
     * The settings that are still empty.
     *
     * @return string[] names among url, siteid, secret
     */
    public static function missing(): array {
        $settings = self::settings();
        return array_values(array_filter(['url', 'siteid', 'secret'], fn($name) => trim((string) ($settings->$name ?? '')) === ''));
    }

    /**
     * The sidecar's base address without its last slash; empty where none is set.
     *
     * @return string
     */
    public static function url(): string {
        return rtrim(trim((string) (self::settings()->url ?? '')), '/');
    }

    /**
     * This site's name towards the sidecar.
     *
     * @return string
     */
    public static function siteid(): string {
        return trim((string) (self::settings()->siteid ?? ''));
    }

    /**
     * The sidecar's page for people without an account; null where no address is set.
     *
     * @return url|null
     */
    public static function public_page(): ?url {
        return self::url() === '' ? null : new url(self::url() . '/public/');
    }

    /**
     * Names of the modules that hold live classes.
     *
     * @return string[]
     */
    public static function modules(): array {
        $names = preg_split('/[\s,،;]+/u', (string) (self::settings()->modules ?? self::MODULES), -1, PREG_SPLIT_NO_EMPTY);
        return array_values(array_unique(array_map('strtolower', $names)));
    }

    /**
     * The language that the plugin and the sidecar speak with this person.
     *
     * @return string ar or en
     */
    public static function language(): string {
        return str_starts_with(current_language(), 'ar') ? 'ar' : 'en';
    }

    /**
     * The plugin's settings; Moodle keeps them in its cache.
     *
     * @return stdClass
     */
    private static function settings(): stdClass {
        return (object) (array) get_config('local_nidaa');
    }
}
