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
use core\hook\output\before_footer_html_generation;
use core\url;
use local_nidaa\course\rooms;
use local_nidaa\permission;
use local_nidaa\setup;
use moodle_page;

/**
 * The button where teaching happens, and the door on the login page.
 *
 * Every page of the site passes here: what is decided needs no query on a cached page, and everything else waits until
 * somebody presses.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class launcher {
    /** @var string[] Layouts that show one thing only, or nothing to a person at all. */
    private const BARE = ['embedded', 'maintenance', 'print', 'redirect', 'secure'];

    /**
     * Pages beside a module's view page where people stand in class.
     *
     * @var string[] BigBlueButton returns people here when they leave or are thrown out; Jitsi's room is a Moodle page itself.
     */
    private const CLASSROOMS = ['bigbluebuttonbn' => 'bbb_view', 'jitsi' => 'session'];

    /** @var int Bytes of rooms that a page carries: Moodle takes about a thousand for a call in all. */
    private const MOST = 750;

    /**
     * Adds what belongs on this page, if anything.
     *
     * @param before_footer_html_generation $hook
     */
    public static function add_to(before_footer_html_generation $hook): void {
        if (during_initial_install()) {
            return;
        }
        $page = $hook->renderer->get_page();
        if ($page->pagetype === 'login-index') {
            $hook->add_html(self::door($hook));
        } else if (self::belongs_on($page)) {
            $page->requires->js_call_amd('local_nidaa/launcher', 'init', [self::config($page)]);
        }
    }

    /**
     * Whether this page shows the button to this person.
     *
     * The cheapest question first: most of a site's pages end at the first line.
     *
     * @param moodle_page $page
     * @return bool
     */
    public static function belongs_on(moodle_page $page): bool {
        return self::is_classroom($page)
            && !in_array($page->pagelayout, self::BARE, true)
            && setup::is_complete()
            && permission::can_report($page->context);
    }

    /**
     * What the browser needs to show the button; the rest is asked for when it is pressed.
     *
     * @param moodle_page $page
     * @return array
     */
    public static function config(moodle_page $page): array {
        global $USER;

        return [
            'contextid' => (int) $page->context->id,
            'language' => setup::language(),
            // Keeps people's waiting reports apart on a shared computer, and says nothing of who they are elsewhere.
            'person' => substr(hash('sha256', get_site_identifier() . ':' . $USER->id), 0, 32),
            // A file that costs no PHP; a path, so that it is asked of the host that the page came from.
            'ping' => (new url('/local/nidaa/ping.txt'))->get_path(),
        ] + self::here($page);
    }

    /**
     * The room of the page, or the rooms of the course, as this very page has them already: enough to report by while Moodle
     * cannot be reached. Groups and what the person manages there are asked for with the rest.
     *
     * @param moodle_page $page
     * @return array room and rooms
     */
    private static function here(moodle_page $page): array {
        $cms = $page->cm ? [$page->cm] : rooms::of((int) $page->course->id);
        $known = array_map([rooms::class, 'outlined'], $cms);
        return [
            'room' => $page->cm ? (string) $page->cm->id : null,
            // Half of the rooms would have people choose a wrong one; a long list is left to the asking.
            'rooms' => strlen(json_encode($known)) <= self::MOST ? $known : [],
        ];
    }

    /**
     * Whether the page is a course's or a live room's.
     *
     * @param moodle_page $page
     * @return bool
     */
    private static function is_classroom(moodle_page $page): bool {
        if (str_starts_with($page->pagetype, 'course-view-')) {
            // Its participants and reports call themselves views of the course, too.
            return $page->context instanceof context_course && (int) $page->context->instanceid !== (int) SITEID
                && $page->has_set_url() && preg_match('~/course/(view|section)\.php$~D', $page->url->get_path());
        }
        if (!preg_match('/^mod-([a-z0-9_]+?)-(\w+)$/D', $page->pagetype, $found)) {
            return false;
        }
        [, $module, $script] = $found;
        return ($script === 'view' || $script === (self::CLASSROOMS[$module] ?? null))
            && $page->context instanceof context_module
            && in_array($module, setup::modules(), true);
    }

    /**
     * A link to the public form: whoever cannot log in must find a door.
     *
     * @param before_footer_html_generation $hook
     * @return string
     */
    private static function door(before_footer_html_generation $hook): string {
        $url = setup::public_page();
        return $url === null ? '' : $hook->renderer->render_from_template('local_nidaa/door', ['url' => $url->out(false)]);
    }
}
