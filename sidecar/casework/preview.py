"""What a reporter will read, before it is sent; in each language that somebody of the case reads."""

from __future__ import annotations

from sidecar.domain import letters
from sidecar.domain.access import Viewer, may
from sidecar.domain.case import Action
from sidecar.domain.letters import Written
from sidecar.domain.report import grouped
from sidecar.runtime import Runtime
from sidecar.store import cases, permitted, recipients, reports


def preview(
    runtime: Runtime, viewer: Viewer, case_id: int, cause: str, text: str, english: str = ""
) -> list[tuple[str, Written]]:
    """The letter in each language, with the first reader's name and reference.

    Raises:
        permitted.Unseen
    """
    policy, found = runtime.policy, []
    with runtime.db.read() as conn:
        case = cases.get(conn, case_id)
        if case is None or not may(viewer, Action.REPLY, case, permitted.involved(conn, case)):
            raise permitted.Unseen(case_id)
        people = recipients.of_cases(conn, [case_id])
        keys = [one["report_key"] for one in people]
        known, references = reports.load(conn, keys), reports.references(conn, keys)
    category = policy.categories.get(case.category)
    for locale in sorted({one["locale"] for one in people}):
        key = next(one["report_key"] for one in people if one["locale"] == locale)
        values = {
            "name": known[key].reporter.name if key in known else "",
            "reference": grouped(references[key]) if key in references else "",
            "what": (category.label if category else policy.kinds[case.kind]).in_(locale),
            "text": english if english and locale == "en" else text,
            "link": runtime.base_url + "/t/…",
        }
        found.append((locale, letters.write(policy.letters[cause, locale], values, locale)))
    return found
