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

namespace local_nidaa\notice;

use core\message\message;
use core_text;
use core_user;
use stdClass;

/**
 * A message as Moodle takes it: plain text for every way, and the same text as HTML with nothing in it taken for markup.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class letter {
    /** @var int Characters of a subject; a longer one is cut. */
    private const SUBJECT = 200;

    /** @var int Characters of a text; a longer one is cut. */
    private const TEXT = 10000;

    /** @var int Characters of an address. */
    private const URL = 1333;

    /**
     * The message to a person.
     *
     * @param stdClass $user the whole record
     * @param string $subject
     * @param string $text
     * @param string $url empty for none
     * @return message
     */
    public static function to(stdClass $user, string $subject, string $text, string $url): message {
        // What isolates a Latin reference in an Arabic line (U+2066 to U+2069) stays: without it, its groups change places.
        $line = preg_replace('/(?:(?![\x{2066}-\x{2069}])[\p{C}\s])+/u', ' ', fix_utf8($subject));
        $subject = core_text::substr(trim($line), 0, self::SUBJECT);
        $text = core_text::substr(trim(fix_utf8($text)), 0, self::TEXT);
        $label = get_string_manager()->get_string('notice_open', 'local_nidaa', null, $user->lang);

        $message = new message();
        $message->component = 'local_nidaa';
        $message->name = 'casestatus';
        $message->courseid = SITEID;
        $message->notification = 1;
        $message->userfrom = core_user::get_noreply_user();
        $message->userto = $user;
        $message->subject = $subject;
        $message->smallmessage = $subject;
        $message->fullmessage = $url === '' ? $text : "$text\n\n$label: $url";
        $message->fullmessageformat = FORMAT_PLAIN;
        $message->fullmessagehtml = self::html($text, $url, $label, $user->lang);
        if ($url !== '') {
            $message->contexturl = $url;
            $message->contexturlname = $label;
        }
        return $message;
    }

    /**
     * Whether a message may lead there: a page of the web, or nowhere.
     *
     * @param string $url
     * @return bool
     */
    public static function may_lead_to(string $url): bool {
        if ($url === '') {
            return true;
        }
        $page = strlen($url) <= self::URL && preg_match('~^https?://[^\s/?#]+\S*$~Di', $url);
        return $page && clean_param($url, PARAM_URL) === $url;
    }

    /**
     * The text as HTML, in the direction of the person's language.
     *
     * @param string $text
     * @param string $url
     * @param string $label
     * @param string $language
     * @return string
     */
    private static function html(string $text, string $url, string $label, string $language): string {
        $rtl = str_starts_with($language, 'ar')
            || get_string_manager()->get_string('thisdirection', 'langconfig', null, $language) === 'rtl';
        $html = nl2br(s($text));
        if ($url !== '') {
            $html .= '<br><br>' . \html_writer::link($url, s($label));
        }
        return \html_writer::div($html, '', [
            'dir' => $rtl ? 'rtl' : 'ltr',
            'lang' => str_replace('_', '-', $language),
            'style' => $rtl ? 'text-align: right' : 'text-align: left',
        ]);
    }
}
