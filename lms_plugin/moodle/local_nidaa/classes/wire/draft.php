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

namespace local_nidaa\wire;

use DateTimeImmutable;
use stdClass;

/**
 * What a person said, bounded as the sidecar bounds it, so that nothing is stored that would only be parked.
 *
 * Who says it and where is not in here: Moodle knows that itself.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class draft {
    /** @var string[] What a report may be. */
    private const KINDS = ['session_problem', 'room_log', 'certificate_gap', 'support_request', 'complaint',
        'suggestion', 'inquiry'];

    /** @var string[] What one notices in a room. */
    public const SYMPTOMS = ['no_mic', 'no_sound', 'no_video', 'cannot_join', 'no_screen_share', 'slow', 'trainer_absent',
        'no_captions', 'other'];

    /** @var string[] How one wants to be answered. */
    private const PREFERENCES = ['lms', 'email', 'sms', 'call', 'whatsapp'];

    /** @var string[] What may stand between a trainee and the certificate. */
    private const GAPS = ['national_id_missing', 'national_id_invalid', 'national_id_duplicate', 'name_ar_missing',
        'name_en_missing', 'name_mismatch', 'phone_missing', 'attendance_below', 'enrolment_ended', 'enrolment_suspended',
        'enrolment_not_started', 'not_enrolled', 'not_completed', 'certificate_not_issued', 'certificate_wrong_data',
        'registry_not_submitted', 'registry_pending', 'registry_rejected'];

    /** @var int Characters of what a person writes. */
    public const TEXT = 20000;

    /** @var int Characters of what was done, and of what is asked for. */
    private const SHORTER_TEXT = 4000;

    /** @var int Characters of a category's key. */
    private const CATEGORY = 64;

    /** @var int Most people who can be affected. */
    private const AFFECTED = 100000;

    /** @var string[] Kinds that mean nothing without a symptom. */
    private const NEED_SYMPTOM = ['session_problem', 'room_log'];

    /** @var string[] Kinds that may concern somebody else. */
    private const ABOUT_SOMEBODY = ['room_log', 'certificate_gap', 'complaint'];

    /** @var string The report's id in lower case. */
    public readonly string $id;

    /** @var string What the sender says it is. */
    public readonly string $kind;

    /** @var string|null What one notices. */
    public readonly ?string $symptom;

    /** @var string|null Key of a category; only the sidecar knows which there are. */
    public readonly ?string $category;

    /** @var string Free text. */
    public readonly string $text;

    /** @var DateTimeImmutable|null When the person pressed, by the browser's clock. */
    public readonly ?DateTimeImmutable $occurredat;

    /** @var int|null The room's cmid, as the browser says. */
    public readonly ?int $room;

    /** @var int|null The group, as the browser says. */
    public readonly ?int $group;

    /** @var array|null Whom it concerns: id (int) and role as the browser says. */
    public readonly ?array $about;

    /** @var int|null How many are affected; zero is said, null is not. */
    public readonly ?int $affected;

    /** @var string What was done already. */
    public readonly string $actiontaken;

    /** @var DateTimeImmutable|null When it ended, by the browser's clock. */
    public readonly ?DateTimeImmutable $endedat;

    /** @var string What a complaint asks for. */
    public readonly string $remedysought;

    /** @var string|null How the person wants to be answered. */
    public readonly ?string $contactpreference;

    /** @var string[] Named gaps. */
    public readonly array $gaps;

    /** @var stdClass Facts about the browser. */
    public readonly stdClass $diagnostics;

    /** @var string ar or en. */
    public readonly string $locale;

    /** @var string What a retry must say again. */
    public readonly string $fingerprint;

    /**
     * Reads what the browser sent; null, missing and empty mean the same.
     *
     * @param array $said
     * @throws fault naming the first field that cannot be sent
     */
    public function __construct(array $said) {
        $this->id = report_id::canonical((string) ($said['id'] ?? '')) ?? throw new fault('id', 'not_a_uuid');
        $this->kind = field::choice('kind', $said, self::KINDS) ?? throw new fault('kind', 'required');
        $this->symptom = field::choice('symptom', $said, self::SYMPTOMS);
        if ($this->symptom === null && in_array($this->kind, self::NEED_SYMPTOM, true)) {
            throw new fault('symptom', 'required');
        }
        $category = field::text('category', $said, self::CATEGORY);
        $this->category = $category === '' ? null : $category;
        $this->text = field::text('text', $said, self::TEXT);
        $this->occurredat = field::moment('occurred_at', $said);
        $this->room = field::id('room', $said);
        $this->group = field::id('group', $said);
        $this->about = $this->concerned($said['about'] ?? null);
        $this->affected = field::number('affected', $said, self::AFFECTED);
        $this->actiontaken = field::text('action_taken', $said, self::SHORTER_TEXT);
        $this->endedat = field::moment('ended_at', $said);
        $this->remedysought = field::text('remedy_sought', $said, self::SHORTER_TEXT);
        $this->contactpreference = field::choice('contact_preference', $said, self::PREFERENCES);
        $this->gaps = field::choices('gaps', $said, self::GAPS);
        $this->diagnostics = diagnostics::read((string) ($said['diagnostics'] ?? ''));
        $this->locale = ($said['locale'] ?? '') === 'en' ? 'en' : 'ar';
        $this->fingerprint = fingerprint::of([
            'kind' => $this->kind, 'symptom' => $this->symptom, 'category' => $this->category, 'text' => $this->text,
            'about' => $this->about, 'affected' => $this->affected, 'action_taken' => $this->actiontaken, 'gaps' => $this->gaps,
        ]);
    }

    /**
     * Whom it concerns, if the kind can concern anybody.
     *
     * @param array|null $said
     * @return array|null
     */
    private function concerned(?array $said): ?array {
        $id = field::id('id', $said ?? [], 'about');
        if ($id === null) {
            return null;
        }
        if (!in_array($this->kind, self::ABOUT_SOMEBODY, true)) {
            throw new fault('about', 'not_here');
        }
        return ['id' => $id, 'role' => field::choice('role', $said, ['trainee', 'trainer', 'room_manager'], 'about') ?? ''];
    }
}
