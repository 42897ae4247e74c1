"""Moodle, as an LMS of the house.

Where things are:
    adapter.py       `Moodle`, the port's questions, each within one total deadline
    web_service.py   one call: token in the body, errors that come as HTTP 200, which functions the token has
    wire.py          the fields that Moodle's answers are validated with
    stock_wire.py    the answers of stock functions, as recorded on a real Moodle 4.5
    plugin_wire.py   the answers of our plugin's four functions: **the definition that the plugin is built to**
    profiles.py      what a user record shows, and when an absent field is a gap
    course_reading.py  a course's people, activities, attendance and certificates, read once for many
    stock_facts.py with user_records.py, plugin_facts.py, notes.py   facts about (person, course) pairs
    timetable.py     live sessions      roster.py  dates and people      telling.py  messages
    writing.py       confirmed certificate data into mapped profile fields, where a site lets us
    checkup.py       what the token can and cannot do

What shouldn't be here: retries, threads, decisions about what a gap means, and `mod_bigbluebuttonbn_get_join_url`,
which hands out the room's password.
"""

from __future__ import annotations

from adapters.lms.moodle.adapter import Moodle

__all__ = ["Moodle"]
