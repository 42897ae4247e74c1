"""The steps a report goes through by itself, and the lane each travels in.

A step is named in an outbox row by the step before it; nothing else connects them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Lane(StrEnum):
    """A Celery queue and what drains it: what waits for the outside is kept apart from what does not."""

    ASSESS = "assess"  # the database alone; milliseconds
    ENRICH = "enrich"  # the LMS, and registers of certificates
    CLOCKS = "clocks"  # deadlines that have come
    NOTIFY = "notify"  # messages to people, by the LMS
    MAIL = "mail"  # email
    WRITE = "write"  # into the LMS, where a site lets us: a few calls a row, so apart from what asks for fifty at once


class Step(StrEnum):
    """What is to be done with the row's subject."""

    ASSESS = "assess"  # a report's key: judge it, join or open its case
    ADDITION = "addition"  # an addition's key: put it on the case, end a pause
    MAJOR = "major"  # a case's id: are many rooms failing at once?
    REASSESS = "reassess"  # a report's key: facts have come
    ENRICH = "enrich"  # a report's key: ask the LMS
    REGISTER = "register"  # a report's key: ask the registers that have an interface
    RUNG = "rung"  # a clock's id: its time has come
    INTENT = "intent"  # an intent's id: nobody undid it in time
    TELL = "tell"  # a telling's id: whoever has not read it yet is sent a message
    MAIL = "mail"  # a mail's id: hand it to the server
    WRITE = "write"  # a sent datum's id: a trainer confirmed it, the LMS is to hold it
    ALERT = "alert"  # an alert's id: whom it tells is sent a mail


LANE_OF: Final[Mapping[Step, Lane]] = MappingProxyType(
    {
        Step.ASSESS: Lane.ASSESS,
        Step.ADDITION: Lane.ASSESS,
        Step.MAJOR: Lane.ASSESS,
        Step.REASSESS: Lane.ASSESS,
        Step.ENRICH: Lane.ENRICH,
        Step.REGISTER: Lane.ENRICH,
        Step.RUNG: Lane.CLOCKS,
        Step.INTENT: Lane.CLOCKS,
        Step.TELL: Lane.NOTIFY,
        Step.MAIL: Lane.MAIL,
        Step.WRITE: Lane.WRITE,
        Step.ALERT: Lane.MAIL,
    }
)
