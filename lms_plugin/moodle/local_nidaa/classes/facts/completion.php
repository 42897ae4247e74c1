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
 * Whether a person has done what a course asks for.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class completion implements source {
    /**
     * Reads memberships that others may have read already.
     *
     * @param membership $membership
     */
    public function __construct(
        /** @var membership Enrolments. */
        private readonly membership $membership
    ) {
    }

    #[\Override]
    public function sections(): array {
        return ['completion' => 'completion'];
    }

    #[\Override]
    public function fill(sheet $sheet): void {
        $asking = $this->asking($sheet);
        $completed = $this->completed(array_keys($sheet->people), $asking);
        foreach ($sheet->in_courses() as [$userid, $courseid]) {
            $time = $completed[$userid][$courseid] ?? 0;
            // Without criteria nobody completes a course, and of somebody who is not enrolled Moodle does not keep account.
            $kept = in_array($courseid, $asking, true) && ($time || $this->membership->enrolments($userid, $courseid));
            if ($kept) {
                $sheet->put($userid, $courseid, 'completion', ['completed' => $time > 0, 'timecompleted' => $time]);
            } else {
                $sheet->unread($userid, $courseid, 'completion', 'not_offered');
            }
        }
    }

    /**
     * The courses that ask for something.
     *
     * @param sheet $sheet
     * @return int[]
     */
    private function asking(sheet $sheet): array {
        global $CFG, $DB;
        $enabled = array_keys(array_filter($sheet->courses, fn($course): bool => (bool) $course->enablecompletion));
        if (empty($CFG->enablecompletion) || !$enabled) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($enabled);
        $sql = "SELECT DISTINCT course FROM {course_completion_criteria} WHERE course $in";
        return array_map('intval', $DB->get_fieldset_sql($sql, $params));
    }

    /**
     * When people completed them.
     *
     * @param int[] $userids
     * @param int[] $courseids
     * @return array
     */
    private function completed(array $userids, array $courseids): array {
        global $DB;
        if (!$userids || !$courseids) {
            return [];
        }
        [$people, $params] = $DB->get_in_or_equal($userids);
        [$courses, $more] = $DB->get_in_or_equal($courseids);
        $completed = [];
        $where = "userid $people AND course $courses AND timecompleted > 0";
        $fields = 'id, userid, course, timecompleted';
        foreach ($DB->get_records_select('course_completions', $where, array_merge($params, $more), '', $fields) as $row) {
            $completed[$row->userid][$row->course] = (int) $row->timecompleted;
        }
        return $completed;
    }
}
