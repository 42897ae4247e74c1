"""The only ways an outside system may fail, as seen by the house.

An adapter turns whatever happened (a refused socket, a web server's HTML, an error told with HTTP 200) into one of
these three, because they are what decides how a step goes on: wait, give up, or tell an administrator.
"""

from __future__ import annotations


class AdapterError(Exception):
    """Something outside did not work. `str()` is safe to log and to show: it never holds a secret or personal data.

    Args:
        reason: what happened, in English, for logs and administrators.
        code: the outside system's own error code, if it gave one (Moodle's `errorcode`).
    """

    def __init__(self, reason: str, *, code: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Unavailable(AdapterError):
    """It cannot answer now (down, slow, in maintenance, breaker open): the same call may succeed later.

    Args:
        retry_after: seconds after which another try makes sense, if known.
        attempted: False when nothing was sent (the breaker stood open), so that no attempt is spent.
    """

    def __init__(
        self, reason: str, *, code: str | None = None, retry_after: float | None = None, attempted: bool = True
    ) -> None:
        super().__init__(reason, code=code)
        self.retry_after = retry_after
        self.attempted = attempted


class Refused(AdapterError):
    """It answered, and the answer is no (bad token, missing function or capability): only a person can mend it."""


class Malformed(AdapterError):
    """It answered something that is not an answer (HTML, XML, half a document, a wrong shape)."""
