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

namespace local_nidaa\contact;

/**
 * The institute's ways of contact (P4), as the browser shows them.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class panel {
    /** @var int Seconds for which the panel is not asked for again: it says what is open now. */
    private const FRESH = 300;

    /** @var string[] What a way may lead to; a link of any other kind is left out. */
    private const LINKS = ['https', 'http', 'mailto', 'tel', 'sms', 'whatsapp'];

    /**
     * The panel in a person's language.
     *
     * @param string $language ar or en
     * @return array ways and as_of (ISO 8601, empty where the sidecar has never been reached)
     */
    public static function in(string $language): array {
        ['document' => $document, 'asof' => $asof] = (new copy('contact', '/v1/contact', 'ways', self::FRESH))->read();
        $ways = array_filter($document['ways'] ?? [], fn($way) => is_array($way) && is_string($way['channel'] ?? null));
        return [
            'ways' => array_values(array_map(fn($way) => self::way($way, $language), $ways)),
            'as_of' => $asof ? gmdate('Y-m-d\TH:i:s\Z', $asof) : '',
        ];
    }

    /**
     * One way.
     *
     * @param array $way
     * @param string $language
     * @return array
     */
    private static function way(array $way, string $language): array {
        $link = is_string($way['href'] ?? null) ? $way['href'] : '';
        $scheme = preg_match('/^([a-z]+):/i', $link, $found) ? strtolower($found[1]) : '';
        return [
            'channel' => clean_param($way['channel'], PARAM_ALPHANUMEXT),
            'label' => wording::in($way['label'] ?? null, $language),
            'address' => wording::text($way['address'] ?? null) ?: null,
            'href' => in_array($scheme, self::LINKS, true) ? $link : null,
            'open_now' => ($way['open_now'] ?? null) === true,
            'until' => wording::text($way['until'] ?? null) ?: null,
            'expected' => wording::in($way['expected'] ?? null, $language),
        ];
    }
}
