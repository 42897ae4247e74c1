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
use core\context\system as context_system;
use core\hook\output\before_footer_html_generation;
use local_nidaa\hook_callbacks;
use moodle_page;
use stdClass;

/**
 * The button where teaching happens, and nowhere else.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\output\launcher
 * @covers     \local_nidaa\hook_callbacks
 * @covers     \local_nidaa\setup
 */
final class launcher_test extends \advanced_testcase {
    /** @var stdClass A course. */
    private stdClass $course;

    /** @var stdClass A live room. */
    private stdClass $room;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('url', 'https://nidaa.example', 'local_nidaa');
        set_config('siteid', 'academy', 'local_nidaa');
        set_config('secret', 'whsec_dGhlIG5ldyBzZWNyZXQgb2YgdGhlIGFjYWRlbXkncyBzaXRlLCAyMDI2', 'local_nidaa');
        $this->course = $this->getDataGenerator()->create_course();
        $this->room = $this->getDataGenerator()->create_module('lti', ['course' => $this->course->id]);
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'student'));
    }

    /**
     * A page of the course.
     *
     * @param string $pagetype
     * @return moodle_page
     */
    private function course_page(string $pagetype = 'course-view-topics'): moodle_page {
        $page = new moodle_page();
        $page->set_course($this->course);
        $page->set_context(context_course::instance($this->course->id));
        $page->set_url('/course/view.php', ['id' => $this->course->id]);
        $page->set_pagetype($pagetype);
        return $page;
    }

    /**
     * A page of an activity.
     *
     * @param int $cmid
     * @param string $pagetype
     * @return moodle_page
     */
    private function activity_page(int $cmid, string $pagetype): moodle_page {
        $page = new moodle_page();
        $page->set_cm(get_fast_modinfo($this->course)->get_cm($cmid));
        $page->set_url('/mod/any/view.php', ['id' => $cmid]);
        $page->set_pagetype($pagetype);
        return $page;
    }

    /**
     * What the hook does to a page.
     *
     * @param moodle_page $page
     * @return array HTML and whether the button is called
     */
    private function hooked(moodle_page $page): array {
        $hook = new before_footer_html_generation($page->get_renderer('core'));
        hook_callbacks::before_footer_html_generation($hook);
        return [$hook->get_output(), str_contains($page->requires->get_end_code(), 'local_nidaa/launcher')];
    }

    public function test_the_button_is_on_course_pages(): void {
        foreach (['course-view-topics', 'course-view-weeks', 'course-view-section-topics'] as $pagetype) {
            $this->assertSame(['', true], $this->hooked($this->course_page($pagetype)), $pagetype);
        }
    }

    public function test_the_button_is_on_pages_of_live_rooms(): void {
        $this->assertTrue(launcher::belongs_on($this->activity_page($this->room->cmid, 'mod-lti-view')));
        foreach (['mod-lti-edit', 'mod-lti-bbb_view', 'mod-lti', 'mod-quiz-view', 'mod-lti-view-more', 'lti-view'] as $pagetype) {
            $this->assertFalse(launcher::belongs_on($this->activity_page($this->room->cmid, $pagetype)), $pagetype);
        }
        foreach (['mod-bigbluebuttonbn-bbb_view', 'mod-jitsi-session', 'mod-webexactivity-view'] as $pagetype) {
            $this->assertTrue(launcher::belongs_on($this->activity_page($this->room->cmid, $pagetype)), $pagetype);
        }
    }

    public function test_an_administrator_lists_the_modules(): void {
        $page = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id]);
        $this->assertFalse(launcher::belongs_on($this->activity_page($page->cmid, 'mod-page-view')));
        set_config('modules', ' page ,LTI', 'local_nidaa');
        $this->assertTrue(launcher::belongs_on($this->activity_page($page->cmid, 'mod-page-view')));
        $this->assertTrue(launcher::belongs_on($this->activity_page($this->room->cmid, 'mod-lti-view')));
        set_config('modules', '', 'local_nidaa');
        $this->assertFalse(launcher::belongs_on($this->activity_page($this->room->cmid, 'mod-lti-view')));
        $this->assertTrue(launcher::belongs_on($this->course_page()), 'Course pages are no module.');
    }

    public function test_the_button_is_nowhere_else(): void {
        foreach (['site-index', 'my-index', 'mod-forum-view', 'course-edit', 'user-profile', 'grade-report-index'] as $pagetype) {
            $this->assertSame(['', false], $this->hooked($this->course_page($pagetype)), $pagetype);
        }
        $front = new moodle_page();
        $front->set_context(context_course::instance(SITEID));
        $front->set_url('/');
        $front->set_pagetype('course-view-site');
        $this->assertSame(['', false], $this->hooked($front));
        foreach (['embedded', 'maintenance', 'print', 'redirect', 'secure'] as $layout) {
            $page = $this->course_page();
            $page->set_pagelayout($layout);
            $this->assertFalse(launcher::belongs_on($page), $layout);
        }
    }

    public function test_the_button_is_for_whoever_may_report(): void {
        $this->setGuestUser();
        $this->assertFalse(launcher::belongs_on($this->course_page()));
        $this->setUser($this->getDataGenerator()->create_user());
        $this->assertFalse(launcher::belongs_on($this->course_page()));
        $this->setUser(null);
        $this->assertFalse(launcher::belongs_on($this->course_page()));
    }

    public function test_there_is_no_button_before_a_report_could_be_forwarded(): void {
        foreach (['url', 'siteid', 'secret'] as $name) {
            $value = get_config('local_nidaa', $name);
            set_config($name, '', 'local_nidaa');
            $this->assertFalse(launcher::belongs_on($this->course_page()), $name);
            set_config($name, $value, 'local_nidaa');
        }
        $this->assertTrue(launcher::belongs_on($this->course_page()));
    }

    public function test_the_hook_costs_no_query_on_a_warm_page(): void {
        global $DB;

        foreach ([$this->course_page(), $this->activity_page($this->room->cmid, 'mod-lti-view')] as $page) {
            $this->hooked($page);
            $hook = new before_footer_html_generation($page->get_renderer('core'));
            $reads = $DB->perf_get_reads();
            $writes = $DB->perf_get_writes();
            hook_callbacks::before_footer_html_generation($hook);
            $this->assertSame(0, $DB->perf_get_reads() - $reads);
            $this->assertSame(0, $DB->perf_get_writes() - $writes);
        }
        // The measure can fail: a query is seen.
        $reads = $DB->perf_get_reads();
        $DB->count_records('user');
        $this->assertSame(1, $DB->perf_get_reads() - $reads);
    }

    public function test_the_browser_is_told_little(): void {
        global $USER;

        $page = $this->course_page();
        $config = launcher::config($page);
        $keys = ['contextid', 'language', 'person', 'ping', 'room', 'rooms'];
        $this->assertEqualsCanonicalizing($keys, array_keys($config));
        $this->assertStringEndsWith('/local/nidaa/ping.txt', $config['ping']);
        $this->assertStringStartsWith('/', $config['ping']);
        $this->assertSame((int) context_course::instance($this->course->id)->id, $config['contextid']);
        $this->assertSame('en', $config['language']);
        $this->assertFileExists(dirname(__DIR__, 2) . '/ping.txt');
        $this->assertStringNotContainsString($USER->username, json_encode($config));

        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'student'));
        $this->assertNotSame($config['person'], launcher::config($page)['person']);
    }

    public function test_a_page_carries_its_rooms(): void {
        $config = launcher::config($this->activity_page($this->room->cmid, 'mod-lti-view'));
        $this->assertSame((string) $this->room->cmid, $config['room']);
        $this->assertSame([(string) $this->room->cmid], array_column($config['rooms'], 'id'));

        $this->getDataGenerator()->create_module('lti', ['course' => $this->course->id, 'visible' => 0]);
        $config = launcher::config($this->course_page());
        $this->assertNull($config['room']);
        $this->assertSame([(string) $this->room->cmid], array_column($config['rooms'], 'id'));

        for ($i = 0; $i < 8; $i++) {
            $this->getDataGenerator()->create_module('lti', ['course' => $this->course->id, 'name' => "القاعة المباشرة $i"]);
        }
        $config = launcher::config($this->course_page());
        $this->assertSame([], $config['rooms'], 'A long list is not carried.');
        $this->assertTrue($this->hooked($this->course_page())[1], 'Moodle would complain of too much data.');
    }

    public function test_the_login_page_has_a_door(): void {
        $this->setUser(null);
        $page = new moodle_page();
        $page->set_context(context_system::instance());
        $page->set_url('/login/index.php');
        $page->set_pagetype('login-index');
        $page->set_pagelayout('login');
        [$html, $button] = $this->hooked($page);
        $this->assertFalse($button);
        $this->assertStringContainsString('<a href="https://nidaa.example/public/"', $html);
        $this->assertStringNotContainsString('<script', $html);

        set_config('secret', '', 'local_nidaa');
        $this->assertNotSame('', $this->hooked($page)[0], 'The door needs the address alone.');
        set_config('url', '', 'local_nidaa');
        $this->assertSame(['', false], $this->hooked($page));
    }
}
