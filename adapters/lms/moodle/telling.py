"""Messages to people inside Moodle, which delivers them by web, mail or app as each person has chosen."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.deadlines import Budget
from adapters.errors import AdapterError, Refused, Unavailable
from adapters.lms.moodle import plugin_wire, stock_wire
from adapters.lms.moodle.web_service import WebService
from adapters.lms.port import Notice, NoticeOutcome

NOTIFY = "local_nidaa_notify"
MESSAGES = "core_message_send_instant_messages"
NOTICES_A_CALL = 50
_PLAIN = 2  # Moodle's FORMAT_PLAIN: what a person wrote is never taken for markup
# What Moodle says of one recipient, for good. `formatnotsupported` is its word for "no such user".
_OF_THIS_PERSON = frozenset({"formatnotsupported", "invaliduser", "usernotfullysetup", "invalidparameter"})


class Telling:
    """Sends notices. What was sent before something failed is returned, so that nobody is told twice."""

    def __init__(self, service: WebService) -> None:
        self._service = service

    def by_plugin(self, notices: Sequence[Notice], budget: Budget) -> dict[str, NoticeOutcome]:
        outcomes: dict[str, NoticeOutcome] = {}
        for start in range(0, len(notices), NOTICES_A_CALL):
            some = notices[start : start + NOTICES_A_CALL]
            try:
                told = self._service.call(
                    NOTIFY, {"messages": [_on_the_wire(n) for n in some]}, plugin_wire.RESULTS, budget
                )
            except AdapterError:
                if outcomes:
                    return outcomes
                raise
            keys = {notice.key for notice in some}
            outcomes |= {row["key"]: row["outcome"] for row in told["results"] if row["key"] in keys}
        return outcomes

    def by_stock(self, notices: Sequence[Notice], budget: Budget) -> dict[str, NoticeOutcome]:
        """One recipient a call: among several, one who is unknown makes Moodle fail after it has sent the others."""
        outcomes: dict[str, NoticeOutcome] = {}
        for notice in notices:
            try:
                outcomes[notice.key] = self._send(notice, budget)
            except AdapterError:
                if outcomes:
                    return outcomes
                raise
        return outcomes

    def _send(self, notice: Notice, budget: Budget) -> NoticeOutcome:
        lines = [line for line in (notice.subject, notice.text, notice.url) if line]
        message = {"touserid": notice.person_id, "text": "\n\n".join(lines), "textformat": _PLAIN}
        try:
            rows = self._service.call(MESSAGES, {"messages": [message]}, stock_wire.SENT, budget)
        except Unavailable:
            raise
        except Refused as error:
            if error.code in _OF_THIS_PERSON:
                return "refused"
            raise
        return "sent" if rows and rows[0]["msgid"] > 0 else "refused"


def _on_the_wire(notice: Notice) -> dict[str, str]:
    return {
        "key": notice.key,
        "userid": notice.person_id,
        "subject": notice.subject,
        "text": notice.text,
        "url": notice.url or "",
    }
