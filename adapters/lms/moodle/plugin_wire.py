"""What `local_nidaa` answers: the definition that the plugin is built to (contract.md names the functions).

Conventions, Moodle's own: ids are integers; times are integer seconds since 1970, 0 for "never" or "none"; an absent
group or activity is null. `version` is 1 in every answer; another number is not understood. Unknown keys are passed
over, so the plugin may add some. A value that could not be read is null (or its section is), and why stands in
`unread`: never an empty value instead.

Reasons, everywhere: `capability_missing` · `function_missing` (the Moodle plugin behind it is not installed) ·
`silently_empty` · `not_offered` · `failed`.

    local_nidaa_get_facts(pairs: [{userid: int, courseid: int, 0 for the account alone}], idkey: hex), at most 50 pairs
    → {"version": 1, "facts": [{
        "userid": 6, "courseid": 2,
        "account": {"exists": true, "suspended": false, "confirmed": true, "auth": "manual", "lastlogin": 1795344425,
                    "lockedout": false, "emailbouncing": false, "lang": "ar"} | null,
        "profile": [{"field": "national_id", "state": "present", "value": null},
                    {"field": "name_ar", "state": "present", "value": "…"},
                    {"field": "phone", "state": "empty", "value": null}],
        "national_id_key": "…" | null, "national_id_end": "08" | null,
        "national_id_duplicate": false | true | null,
        "enrolment": {"status": "active", "reason": "", "method": "manual", "timestart": 0, "timeend": 0,
                      "roles": ["student"], "groups": [{"id": 1, "name": "…"}], "lastaccess": 0} | null,
        "attendance": {"held": 8, "attended": 7, "rate": 0.875,
                       "definition": {"sessions": "…", "late": "…", "excused": "…"}} | null,
        "completion": {"completed": true, "timecompleted": 0} | null,
        "grade": {"state": "graded", "points": 78.0, "min": 0.0, "max": 100.0, "pass": 60.0 | null} | null,
        "certificates": [{"source": "customcert", "code": "…", "timecreated": 0}] | null,
        "unread": [{"fact": "attendance", "reason": "capability_missing"}]}]}

`profile.state` is `present`, `empty`, `unknown`, or for a national id `invalid`; **a national id's value is always
null**, it never leaves Moodle (were it sent, the adapter drops it). Where `idkey` is given (64 hex digits; since
version 2026112701, an older plugin is not sent it), `national_id_key` is HMAC-SHA256 of a number of ten digits with it,
in hex, and `national_id_end` its last two digits; otherwise both are null. `unread.fact` is a fact's dotted name or its
family (`attendance`, `certificate`). With certificates of several kinds of which one could not be read, the list
holds the others and `unread` names `certificate`. Every pair asked is answered, in any order.

`grade` (since version 2026112703) is the course's total as Moodle shows it to the person; `state` is `graded`,
`ungraded`, `hidden` (from the person: its points stay in Moodle) or `recalculating`. Points are null unless graded.

    local_nidaa_get_sessions(courseids: [int], since: int, until: int)   sessions that overlap [since, until)
    → {"version": 1,
       "sessions": [{"key": "attendance-17", "course": 2, "activity": 3 | null, "group": 1 | null,
                     "starts_at": 1795356000, "ends_at": 1795363200, "platform": "bigbluebuttonbn",
                     "source": "attendance"}],
       "untold": [{"courseid": 3, "reason": "capability_missing"}]}

`key` stays the same when a session is moved. `activity` is the cmid of the room, not of the attendance list. At most 50
courses, 62 days and 5000 sessions: beyond them, as beyond the bounds of the others, `nidaa_toomuch`.

    local_nidaa_get_course(courseids: [int]), at most 50
    → {"version": 1, "courses": [{
        "id": 2, "fullname": "…", "idnumber": "CRS-CYB-101-R7", "startdate": 0, "enddate": 0,
        "trainers": [{"userid": 4, "fullname": "…", "groups": [7] | null}] | null, "roommanagers": […] | null,
        "trainees": [{"userid": 6, "fullname": "…"}] | null}]}

Trainers and room managers by capability, trainees are the others who may report; all three include people whose
enrolment is suspended, ended or not begun. Null when they could not be read. A course that is not told of is absent.
`groups` are those whose people alone somebody of the staff sees (separate groups, without `site:accessallgroups`); null
where everybody. An older plugin than 2026112703 leaves it out, and then nobody knows.

    local_nidaa_get_presence(rooms: [{cmid: int, groupid: int, 0 for all}]), at most 10
    → {"version": 1, "rooms": [{"cmid": 3, "groupid": 0, "present": 41 | null}]}

People in the room now, moderators among them; null where nobody can tell, which is not an empty room.

    local_nidaa_notify(messages: [{key: str, userid: int, subject: str, text: str, url: str, empty for none}]), ≤ 50
    → {"version": 1, "results": [{"key": "…", "outcome": "sent" | "already" | "refused"}]}

Idempotent by `key`; `refused` is for good (no such person, messaging barred). A key that could not be tried now is
absent.
"""

from __future__ import annotations

from marshmallow import fields, validate

from adapters.lms.moodle.stock_wire import Group
from adapters.lms.moodle.wire import Id, Moment, OptionalId, Shape, Text, a_count
from adapters.lms.port import UNKNOWN

REASONS = ("capability_missing", "function_missing", "silently_empty", "not_offered", "failed")
STATUSES = ("active", "suspended", "ended", "not_started", "not_enrolled", "inactive")


