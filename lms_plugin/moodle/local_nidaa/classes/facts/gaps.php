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
 * What stands between a person and the certificate, by name; pure.
 *
 * A gap is named only where a fact shows it. What could not be read is named as unknown, and what is neither is no gap:
 * while a course is running nobody has failed to complete it.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class gaps {
    /** @var string[] Fields that a certificate asks for where the policy is not known. */
    private const REQUIRED = ['national_id', 'name_ar', 'name_en', 'phone'];

    /** @var string[] Status of an enrolment => gap. */
    private const ENROLMENT = [
        'ended' => 'enrolment_ended',
        'suspended' => 'enrolment_suspended',
        'not_started' => 'enrolment_not_started',
        'not_enrolled' => 'not_enrolled',
    ];

    /** @var string[] Names of gaps found. */
    private array $found = [];

    /** @var string[] Names of gaps that could not be checked. */
    private array $unknown = [];

    /**
     * Names the gaps of one row.
     *
     * @param array $row of reader::facts()
     * @param array $thresholds of the policy: required_fields, attendance_threshold (0 to 1); what is absent is not known
     * @return array gaps and unknown, names of contract.md
     */
    public static function of(array $row, array $thresholds): array {
        $gaps = new self();
        $gaps->look_at_fields($row, (array) ($thresholds['required_fields'] ?? self::REQUIRED));
        if (!empty($row['courseid'])) {
            $gaps->look_at_enrolment($row['enrolment'] ?? null);
            if (($row['enrolment']['status'] ?? null) !== 'not_enrolled') { // That is the gap; the others follow from it.
                $gaps->look_at_attendance($row['attendance'] ?? null, $thresholds['attendance_threshold'] ?? null);
                $gaps->look_at_certificate($row);
            }
        }
        return ['gaps' => $gaps->found, 'unknown' => $gaps->unknown];
    }

    /**
     * Fields of the profile. Only the number and the phone of whom the policy asks for are missed.
     *
     * @param array $row
     * @param string[] $required
     */
    private function look_at_fields(array $row, array $required): void {
        $fields = array_column($row['profile'] ?? [], null, 'field');
        foreach (array_intersect(self::REQUIRED, $required) as $name) {
            $this->note("{$name}_missing", match ($fields[$name]['state'] ?? 'unknown') {
                'unknown' => null,
                'empty' => true,
                default => false,
            });
        }
        if (in_array('national_id', $required, true)) {
            $state = $fields['national_id']['state'] ?? 'unknown';
            $this->note('national_id_invalid', $state === 'unknown' ? null : $state === 'invalid');
            $this->note('national_id_duplicate', $row['national_id_duplicate'] ?? null);
        }
        $this->note('name_mismatch', self::swapped($fields['name_ar'] ?? [], $fields['name_en'] ?? []));
    }

    /**
     * Whether the Arabic name is in Latin letters or the English one in Arabic. Whether a name is the right one no script shows,
     * so this is never unknown.
     *
     * @param array $arabic
     * @param array $english
     * @return bool
     */
    private static function swapped(array $arabic, array $english): bool {
        $arabic = (string) ($arabic['value'] ?? '');
        $english = (string) ($english['value'] ?? '');
        return (preg_match('/\p{Latin}/u', $arabic) && !preg_match('/\p{Arabic}/u', $arabic))
            || (preg_match('/\p{Arabic}/u', $english) && !preg_match('/\p{Latin}/u', $english));
    }

    /**
     * The enrolment.
     *
     * @param array|null $enrolment
     */
    private function look_at_enrolment(?array $enrolment): void {
        $status = $enrolment['status'] ?? null;
        foreach (self::ENROLMENT as $bad => $gap) {
            // Of `inactive` all that is known is that there is an enrolment.
            $unknown = $status === null || ($status === 'inactive' && $bad !== 'not_enrolled');
            $this->note($gap, $unknown ? null : $status === $bad);
        }
    }

    /**
     * Attendance, where the policy says how much is needed.
     *
     * @param array|null $attendance
     * @param mixed $threshold
     */
    private function look_at_attendance(?array $attendance, mixed $threshold): void {
        $rate = $attendance['rate'] ?? null;
        $known = $rate !== null && is_numeric($threshold) && $threshold > 0 && $threshold <= 1;
        $this->note('attendance_below', $known ? $rate < $threshold : null);
    }

    /**
     * Completion and the certificate. A course without an end date is taken as one that is over.
     *
     * @param array $row
     */
    private function look_at_certificate(array $row): void {
        $over = ($row['courseended'] ?? null) !== false;
        $completed = $row['completion']['completed'] ?? null;
        if ($over) {
            $this->note('not_completed', $completed === null ? null : !$completed);
        }
        if ($over || $completed) {
            $issued = $row['certificates'] ?? null;
            // Another kind of certificate could not be read: it may be of that kind.
            $unread = array_intersect(array_column($row['unread'] ?? [], 'fact'), ['certificate', 'certificate.issued']);
            $this->note('certificate_not_issued', $issued ? false : ($issued === null || $unread ? null : true));
        }
    }

    /**
     * Puts a name where it belongs.
     *
     * @param string $gap
     * @param bool|null $there null when it could not be checked
     */
    private function note(string $gap, ?bool $there): void {
        if ($there === null) {
            $this->unknown[] = $gap;
        } else if ($there) {
            $this->found[] = $gap;
        }
    }
}
