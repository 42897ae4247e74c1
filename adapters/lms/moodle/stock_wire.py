"""The answers of stock Moodle functions, as far as they are used (recorded on Moodle 4.5; checked on a running one).

An absent key means "empty or not visible" in Moodle, so optional keys have no default: `profiles.py` decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from adapters.lms.moodle.wire import Id, Moment, OptionalId, Shape, Text, a_count


class SiteFunction(Shape):
    name = Text(required=True)
    version = Text(load_default="")


class SiteInfo(Shape):
    """`core_webservice_get_site_info`."""

    userid = Id(required=True)
    release = Text(load_default="")
    functions = fields.List(fields.Nested(SiteFunction), required=True)
    userissiteadmin = fields.Boolean(load_default=False)


class CustomField(Shape):
    shortname = Text(required=True)
    value = Text(required=True, allow_none=True)


class Group(Shape):
    id = Id(required=True)
    name = Text(load_default="")


class RoleHeld(Shape):
    shortname = Text(required=True)


class CourseRef(Shape):
    id = Id(required=True)


class User(Shape):
    """A user record, of `core_user_get_course_user_profiles`, `…_get_users_by_field` or a roster."""

    id = Id(required=True)
    fullname = Text()
    firstname = Text()
    lastname = Text()
    email = Text()
    phone1 = Text()
    phone2 = Text()
    idnumber = Text()
    institution = Text()
    department = Text()
    city = Text()
    country = Text()
    lastaccess = Moment()
    lastcourseaccess = Moment()
    auth = Text()
    suspended = fields.Boolean()
    confirmed = fields.Boolean()
    lang = Text()
    customfields = fields.List(fields.Nested(CustomField))
    groups = fields.List(fields.Nested(Group))
    roles = fields.List(fields.Nested(RoleHeld))
    enrolledcourses = fields.List(fields.Nested(CourseRef))


class PersonRef(Shape):
    """A user of whom only the id was asked."""

    id = Id(required=True)


class Course(Shape):
    """A course of `core_course_get_courses_by_field`; a weak token gets it without dates and group mode."""

    id = Id(required=True)
    fullname = Text()
    idnumber = Text()
    startdate = Moment()
    enddate = Moment()
    groupmode = fields.Integer()


class Courses(Shape):
    courses = fields.List(fields.Nested(Course), required=True)


class ListedCourse(Shape):
    """A course as far as it tells whether it runs."""

    id = Id(required=True)
    fullname = Text()
    idnumber = Text()
    startdate = Moment()
    enddate = Moment()
    visible = fields.Boolean(load_default=True)


class CourseListing(Shape):
    """All courses that the token sees. Row by row with `ListedCourse`, so that an odd one does not hide the others."""

    courses = fields.List(fields.Dict(), required=True)


class Activity(Shape):
    id = Id(required=True)
    instance = OptionalId()
    modname = Text(required=True)


class Section(Shape):
    """A section of `core_course_get_contents`."""

    modules = fields.List(fields.Nested(Activity), required=True)


class Marks(fields.Field[Mapping[str, str]]):
    """`attendance_log`: the last status of each person. By hand, since a large course has tens of thousands."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return {str(int(row["studentid"])): str(row["statusid"]) for row in value}
        except (TypeError, ValueError, KeyError):
            pass
        raise ValidationError("not a list of marks")


class Listed(fields.Field[frozenset[str]]):
    """`users`: who was on the list of a session."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return frozenset(str(int(row["id"])) for row in value)
        except (TypeError, ValueError, KeyError):
            pass
        raise ValidationError("not a list of people")


class Status(Shape):
    id = Id(required=True)
    acronym = Text(required=True)
    grade = fields.Float(required=True)


class AttendanceSession(Shape):
    """A row of `mod_attendance_get_sessions`."""

    id = Id(required=True)
    groupid = OptionalId()
    sessdate = Moment(required=True)
    duration = a_count(required=True)
    lasttaken = Moment()
    statuses = fields.List(fields.Nested(Status), required=True)
    attendance_log = Marks(required=True)
    users = Listed(required=True)


class ZoomState(Shape):
    """`mod_zoom_get_state`: both are 0 for a recurring meeting."""

    start_time = Moment(required=True)
    duration = a_count(required=True)


class Meeting(Shape):
    """`mod_bigbluebuttonbn_meeting_info`: without counts while nothing runs."""

    statusrunning = fields.Boolean(load_default=False)
    moderatorcount = a_count(load_default=0)
    participantcount = a_count(load_default=0)


class CalendarEvent(Shape):
    id = Id(required=True)
    courseid = OptionalId()
    groupid = OptionalId()
    modulename = Text(load_default=None, allow_none=True)
    instance = OptionalId()
    eventtype = Text(load_default="")
    timestart = Moment(required=True)
    timeduration = a_count(required=True)


class Calendar(Shape):
    """`core_calendar_get_calendar_events`."""

    events = fields.List(fields.Nested(CalendarEvent), required=True)


class Issue(Shape):
    code = Text(required=True)
    timecreated = Moment(required=True)


class IssuedCertificate(Shape):
    """A row of `mod_customcert_list_issues`."""

    issue = fields.Nested(Issue, required=True)
    user = fields.Nested(PersonRef, required=True)


class CompletionStatus(Shape):
    completed = fields.Boolean(required=True)


class Completion(Shape):
    """`core_completion_get_course_completion_status`."""

    completionstatus = fields.Nested(CompletionStatus, required=True)


class GradeItem(Shape):
    itemtype = Text(required=True)
    scaleid = OptionalId()
    graderaw = fields.Float(load_default=None, allow_none=True)
    grademin = fields.Float(load_default=0.0)
    grademax = fields.Float(load_default=0.0)
    gradeishidden = fields.Boolean(load_default=False)
    gradehiddenbydate = fields.Boolean(load_default=False)
    gradeneedsupdate = fields.Boolean(load_default=False)


class UserGrades(Shape):
    userid = Id(required=True)
    gradeitems = fields.List(fields.Nested(GradeItem), required=True)


class Grades(Shape):
    """`gradereport_user_get_grade_items`."""

    usergrades = fields.List(fields.Nested(UserGrades), required=True)


class SentMessage(Shape):
    """A row of `core_message_send_instant_messages`; msgid -1 means that it was not sent."""

    msgid = fields.Integer(required=True, validate=validate.Range(min=-1))


SITE_INFO = SiteInfo()
USERS = User(many=True)
PEOPLE = PersonRef(many=True)
COURSES = Courses()
LISTED_COURSE = ListedCourse()
COURSE_LISTING = CourseListing()
SECTIONS = Section(many=True)
ATTENDANCE = AttendanceSession(many=True)
ZOOM_STATE = ZoomState()
MEETING = Meeting()
CALENDAR = Calendar()
ISSUED = IssuedCertificate(many=True)
COMPLETION = Completion()
GRADES = Grades()
SENT = SentMessage(many=True)
