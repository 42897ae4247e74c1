"""What a reporter may do with a report: withdraw it, say that it is not solved, rate it, choose how to be answered.

By cookie or by link.
"""

from __future__ import annotations

import uuid

from flask import Response, redirect, request
from flask_babel import gettext as _

from sidecar.casework import prefer, rate, reopen, withdraw
from sidecar.domain.case import NotAllowed
from sidecar.domain.plain_text import storable
from sidecar.pages.session import runtime

WHAT = ("withdraw", "reopen", "rate", "prefer")


class Fault(Exception):
    """It cannot be done; `words` say why."""

    def __init__(self, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


def take(what: str, key: uuid.UUID, here: str, signed_in: str | None) -> Response:
    """Do it, and lead back to the report.

    Args:
        signed_in: the person, where a cookie proves who it is; None by the report's link.

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
        elif what == "prefer":
            _prefer(key, signed_in)
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


def _prefer(key: uuid.UUID, signed_in: str | None) -> None:
    given = {name: request.form.get(name, "")[:300] for name in ("email", "phone")}
    if not all(storable(one) for one in given.values()):
        raise Fault(_("This holds characters that cannot be stored."))
    try:
        prefer.prefer(runtime(), key, signed_in, request.form.get("preference", ""), **given)
    except prefer.NeedsAddress as needs:
        if needs.field == "email":
            words = (
                _("This is no email address to which mail may go.")
                if needs.given
                else _("For that we need an email address.")
            )
        else:
            words = _("This is no telephone number.") if needs.given else _("For that we need a telephone number.")
        raise Fault(words) from None
    except prefer.NotOffered:
        raise Fault(_("Please choose one of these.")) from None
