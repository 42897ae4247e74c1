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

use JsonException;
use LengthException;
use local_nidaa\permission;
use local_nidaa\wire\draft;
use local_nidaa\wire\fault;
use local_nidaa\wire\moment;
use local_nidaa\wire\reference;
use local_nidaa\wire\report_body;
use stdClass;

/**
 * A report as it is stored: what a person said, and what Moodle knows of who and where.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class submission {
    /** @var string[] Kinds that reach the institute from inside the room. */
    private const IN_ROOM = ['session_problem', 'room_log'];

    /**
     * Refuses what this person may not say of this place: the room that is named decides, not the page that names it.
     *
     * @param place $place
     * @param draft $draft
     */
    public static function authorise(place $place, draft $draft): void {
        global $USER;
        if ($draft->kind === 'room_log') {
            permission::require_can_log($place->scope());
        } else if ($draft->kind === 'certificate_gap' && $draft->about && $draft->about['id'] !== (int) $USER->id) {
            permission::require_can_flag($place->page->get_course_context());
        } else {
            permission::require_can_report($place->scope());
        }
    }

    /**
     * The row of a report.
     *
     * @param place $place
     * @param draft $draft
     * @param string $sentat when the browser sent it, by its own clock
     * @return stdClass
     * @throws refusal
     */
    public static function row(place $place, draft $draft, string $sentat): stdClass {
        global $USER;
        $now = time();
        return store::row($draft->id, $draft->id, [
            'userid' => (int) $USER->id,
            'courseid' => (int) $place->course->id,
            'cmid' => (int) ($place->room->id ?? 0),
            'kind' => $draft->kind,
            'reference' => reference::of($draft->id),
            'fingerprint' => $draft->fingerprint,
            'body' => self::bytes(self::wire($place, $draft, moment::read($sentat), $now)),
            'timecreated' => $now,
        ]);
    }

    /**
     * The row of something added to a report.
     *
     * @param stdClass $report the report's row
     * @param string $id
     * @param string $text
     * @param bool|null $works the answer to "is it working for you?", if that was asked
     * @param string $fingerprint
     * @return stdClass
     * @throws refusal
     */
    public static function addition(
        stdClass $report,
        string $id,
        string $text,
        ?bool $works,
        string $fingerprint
    ): stdClass {
        return store::row($id, $report->itemid, [
            'userid' => (int) $report->userid,
            'courseid' => (int) $report->courseid,
            'cmid' => (int) $report->cmid,
            'reference' => $report->reference,
            'fingerprint' => $fingerprint,
            'body' => self::bytes(['id' => $id, 'text' => $text] + ($works === null ? [] : ['works' => $works])),
            'timecreated' => time(),
        ]);
    }

    /**
     * The report of the contract.
     *
     * @param place $place
     * @param draft $draft
     * @param \DateTimeImmutable|null $sentat
     * @param int $now
     * @return array
     */
    private static function wire(place $place, draft $draft, ?\DateTimeImmutable $sentat, int $now): array {
        $time = fn(?\DateTimeImmutable $said): ?string =>
            $said === null ? null : moment::text(moment::corrected($said, $sentat, $now));
        return [
            'version' => 1,
            'id' => $draft->id,
            'kind' => $draft->kind,
            'symptom' => $draft->symptom,
            'category' => $draft->category,
            'text' => $draft->text,
            'locale' => $draft->locale,
            'occurred_at' => $time($draft->occurredat),
            'stored_at' => moment::utc($now),
            'channel' => in_array($draft->kind, self::IN_ROOM, true) ? 'in_room' : 'web',
            'reporter' => reporter::wire($place->scope(), $draft->contactpreference),
            'about' => reporter::about($place, $draft->kind, $draft->about),
            'place' => $place->wire($now),
            'affected' => $draft->affected,
            'action_taken' => $draft->actiontaken,
            'ended_at' => $time($draft->endedat),
            'remedy_sought' => $draft->remedysought,
            'gaps' => $draft->gaps,
            'diagnostics' => $draft->diagnostics,
        ];
    }

    /**
     * The bytes, if they are not too many.
     *
     * @param array $document
     * @return string
     */
    private static function bytes(array $document): string {
        try {
            return report_body::encode($document);
        } catch (LengthException) {
            throw refusal::invalid(new fault('body', 'too_large'));
        } catch (JsonException) {
            throw refusal::invalid(new fault('body', 'unstorable_text'));
        }
    }
}
