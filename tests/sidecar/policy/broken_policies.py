"""Ways in which a policy makes no sense: small edits of the shipped one, and what the loader must say to each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """Replace `old` (first occurrence in `file`) by `new`; the fault stands on the line that holds `at`."""

    name: str
    file: str
    old: str
    new: str
    at: str
    key: str
    reason: str


_REFERRAL_WITHIN = 'within = "24h"'
_SUNDAY = 'sunday = ["08:00-21:00"]'
_FOUNDING = "first = 2026-02-22\nlast = 2026-02-22"
_ROOM = '[offices.room]\nclause = "P1"\n'
_CONTACT_LEAD = '[offices.contact_centre.lead]\nname = { ar = "قائد المناوبة", en = "Shift lead" }\n'
OVERRIDE = """[[overrides]]
clause = "P10"
calendars = ["plain"]
label = { ar = "رمضان", en = "Ramadan" }
first = 2027-02-08
last = 2027-03-08
weekly = { sunday = ["10:00-13:00", "21:00-24:00"] }
"""

# fmt: off
BROKEN = [
    # what is not TOML, or not ours
    Broken("syntax", "duty.toml", "[duty]", "[duty", "[duty", "(file)", "not TOML"),
    Broken("duplicate key", "duty.toml", 'end = "07:00"', 'end = "07:00"\nend = "8"', 'end = "8"', "(file)",
           "overwrite"),
    Broken(
        "twice in two files", "offices.toml", "[offices.room]", '[bodies.tvtc]\nclause = "P9"\n[offices.room]',
        "[bodies.tvtc]",
        "bodies.tvtc", "already in institute.toml",
    ),
    Broken("unknown table", "duty.toml", "[quiet_hours]", "[loud]\n[quiet_hours]", "[loud]", "loud", "unknown table"),
    Broken("unknown key", "incidents.toml", 'window = "10m"', 'windows = "10m"', "windows", "incidents.windows",
           "window"),
    Broken("missing key", "incidents.toml", 'window = "10m"\n', "", "[incidents]", "incidents.window", "missing"),
    Broken("wrong type", "incidents.toml", "major_rooms = 3", 'major_rooms = "3"', "major_r",
           "incidents.major_rooms", "whole"),
    Broken("true is no number", "incidents.toml", "major_rooms = 3", "major_rooms = true", "major_r",
           "incidents.major_rooms", "whole"),
    Broken("not a table", "duty.toml", "[quiet_hours]", "[quiet_hours]\nx = 1", "x = 1", "quiet_hours.x",
           "unknown key"),
    # every table cites its clause
    Broken("no clause", "offices.toml", _ROOM, "[offices.room]\n", "[offices.room]", "offices.room.clause", "missing"),
    Broken("no such clause", "offices.toml", _ROOM, '[offices.room]\nclause = "P17"\n', '"P17"',
           "offices.room.clause", "P17"),
    Broken("no clause of labels", "institute.toml", '[kinds]\nclause = "P15"', "[kinds]", "[kinds]", "kinds.clause",
           "missing"),
    # labels
    Broken("no Arabic", "channels.toml", 'ar = "واتساب", ', "", 'en = "WhatsApp"', "channels.whatsapp.label.ar",
           "missing"),
    Broken("English as Arabic", "channels.toml", '"واتساب"', '"WhatsApp"', 'ar = "WhatsApp"',
           "channels.whatsapp.label.ar", "Arabic"),
    Broken("blank label", "channels.toml", '"WhatsApp"', '" "', 'en = " "', "channels.whatsapp.label.en", "empty"),
    Broken(
        "missing role label", "institute.toml", 'visitor = { ar = "زائر", en = "Visitor" }\n', "", "[roles]",
        "roles.visitor",
        "missing",
    ),
    Broken("unknown role label", "institute.toml", "visitor = {", "visiter = {", "visiter", "roles.visiter",
           "'visitor'"),
    Broken("missing state label", "institute.toml", "merged = {", "merge = {", "[states]", "states.merged", "missing"),
    Broken("missing state's seconds", "institute.toml", "merged = 30", "", "[poll_seconds]", "poll_seconds.merged",
           "missing"),
    # a channel's own kind of address
    *(
        Broken(f"address of {channel}", "channels.toml", f"[channels.{channel}]\n",
               f"[channels.{channel}]\naddress = '{address}'\n", f"address = '{address}'",
               f"channels.{channel}.address", reason)
        for channel, address, reason in (
            ("whatsapp", "0550102030", "E.164"),
            ("x", "@institute", "without '@'"),
            ("messenger", "https://facebook.com/institute", "account name"),
            ("remote_support", "http://get.institute.sa", "https://"),
            ("in_person", " ", "empty"),
            ("phone", "+966112004400", "unknown key"),
            ("in_room", "here", "unknown key"),
        )
    ),
    Broken("missing channel", "channels.toml", "[channels.x]", "[channels.y]", "[channels.remote_s", "channels.x",
           "missing"),
    # names that lead nowhere
    Broken(
        "unknown department", "categories.toml", 'department = "registration"', 'department = "registraton"',
        "registraton",
        "categories.joining.department", "'registration'",
    ),
    Broken(
        "unknown tier", "categories.toml", 'tier = "1"', 'tier = "3"', 'tier = "3"', "categories.joining.tier",
        "unknown tier"
    ),
    Broken("tier as number", "categories.toml", 'tier = "1"', "tier = 1", "tier = 1", "categories.joining.tier",
           "unknown tier"),
    Broken(
        "unknown kind", "categories.toml", '["support_request", "inquiry"]', '["support_request", "enquiry"]',
        "enquiry",
        "categories.joining.kinds[1]", "unknown kind",
    ),
    Broken("unknown calendar", "offices.toml", '"always"', '"allways"', "allways", "offices.room.calendar", "'always'"),
    Broken(
        "unknown category of symptom", "incidents.toml", 'category = "live_room"', 'category = "live"', '"live"',
        "symptoms.no_mic.category", "unknown category",
    ),
    Broken("missing symptom", "incidents.toml", "[symptoms.slow]", "[symptoms.sluggish]", "[symptoms.no_mic]",
           "symptoms.slow", "missing"),
    Broken(
        "unknown symptom", "incidents.toml", 'symptoms = ["trainer_absent"]', 'symptoms = ["trainer_gone"]',
        "trainer_gone",
        "severity_rules.trainer_absent_at_start.symptoms[0]", "unknown symptom",
    ),
    Broken(
        "unknown role", "incidents.toml", 'roles = ["trainer"]', 'roles = ["teacher"]', "teacher",
        "severity_rules.trainer_cannot_join.roles[0]", "unknown role",
    ),
    Broken("missing office", "offices.toml", "[offices.room]", "[offices.hall]", "[offices.hall]", "offices", "'room'"),
    Broken(
        "rung tells an unknown office", "targets-complaints.toml", "lead:contact_centre", "lead:contact_center",
        "contact_center",
        "targets.referral.rungs[0].tell", "unknown office",
    ),
    Broken(
        "rung tells nobody", "targets-complaints.toml", '"management"', '"manager"', '"manager"',
        "targets.escalation.rungs[1].tell", "tells nobody",
    ),
    Broken(
        "no default category", "complaints.toml", 'complaint = "other_complaint"\n', "", "[default_categories]",
        "default_categories.complaint", "missing",
    ),
    Broken(
        "default does not take the kind", "complaints.toml", 'complaint = "other_complaint"', 'complaint = "login"',
        '= "login"',
        "default_categories.complaint", "does not take complaint",
    ),
    Broken(
        "symptom's category is not of class", "incidents.toml", 'category = "live_room"', 'category = "login"',
        'category = "login"', "symptoms.no_mic.category", "does not take",
    ),
    # hours
    Broken("no such zone", "institute.toml", "Asia/Riyadh", "Asia/Riyad", "Asia/Riyad", "institute.timezone",
           "timezone"),
    Broken("overlap", "calendars.toml", _SUNDAY, 'sunday = ["08:00-12:00", "11:00-13:00"]', "11:00",
           "calendars.contact_centre.weekly.sunday", "overlap"),
    Broken("empty window", "calendars.toml", _SUNDAY, 'sunday = ["08:00-08:00"]', "08:00-08:00",
           "calendars.contact_centre.weekly.sunday[0]", "empty"),
    Broken("backwards", "calendars.toml", _SUNDAY, 'sunday = ["20:00-02:00"]', "20:00-02",
           "calendars.contact_centre.weekly.sunday[0]", "backwards"),
    Broken("after 24:00", "calendars.toml", _SUNDAY, 'sunday = ["20:00-24:30"]', "24:30",
           "calendars.contact_centre.weekly.sunday[0]", "24:30"),
    Broken("unknown weekday", "calendars.toml", _SUNDAY, _SUNDAY.replace("sun", "son"), "sonday",
           "calendars.contact_centre.weekly.sonday", "'sunday'"),
    Broken("holiday backwards", "calendars.toml", _FOUNDING, "first = 2026-02-22\nlast = 2026-02-21", "2026-02-21",
           "closures[0].last", "ends before"),
    Broken("holiday for ever", "calendars.toml", _FOUNDING, "first = 2026-02-22\nlast = 2062-02-22", "2062",
           "closures[0].last", "year"),
    Broken("quoted date", "calendars.toml", _FOUNDING, 'first = "2026-02-22"\nlast = 2026-02-22', '"2026-02-22"',
           "closures[0].first", "date"),
    Broken("never opens", "duty.toml", "[quiet_hours]", '[calendars.never]\nclause = "P10"\n[quiet_hours]',
           "[calendars.never]",
           "calendars.never", "never opens"),
    Broken("overlapping overrides", "duty.toml", "[[duty.shifts]]",
           OVERRIDE + OVERRIDE.replace("2027-02-08", "2027-03-01") + "[[duty.shifts]]", "2027-03-01",
           "overrides[1].first", "overlaps overrides[0]"),
    Broken("override without hours", "duty.toml", "[quiet_hours]",
           OVERRIDE.partition("weekly")[0] + "[quiet_hours]", "[[overrides]]", "overrides[0]", "closure"),
    Broken("quiet for nothing", "duty.toml", 'end = "07:00"', 'end = "22:00"', 'end = "22:00"', "quiet_hours.end",
           "empty"),
    Broken("quiet until 24:00", "duty.toml", 'end = "07:00"', 'end = "24:00"', "24:00", "quiet_hours.end", "00:00"),
    Broken("two leads at once", "duty.toml", "14:30-21:00", "14:00-21:00", "14:00-21", "duty.shifts[1].hours",
           "overlaps"),
    # people
    Broken("phone", "offices.toml", '"+966501380380"', '"0501380380"', '"0501',
           "offices.administrative_manager.phone", "E.164"),
    Broken("email", "duty.toml", "on-call@", "on-call", "on-callexample", "duty.on_call[0].person.email", "email"),
    Broken("head without contact", "departments.toml", 'email = "technical-head@example.invalid"\n', "",
           "[departments.technical.head]", "departments.technical.head", "no contact"),
    Broken("deputy without contact", "departments.toml", 'email = "quality-deputy@example.invalid"\n', "",
           "[departments.quality.deputy]", "departments.quality.deputy", "no contact"),
    Broken("no deputy", "departments.toml", "[departments.finance.deputy]", "[departments.finance.second]",
           "[departments.finance]", "departments.finance.deputy", "missing"),
    Broken("absence backwards", "departments.toml", 'email = "finance-head@example.invalid"',
           'email = "finance-head@example.invalid"\nabsences = [\n  { first = 2027-01-02, last = 2027-01-01 },\n]',
           "2027-01-01",
           "departments.finance.head.absences[0].last", "before"),
    Broken("manager without mobile", "offices.toml", 'phone = "+966501380380"', 'email = "m@example.invalid"',
           'tell = "management"', "targets.escalation.rungs[1].tell", "phone"),
    Broken("told office without contact", "targets-room.toml", 'tell = "lead:contact_centre"', 'tell = "office:room"',
           "office:room", "targets.room_seen.rungs[0].tell", "no contact"),
    Broken("told lead that is nobody", "targets-room.toml", 'tell = "lead:contact_centre"', 'tell = "lead:room"',
           "lead:room", "targets.room_seen.rungs[0].tell", "no lead"),
    Broken("major incident told to an unknown office", "incidents.toml", '"lead:contact_centre"', '"lead:centre"',
           "major_tells =", "incidents.major_tells", "unknown office"),
    Broken("major incident told to nobody's lead", "incidents.toml", '"lead:contact_centre"', '"lead:room"',
           "major_tells =", "incidents.major_tells", "no lead"),
    # numbers
    Broken("severity 0", "categories.toml", "severity = 3", "severity = 0", "severity = 0",
           "categories.joining.severity", "1 to 4"),
    Broken("severity 5", "incidents.toml", "severity = 3", "severity = 5", "severity = 5",
           "symptoms.no_mic.severity", "1 to 4"),
    Broken("threshold of 75", "certificate.toml", "0.75", "75", "75", "certificate.attendance_threshold", "0.75"),
    Broken("threshold of 0", "certificate.toml", "0.75", "0", "threshold", "certificate.attendance_threshold",
           "more than 0"),
    Broken("certificate of no kind", "certificate.toml", '"customcert"', '"badge"', "badge", "certificate.counts[0]",
           "customcert"),
    Broken("no certificate counts", "certificate.toml", 'counts = ["customcert", "coursecertificate"]', "counts = []",
           "counts", "certificate.counts", "empty"),
    Broken("no sweep", "certificate.toml", "sweep_days = 7", "sweep_days = 0", "sweep", "certificate.sweep_days", "1"),
    Broken("conditions in one language", "certificate.toml", 'en = "The certificate is issued', 'fr = "x',
           "[certificate.conditions]", "certificate.conditions.en", "missing"),
    Broken("unknown field", "certificate.toml", '"phone"', '"fax"', "fax", "certificate.required_fields[3]",
           "unknown field"),
    Broken("a reminder soon", "roster.toml", 'remind_again = "1d"', 'remind_again = "soon"', '"soon"',
           "roster.remind_again", "duration"),
    Broken("no duration", "incidents.toml", '"10m"', '"ten"', '"ten"', "incidents.window", "duration"),
    Broken("no time at all", "incidents.toml", '"10m"', '"0m"', 'window = "0m"', "incidents.window", "longer"),
    # confidentiality
    Broken("open complaint", "complaints.toml", "confidential = true\n", "", "[categories.conduct_trainer]",
           "categories.conduct_trainer", "confidential"),
    Broken("complaint to the room", "complaints.toml", 'tier = "department"', 'tier = "room"', 'tier = "room"',
           "categories.conduct_trainer.tier", "room"),
    Broken("rule without condition", "incidents.toml",
           'kinds = ["session_problem", "room_log"]\naround_start = "15m"\n', "",
           "[severity_rules.class_start]", "severity_rules.class_start", "no condition"),
    # targets
    Broken("unknown clock", "targets-complaints.toml", 'clock = "elapsed"', 'clock = "elapse"', '"elapse"',
           "targets.referral.clock", "unknown clock"),
    Broken("service hours of nobody", "targets-complaints.toml", 'clock = "elapsed"', 'clock = "service_hours"',
           'clock = "service_hours"', "targets.referral.clock", "calendar"),
    Broken("elapsed in hours", "targets-complaints.toml", 'clock = "elapsed"', 'clock = "elapsed"\ncalendar = "plain"',
           'calendar = "plain"', "targets.referral.calendar", "elapsed"),
    Broken("counts from itself", "targets-complaints.toml", 'start = "received"', 'start = "referred"',
           'start = "referred"',
           "targets.referral.start", "cannot count"),
    Broken("warns too early", "targets-complaints.toml", _REFERRAL_WITHIN, 'within = "4h"', 'after = "-4h"',
           "targets.referral.rungs[0].after", "started"),
    Broken("overdue reaches nobody", "targets-room.toml", 'after = "0m"', 'after = "1m"', "[targets.room_seen]",
           "targets.room_seen", "'0m'"),
    Broken("escalates nothing", "targets-complaints.toml", "escalates = true\n", "", "[targets.escalation]",
           "targets.escalation", "escalates"),
    Broken("same rung twice", "targets-complaints.toml", '"referral_overdue"', '"referral_soon"',
           'key = "referral_soon"\nafter = "0m"',
           "targets.referral.rungs[1].key", "twice"),
    Broken("empty list", "targets-complaints.toml", 'kinds = ["complaint"]', "kinds = []", "kinds = []",
           "targets.referral.applies_to.kinds", "nobody"),
    Broken("value twice", "targets-complaints.toml", '["complaint"]', '["complaint", "complaint"]', '"complaint", ',
           "targets.referral.applies_to.kinds[1]", "twice"),
    Broken("complaints of the room", "targets-room.toml", 'tiers = ["room"]', 'tiers = ["room"]\nkinds = ["complaint"]',
           "[targets.room_seen.applies_to]", "targets.room_seen.applies_to", "no such case begins"),
    Broken("kind without category", "targets-room.toml", 'categories = ["trainer_absent"]',
           'categories = ["trainer_absent"]\nkinds = ["complaint"]', "[targets.trainer_in.applies_to]",
           "targets.trainer_in.applies_to", "none of these categories"),
    # files that people add
    Broken("unknown file type", "attachments.toml", '"webp", ', '"svg", ', '"svg"', "attachments.types[2]",
           "unknown file type"),
    Broken("no file types", "attachments.toml", '["png", "jpeg", "webp", "pdf", "text"]', "[]", "types = []",
           "attachments.types", "nobody"),
    Broken("size without unit", "attachments.toml", '"10 MiB"', '"10"', "largest =", "attachments.largest", "MiB"),
    Broken("size beyond reason", "attachments.toml", '"10 MiB"', '"1000 MiB"', "1000 MiB", "attachments.largest",
           "at most '100 MiB'"),
    Broken("fewer than one form holds", "attachments.toml", "most = 10", "most = 2", "most = 2", "attachments.most",
           "at_once"),
    Broken("identity documents taken", "attachments.toml", '"warn"\nwarning', '"take"\nwarning', '"take"',
           "attachments.identity_documents", "unknown answer"),
    Broken("no warning", "attachments.toml", "warning = {", "caution = {", "[attachments]", "attachments.warning",
           "missing"),
    Broken("pixels without end", "attachments.toml", "50_000_000", "5_000_000_000", "most_pixels",
           "attachments.most_pixels", "from 1000000"),
    Broken("no clause of files", "attachments.toml", 'clause = "P6"\n', "", "[attachments]", "attachments.clause",
           "missing"),
    Broken("hours that may never come", "targets-room.toml", 'within = "13h"', 'within = "9999h"', 'calendar = "plain"',
           "targets.content_answer.calendar", "never come"),
]
