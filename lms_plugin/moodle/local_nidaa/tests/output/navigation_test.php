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

namespace local_nidaa\output;

use core\context\course as context_course;
use core\context\module as context_module;
use core\hook\manager;
use core_user\hook\extend_user_menu;
use local_nidaa\contact\forms;
use local_nidaa\fixtures\fake_sidecar;
use local_nidaa\outbox\breaker;
use local_nidaa\task\keep_copies;
use moodle_page;
use stdClass;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/../fixtures/fake_sidecar.php');

/**
 * Links to the sidecar's pages stand where Moodle's own do, for those who may open them.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\output\navigation
 * @covers     \local_nidaa\launch\links
 * @covers     \local_nidaa\task\keep_copies
 */
final class navigation_test extends \advanced_testcase {
    /** @var stdClass A course. */
    private stdClass $course;

    /** @var stdClass A live room. */
    private stdClass $room;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('url', 'http://127.0.0.1:1', 'local_nidaa');
        set_config('siteid', 'academy', 'local_nidaa');
        set_config('secret', 'whsec_dGhlIG5ldyBzZWNyZXQgb2YgdGhlIGFjYWRlbXkncyBzaXRlLCAyMDI2', 'local_nidaa');
        $this->course = $this->getDataGenerator()->create_course();
        $this->room = $this->getDataGenerator()->create_module('lti', ['course' => $this->course->id]);
    }

    /**
     * The pages that the sidecar has named, long ago: navigation never asks again.
     *
     * @param string ...$pages
     */
    private function has(string ...$pages): void {
        $kept = ['document' => ['categories' => [], 'pages' => $pages], 'etag' => '', 'asof' => 1, 'askagain' => 0];
        \core_cache\cache::make('local_nidaa', 'forms')->set('copy', $kept);
    }

    /**
     * Somebody of the course, who is the current user.
     *
     * @param string $role
     */
    private function enter(string $role): void {
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, $role));
    }

    /**
     * Our links in the second line of a page's navigation.
     *
     * @param int|null $cmid the course's own page unless told otherwise
     * @return string[] addresses by key
     */
    private function links(?int $cmid = null): array {
        global $PAGE;

        $PAGE = $page = new moodle_page();
        if ($cmid === null) {
            $page->set_course($this->course);
            $page->set_context(context_course::instance($this->course->id));
            $page->set_url('/course/view.php', ['id' => $this->course->id]);
        } else {
            $page->set_cm(get_fast_modinfo($this->course)->get_cm($cmid));
            $page->set_context(context_module::instance($cmid));
            $page->set_url('/mod/lti/view.php', ['id' => $cmid]);
        }
        $page->set_pagelayout('course');
        $page->secondarynav->initialise();
        $links = [];
        foreach ($page->secondarynav->children as $node) {
            if (str_starts_with((string) $node->key, 'local_nidaa_')) {
                $links[substr($node->key, 12)] = $node->action->out_as_local_url(false);
            }
        }
        return $links;
    }

    /**
     * Our links in the menu under one's name.
     *
     * @return string[] titles
     */
    private static function menu(): array {
        $hook = new extend_user_menu();
        \core\di::get(manager::class)->dispatch($hook);
        return array_column($hook->get_navitems(), 'title');
    }

    /**
     * What each role finds on the course's page and on the room's.
     *
     * @return array
     */
    public static function roles(): array {
        return [
            'student' => ['student', [], []],
            'room manager' => ['teacher', ['room', 'roster'], ['room']],
            'trainer' => ['editingteacher', ['questions', 'roster'], []],
        ];
    }

    /**
     * Links follow capabilities.
     *
     * @dataProvider roles
     * @param string $role
     * @param string[] $course
     * @param string[] $room
     */
    public function test_links_follow_capabilities(string $role, array $course, array $room): void {
        $this->has('room', 'questions', 'roster', 'mine', 'desk');
        $this->enter($role);
        $this->assertEqualsCanonicalizing($course, array_keys($this->links()));
        $this->assertSame($room, array_keys($this->links($this->room->cmid)));
        $this->assertSame([get_string('target_mine', 'local_nidaa')], self::menu());
    }

    public function test_a_link_leads_to_where_it_stands(): void {
        $this->has('room');
        $this->enter('teacher');
        $course = context_course::instance($this->course->id)->id;
        $room = context_module::instance($this->room->cmid)->id;
        $address = '/local/nidaa/launch.php?target=room&contextid=';
        $this->assertSame(['room' => $address . $course], $this->links());
        $this->assertSame(['room' => $address . $room], $this->links($this->room->cmid));
    }

    public function test_an_activity_that_is_no_live_room_has_no_board(): void {
        $this->has('room');
        $page = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id]);
        $this->enter('teacher');
        $this->assertSame([], $this->links($page->cmid));
    }

    public function test_nothing_leads_to_a_page_that_the_sidecar_lacks(): void {
        $this->enter('teacher');
        $this->assertSame([], $this->links());
        $this->assertSame([], self::menu());
        $this->has('questions', 'desk', 'made_up');
        $this->assertSame([], $this->links());
        $this->assertSame([], self::menu());
        $this->setAdminUser();
        $this->assertSame([get_string('target_desk', 'local_nidaa')], self::menu());
    }

    public function test_an_unfinished_set_up_links_nowhere(): void {
        $this->has('room', 'mine');
        set_config('secret', '', 'local_nidaa');
        $this->enter('teacher');
        $this->assertSame([], $this->links());
        $this->assertSame([], self::menu());
    }

    public function test_guests_have_no_reports_of_their_own(): void {
        $this->has('mine', 'desk');
        $this->setGuestUser();
        $this->assertSame([], self::menu());
    }

    public function test_cron_learns_which_pages_there_are(): void {
        $fake = new fake_sidecar();
        breaker::begin_request();
        $fake->answer(200, ['categories' => [], 'pages' => ['mine']]);
        $this->assertSame([], forms::known_pages());
        (new keep_copies())->execute();
        $this->assertSame(['mine'], forms::known_pages());
        $asked = count($fake->requests());
        $this->enter('student');
        $this->assertSame([get_string('target_mine', 'local_nidaa')], self::menu());
        $this->assertCount($asked, $fake->requests(), 'No page waits for the sidecar.');
        $fake->stop();
    }
}
