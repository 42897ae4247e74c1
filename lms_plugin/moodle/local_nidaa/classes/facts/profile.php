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

namespace local_nidaa\facts;

use stdClass;

/**
 * What people have filled in for the certificate, hidden fields included; of a national id only whether and how.
 *
 * The settings field_national_id, field_name_ar, field_name_en and field_phone name a column of the user or the short name
 * of a custom profile field. A field that the site does not have is not told of at all: that is no gap of anybody's.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class profile implements source {
    /** @var string[] Columns of a user that a setting may name. */
    public const COLUMNS = ['firstname', 'lastname', 'email', 'phone1', 'phone2', 'idnumber', 'institution', 'department', 'city'];

    /** @var string[] Our names, with the field that is meant unless the administrator says otherwise. */
    public const DEFAULTS = ['national_id' => 'national_id', 'name_ar' => 'name_ar', 'name_en' => 'name_en', 'phone' => 'phone1'];

    /** @var string How other parts of Moodle tell custom fields from columns. */
    private const PREFIX = 'profile_field_';

    /**
     * Sets the source up.
     *
     * @param string $idkey with which national ids are hashed for the sidecar, in hex; empty: they are not
     */
    public function __construct(
        /** @var string with which national ids are hashed */
        private readonly string $idkey = '',
    ) {
    }

    #[\Override]
    public function sections(): array {
        return ['profile' => 'profile', 'national_id_duplicate' => 'profile.national_id_duplicate'];
    }

    #[\Override]
    public function fill(sheet $sheet): void {
        $mapping = self::mapping();
        $fields = $this->fields($mapping);
        $values = $this->values(array_keys($sheet->people), array_column($fields, 'id'));
        $said = [];
        foreach ($sheet->people as $userid => $user) {
            foreach ($mapping as $ours => $theirs) {
                if (in_array($theirs, self::COLUMNS, true)) {
                    $said[$userid][$ours] = self::text((string) $user->$theirs);
                } else if (isset($fields[$theirs])) {
                    $said[$userid][$ours] = self::text($values[$userid][$fields[$theirs]->id] ?? '');
                }
            }
        }
        $shared = $this->shared($said, $mapping['national_id'], $fields[$mapping['national_id']] ?? null);
        foreach ($sheet->known() as [$userid, $courseid]) {
            $theirs = $said[$userid];
            foreach (array_keys(array_diff_key($mapping, $theirs)) as $ours) {
                $sheet->unread($userid, $courseid, "profile.$ours", 'not_offered');
            }
            $sheet->put($userid, $courseid, 'profile', self::told($theirs));
            if (isset($theirs['national_id'])) {
                $number = national_id::normalised($theirs['national_id']);
                $sheet->put($userid, $courseid, 'national_id_duplicate', isset($shared[$number]));
                [$hash, $end] = national_id::known_by($theirs['national_id'], $this->idkey) ?? [null, null];
                $sheet->put($userid, $courseid, 'national_id_key', $hash);
                $sheet->put($userid, $courseid, 'national_id_end', $end);
            }
        }
    }

    /**
     * Our names with the site's fields, whose short names differ in more than case.
     *
     * @return string[]
     */
    public static function mapping(): array {
        $settings = get_config('local_nidaa');
        $mapping = [];
        foreach (self::DEFAULTS as $ours => $default) {
            $theirs = trim((string) ($settings->{"field_$ours"} ?? $default));
            $theirs = str_starts_with($theirs, self::PREFIX) ? substr($theirs, strlen(self::PREFIX)) : $theirs;
            $mapping[$ours] = strtolower($theirs);
        }
        return $mapping + ['email' => 'email'];
    }

    /**
     * As it is told: the value of a national id stays here.
     *
     * @param string[] $said
     * @return array
     */
    private static function told(array $said): array {
        $told = [];
        foreach ($said as $ours => $value) {
            $secret = $ours === 'national_id';
            $told[] = [
                'field' => $ours,
                'state' => $secret ? national_id::state_of($value) : ($value === '' ? 'empty' : 'present'),
                'value' => $secret || $value === '' ? null : $value,
            ];
        }
        return $told;
    }

    /**
     * The custom fields among those that are mapped.
     *
     * @param string[] $mapping
     * @return stdClass[] id and shortname, by short name in lower case
     */
    private function fields(array $mapping): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal(array_values($mapping));
        $fields = [];
        foreach ($DB->get_records_select('user_info_field', "LOWER(shortname) $in", $params, 'id', 'id, shortname') as $field) {
            $fields[strtolower($field->shortname)] ??= $field;
        }
        return $fields;
    }

    /**
     * What people have filled in.
     *
     * @param int[] $userids
     * @param int[] $fieldids
     * @return array text by person and field
     */
    private function values(array $userids, array $fieldids): array {
        global $DB;
        if (!$userids || !$fieldids) {
            return [];
        }
        [$people, $params] = $DB->get_in_or_equal($userids);
        [$fields, $more] = $DB->get_in_or_equal($fieldids);
        $values = [];
        $where = "userid $people AND fieldid $fields";
        $params = array_merge($params, $more);
        foreach ($DB->get_records_select('user_info_data', $where, $params, '', 'id, userid, fieldid, data') as $row) {
            $values[$row->userid][$row->fieldid] = $row->data;
        }
        return $values;
    }

    /**
     * Those of the numbers that more than one account of this site carries, in whatever digits it was written.
     *
     * @param array $said
     * @param string $column
     * @param stdClass|null $field the custom field that holds the numbers, unless a column does
     * @return array number => how many
     */
    private function shared(array $said, string $column, ?stdClass $field): array {
        global $DB;
        $numbers = array_map([national_id::class, 'normalised'], array_column($said, 'national_id'));
        $numbers = array_values(array_unique(array_filter($numbers, fn(string $number): bool => $number !== '')));
        if (!$numbers) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($numbers, SQL_PARAMS_NAMED);
        if (in_array($column, self::COLUMNS, true)) {
            $column = national_id::sql_normalised("u.$column");
            $from = "SELECT u.id AS userid, $column AS number FROM {user} u WHERE u.deleted = 0";
        } else {
            $column = national_id::sql_normalised('d.data');
            $from = "SELECT d.userid, $column AS number
                       FROM {user_info_data} d
                       JOIN {user} u ON u.id = d.userid AND u.deleted = 0
                      WHERE d.fieldid = :fieldid";
            $params['fieldid'] = $field->id;
        }
        $sql = "SELECT n.number, COUNT(DISTINCT n.userid) AS people
                  FROM ($from) n
                 WHERE n.number $in
              GROUP BY n.number
                HAVING COUNT(DISTINCT n.userid) > 1";
        return $DB->get_records_sql_menu($sql, $params);
    }

    /**
     * What a person sees of a value: without markup, and without white space around it, of whatever kind.
     *
     * @param string $value
     * @return string
     */
    private static function text(string $value): string {
        if (str_contains($value, '<')) {
            $value = html_entity_decode(strip_tags($value), ENT_QUOTES | ENT_HTML5, 'UTF-8');
        }
        return preg_replace('/^[\s\p{Z}\p{Cf}]+|[\s\p{Z}\p{Cf}]+$/u', '', fix_utf8($value)) ?? '';
    }
}
