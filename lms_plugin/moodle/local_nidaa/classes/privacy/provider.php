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

namespace local_nidaa\privacy;

use core\context;
use core\context\course as context_course;
use core\context\user as context_user;
use core_privacy\local\metadata\collection;
use core_privacy\local\metadata\provider as metadata_provider;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\contextlist;
use core_privacy\local\request\core_userlist_provider;
use core_privacy\local\request\plugin\provider as plugin_provider;
use core_privacy\local\request\transform;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use local_nidaa\outbox\store;
use local_nidaa\wire\verdict;

/**
 * What this plugin keeps of people, and what it sends to the sidecar.
 *
 * What somebody reported belongs to the course's context while the course is there, and to the person's own afterwards;
 * notices belong to the person's own. Whoever a report is about is not told of it here: a complaint is confidential, and its
 * text leaves this table when the sidecar has it.
 *
 * Deleting deletes what still waits, too: the wish to be forgotten goes before the wish to be heard. What the sidecar has
 * already, it erases itself (`nidaa data erase`).
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class provider implements core_userlist_provider, metadata_provider, plugin_provider {
    /** @var string[] What is kept of a report until the sidecar has it, and for some days after. */
    private const OUTBOX = [
        'itemid', 'type', 'reportid', 'userid', 'courseid', 'cmid', 'kind', 'reference', 'fingerprint', 'body', 'state', 'attempts',
        'nexttry', 'laststatus', 'lasterror', 'answer', 'timecreated', 'timeattempted', 'timedelivered',
    ];

    /** @var string[] What is kept of a message. */
    private const NOTICE = ['noticekey', 'userid', 'outcome', 'timecreated'];

    /** @var string[] What goes to the sidecar with a report, with a question of the sidecar's, or when a person is sent there. */
    private const SENT = [
        'id', 'kind', 'symptom', 'category', 'text', 'locale', 'occurred_at', 'stored_at', 'channel', 'reporter_id',
        'reporter_role', 'reporter_name', 'reporter_email', 'reporter_phone', 'contact_preference', 'about', 'course', 'activity',
        'group', 'session', 'affected', 'action_taken', 'ended_at', 'remedy_sought', 'gaps', 'diagnostics', 'account', 'enrolment',
        'profile', 'attendance', 'completion', 'grade', 'certificates',
    ];

    /**
     * Describes all of it.
     *
     * @param collection $collection
     * @return collection
     */
    public static function get_metadata(collection $collection): collection {
        $named = fn(string $group, array $fields): array => array_combine(
            $fields,
            array_map(fn(string $field): string => "privacy:metadata:$group:$field", $fields)
        );
        $collection->add_database_table(store::TABLE, $named('outbox', self::OUTBOX), 'privacy:metadata:outbox');
        $collection->add_database_table('local_nidaa_notice', $named('notice', self::NOTICE), 'privacy:metadata:notice');
        $collection->add_external_location_link('sidecar', $named('sidecar', self::SENT), 'privacy:metadata:sidecar');
        $collection->add_subsystem_link('core_message', [], 'privacy:metadata:message');
        return $collection;
    }

    /**
     * Where something of a person is kept.
     *
     * @param int $userid
     * @return contextlist
     */
    public static function get_contexts_for_userid(int $userid): contextlist {
        $contexts = new contextlist();
        $contexts->add_from_sql(
            "SELECT DISTINCT ctx.id
               FROM {local_nidaa_outbox} o
               JOIN {context} ctx ON ctx.instanceid = o.courseid AND ctx.contextlevel = :course
              WHERE o.userid = :userid",
            ['course' => CONTEXT_COURSE, 'userid' => $userid]
        );
        $contexts->add_from_sql(
            "SELECT ctx.id
               FROM {context} ctx
              WHERE ctx.contextlevel = :user AND ctx.instanceid = :userid
                    AND (EXISTS (SELECT 1 FROM {local_nidaa_notice} n WHERE n.userid = ctx.instanceid)
                         OR EXISTS (SELECT 1 FROM {local_nidaa_outbox} o
                                     WHERE o.userid = ctx.instanceid AND " . self::homeless('o') . "))",
            ['user' => CONTEXT_USER, 'userid' => $userid]
        );
        return $contexts;
    }

    /**
     * Of whom something is kept in a context.
     *
     * @param userlist $userlist
     */
    public static function get_users_in_context(userlist $userlist): void {
        $context = $userlist->get_context();
        if ($context instanceof context_course) {
            $sql = "SELECT userid FROM {local_nidaa_outbox} WHERE courseid = :courseid";
            $userlist->add_from_sql('userid', $sql, ['courseid' => $context->instanceid]);
        } else if ($context instanceof context_user) {
            $sql = "SELECT userid FROM {local_nidaa_notice} WHERE userid = :userid";
            $userlist->add_from_sql('userid', $sql, ['userid' => $context->instanceid]);
            $sql = "SELECT o.userid FROM {local_nidaa_outbox} o WHERE o.userid = :userid AND " . self::homeless('o');
            $userlist->add_from_sql('userid', $sql, ['userid' => $context->instanceid]);
        }
    }

    /**
     * Writes down what is kept of a person.
     *
     * @param approved_contextlist $contextlist
     */
    public static function export_user_data(approved_contextlist $contextlist): void {
        global $DB;

        $userid = (int) $contextlist->get_user()->id;
        foreach ($contextlist->get_contexts() as $context) {
            [$where, $params] = self::reports_of($context, $userid);
            if ($where === null) {
                continue;
            }
            $sql = "SELECT o.* FROM {local_nidaa_outbox} o WHERE $where ORDER BY o.timecreated, o.id";
            $rows = $DB->get_records_sql($sql, $params);
            if ($rows) {
                $exported = (object) ['reports' => array_values(array_map([self::class, 'exported_report'], $rows))];
                writer::with_context($context)->export_data(self::folder('privacy:reports'), $exported);
            }
            $notices = $context instanceof context_user
                ? $DB->get_records('local_nidaa_notice', ['userid' => $userid], 'timecreated, id') : [];
            if ($notices) {
                $exported = (object) ['notices' => array_values(array_map([self::class, 'exported_notice'], $notices))];
                writer::with_context($context)->export_data(self::folder('privacy:notices'), $exported);
            }
        }
    }

    /**
     * Deletes everybody's data in a context.
     *
     * @param context $context
     */
    public static function delete_data_for_all_users_in_context(context $context): void {
        global $DB;

        if ($context instanceof context_course) {
            // A course that has expired is nobody's wish to be erased: what was not forwarded yet still is, and goes then.
            $DB->delete_records(store::TABLE, ['courseid' => $context->instanceid, 'state' => verdict::DELIVERED]);
            \core_cache\cache::make('local_nidaa', 'status')->purge();
        } else if ($context instanceof context_user) {
            self::delete($context, (int) $context->instanceid);
        }
    }

    /**
     * Deletes one person's data in some contexts.
     *
     * @param approved_contextlist $contextlist
     */
    public static function delete_data_for_user(approved_contextlist $contextlist): void {
        foreach ($contextlist->get_contexts() as $context) {
            self::delete($context, (int) $contextlist->get_user()->id);
        }
    }

    /**
     * Deletes some people's data in a context.
     *
     * @param approved_userlist $userlist
     */
    public static function delete_data_for_users(approved_userlist $userlist): void {
        foreach ($userlist->get_userids() as $userid) {
            self::delete($userlist->get_context(), (int) $userid);
        }
    }

    /**
     * Deletes one person's data in one context.
     *
     * @param context $context
     * @param int $userid
     */
    private static function delete(context $context, int $userid): void {
        global $DB;

        [$where, $params] = self::reports_of($context, $userid);
        if ($where === null) {
            return;
        }
        $ids = $DB->get_fieldset_sql("SELECT o.id FROM {local_nidaa_outbox} o WHERE $where", $params);
        $DB->delete_records_list(store::TABLE, 'id', $ids);
        \core_cache\cache::make('local_nidaa', 'status')->purge(); // Timelines are kept by report, not by person.
        if ($context instanceof context_user) {
            $DB->delete_records('local_nidaa_notice', ['userid' => $userid]);
        }
    }

    /**
     * Which reports of a person belong to a context.
     *
     * @param context $context
     * @param int $userid
     * @return array condition (null where none can) and parameters
     */
    private static function reports_of(context $context, int $userid): array {
        if ($context instanceof context_course) {
            return ['o.userid = :userid AND o.courseid = :courseid', ['userid' => $userid, 'courseid' => $context->instanceid]];
        }
        if ($context instanceof context_user && (int) $context->instanceid === $userid) {
            return ['o.userid = :userid AND ' . self::homeless('o'), ['userid' => $userid]];
        }
        return [null, []];
    }

    /**
     * The condition that a report's course is gone.
     *
     * @param string $alias of the outbox
     * @return string
     */
    private static function homeless(string $alias): string {
        return "NOT EXISTS (SELECT 1 FROM {context} home
                             WHERE home.instanceid = $alias.courseid AND home.contextlevel = " . CONTEXT_COURSE . ")";
    }

    /**
     * A report as it is exported.
     *
     * @param \stdClass $row
     * @return \stdClass
     */
    private static function exported_report(\stdClass $row): \stdClass {
        $when = fn($time): ?string => $time ? transform::datetime($time) : null;
        return (object) [
            'reference' => $row->reference,
            'type' => $row->type,
            'kind' => $row->kind,
            'courseid' => $row->courseid,
            'cmid' => $row->cmid,
            'state' => $row->state,
            'attempts' => $row->attempts,
            'body' => json_decode((string) $row->body),
            'answer' => json_decode((string) $row->answer),
            'timecreated' => $when($row->timecreated),
            'timedelivered' => $when($row->timedelivered),
        ];
    }

    /**
     * A notice as it is exported.
     *
     * @param \stdClass $row
     * @return \stdClass
     */
    private static function exported_notice(\stdClass $row): \stdClass {
        return (object) ['outcome' => $row->outcome, 'timecreated' => transform::datetime($row->timecreated)];
    }

    /**
     * Where it stands in the export.
     *
     * @param string $name
     * @return string[]
     */
    private static function folder(string $name): array {
        return [get_string('pluginname', 'local_nidaa'), get_string($name, 'local_nidaa')];
    }
}
