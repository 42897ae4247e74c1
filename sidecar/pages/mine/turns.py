"""What a reporter may do with a report: withdraw it, say that it is not solved, rate it. By cookie or by link."""

from __future__ import annotations

import uuid

from flask import Response, redirect, request
from flask_babel import gettext as _

from sidecar.casework import rate, reopen, withdraw
from sidecar.domain.case import NotAllowed
from sidecar.domain.plain_text import storable
from sidecar.pages.session import runtime

WHAT = ("withdraw", "reopen", "rate")


class Fault(Exception):
    """It cannot be done; `words` say why."""

    def __init__(self, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


def take(what: str, key: uuid.UUID, here: str) -> Response:
    """Do it, and lead back to the report.

    Raises:
        Fault; permitted.Unseen
    """
    text = request.form.get("text", "").strip()
    if not storable(text):
        raise Fault(_("This holds characters that cannot be stored."))
    try:
        if what == "withdraw":
            if request.form.get("sure") != "1":
                raise Fault(_("Please tick that you are sure."))
            withdraw.withdraw_own(runtime(), key)
        elif what == "reopen":
            if not text or len(text) > reopen.LONGEST:
                raise Fault(_("Please write what is not solved."))
            reopen.reopen_own(runtime(), key, text)
        else:
            given = request.form.get("score", "")
            rate.rate(runtime(), key, int(given) if given in {str(one) for one in rate.SCORES} else 0, text)
    except reopen.TooLate:
        raise Fault(_("It was closed too long ago. Please report it anew."), 409) from None
    except (NotAllowed, rate.NotNow):
        raise Fault(_("This has changed meanwhile; the page now shows how it stands."), 409) from None
    except ValueError:
        raise Fault(_("Please choose from 1 to 5, and write at most %(num)d letters.", num=rate.LONGEST)) from None
    separator = "&" if "?" in here else "?"
    return redirect(f"{here}{separator}thanks={what}", 303)  # type: ignore[return-value]
