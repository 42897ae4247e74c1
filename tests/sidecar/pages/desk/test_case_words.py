"""Facts as people read them: no code of the platform's, no moment of a machine's."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from sidecar.pages.desk.case_words import fact_value
from tests.sidecar.api.callers import Callers


@pytest.mark.parametrize(
    ("name", "value", "english"),
    [
        ("enrolment.status", "not_enrolled", "Not enrolled in the course"), ("enrolment.status", "active", "active"),
        ("enrolment.status", "odd", "odd"), ("account.last_login", None, "never signed in"),
        ("account.last_login", "2026-11-20T09:15:00+00:00", "20 November at 12:15"),
        ("completion.completed_at", "no moment", "no moment"), ("completion.completed_at", None, "none"),
        ("account.suspended", True, "yes"), ("attendance.rate", 0.68, "\u206668%\u2069"),
        ("profile.national_id", "present", "on record"), ("enrolment.roles", ["student", "guest"], "student, guest"),
        ("enrolment.groups", [{"id": "1", "name": "أ"}, {"id": "2", "name": "B"}], "\u2068أ\u2069, \u2068B\u2069"),
        ("certificate.issued", [{"source": "customcert", "code": "Fq2", "at": None}], "\u2068Fq2\u2069"),
    ],
)  # fmt: skip
def test_a_value_is_read(house: Callers, name: str, value: object, english: str) -> None:
    with house.app.test_request_context("/"), force_locale("en"):
        assert fact_value(name, value) == english
