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

use local_nidaa\outbox\store;
use local_nidaa\wire\reference;

/**
 * Rows of the outbox, and rows of plugins that the facts and the timetable are read from.
 *
 * Those of other plugins are written into their tables as they stand there: their own code wants forms, files and mail.
 *
 * @package    local_nidaa
 * @category   test
 * @copyright  2026 Nidaa
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class local_nidaa_generator extends component_generator_base {
    /**
     * A row of the outbox, waiting unless something else is said.
     *
     * @param array $record userid and courseid, and whatever else matters
     * @return stdClass as stored
     */
    public function create_outbox(array $record): stdClass {
        global $DB;
        $id = $record['itemid'] ?? strtolower(\core\uuid::generate());
        $more = $record + [
            'userid' => 0,
            'courseid' => 0,
            'kind' => 'session_problem',
            'reference' => reference::of($id),
            'fingerprint' => hash('sha256', $id),
            'body' => '{}',
            'timecreated' => time(),
        ];
        $row = store::row($id, $record['reportid'] ?? $id, $more);
        $row->id = $DB->insert_record(store::TABLE, $row);
        return $row;
    }

    /**
     * A custom profile field of the certificate, with what people have filled in.
     *
     * @param string $shortname
     * @param string[] $values by user
     * @return stdClass
     */
    public function create_profile_field(string $shortname, array $values): stdClass {
        global $DB;
        $field = $DB->get_record('user_info_field', ['shortname' => $shortname])
            ?: $this->datagenerator->create_custom_profile_field([
                'shortname' => $shortname,
                'name' => $shortname,
                'datatype' => 'text',
                'visible' => 0, // Hidden from everybody: the certificate needs it all the same.
            ]);
        foreach ($values as $userid => $value) {
            $this->insert('user_info_data', ['userid' => $userid, 'fieldid' => $field->id, 'data' => $value, 'dataformat' => 0]);
        }
        return $field;
    }

    /**
     * A session of an attendance list.
     *
     * @param array $record attendanceid, sessdate, and whatever else matters
     * @return stdClass
     */
    public function create_attendance_session(array $record): stdClass {
        return $this->insert('attendance_sessions', $record + [
            'groupid' => 0,
            'duration' => 2 * HOURSECS,
            'lasttaken' => 0,
            'lasttakenby' => 0,
            'description' => '',
            'descriptionformat' => FORMAT_HTML,
            'timemodified' => time(),
        ]);
    }

    /**
     * The mark of a person in a session.
     *
     * @param stdClass $session
     * @param int $userid
     * @param string|null $acronym P, L, E or A; null for a row without a status
     * @return stdClass
     */
    public function create_attendance_mark(stdClass $session, int $userid, ?string $acronym): stdClass {
        global $DB;
        $status = $acronym === null ? 0 : $DB->get_field(
            'attendance_statuses',
            'id',
            ['attendanceid' => $session->attendanceid, 'acronym' => $acronym, 'deleted' => 0],
            MUST_EXIST
        );
        $DB->set_field('attendance_sessions', 'lasttaken', $session->sessdate + 600, ['id' => $session->id]);
        return $this->insert('attendance_log', [
            'sessionid' => $session->id,
            'studentid' => $userid,
            'statusid' => $status,
            'timetaken' => $session->sessdate + 600,
            'takenby' => 2,
            'remarks' => '',
        ]);
    }

    /**
     * A meeting of mod_zoom, without Zoom.
     *
     * @param array $record course, start_time, and whatever else matters
     * @return stdClass with its cmid
     */
    public function create_zoom(array $record): stdClass {
        global $CFG, $DB;
        require_once("$CFG->dirroot/course/lib.php");
        $visible = $record['visible'] ?? 1;
        $zoom = $this->insert('zoom', array_diff_key($record, ['visible' => 1]) + [
            'name' => 'Zoom',
            'intro' => '',
            'introformat' => FORMAT_HTML,
            'meeting_id' => 81234567890,
            'host_id' => 'host',
            'join_url' => 'https://zoom.invalid/j/81234567890',
            'start_time' => 0,
            'duration' => 2 * HOURSECS,
            'recurring' => 0,
            'exists_on_zoom' => 1,
            'timemodified' => time(),
        ]);
        $zoom->cmid = add_course_module((object) [
            'course' => $zoom->course,
            'module' => $DB->get_field('modules', 'id', ['name' => 'zoom'], MUST_EXIST),
            'instance' => $zoom->id,
            'section' => 0,
            'visible' => $visible,
        ]);
        course_add_cm_to_section($zoom->course, $zoom->cmid, 0);
        return $zoom;
    }

    /**
     * An entry of a calendar, as a person or a module has put it there.
     *
     * @param array $record courseid, timestart, and whatever else matters
     * @return stdClass
     */
    public function create_calendar_entry(array $record): stdClass {
        return $this->insert('event', $record + [
            'name' => 'Entry',
            'description' => '',
            'format' => FORMAT_HTML,
            'groupid' => 0,
            'userid' => 2,
            'modulename' => '',
            'instance' => 0,
            'eventtype' => 'course',
            'timeduration' => 2 * HOURSECS,
            'visible' => 1,
            'uuid' => '',
            'timemodified' => time(),
        ]);
    }

    /**
     * Inserts a row.
     *
     * @param string $table
     * @param array $record
     * @return stdClass
     */
    private function insert(string $table, array $record): stdClass {
        global $DB;
        $record['id'] = $DB->insert_record($table, $record);
        return (object) $record;
    }
}
