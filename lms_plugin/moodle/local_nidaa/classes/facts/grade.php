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
 * The grade of a course, as Moodle shows it to the person whose grade it is.
 *
 * Whatever Moodle would keep from that person (a hidden total, a total over something hidden, grades that the course or a role
 * does not show) is `hidden` here, and its points stay in Moodle. A total that waits to be computed again is no grade yet: to
 * compute it is left to Moodle.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class grade implements source {
    /** @var string[] Settings of Moodle's user report, each with what is so without it. */
    private const SETTINGS = ['report_user_showtotalsifcontainhidden' => 0, 'report_user_showgrade' => 1];

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
        return ['grade' => 'grade'];
    }

    #[\Override]
    public function fill(sheet $sheet): void {
        global $CFG;
        require_once("$CFG->libdir/gradelib.php");
        $totals = $this->totals(array_keys($sheet->courses));
        $mine = $this->grades(array_keys($sheet->people), array_column($totals, 'id'));
        $settings = $this->settings(array_keys($sheet->courses));
        $veiled = $this->veiled(array_keys($sheet->people), array_keys($sheet->courses));
        $sight = new grade_sight(array_keys($sheet->people), array_keys($sheet->courses));
        foreach ($sheet->in_courses() as [$userid, $courseid]) {
            $total = $totals[$courseid] ?? null;
            if (!$total || !$this->membership->enrolments($userid, $courseid)) {
                $sheet->unread($userid, $courseid, 'grade', 'not_offered');
                continue;
            }
            $grade = $mine[$total->id][$userid] ?? null;
            $over = !empty($veiled[$courseid][0]) || !empty($veiled[$courseid][$userid]);
            $reports = $settings[$courseid];
            $whole = $reports['report_user_showtotalsifcontainhidden'] === GRADE_REPORT_SHOW_REAL_TOTAL_IF_CONTAINS_HIDDEN;
            $shown = $sheet->courses[$courseid]->showgrades && $reports['report_user_showgrade'] && ($whole || !$over)
                && !self::hides($total->hidden) && !self::hides($grade->hidden ?? 0) && $sight->of($userid, $courseid);
            $points = isset($grade->finalgrade) ? (float) $grade->finalgrade : null;
            $state = match (true) {
                !$shown => 'hidden',
                (bool) $total->needsupdate => 'recalculating',
                $points === null => 'ungraded',
                default => 'graded',
            };
            // As grade_grade::is_passed: where nothing is needed to pass nobody passes.
            $pass = $total->gradepass > 0 && $total->gradepass != $total->grademin ? (float) $total->gradepass : null;
            $sheet->put($userid, $courseid, 'grade', [
                'state' => $state,
                'points' => $state === 'graded' ? $points : null,
                'min' => (float) $total->grademin,
                'max' => (float) $total->grademax,
                'pass' => $pass,
            ]);
        }
    }

    /**
     * Whether Moodle's mark "hidden" hides now: 1 for always, a time for until then.
     *
     * @param int|string $hidden
     * @return bool
     */
    private static function hides(int|string $hidden): bool {
        return (int) $hidden === 1 || (int) $hidden > time();
    }

    /**
     * The totals of courses that have one in points.
     *
     * @param int[] $courseids
     * @return \stdClass[] by course
     */
    private function totals(array $courseids): array {
        global $DB;
        if (!$courseids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $where = "itemtype = 'course' AND gradetype = :points AND grademax > grademin AND courseid $in";
        $fields = 'courseid, id, grademin, grademax, gradepass, hidden, needsupdate';
        return $DB->get_records_select('grade_items', $where, $params + ['points' => GRADE_TYPE_VALUE], '', $fields);
    }

    /**
     * What people have in these totals.
     *
     * @param int[] $userids
     * @param int[] $itemids
     * @return array rows by item and person
     */
    private function grades(array $userids, array $itemids): array {
        global $DB;
        if (!$userids || !$itemids) {
            return [];
        }
        [$people, $params] = $DB->get_in_or_equal($userids);
        [$items, $more] = $DB->get_in_or_equal($itemids);
        $grades = [];
        $where = "userid $people AND itemid $items";
        $fields = 'id, userid, itemid, finalgrade, hidden';
        foreach ($DB->get_records_select('grade_grades', $where, array_merge($params, $more), '', $fields) as $row) {
            $grades[$row->itemid][$row->userid] = $row;
        }
        return $grades;
    }

    /**
     * Where something below the total is hidden: from everybody (key 0), or from single people.
     *
     * @param int[] $userids
     * @param int[] $courseids
     * @return array by course
     */
    private function veiled(array $userids, array $courseids): array {
        global $DB;
        if (!$userids || !$courseids) {
            return [];
        }
        $veiled = [];
        [$courses, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED, 'c');
        [$people, $more] = $DB->get_in_or_equal($userids, SQL_PARAMS_NAMED, 'u');
        $params['now'] = time();
        $where = "itemtype <> 'course' AND (hidden = 1 OR hidden > :now) AND courseid $courses";
        foreach ($DB->get_fieldset_select('grade_items', 'courseid', $where, $params) as $courseid) {
            $veiled[$courseid][0] = true;
        }
        $sql = "SELECT gg.id, gg.userid, gi.courseid
                  FROM {grade_grades} gg
                  JOIN {grade_items} gi ON gi.id = gg.itemid AND gi.itemtype <> 'course'
                 WHERE (gg.hidden = 1 OR gg.hidden > :now) AND gi.courseid $courses AND gg.userid $people";
        foreach ($DB->get_records_sql($sql, $params + $more) as $row) {
            $veiled[$row->courseid][$row->userid] = true;
        }
        return $veiled;
    }

    /**
     * What the courses show in the user report.
     *
     * @param int[] $courseids
     * @return array of int by course and setting
     */
    private function settings(array $courseids): array {
        global $CFG, $DB;
        $site = [];
        foreach (self::SETTINGS as $name => $usual) {
            $site[$name] = (int) ($CFG->{"grade_$name"} ?? $usual);
        }
        $settings = array_fill_keys($courseids, $site);
        if ($courseids) {
            [$courses, $params] = $DB->get_in_or_equal($courseids);
            [$names, $more] = $DB->get_in_or_equal(array_keys(self::SETTINGS));
            $where = "courseid $courses AND name $names";
            foreach ($DB->get_records_select('grade_settings', $where, array_merge($params, $more)) as $row) {
                $settings[$row->courseid][$row->name] = (int) $row->value;
            }
        }
        return $settings;
    }
}
