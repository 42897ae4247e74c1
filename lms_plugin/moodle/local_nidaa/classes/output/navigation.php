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
use core\context\system as context_system;
use core\output\pix_icon;
use core_user\hook\extend_user_menu;
use local_nidaa\contact\forms;
use local_nidaa\launch\links;
use local_nidaa\setup;
use navigation_node;
use settings_navigation;

/**
 * The sidecar's pages in Moodle's own navigation. No page waits for the sidecar here: what it has is known by cron.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class navigation {
    /** @var string[] What belongs to a course. */
    private const COURSE = ['room', 'questions', 'roster'];

    /** @var string[] What belongs to the person, wherever they are. */
    private const PERSON = ['mine', 'desk'];

    /**
     * The pages of a course.
     *
     * @param navigation_node $course the course's own node
     * @param context_course $context
     */
    public static function course(navigation_node $course, context_course $context): void {
        if ((int) $context->instanceid !== (int) SITEID) {
            self::add($course, self::links($context, self::COURSE));
        }
    }

    /**
     * The board of a live room.
     *
     * @param settings_navigation $settings
     * @param context_module $context
     */
    public static function activity(settings_navigation $settings, context_module $context): void {
        $activity = $settings->find('modulesettings', navigation_node::TYPE_SETTING);
        if ($activity && in_array($settings->get_page()->cm?->modname, setup::modules(), true)) {
            self::add($activity, self::links($context, ['room']));
        }
    }

    /**
     * One's own reports, and the desk.
     *
     * @param extend_user_menu $hook
     */
    public static function person(extend_user_menu $hook): void {
        foreach (self::links(context_system::instance(), self::PERSON) as $target => $url) {
            $hook->add_navitem((object) [
                'itemtype' => 'link', 'url' => $url, 'title' => get_string("target_$target", 'local_nidaa'),
                'titleidentifier' => "target_$target,local_nidaa",
            ]);
        }
    }

    /**
     * The links of a place.
     *
     * @param \core\context $context
     * @param string[] $targets
     * @return \core\url[] by target
     */
    private static function links(\core\context $context, array $targets): array {
        return setup::is_complete() ? links::from($context, $targets, forms::known_pages()) : [];
    }

    /**
     * Adds links to a node.
     *
     * @param navigation_node $node
     * @param \core\url[] $links by target
     */
    private static function add(navigation_node $node, array $links): void {
        foreach ($links as $target => $url) {
            $label = get_string("target_$target", 'local_nidaa');
            $icon = new pix_icon('i/externallink', '');
            $node->add($label, $url, navigation_node::TYPE_SETTING, null, "local_nidaa_$target", $icon);
        }
    }
}
