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

namespace local_nidaa\external;

use core_external\external_api;
use local_nidaa\fixtures\classroom;
use local_nidaa\outbox\breaker;
use local_nidaa\wire\report_id;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../fixtures/fake_sidecar.php');
require_once(__DIR__ . '/../fixtures/classroom.php');

/**
 * What a room knows already.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\external\get_known
 * @covers     \local_nidaa\course\known
 * @covers     \local_nidaa\wire\known
 */
final class get_known_test extends \advanced_testcase {
    /** @var array What the sidecar says of the room. */
    private const KNOWN = [
        'symptom' => 'no_sound', 'since' => '2026-11-22T13:55:11+00:00', 'people' => null, 'declared' => true,
    ];

    /** @var classroom */
    private classroom $class;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->class = new classroom($this->getDataGenerator());
        $this->class->fake->answer(200, ['known' => [self::KNOWN]], ['ETag' => '"one"']);
    }

    #[\Override]
    protected function tearDown(): void {
        $this->class->fake->stop();
        parent::tearDown();
    }

    /**
     * One AJAX call of somebody's.
     *
     * @param string $who
     * @param int|null $room the class's own unless told otherwise
     * @return array data, or error with the exception's errorcode
     */
    private function ask(string $who, ?int $room = null): array {
        $this->setUser($this->class->people[$who]);
        $_POST['sesskey'] = sesskey();
        breaker::begin_request();
        $asked = ['contextid' => $this->class->course_context(), 'room' => $room ?? (int) $this->class->room->cmid];
        $answer = external_api::call_external_function('local_nidaa_get_known', $asked, true);
        return $answer['error'] ? ['error' => $answer['exception']->errorcode] : $answer['data'];
    }

    /**
     * Lets what is kept grow old.
     */
    private function let_pass(): void {
        $cache = \core_cache\cache::make('local_nidaa', 'known');
        $key = $this->class->room->cmid . '_0';
        $cache->set($key, ['until' => 0] + $cache->get($key));
    }

    public function test_the_sidecar_is_asked_once_for_a_whole_class(): void {
        $this->assertSame([self::KNOWN], $this->ask('trainee'));
        $this->assertSame([self::KNOWN], $this->ask('other'));
        $this->assertCount(1, $this->class->fake->requests());
        $asked = $this->class->fake->requests()[0];
        $query = "course={$this->class->course->id}&activity={$this->class->room->cmid}";
        $this->assertSame(['GET', "/v1/known?$query"], [$asked->method, $asked->path]);
        $this->assertSame($asked->headers['webhook-id'], report_id::canonical($asked->headers['webhook-id']));
    }

    public function test_after_ten_seconds_it_is_asked_whether_that_changed(): void {
        $this->ask('trainee');
        $this->let_pass();
        $this->class->fake->answer(304);
        $this->assertSame([self::KNOWN], $this->ask('trainee'));
        $this->assertSame('"one"', $this->class->fake->requests()[1]->headers['if-none-match']);
        $this->let_pass();
        $this->class->fake->answer(200, ['known' => []]);
        $this->assertSame([], $this->ask('trainee'));
    }

    public function test_the_group_is_the_persons_own(): void {
        $generator = $this->getDataGenerator();
        $course = $this->class->course;
        $group = $generator->create_group(['courseid' => $course->id]);
        $generator->create_group_member(['groupid' => $group->id, 'userid' => $this->class->people['trainee']->id]);
        set_coursemodule_groupmode($this->class->room->cmid, SEPARATEGROUPS);
        rebuild_course_cache($course->id, true);
        $this->ask('trainee');
        $this->ask('other');
        $paths = array_column($this->class->fake->requests(), 'path');
        $this->assertStringEndsWith("&group={$group->id}", $paths[0]);
        $this->assertStringNotContainsString('group', $paths[1]);
    }

    /**
     * What a sidecar in trouble, or a stranger in its place, may answer.
     *
     * @return array
     */
    public static function troubles(): array {
        return [
            'trouble' => [500, ''], 'an older sidecar' => [404, '{}'], 'a portal' => [200, '<html>'], 'a list' => [200, '[]'],
            'nonsense' => [200, '{"known":[7,{"symptom":"no_sound"},{"symptom":"<b>","since":"2026-11-22T13:55:11Z"}]}'],
        ];
    }

    /**
     * What cannot be asked is not known; what was known before may be solved by now.
     *
     * @dataProvider troubles
     * @param int $status
     * @param string $body
     */
    public function test_in_trouble_nothing_is_known(int $status, string $body): void {
        $this->ask('trainee');
        $this->let_pass();
        $this->class->fake->answer($status, $body);
        $this->assertSame([], $this->ask('trainee'));
        $this->ask('trainee');
        $this->assertCount(2, $this->class->fake->requests(), 'Nobody asks again for ten seconds.');
    }

    public function test_while_the_sidecar_is_away_nothing_is_known(): void {
        $this->class->fake->stop();
        $this->assertSame([], $this->ask('trainee'));
    }

    public function test_who_may_not_report_there_is_told_nothing(): void {
        $this->assertArrayHasKey('error', $this->ask('stranger'));
        $elsewhere = $this->getDataGenerator()->create_course();
        $room = $this->getDataGenerator()->create_module('lti', ['course' => $elsewhere->id]);
        $this->assertSame(['error' => 'nidaa_notallowed'], $this->ask('trainee', (int) $room->cmid));
        $this->assertSame([], $this->class->fake->requests());
    }
}
