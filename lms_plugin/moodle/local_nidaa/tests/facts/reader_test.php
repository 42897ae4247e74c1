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
 * What is told of people in courses.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\facts\reader
 * @covers     \local_nidaa\facts\sheet
 * @covers     \local_nidaa\facts\account
 */
final class reader_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    /**
     * The row of one pair.
     *
     * @param int|string $userid
     * @param int|string $courseid
     * @return array
     */
    private function row(int|string $userid, int|string $courseid = 0): array {
        return reader::facts([['userid' => $userid, 'courseid' => $courseid]])[0];
    }

    /**
     * What is unread in a row.
     *
     * @param array $row
     * @return array
     */
    private static function unread(array $row): array {
        return array_column($row['unread'], 'reason', 'fact');
    }

    public function test_every_pair_is_answered_once(): void {
        $user = $this->getDataGenerator()->create_user();
        $course = $this->getDataGenerator()->create_course();
        $pairs = [[$user->id, $course->id], [$user->id, 0], [999999, $course->id], [$user->id, 999999], [$user->id, 0]];
        $rows = reader::facts(array_map(fn($pair) => ['userid' => $pair[0], 'courseid' => $pair[1]], $pairs));
        $told = array_map(fn($row) => [$row['userid'], $row['courseid']], $rows);
        $this->assertEquals(array_slice($pairs, 0, 4), $told);
        $this->assertSame([], reader::facts([]));
    }

    public function test_more_than_fifty_pairs_are_refused(): void {
        $pairs = array_map(fn($id) => ['userid' => $id, 'courseid' => 0], range(1, 51));
        $this->expectException(\local_nidaa\service\too_much::class);
        reader::facts($pairs);
    }

    public function test_nobody_and_nowhere_are_not_known_and_no_gap(): void {
        $user = $this->getDataGenerator()->create_user();
        $course = $this->getDataGenerator()->create_course();
        $deleted = $this->getDataGenerator()->create_user();
        delete_user($deleted);
        foreach ([999999, $deleted->id] as $userid) {
            $nobody = $this->row($userid, $course->id);
            $this->assertFalse($nobody['account']['exists']);
            $this->assertNull($nobody['account']['suspended']);
            $this->assertSame([], $nobody['profile']);
            $this->assertNull($nobody['enrolment']);
            $this->assertSame('silently_empty', self::unread($nobody)['enrolment']);
            $this->assertSame('silently_empty', self::unread($nobody)['account.last_login']);
        }
        $nowhere = $this->row($user->id, 999999);
        $this->assertTrue($nowhere['account']['exists']);
        $this->assertNull($nowhere['enrolment']);
        $this->assertSame('silently_empty', self::unread($nowhere)['certificate']);
    }

    public function test_the_account_alone_says_nothing_of_courses(): void {
        $row = $this->row($this->getDataGenerator()->create_user(['lang' => 'en', 'suspended' => 1, 'confirmed' => 0])->id);
        $this->assertTrue($row['account']['suspended']);
        $this->assertFalse($row['account']['confirmed']);
        $this->assertSame('manual', $row['account']['auth']);
        $this->assertSame('en', $row['account']['lang']);
        foreach (['enrolment', 'attendance', 'completion', 'grade', 'certificates'] as $section) {
            $this->assertNull($row[$section]);
        }
        $this->assertArrayNotHasKey('enrolment', self::unread($row));
    }

    public function test_the_last_login_is_the_last_of_those_that_moodle_remembers(): void {
        global $DB;
        $user = $this->getDataGenerator()->create_user();
        $this->assertSame(0, $this->row($user->id)['account']['lastlogin']);
        $DB->update_record('user', ['id' => $user->id, 'lastaccess' => 1000]);
        $this->assertSame(1000, $this->row($user->id)['account']['lastlogin']);
        $DB->update_record('user', ['id' => $user->id, 'currentlogin' => 500]);
        $this->assertSame(500, $this->row($user->id)['account']['lastlogin']);
    }

    public function test_locked_out_as_moodle_has_it(): void {
        global $CFG;
        require_once("$CFG->libdir/authlib.php");
        $user = $this->getDataGenerator()->create_user();
        $locked = function () use ($user): bool {
            $told = $this->row($user->id)['account']['lockedout'];
            // Moodle's own answer comes second: it opens what has run out.
            $this->assertSame(login_is_lockedout(\core_user::get_user($user->id)), $told);
            return $told;
        };
        set_user_preference('login_lockout', time() - 100, $user->id);
        $this->assertFalse($locked()); // Locking out is disabled.
        set_config('lockoutthreshold', 3);
        set_config('lockoutduration', 1800);
        $this->assertTrue($locked());
        set_user_preference('login_lockout_ignored', 1, $user->id);
        $this->assertFalse($locked());
        unset_user_preference('login_lockout_ignored', $user->id);
        set_user_preference('login_lockout', time() - 1801, $user->id);
        $this->assertFalse($locked());
        set_config('lockoutduration', 0);
        set_user_preference('login_lockout', time() - 10000, $user->id);
        $this->assertTrue($locked());
    }

    public function test_bouncing_mail_as_moodle_has_it(): void {
        global $CFG;
        $user = $this->getDataGenerator()->create_user();
        set_user_preference('email_bounce_count', 12, $user->id);
        set_user_preference('email_send_count', 20, $user->id);
        $CFG->handlebounces = 0;
        $row = $this->row($user->id);
        $this->assertNull($row['account']['emailbouncing']); // Nobody counts.
        $this->assertSame('not_offered', self::unread($row)['account.email_bouncing']);
        $CFG->handlebounces = 1;
        $CFG->minbounces = 10;
        $CFG->bounceratio = 0.2;
        $this->assertTrue($this->row($user->id)['account']['emailbouncing']);
        $this->assertTrue(over_bounce_threshold($user));
        set_user_preference('email_send_count', 100, $user->id);
        $this->assertFalse($this->row($user->id)['account']['emailbouncing']);
        $this->assertFalse(over_bounce_threshold($user));
    }

    public function test_a_source_that_fails_does_not_sink_the_others(): void {
        $course = $this->getDataGenerator()->create_course();
        $user = $this->getDataGenerator()->create_and_enrol($course);
        $broken = new class implements source {
            #[\Override]
            public function sections(): array {
                return ['attendance' => 'attendance', 'profile' => 'profile'];
            }

            #[\Override]
            public function fill(sheet $sheet): void {
                foreach ($sheet->pairs() as [$userid, $courseid]) {
                    $sheet->put($userid, $courseid, 'profile', [['half' => 'a value']]);
                }
                throw new \dml_read_exception('gone');
            }
        };
        $sheet = new sheet([['userid' => $user->id, 'courseid' => $course->id], ['userid' => $user->id, 'courseid' => 0]]);
        $membership = new membership($sheet->userids, $sheet->courseids);
        [$row, $alone] = reader::read($sheet, [new account(), $broken, new enrolment($membership)]);
        $this->assertDebuggingCalled();
        $this->assertSame('active', $row['enrolment']['status']);
        $this->assertTrue($row['account']['exists']);
        $this->assertNull($row['attendance']);
        $this->assertSame([], $row['profile']); // Not half of it.
        $this->assertSame('failed', self::unread($row)['attendance']);
        $this->assertArrayNotHasKey('attendance', self::unread($alone));
    }

    public function test_when_nothing_can_be_read_everything_is_said_to_have_failed(): void {
        global $DB;
        $course = $this->getDataGenerator()->create_course();
        $real = $DB;
        $DB = $this->createStub(\moodle_database::class);
        $DB->method('get_in_or_equal')->willThrowException(new \dml_connection_exception('down'));
        $row = reader::read(new sheet([['userid' => 2, 'courseid' => $course->id]]), [new account()])[0];
        $DB = $real;
        $this->assertDebuggingCalled();
        $this->assertNull($row['account']);
        $families = ['account', 'profile', 'enrolment', 'attendance', 'completion', 'grade', 'certificate'];
        $this->assertEquals(array_fill_keys($families, 'failed'), self::unread($row));
    }

    public function test_the_number_of_queries_does_not_depend_on_how_many_pairs(): void {
        global $CFG, $DB;
        require_once("$CFG->libdir/gradelib.php");
        require_once("$CFG->dirroot/grade/querylib.php");
        $generator = $this->getDataGenerator();
        $own = $generator->get_plugin_generator('local_nidaa');
        $pairs = [];
        for ($course = 0; $course < 10; $course++) {
            $in = $generator->create_course(['enablecompletion' => 1]);
            for ($person = 0; $person < 5; $person++) {
                $user = $generator->create_and_enrol($in);
                grade_get_course_grade($user->id, $in->id);
                $own->create_profile_field('national_id', [$user->id => '1000000008']);
                $pairs[] = ['userid' => $user->id, 'courseid' => $in->id];
            }
            if (optional::installed('mod_attendance')) {
                $list = $generator->create_module('attendance', ['course' => $in->id]);
                $session = $own->create_attendance_session(['attendanceid' => $list->id, 'sessdate' => time() - HOURSECS]);
                $own->create_attendance_mark($session, $user->id, 'P');
            }
            if (optional::installed('mod_customcert')) {
                $generator->create_module('customcert', ['course' => $in->id]);
            }
        }
        $count = function (array $pairs) use ($DB): int {
            $before = $DB->perf_get_queries();
            $this->assertCount(count($pairs), reader::facts($pairs));
            return $DB->perf_get_queries() - $before;
        };
        $count($pairs); // What Moodle caches is cached now.
        $one = $count([end($pairs)]);
        $this->assertSame($one, $count($pairs));
        $this->assertLessThanOrEqual(30, $one);
    }
}
