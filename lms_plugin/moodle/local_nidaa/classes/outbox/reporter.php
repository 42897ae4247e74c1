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

namespace local_nidaa\outbox;

use core\context;
use core_text;
use local_nidaa\course\staff;
use local_nidaa\permission;
use local_nidaa\wire\fault;

/**
 * Who reports and whom it concerns, as Moodle knows it.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class reporter {
    /** @var int Characters of a name. */
    private const NAME = 255;

    /** @var int Characters of an address. */
    private const EMAIL = 254;

    /** @var int Characters of a telephone number. */
    private const PHONE = 32;

    /**
     * The current user as a reporter.
     *
     * @param context $context
     * @param string|null $preference how the person wants to be answered
     * @return array
     */
    public static function wire(context $context, ?string $preference): array {
        global $USER;
        return [
            'id' => (string) $USER->id,
            'role' => permission::role($context),
            // Not fullname(): it depends on the language that is read and on what people may see of each other's names.
            'name' => core_text::substr(trim("{$USER->firstname} {$USER->lastname}"), 0, self::NAME),
            'email' => self::email((string) $USER->email),
            'phone' => self::phone((string) ($USER->phone1 ?? '')) ?? self::phone((string) ($USER->phone2 ?? '')),
            'contact_preference' => $preference,
        ];
    }

    /**
     * The person whom the report concerns; null for oneself, and for nobody.
     *
     * Only somebody whom this person is shown: a complaint names staff that is offered, a gap or a log somebody of one's own
     * groups. The role is Moodle's.
     *
     * @param place $place
     * @param string $kind
     * @param array|null $about id, as the browser says
     * @return array|null
     * @throws refusal somebody else
     */
    public static function about(place $place, string $kind, ?array $about): ?array {
        global $USER;
        if ($about === null || (int) $USER->id === $about['id']) {
            return null;
        }
        $role = $kind === 'complaint' ? self::accused($place, $about['id']) : self::beneficiary($place, $kind, $about['id']);
        return $role === null ? throw refusal::invalid(new fault('about', 'not_here'))
            : ['id' => (string) $about['id'], 'role' => $role];
    }

    /**
     * The role of somebody of the staff that is offered on the page.
     *
     * @param place $place
     * @param int $userid
     * @return string|null null for anybody else
     */
    private static function accused(place $place, int $userid): ?string {
        foreach (staff::of($place->page) as $person) {
            if ((int) $person['id'] === $userid) {
                return $person['role'];
            }
        }
        return null;
    }

    /**
     * The role of somebody of the course, and of one's own groups: a gap is a trainee's, a log may be about anybody there.
     *
     * @param place $place
     * @param string $kind
     * @param int $userid
     * @return string|null null for anybody else
     */
    private static function beneficiary(place $place, string $kind, int $userid): ?string {
        // Suspended and ended enrolments too: they are what gets flagged.
        if (!is_enrolled($place->page->get_course_context(), $userid)) {
            return null;
        }
        // A gap is of the course, as its roster is: a room that is open to all groups opens nobody's certificate.
        $limits = $kind === 'certificate_gap' ? $place->course_limits() : $place->limits();
        $shared = $limits === null || array_filter($limits, fn(int $group): bool => groups_is_member($group, $userid));
        $role = permission::role($place->scope(), $userid);
        return $shared && ($kind !== 'certificate_gap' || $role === 'trainee') ? $role : null;
    }

    /**
     * An address to which mail can go: not the placeholder of an account that has none.
     *
     * @param string $email
     * @return string|null
     */
    private static function email(string $email): ?string {
        // Moodle has validated it; its own check would load the mailer for every report.
        $usable = str_contains($email, '@') && !str_ends_with(strtolower($email), '.invalid') && strlen($email) <= self::EMAIL;
        return $usable ? $email : null;
    }

    /**
     * A number that can be dialled: not "-", "none" or zeros.
     *
     * @param string $phone
     * @return string|null
     */
    private static function phone(string $phone): ?string {
        $phone = trim($phone);
        $digits = preg_replace('/\D/u', '', $phone);
        $usable = core_text::strlen($digits) >= 7 && trim($digits, '0٠') !== '' && core_text::strlen($phone) <= self::PHONE;
        return $usable ? $phone : null;
    }
}