class Versioned(Shape):
    version = fields.Integer(required=True, validate=validate.Equal(1))


class Unread(Shape):
    fact = Text(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))


class Account(Shape):
    exists = fields.Boolean(required=True, allow_none=True)
    suspended = fields.Boolean(required=True, allow_none=True)
    confirmed = fields.Boolean(required=True, allow_none=True)
    auth = Text(required=True, allow_none=True)
    lastlogin = Moment(required=True)
    lockedout = fields.Boolean(required=True, allow_none=True)
    emailbouncing = fields.Boolean(required=True, allow_none=True)
    lang = Text(required=True, allow_none=True)


class ProfileField(Shape):
    field = Text(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,39}\Z"))
    state = fields.String(required=True, validate=validate.OneOf(("present", "empty", "invalid", "unknown")))
    value = Text(load_default=None, allow_none=True)


class Enrolment(Shape):
    status = fields.String(required=True, allow_none=True, validate=validate.OneOf(STATUSES))
    reason = Text(load_default="")
    method = Text(required=True, allow_none=True)
    timestart = Moment(required=True)
    timeend = Moment(required=True)
    roles = fields.List(Text(), required=True, allow_none=True)
    groups = fields.List(fields.Nested(Group), required=True, allow_none=True)
    lastaccess = Moment(required=True)


class AttendanceDefinition(Shape):
    sessions = Text(required=True)
    late = Text(required=True)
    excused = Text(required=True)


class Attendance(Shape):
    held = a_count(required=True)
    attended = a_count(required=True)
    rate = fields.Float(required=True, allow_none=True, validate=validate.Range(min=0, max=1))
    definition = fields.Nested(AttendanceDefinition, required=True)


class Completion(Shape):
    completed = fields.Boolean(required=True, allow_none=True)
    timecompleted = Moment(required=True)


class Grade(Shape):
    state = Text(required=True)
    points = fields.Float(required=True, allow_none=True)
    min = fields.Float(required=True)
    max = fields.Float(required=True)
    # A keyword of Python's, so that the attribute has another name.
    pass_mark = fields.Float(required=True, allow_none=True, data_key="pass")


class Certificate(Shape):
    source = Text(required=True)
    code = Text(required=True)
    timecreated = Moment(required=True)


class PairFacts(Shape):
    userid = Id(required=True)
    courseid = OptionalId()
    account = fields.Nested(Account, required=True, allow_none=True)
    profile = fields.List(fields.Nested(ProfileField), required=True)
    courseended = fields.Boolean(load_default=None, allow_none=True)
    national_id_key = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"^[0-9a-f]{64}\Z"))
    national_id_end = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"^[0-9]{2}\Z"))
    national_id_duplicate = fields.Boolean(load_default=None, allow_none=True)
    enrolment = fields.Nested(Enrolment, required=True, allow_none=True)
    attendance = fields.Nested(Attendance, required=True, allow_none=True)
    completion = fields.Nested(Completion, required=True, allow_none=True)
    grade = fields.Nested(Grade, load_default=None, allow_none=True)
    certificates = fields.List(fields.Nested(Certificate), required=True, allow_none=True)
    unread = fields.List(fields.Nested(Unread), required=True)


class Facts(Versioned):
    """`local_nidaa_get_facts`."""

    facts = fields.List(fields.Nested(PairFacts), required=True)


class Session(Shape):
    key = Text(required=True, validate=validate.Length(min=1, max=200))
    course = Id(required=True)
    activity = OptionalId()
    group = OptionalId()
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    platform = Text(required=True)
    source = fields.String(required=True, validate=validate.OneOf(("attendance", "meeting", "calendar", "zoom")))


class UntoldCourse(Shape):
    courseid = Id(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))


class Sessions(Versioned):
    """`local_nidaa_get_sessions`."""

    sessions = fields.List(fields.Nested(Session), required=True)
    untold = fields.List(fields.Nested(UntoldCourse), required=True)


class Person(Shape):
    userid = Id(required=True)
    fullname = Text(load_default=None, allow_none=True)


class Colleague(Person):
    groups = fields.List(Id(), load_default=UNKNOWN, allow_none=True)


class Course(Shape):
    id = Id(required=True)
    fullname = Text(required=True, allow_none=True)
    idnumber = Text(required=True, allow_none=True)
    startdate = Moment(required=True)
    enddate = Moment(required=True)
    trainers = fields.List(fields.Nested(Colleague), required=True, allow_none=True)
    roommanagers = fields.List(fields.Nested(Colleague), required=True, allow_none=True)
    trainees = fields.List(fields.Nested(Person), required=True, allow_none=True)


class Courses(Versioned):
    """`local_nidaa_get_course`."""

    courses = fields.List(fields.Nested(Course), required=True)


class RoomPresence(Shape):
    cmid = Id(required=True)
    groupid = OptionalId()
    present = a_count(required=True, allow_none=True)


class Presence(Versioned):
    """`local_nidaa_get_presence`."""

    rooms = fields.List(fields.Nested(RoomPresence), required=True)


class Result(Shape):
    key = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(("sent", "already", "refused")))


class Results(Versioned):
    """`local_nidaa_notify`."""

    results = fields.List(fields.Nested(Result), required=True)


FACTS = Facts()
SESSIONS = Sessions()
COURSES = Courses()
RESULTS = Results()
PRESENCE = Presence()
