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

use core\context\course as context_course;
use core\context\system as context_system;
use core\context\user as context_user;
use core\uuid;
use core_privacy\local\metadata\collection;
use core_privacy\local\metadata\types\external_location;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use core_privacy\tests\provider_testcase;
use local_nidaa\outbox\store;
use local_nidaa\wire\reference;
use local_nidaa\wire\verdict;
use stdClass;

/**
 * What is kept of people is described, exported and deleted.
 *
 * @package    local_nidaa
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_nidaa\privacy\provider
 */
final class provider_test extends provider_testcase {
    /** @var stdClass A course. */
    private stdClass $course;

    /** @var stdClass Somebody who reports. */
    private stdClass $noura;

    /** @var stdClass Somebody else who reports. */
    private stdClass $omar;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->course = $this->getDataGenerator()->create_course();
        $this->noura = $this->getDataGenerator()->create_user();
        $this->omar = $this->getDataGenerator()->create_user();
    }

    /**
     * A row of the outbox.
     *
     * @param stdClass $user
     * @param int|null $courseid
     * @param string $state
     */
    private function reported(stdClass $user, ?int $courseid = null, string $state = store::WAITING): void {
        $id = uuid::generate();
        $row = store::row($id, $id, [
            'userid' => $user->id, 'courseid' => $courseid ?? $this->course->id, 'reference' => reference::of($id),
            'fingerprint' => str_repeat('f', 64), 'body' => '{"text":"a sorrow"}', 'timecreated' => time(), 'kind' => 'complaint',
        ]);
        $row->state = $state;
        store::put($row, 0);
    }

    /**
     * A row of the notices.
     *
     * @param stdClass $user
     */
    private function told(stdClass $user): void {
        global $DB;
        $notice = ['noticekey' => uuid::generate(), 'userid' => $user->id, 'outcome' => 'sent', 'timecreated' => time()];
        $DB->insert_record('local_nidaa_notice', $notice);
    }

    /**
     * How many rows a person has: reports and notices.
     *
     * @param stdClass $user
     * @return int[]
     */
    private function kept(stdClass $user): array {
        global $DB;
        return [$DB->count_records(store::TABLE, ['userid' => $user->id]),
            $DB->count_records('local_nidaa_notice', ['userid' => $user->id])];
    }

    /**
     * Contexts as the privacy subsystem approves them.
     *
     * @param stdClass $user
     * @param \core\context[] $contexts
     * @return approved_contextlist
     */
    private static function approved(stdClass $user, array $contexts): approved_contextlist {
        return new approved_contextlist($user, 'local_nidaa', array_column($contexts, 'id'));
    }

    public function test_every_column_and_every_field_is_described(): void {
        global $DB;

        $items = [];
        foreach (provider::get_metadata(new collection('local_nidaa'))->get_collection() as $item) {
            $items[$item->get_name()] = $item;
            $this->assertTrue(get_string_manager()->string_exists($item->get_summary(), 'local_nidaa'));
            foreach ($item->get_privacy_fields() ?? [] as $key) {
                $this->assertTrue(get_string_manager()->string_exists($key, 'local_nidaa'), $key);
            }
        }
        $this->assertInstanceOf(external_location::class, $items['sidecar']);
        $technical = ['id', 'leasetoken', 'leaseuntil'];
        foreach ([store::TABLE, 'local_nidaa_notice'] as $table) {
            $columns = array_diff(array_keys($DB->get_columns($table)), $technical);
            $this->assertEqualsCanonicalizing($columns, array_keys($items[$table]->get_privacy_fields()), $table);
        }
    }

    public function test_every_field_of_the_wire_is_described(): void {
        $items = provider::get_metadata(new collection('local_nidaa'))->get_collection();
        $locations = array_filter($items, fn($item) => $item instanceof external_location);
        $fields = array_keys(reset($locations)->get_privacy_fields());
        $wire = ['id', 'kind', 'symptom', 'category', 'text', 'locale', 'occurred_at', 'channel', 'about', 'affected',
            'action_taken', 'ended_at', 'remedy_sought', 'gaps', 'diagnostics', 'stored_at'];
        $this->assertSame([], array_diff($wire, $fields));
        foreach (['id', 'role', 'name', 'email', 'phone'] as $field) {
            $this->assertContains("reporter_$field", $fields);
        }
    }

    public function test_reports_belong_to_their_course_and_notices_to_the_person(): void {
        $this->reported($this->noura);
        $this->told($this->noura);
        $this->reported($this->omar, 987654);
        $course = (int) context_course::instance($this->course->id)->id;
        $noura = (int) context_user::instance($this->noura->id)->id;
        $omar = (int) context_user::instance($this->omar->id)->id;
        $of = fn(stdClass $user): array => array_map(
            'intval',
            $this->get_contexts_for_userid($user->id, 'local_nidaa')->get_contextids()
        );
        $this->assertEqualsCanonicalizing([$course, $noura], $of($this->noura));
        $this->assertSame([$omar], $of($this->omar), 'A course that is gone leaves the report with its person.');
        $this->assertSame([], $of($this->getDataGenerator()->create_user()));
    }

    public function test_people_are_found_by_context(): void {
        $this->reported($this->noura);
        $this->reported($this->omar, 987654);
        $this->told($this->noura);
        $in = function (\core\context $context): array {
            $userlist = new userlist($context, 'local_nidaa');
            provider::get_users_in_context($userlist);
            return $userlist->get_userids();
        };
        $this->assertSame([(int) $this->noura->id], $in(context_course::instance($this->course->id)));
        $this->assertSame([(int) $this->noura->id], $in(context_user::instance($this->noura->id)));
        $this->assertSame([(int) $this->omar->id], $in(context_user::instance($this->omar->id)));
        $this->assertSame([], $in(context_system::instance()));
    }

    public function test_what_is_kept_is_exported(): void {
        $this->reported($this->noura);
        $this->reported($this->noura, 987654);
        $this->reported($this->omar);
        $this->told($this->noura);
        $course = context_course::instance($this->course->id);
        $own = context_user::instance($this->noura->id);
        provider::export_user_data(self::approved($this->noura, [$course, $own, context_user::instance($this->omar->id)]));

        $reports = [get_string('pluginname', 'local_nidaa'), get_string('privacy:reports', 'local_nidaa')];
        $notices = [get_string('pluginname', 'local_nidaa'), get_string('privacy:notices', 'local_nidaa')];
        $exported = writer::with_context($course)->get_data($reports)->reports;
        $this->assertCount(1, $exported);
        $this->assertSame('a sorrow', $exported[0]->body->text);
        $this->assertSame('complaint', $exported[0]->kind);
        $this->assertCount(1, writer::with_context($own)->get_data($reports)->reports);
        $this->assertSame('sent', writer::with_context($own)->get_data($notices)->notices[0]->outcome);
        $this->assertFalse(writer::with_context(context_user::instance($this->omar->id))->has_any_data());
    }

    public function test_a_person_is_deleted_with_what_still_waits(): void {
        $this->reported($this->noura);
        $this->reported($this->noura, null, verdict::PARKED);
        $this->reported($this->noura, null, verdict::DELIVERED);
        $this->reported($this->noura, 987654);
        $this->told($this->noura);
        $this->reported($this->omar);
        $this->told($this->omar);
        provider::delete_data_for_user(self::approved($this->noura, [context_course::instance($this->course->id)]));
        $this->assertSame([1, 1], $this->kept($this->noura));
        provider::delete_data_for_user(self::approved($this->noura, [context_user::instance($this->noura->id)]));
        $this->assertSame([0, 0], $this->kept($this->noura));
        provider::delete_data_for_user(self::approved($this->noura, [context_user::instance($this->omar->id)]));
        $this->assertSame([1, 1], $this->kept($this->omar), 'Nobody deletes what is another\'s.');
    }

    public function test_some_people_are_deleted(): void {
        $this->reported($this->noura);
        $this->reported($this->omar);
        $course = context_course::instance($this->course->id);
        provider::delete_data_for_users(new approved_userlist($course, 'local_nidaa', [$this->omar->id]));
        $this->assertSame([1, 0], $this->kept($this->noura));
        $this->assertSame([0, 0], $this->kept($this->omar));
    }

    public function test_a_context_is_emptied(): void {
        global $DB;
        $this->reported($this->noura);
        $this->reported($this->omar);
        $this->reported($this->omar, 987654);
        $this->told($this->omar);
        provider::delete_data_for_all_users_in_context(context_system::instance());
        $this->assertSame([1, 0], $this->kept($this->noura));
        provider::delete_data_for_all_users_in_context(context_course::instance($this->course->id));
        $this->assertSame([1, 0], $this->kept($this->noura), 'What waits is still forwarded.');
        $DB->set_field('local_nidaa_outbox', 'state', 'delivered', ['courseid' => $this->course->id]);
        provider::delete_data_for_all_users_in_context(context_course::instance($this->course->id));
        $this->assertSame([0, 0], $this->kept($this->noura));
        $this->assertSame([1, 1], $this->kept($this->omar));
        provider::delete_data_for_all_users_in_context(context_user::instance($this->omar->id));
        $this->assertSame([0, 0], $this->kept($this->omar));
    }
}
