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
 * The certificates that people have been issued: of mod_customcert, tool_certificate and mod_coursecertificate.
 *
 * "None" is only told of a course that issues some; one that has no certificate at all offers nothing to tell. A kind that
 * this site has not installed hides nothing; a kind that could not be read may hide the very one, and is said.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class certificates implements source {
    /** @var array Certificates by person and course. */
    private array $issued = [];

    /** @var bool[] Courses that issue certificates. */
    private array $issuing = [];

    #[\Override]
    public function sections(): array {
        return ['certificates' => 'certificate'];
    }

    #[\Override]
    public function fill(sheet $sheet): void {
        $kinds = array_filter(['customcert' => 'mod_customcert', 'tool' => 'tool_certificate'], [optional::class, 'installed']);
        $failed = [];
        if ($sheet->people && $sheet->courses) {
            foreach (array_keys($kinds) as $kind) {
                try {
                    $this->{"read_$kind"}(array_keys($sheet->people), array_keys($sheet->courses));
                } catch (\Throwable $error) {
                    debugging("local_nidaa could not read certificates of $kind: " . $error->getMessage(), DEBUG_DEVELOPER);
                    $failed[] = $kind;
                }
            }
        }
        foreach ($sheet->in_courses() as [$userid, $courseid]) {
            $issued = $this->issued[$userid][$courseid] ?? [];
            if ($failed) {
                $sheet->unread($userid, $courseid, 'certificate', 'failed');
            } else if (!$issued && empty($this->issuing[$courseid])) {
                $sheet->unread($userid, $courseid, 'certificate', $kinds ? 'not_offered' : 'function_missing');
                continue;
            }
            if (count($failed) < count($kinds)) {
                usort($issued, fn(array $one, array $other): int => $one['timecreated'] <=> $other['timecreated']);
                $sheet->put($userid, $courseid, 'certificates', $issued);
            }
        }
    }

    /**
     * The activity with its own certificates. A row appears when somebody opens the certificate, or its task has run.
     *
     * @param int[] $userids
     * @param int[] $courseids
     */
    private function read_customcert(array $userids, array $courseids): void {
        global $DB;
        [$people, $params] = $DB->get_in_or_equal($userids, SQL_PARAMS_NAMED, 'u');
        [$courses, $more] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED, 'c');
        $issuing = $DB->get_fieldset_sql("SELECT DISTINCT course FROM {customcert} WHERE course $courses", $more);
        $this->issuing += array_fill_keys($issuing, true);
        $sql = "SELECT i.id, i.userid, c.course, i.code, i.timecreated
                  FROM {customcert_issues} i
                  JOIN {customcert} c ON c.id = i.customcertid
                 WHERE i.userid $people AND c.course $courses";
        foreach ($DB->get_records_sql($sql, $params + $more) as $row) {
            $this->keep($row->userid, $row->course, 'customcert', $row->code, $row->timecreated);
        }
    }

    /**
     * The site's certificates, which the course certificate activity issues too.
     *
     * @param int[] $userids
     * @param int[] $courseids
     */
    private function read_tool(array $userids, array $courseids): void {
        global $DB;
        [$people, $params] = $DB->get_in_or_equal($userids, SQL_PARAMS_NAMED, 'u');
        [$courses, $more] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED, 'c');
        if (optional::installed('mod_coursecertificate')) {
            $sql = "SELECT DISTINCT course FROM {coursecertificate} WHERE course $courses";
            $this->issuing += array_fill_keys($DB->get_fieldset_sql($sql, $more), true);
        }
        $kept = optional::has('tool_certificate_issues', 'archived') ? 'AND archived = 0' : '';
        $sql = "SELECT id, userid, courseid, component, code, timecreated
                  FROM {tool_certificate_issues}
                 WHERE userid $people AND courseid $courses $kept";
        foreach ($DB->get_records_sql($sql, $params + $more) as $row) {
            $source = $row->component === 'mod_coursecertificate' ? 'coursecertificate' : 'tool_certificate';
            $this->keep($row->userid, $row->courseid, $source, $row->code, $row->timecreated);
        }
    }

    /**
     * Notes a certificate.
     *
     * @param int|string $userid
     * @param int|string $courseid
     * @param string $source
     * @param string|null $code
     * @param int|string $time
     */
    private function keep(int|string $userid, int|string $courseid, string $source, ?string $code, int|string $time): void {
        $this->issued[$userid][$courseid][] = ['source' => $source, 'code' => (string) $code, 'timecreated' => (int) $time];
    }
}
