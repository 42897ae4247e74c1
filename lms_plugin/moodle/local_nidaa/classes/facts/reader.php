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

use local_nidaa\service\too_much;

/**
 * What Moodle knows of people in courses: the answer of local_nidaa_get_facts.
 *
 * Whoever asks has been allowed to before; nothing here looks at the current user. However many pairs there are, the number
 * of queries stays the same. A source that fails leaves its sections unread and the others as they are.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class reader {
    /** @var int Pairs that are read at once. */
    public const AT_MOST = 50;

    /** @var string[] Sections of a row, each with its family of facts. */
    private const SECTIONS = [
        'account' => 'account',
        'profile' => 'profile',
        'enrolment' => 'enrolment',
        'attendance' => 'attendance',
        'completion' => 'completion',
        'grade' => 'grade',
        'certificates' => 'certificate',
    ];

    /**
     * The facts about each pair, once.
     *
     * @param array $pairs of userid and courseid (0 for the account alone), at most 50
     * @param string $idkey with which national ids are hashed, in hex; empty: they are not
     * @return array rows as plugin_wire.py defines them, with `courseended` besides: true, false, or null without an end date
     */
    public static function facts(array $pairs, string $idkey = ''): array {
        if (count($pairs) > self::AT_MOST) {
            throw new too_much('at most ' . self::AT_MOST . ' pairs');
        }
        $sheet = new sheet($pairs);
        $membership = new membership($sheet->userids, $sheet->courseids);
        return self::read($sheet, [
            new account(),
            new profile($idkey),
            new enrolment($membership),
            new attendance($membership),
            new completion($membership),
            new grade($membership),
            new certificates(),
        ]);
    }

    /**
     * Fills a sheet from these sources.
     *
     * @param sheet $sheet
     * @param source[] $sources
     * @return array rows
     */
    public static function read(sheet $sheet, array $sources): array {
        try {
            self::load($sheet);
        } catch (\Throwable $error) {
            self::complain($error);
            $sheet->failed(self::SECTIONS);
            return $sheet->rows();
        }
        self::say_who_is_missing($sheet);
        foreach ($sources as $source) {
            try {
                $source->fill($sheet);
            } catch (\Throwable $error) {
                self::complain($error);
                $sheet->failed($source->sections());
            }
        }
        return $sheet->rows();
    }

    /**
     * The records of those people and courses that exist.
     *
     * @param sheet $sheet
     */
    private static function load(sheet $sheet): void {
        global $DB;
        if ($sheet->userids) {
            [$in, $params] = $DB->get_in_or_equal($sheet->userids);
            $fields = 'id, ' . implode(', ', array_merge(account::COLUMNS, profile::COLUMNS));
            $sheet->people = $DB->get_records_select('user', "id $in AND deleted = 0", $params, '', $fields);
        }
        if ($sheet->courseids) {
            [$in, $params] = $DB->get_in_or_equal($sheet->courseids);
            $fields = 'id, startdate, enddate, enablecompletion, showgrades';
            $sheet->courses = $DB->get_records_select('course', "id $in", $params, '', $fields);
        }
        foreach ($sheet->pairs() as [$userid, $courseid]) {
            $end = (int) ($sheet->courses[$courseid]->enddate ?? 0);
            $sheet->put($userid, $courseid, 'courseended', $end ? $end <= time() : null);
        }
    }

    /**
     * Nothing is known of a person or a course that is not there, which is neither a gap nor an empty value.
     *
     * @param sheet $sheet
     */
    private static function say_who_is_missing(sheet $sheet): void {
        foreach ($sheet->pairs() as [$userid, $courseid]) {
            if (!isset($sheet->people[$userid])) {
                $sheet->unread($userid, $courseid, 'profile', 'silently_empty');
            }
            if ($courseid && !isset($sheet->people[$userid], $sheet->courses[$courseid])) {
                foreach (['enrolment', 'attendance', 'completion', 'grade', 'certificate'] as $fact) {
                    $sheet->unread($userid, $courseid, $fact, 'silently_empty');
                }
            }
        }
    }

    /**
     * Leaves a trace for the administrator: the sidecar is only told that it failed.
     *
     * @param \Throwable $error
     */
    private static function complain(\Throwable $error): void {
        debugging('local_nidaa could not read facts: ' . $error->getMessage(), DEBUG_DEVELOPER, $error->getTrace());
    }
}
