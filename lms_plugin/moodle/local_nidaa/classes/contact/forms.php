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
 * What the institute's policy offers to choose from, and what it asks of a certificate.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class forms {
    /** @var int Seconds for which the policy is not asked for again. */
    private const FRESH = 600;

    /** @var string[] Kinds of report (contract.md). */
    private const KINDS = [
        'session_problem', 'room_log', 'certificate_gap', 'support_request', 'complaint', 'suggestion', 'inquiry',
    ];

    /**
     * The categories with their labels in a person's language; none where the sidecar has never been reached: a report may
     * always be sent without one.
     *
     * @param string $language ar or en
     * @return array of key, label, kinds
     */
    public static function categories(string $language): array {
        $categories = [];
        foreach (self::document()['categories'] ?? [] as $category) {
            $key = is_array($category) ? clean_param((string) ($category['key'] ?? ''), PARAM_ALPHANUMEXT) : '';
            $kinds = $key === '' ? [] : array_values(array_intersect(self::KINDS, (array) ($category['kinds'] ?? [])));
            if ($kinds) {
                $label = wording::in($category['label'] ?? null, $language);
                $categories[] = ['key' => $key, 'label' => $label === '' ? $key : $label, 'kinds' => $kinds];
            }
        }
        return $categories;
    }

    /**
     * What a certificate asks for: required_fields and attendance_threshold; empty where it is not known.
     *
     * @return array
     */
    public static function certificate(): array {
        $certificate = self::document()['certificate'] ?? [];
        return is_array($certificate) ? $certificate : [];
    }

    /**
     * The pages that the sidecar serves to people whom the LMS sends (contract.md, `target`): no link leads to another.
     *
     * @return string[]
     */
    public static function pages(): array {
        return self::named(self::document());
    }

    /**
     * The same as last heard, for Moodle's navigation: no page of the site waits for the sidecar.
     *
     * @return string[]
     */
    public static function known_pages(): array {
        return self::named(self::copy()->known());
    }

    /**
     * The pages that a document names.
     *
     * @param array|null $document
     * @return string[]
     */
    private static function named(?array $document): array {
        return array_filter((array) ($document['pages'] ?? []), 'is_string');
    }

    /**
     * The sidecar's document.
     *
     * @return array|null
     */
    private static function document(): ?array {
        return self::copy()->read()['document'];
    }

    /**
     * Its last good copy.
     *
     * @return copy
     */
    private static function copy(): copy {
        return new copy('forms', '/v1/forms', 'categories', self::FRESH);
    }
}
