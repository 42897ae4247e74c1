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
 * Completion, and the certificates that people have been issued.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\facts\certificates
 * @covers     \local_nidaa\facts\completion
 */
final class certificates_test extends \advanced_testcase {
    /** @var stdClass */
    private stdClass $course;

    /** @var stdClass */
    private stdClass $user;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('enablecompletion', 1);
        $this->course = $this->getDataGenerator()->create_course(['enablecompletion' => 1]);
        $this->user = $this->getDataGenerator()->create_and_enrol($this->course);
    }

    /**
     * A section of the user's row, and why it or its fact is not known.
     *
     * @param string $section
     * @param string $fact
     * @param int|string|null $userid
     * @return array
     */
    private function told(string $section, string $fact, int|string|null $userid = null): array {
        $row = reader::facts([['userid' => $userid ?? $this->user->id, 'courseid' => $this->course->id]])[0];
        return [$row[$section], array_column($row['unread'], 'reason', 'fact')[$fact] ?? null];
    }

    /**
     * Skips where a plugin is missing.
     *
     * @param string ...$components
     */
    private function need(string ...$components): void {
        foreach ($components as $component) {
            if (!get_config($component, 'version')) {
                $this->markTestSkipped("$component is not installed");
            }
        }
    }

    /**
     * Issues a certificate of mod_customcert.
     *
     * @return stdClass the activity
     */
    private function customcert(): stdClass {
        global $DB;
        $activity = $this->getDataGenerator()->create_module('customcert', ['course' => $this->course->id]);
        $DB->insert_record('customcert_issues', [
            'userid' => $this->user->id, 'customcertid' => $activity->id, 'code' => 'Fq2IzoxAWF', 'timecreated' => 2000,
        ]);
        return $activity;
    }

    /**
     * Issues a certificate of tool_certificate.
     *
     * @param string $component
     * @param array $more
     */
    private function issue(string $component, array $more = []): void {
        global $DB;
        $DB->insert_record('tool_certificate_issues', $more + [
            'userid' => $this->user->id, 'templateid' => 1, 'code' => random_string(10), 'timecreated' => 1000,
            'component' => $component, 'courseid' => $this->course->id, 'data' => '{}',
        ]);
    }

    public function test_certificates_of_every_kind_in_the_order_of_time(): void {
        $this->need('mod_customcert', 'tool_certificate');
        $this->customcert();
        $this->issue('mod_coursecertificate', ['code' => '1A', 'timecreated' => 3000]);
        $this->issue('tool_certificate', ['code' => '1B', 'timecreated' => 1000]);
        $this->issue('tool_certificate', ['courseid' => null]); // Of no course.
        $this->issue('mod_coursecertificate', ['archived' => 1]); // Of an earlier run of the course.
        $this->assertSame([[
            ['source' => 'tool_certificate', 'code' => '1B', 'timecreated' => 1000],
            ['source' => 'customcert', 'code' => 'Fq2IzoxAWF', 'timecreated' => 2000],
            ['source' => 'coursecertificate', 'code' => '1A', 'timecreated' => 3000],
        ], null], $this->told('certificates', 'certificate'));
    }

    public function test_none_is_told_only_of_a_course_that_issues_some(): void {
        $this->need('mod_customcert');
        $other = $this->getDataGenerator()->create_and_enrol($this->course)->id;
        $this->assertSame([null, 'not_offered'], $this->told('certificates', 'certificate', $other));
        $this->customcert();
        $this->assertSame([[], null], $this->told('certificates', 'certificate', $other));
    }

    public function test_a_kind_that_is_not_installed_hides_nothing(): void {
        $this->need('mod_customcert', 'tool_certificate');
        $this->customcert();
        unset_config('version', 'tool_certificate');
        $other = $this->getDataGenerator()->create_and_enrol($this->course)->id;
        $this->assertSame([[], null], $this->told('certificates', 'certificate', $other));
        unset_config('version', 'mod_customcert');
        $this->assertSame([null, 'function_missing'], $this->told('certificates', 'certificate'));
    }

    public function test_a_kind_that_cannot_be_read_is_said_and_the_others_told(): void {
        global $DB;
        $this->need('mod_customcert', 'tool_certificate');
        $this->customcert();
        $sheet = new sheet([['userid' => $this->user->id, 'courseid' => $this->course->id]]);
        $real = $DB;
        $DB = new class ($real) {
            /**
             * A database of which one table is out of order.
             *
             * @param \moodle_database $real
             */
            public function __construct(
                /** @var \moodle_database The real one. */
                private readonly \moodle_database $real
            ) {
            }

            /**
             * Passes everything on but that.
             *
             * @param string $name
             * @param array $arguments
             * @return mixed
             */
            public function __call(string $name, array $arguments): mixed {
                if (str_contains(json_encode($arguments), 'tool_certificate_issues')) {
                    throw new \dml_read_exception('table is out of order');
                }
                return $this->real->$name(...$arguments);
            }
        };
        $row = reader::read($sheet, [new certificates()])[0];
        $DB = $real;
        $this->assertDebuggingCalled();
        $this->assertSame(['customcert'], array_column($row['certificates'], 'source'));
        $this->assertSame([['fact' => 'certificate', 'reason' => 'failed']], $row['unread']);
    }

    public function test_completion(): void {
        global $DB;
        $told = fn(?int $userid = null): array => $this->told('completion', 'completion', $userid);
        $this->assertSame([null, 'not_offered'], $told()); // The course asks for nothing.
        $DB->insert_record('course_completion_criteria', ['course' => $this->course->id, 'criteriatype' => 1]);
        $this->assertSame([['completed' => false, 'timecompleted' => 0], null], $told());
        $stranger = (int) $this->getDataGenerator()->create_user()->id;
        $this->assertSame([null, 'not_offered'], $told($stranger));
        foreach ([$this->user->id, $stranger] as $userid) {
            $DB->insert_record('course_completions', ['userid' => $userid, 'course' => $this->course->id, 'timecompleted' => 5000]);
        }
        $this->assertSame([['completed' => true, 'timecompleted' => 5000], null], $told());
        $this->assertSame([['completed' => true, 'timecompleted' => 5000], null], $told($stranger));
        set_config('enablecompletion', 0);
        $this->assertSame([null, 'not_offered'], $told());
    }

    public function test_whether_the_course_is_over_is_told_besides(): void {
        global $DB;
        foreach ([[0, null], [time() + DAYSECS, false], [time() - DAYSECS, true]] as [$end, $ended]) {
            $DB->set_field('course', 'enddate', $end, ['id' => $this->course->id]);
            $this->assertSame($ended, $this->told('courseended', '')[0]);
        }
    }
}
