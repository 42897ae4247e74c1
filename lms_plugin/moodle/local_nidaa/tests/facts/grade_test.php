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

use grade_item;
use stdClass;

/**
 * The grade of a course, as its person sees it.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\facts\grade
 * @covers     \local_nidaa\facts\grade_sight
 */
final class grade_test extends \advanced_testcase {
    /** @var stdClass */
    private stdClass $course;

    /** @var stdClass */
    private stdClass $user;

    /** @var grade_item What the total is made of. */
    private grade_item $item;

    #[\Override]
    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        $this->resetAfterTest();
        require_once("$CFG->libdir/gradelib.php");
        $this->course = $this->getDataGenerator()->create_course();
        $this->user = $this->getDataGenerator()->create_and_enrol($this->course);
        $this->item = new grade_item($this->getDataGenerator()->create_grade_item(['courseid' => $this->course->id]), false);
    }

    /**
     * The section of the user's row, and why it is not known.
     *
     * @param int|string|null $userid
     * @return array
     */
    private function told(int|string|null $userid = null): array {
        $row = reader::facts([['userid' => $userid ?? $this->user->id, 'courseid' => $this->course->id]])[0];
        return [$row['grade'], array_column($row['unread'], 'reason', 'fact')['grade'] ?? null];
    }

    /**
     * How the grade stands.
     *
     * @return string
     */
    private function state(): string {
        [$grade, $why] = $this->told();
        $this->assertNull($why);
        $this->assertSame($grade['state'] === 'graded', $grade['points'] !== null);
        return $grade['state'];
    }

    /**
     * Grades the user.
     *
     * @param float $points
     */
    private function grade(float $points): void {
        grade_item::fetch(['id' => $this->item->id])->update_final_grade($this->user->id, $points);
        grade_regrade_final_grades($this->course->id);
    }

    /**
     * The course's total.
     *
     * @return grade_item
     */
    private function total(): grade_item {
        return grade_item::fetch_course_item($this->course->id);
    }

    public function test_the_total_with_what_is_needed(): void {
        grade_regrade_final_grades($this->course->id);
        $this->assertSame('ungraded', $this->state());
        $total = $this->total();
        $total->gradepass = 60;
        $total->update();
        $this->grade(78);
        [$grade, $why] = $this->told();
        $this->assertNull($why);
        $this->assertSame(['state' => 'graded', 'points' => 78.0, 'min' => 0.0, 'max' => 100.0, 'pass' => 60.0], $grade);
        $total = $this->total();
        $total->gradepass = 0;
        $total->update();
        grade_regrade_final_grades($this->course->id);
        $this->assertNull($this->told()[0]['pass']);
    }

    public function test_nothing_is_told_where_there_is_none(): void {
        $this->grade(78);
        $stranger = $this->getDataGenerator()->create_user();
        $this->assertSame([null, 'not_offered'], $this->told($stranger->id));
        $this->assertSame([null, 'silently_empty'], $this->told(999999));
        $total = $this->total();
        $total->gradetype = GRADE_TYPE_NONE;
        $total->update();
        $this->assertSame([null, 'not_offered'], $this->told());
    }

    public function test_a_total_to_be_computed_again_is_no_grade(): void {
        $this->grade(78);
        $this->total()->force_regrading();
        $this->assertSame('recalculating', $this->state());
    }

    public function test_what_moodle_hides_stays_in_moodle(): void {
        global $CFG, $DB;
        $this->grade(78);
        $this->assertSame('graded', $this->state());
        $marks = [[1, 'hidden'], [time() + HOURSECS, 'hidden'], [time() - HOURSECS, 'graded'], [0, 'graded']];
        foreach ($marks as [$mark, $state]) {
            $DB->set_field('grade_items', 'hidden', $mark, ['id' => $this->total()->id]);
            $this->assertSame($state, $this->state());
        }
        $own = ['userid' => $this->user->id, 'itemid' => $this->total()->id];
        $DB->set_field('grade_grades', 'hidden', 1, $own);
        $this->assertSame('hidden', $this->state());
        $DB->set_field('grade_grades', 'hidden', 0, $own);

        // A total over something hidden would give it away.
        $below = ['grade_items' => ['id' => $this->item->id], 'grade_grades' => ['itemid' => $this->item->id]];
        foreach ($below as $table => $where) {
            $DB->set_field($table, 'hidden', 1, $where);
            $this->assertSame('hidden', $this->state());
            grade_set_setting($this->course->id, 'report_user_showtotalsifcontainhidden', 1); // A total of another number.
            $this->assertSame('hidden', $this->state());
            grade_set_setting($this->course->id, 'report_user_showtotalsifcontainhidden', 2);
            $this->assertSame('graded', $this->state());
            grade_set_setting($this->course->id, 'report_user_showtotalsifcontainhidden', null);
            $CFG->grade_report_user_showtotalsifcontainhidden = 2;
            $this->assertSame('graded', $this->state());
            $CFG->grade_report_user_showtotalsifcontainhidden = 0;
            $DB->set_field($table, 'hidden', 0, $where);
        }

        grade_set_setting($this->course->id, 'report_user_showgrade', 0);
        $this->assertSame('hidden', $this->state());
        grade_set_setting($this->course->id, 'report_user_showgrade', 1);
        $this->assertSame('graded', $this->state());
        $DB->set_field('course', 'showgrades', 0, ['id' => $this->course->id]);
        $this->assertSame('hidden', $this->state());
    }

    public function test_another_persons_hidden_grade_hides_nothing(): void {
        global $DB;
        $this->grade(78);
        $other = $this->getDataGenerator()->create_and_enrol($this->course);
        grade_item::fetch(['id' => $this->item->id])->update_final_grade($other->id, 50);
        grade_regrade_final_grades($this->course->id);
        $DB->set_field('grade_grades', 'hidden', 1, ['userid' => $other->id]);
        $this->assertSame('graded', $this->state());
        $this->assertSame('hidden', $this->told($other->id)[0]['state']);
    }

    public function test_roles_count_as_moodle_counts_them(): void {
        global $DB;
        $this->grade(78);
        $course = \core\context\course::instance($this->course->id);
        $category = $course->get_parent_context();
        $site = \core\context\system::instance();
        $student = (int) $DB->get_field('role', 'id', ['shortname' => 'student']);
        $more = $this->getDataGenerator()->create_role();
        $same = function (bool $shown) use ($course): void {
            accesslib_clear_all_caches_for_unit_testing();
            $moodle = has_capability('moodle/grade:view', $course, $this->user->id)
                && has_capability('gradereport/user:view', $course, $this->user->id);
            $this->assertSame($shown, $moodle);
            $this->assertSame($shown ? 'graded' : 'hidden', $this->state());
        };
        $same(true);
        assign_capability('moodle/grade:view', CAP_PREVENT, $student, $category->id, true);
        $same(false);
        assign_capability('moodle/grade:view', CAP_ALLOW, $student, $course->id, true); // The nearest counts.
        $same(true);
        assign_capability('moodle/grade:view', CAP_PROHIBIT, $more, $site->id, true);
        $same(true); // A role that the person does not have.
        role_assign($more, $this->user->id, $category->id);
        $same(false); // A prohibition in any role.
        assign_capability('moodle/grade:view', CAP_PREVENT, $more, $site->id, true);
        $same(true); // One role allows.
        assign_capability('gradereport/user:view', CAP_PREVENT, $student, $course->id, true);
        $same(false); // Both are needed.
        assign_capability('gradereport/user:view', CAP_ALLOW, $more, $site->id, true);
        $same(true);
    }
}
