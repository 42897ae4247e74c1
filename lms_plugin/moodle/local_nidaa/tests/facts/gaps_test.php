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

/**
 * What stands between a person and the certificate.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\facts\gaps
 */
final class gaps_test extends \basic_testcase {
    /** @var array What the institute's policy asks for. */
    private const POLICY = ['required_fields' => ['national_id', 'name_ar', 'name_en', 'phone'], 'attendance_threshold' => 0.75];

    /**
     * A row of somebody whom nothing is missing for, with some of it changed.
     *
     * @param array $changes
     * @param array $fields states and values of fields, by name
     * @return array
     */
    private static function row(array $changes = [], array $fields = []): array {
        $fields += [
            'national_id' => ['present', null],
            'name_ar' => ['present', 'أحمد القحطاني'],
            'name_en' => ['present', 'Ahmed Alqahtani'],
            'phone' => ['present', '0551000001'],
        ];
        $profile = [];
        foreach (array_filter($fields) as $name => [$state, $value]) {
            $profile[] = ['field' => $name, 'state' => $state, 'value' => $value];
        }
        return $changes + [
            'userid' => 6,
            'courseid' => 2,
            'courseended' => true,
            'profile' => $profile,
            'national_id_duplicate' => false,
            'enrolment' => ['status' => 'active'],
            'attendance' => ['held' => 8, 'attended' => 7, 'rate' => 0.875],
            'completion' => ['completed' => true, 'timecompleted' => 1],
            'certificates' => [['source' => 'customcert', 'code' => 'x', 'timecreated' => 1]],
            'unread' => [],
        ];
    }

    /**
     * Rows with the gaps and the unknown ones that they come to.
     *
     * @return array
     */
    public static function rows(): array {
        $nothing = ['enrolment' => null, 'attendance' => null, 'completion' => null, 'certificates' => null];
        $none = ['certificates' => []];
        $open = ['completion' => ['completed' => false]];
        $unread = fn(string $reason): array => ['unread' => [['fact' => 'certificate', 'reason' => $reason]]];
        return [
            'nothing is missing' => [self::row(), [], []],
            'an empty phone' => [self::row([], ['phone' => ['empty', null]]), ['phone_missing'], []],
            'an empty number' => [self::row([], ['national_id' => ['empty', null]]), ['national_id_missing'], []],
            'a wrong number' => [self::row([], ['national_id' => ['invalid', null]]), ['national_id_invalid'], []],
            'a shared number' => [self::row(['national_id_duplicate' => true]), ['national_id_duplicate'], []],
            'fields that the site lacks' => [
                self::row(['national_id_duplicate' => null], ['national_id' => null, 'phone' => ['unknown', null]]),
                [],
                ['national_id_missing', 'phone_missing', 'national_id_invalid', 'national_id_duplicate'],
            ],
            'names in each other\'s letters' => [
                self::row([], ['name_ar' => ['present', 'Yousef Alenezi'], 'name_en' => ['present', 'يوسف العنزي']]),
                ['name_mismatch'],
                [],
            ],
            'a Latin title in an Arabic name' => [self::row([], ['name_ar' => ['present', 'د. أحمد (PhD)']]), [], []],
            'ended' => [self::row(['enrolment' => ['status' => 'ended']]), ['enrolment_ended'], []],
            'suspended' => [self::row(['enrolment' => ['status' => 'suspended']]), ['enrolment_suspended'], []],
            'not begun' => [self::row(['enrolment' => ['status' => 'not_started']]), ['enrolment_not_started'], []],
            'not enrolled, and so nothing else' => [
                self::row(['enrolment' => ['status' => 'not_enrolled'], 'completion' => null, 'attendance' => null] + $none),
                ['not_enrolled'],
                [],
            ],
            'inactive, nobody knows why' => [
                self::row(['enrolment' => ['status' => 'inactive']]),
                [],
                ['enrolment_ended', 'enrolment_suspended', 'enrolment_not_started'],
            ],
            'at the threshold' => [self::row(['attendance' => ['rate' => 0.75]]), [], []],
            'below it' => [self::row(['attendance' => ['rate' => 0.7499]]), ['attendance_below'], []],
            'before the first session' => [self::row(['attendance' => ['rate' => null]]), [], ['attendance_below']],
            'not completed' => [self::row($open), ['not_completed'], []],
            'not completed, in a running course' => [self::row($open + $none + ['courseended' => false]), [], []],
            'without an end date' => [self::row($open + ['courseended' => null]), ['not_completed'], []],
            'completed early, and no certificate' => [
                self::row($none + ['courseended' => false]), ['certificate_not_issued'], [],
            ],
            'no certificate' => [self::row($none), ['certificate_not_issued'], []],
            'none that could be read' => [self::row($none + $unread('failed')), [], ['certificate_not_issued']],
            'one, and another kind unread' => [self::row($unread('failed')), [], []],
            'nothing could be read' => [
                self::row($nothing + ['profile' => [], 'national_id_duplicate' => null]),
                [],
                [
                    'national_id_missing', 'name_ar_missing', 'name_en_missing', 'phone_missing', 'national_id_invalid',
                    'national_id_duplicate', 'enrolment_ended', 'enrolment_suspended', 'enrolment_not_started', 'not_enrolled',
                    'attendance_below', 'not_completed', 'certificate_not_issued',
                ],
            ],
            'the account alone' => [self::row($nothing + ['courseid' => 0]), [], []],
        ];
    }

    /**
     * Gaps are named where a fact shows them, and unknown is not missing.
     *
     * @dataProvider rows
     * @param array $row
     * @param string[] $gaps
     * @param string[] $unknown
     */
    public function test_gaps(array $row, array $gaps, array $unknown): void {
        $this->assertSame(['gaps' => $gaps, 'unknown' => $unknown], gaps::of($row, self::POLICY));
    }

    public function test_only_what_the_policy_asks_for_is_missed(): void {
        $row = self::row([], ['phone' => ['empty', null], 'name_en' => ['empty', null], 'national_id' => ['invalid', null]]);
        $found = gaps::of($row, ['required_fields' => ['name_en']] + self::POLICY);
        $this->assertSame(['gaps' => ['name_en_missing'], 'unknown' => []], $found);
    }

    public function test_without_a_policy_the_threshold_is_not_known(): void {
        $row = self::row(['attendance' => ['rate' => 0.1]], ['phone' => ['empty', null]]);
        $this->assertSame(['gaps' => ['phone_missing'], 'unknown' => ['attendance_below']], gaps::of($row, []));
        $this->assertSame(['attendance_below'], gaps::of($row, ['attendance_threshold' => 75])['unknown']);
    }
}
